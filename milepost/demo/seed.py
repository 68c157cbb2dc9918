"""The demo's first day: projects in every state, made by the same verbs that people use, with days counted back from now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Final
from zoneinfo import ZoneInfo

from milepost.actions import drafts, funding, milestones, offers, payments, signing
from milepost.actions.milestones import Item
from milepost.core import steps
from milepost.core.refusals import Refused
from milepost.core.steps import Body
from milepost.demo import cast, proposals
from milepost.demo.cast import Person
from milepost.jobs.worker import settle
from milepost.models import Draft, Milestone, Project, Terms, User

# How long ago the demo's installation was set up.
BEGUN: Final = timedelta(days=121)


class NotEmpty(Refused):
    """There are people in this database."""


def seed(*, at: datetime) -> None:
    """Fills an empty database; `at` is now. Refuses any other database."""
    if User.objects.exists():
        raise NotEmpty("The demo is only made in an empty database.")
    cast.owner(at - BEGUN)
    ada = cast.person("Ada Lindqvist", cast.ADA, at - timedelta(days=120))
    carl = cast.person("Carl Olsen", cast.CARL, at - timedelta(days=118), "Managing director")
    play = Play(ada, carl, at)
    play.website()
    play.social_content()
    play.catalogue()
    play.film()


@dataclass(frozen=True, slots=True)
class Play:
    """Ada and Carl, and the day from which all others are counted."""

    ada: Person
    carl: Person
    now: datetime

    def website(self) -> None:
        """Finished: two milestones, paid directly."""
        project = self._agreed(proposals.website, days_ago=90)
        for number, (opened, delivered, paid) in enumerate(((87, 80, 78), (77, 60, 55)), start=1):
            settle(self._ago(opened))
            self._delivered(project, number, self._ago(delivered), note="Have a look!")
            self._approved(project, number, self._ago(delivered - 1))
            self._paid(project, number, self._ago(paid))

    def social_content(self) -> None:
        """One milestone paid, one delivered, one planned; with pretend money."""
        project = self._agreed(proposals.social_content, days_ago=47)
        for number, funded in ((1, 45), (2, 17)):
            funding.fund(milestone=self._milestone(project, number), by=self.carl.actor, at=self._ago(funded))
            settle(self._ago(funded, -10))
            if number == 1:
                self._delivered(
                    project, 1, self._ago(19), note="All twelve, and the reel. The captions are in the file."
                )
                self._approved(project, 1, self._ago(18))
        self._delivered(project, 2, self._ago(2), note="Month two is ready. The reel is my favourite so far.")

    def catalogue(self) -> None:
        """Sent yesterday; Carl has not answered yet."""
        self._offered(proposals.catalogue, self._ago(1))

    def film(self) -> None:
        """Begun this morning."""
        self._drafted(proposals.film, self._ago(0, 180))

    # -- deeds, each followed by what the house does about it ------------------------------------

    def _agreed(self, body: Callable[[date], Body], days_ago: int) -> Project:
        terms = self._offered(body, self._ago(days_ago))
        at = self._ago(days_ago - 1)
        signing.sign(terms=terms, signing=self.carl.signature, by=self.carl.actor, at=at)
        settle(at)
        return terms.project

    def _offered(self, body: Callable[[date], Body], at: datetime) -> Terms:
        draft = self._drafted(body, at - timedelta(minutes=20))
        terms = offers.offer(draft=draft, signing=self.ada.signature, by=self.ada.actor, at=at)
        settle(at)
        return terms

    def _drafted(self, body: Callable[[date], Body], at: datetime) -> Draft:
        """Typed page by page, as the wizard does."""
        typed = body(at.astimezone(ZoneInfo(self.ada.party.time_zone)).date())
        draft = drafts.start(by=self.ada.actor, at=at)
        for step in steps.STEPS[:-1]:
            fields = _fields(typed, step)
            draft = drafts.save(
                draft=draft, step=step, typed=fields, version=draft.version, page="", by=self.ada.actor, at=at
            )
        return draft

    def _delivered(self, project: Project, number: int, at: datetime, note: str) -> None:
        milestone = self._milestone(project, number)
        items = [
            Item(
                deliverable=deliverable.id,
                name=f"{deliverable.title}.txt",
                media_type="text/plain",
                stream=BytesIO(f"{deliverable.title}\n\n(A file of the demo.)\n".encode()),
            )
            for deliverable in milestone.said.deliverables
        ]
        items.append(Item(link="https://example.org/preview"))
        milestones.deliver(milestone=milestone, note=note, items=items, by=self.ada.actor, at=at)
        settle(at + timedelta(minutes=1))

    def _approved(self, project: Project, number: int, at: datetime) -> None:
        milestones.approve(milestone=self._milestone(project, number), by=self.carl.actor, at=at)
        settle(at + timedelta(minutes=1))

    def _paid(self, project: Project, number: int, at: datetime) -> None:
        payments.say_sent(milestone=self._milestone(project, number), by=self.carl.actor, at=at)
        settle(at)
        received_at = at + timedelta(hours=20)
        payments.say_received(milestone=self._milestone(project, number), by=self.ada.actor, at=received_at)
        settle(received_at)

    def _milestone(self, project: Project, number: int) -> Milestone:
        rows = Milestone.objects.select_related("project__terms", "project__client", "project__freelancer")
        return rows.get(project=project, number=number)

    def _ago(self, days: int, minutes: int = 0) -> datetime:
        return self.now - timedelta(days=days, minutes=minutes)


def _fields(body: Body, step: steps.Step) -> dict[str, str]:
    """What a browser posts on one page of the wizard."""
    fields = {name: body[name] for name in steps.fields(step) if name in body}
    if step != "milestones":
        return fields
    for number, milestone in enumerate(body["milestones"]):
        for name in steps.MILESTONE_FIELDS:
            fields[f"milestones.{number}.{name}"] = milestone[name]
        for place, deliverable in enumerate(milestone["deliverables"]):
            for name in steps.DELIVERABLE_FIELDS:
                fields[f"milestones.{number}.deliverables.{place}.{name}"] = deliverable[name]
    return fields
