"""What Ada, Carl and Cora do in the demo: the same verbs that people use, each at the instant that its story names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from io import BytesIO
from zoneinfo import ZoneInfo

from milepost.actions import arrivals, drafts, funding, milestones, offers, payments, payouts, signing, uploads
from milepost.actions.milestones import Item
from milepost.core import steps
from milepost.core.money import Money
from milepost.core.references import structured_reference
from milepost.core.steps import Body
from milepost.demo.cast import Person
from milepost.models import Draft, Funding, Milestone, Payout, Project, Terms

Proposal = Callable[[date], Body]


@dataclass(frozen=True, slots=True)
class Deeds:
    """Who acts, and the day from which all others are counted."""

    ada: Person
    carl: Person
    cora: Person
    # Cora's partner: above her limit two people have to say the same.
    nils: Person
    now: datetime

    def ago(self, days: int, minutes: int = 0) -> datetime:
        return self.now - timedelta(days=days, minutes=minutes)

    # -- terms -----------------------------------------------------------------------------------

    def drafts(self, proposal: Proposal, at: datetime) -> Draft:
        """Typed page by page, as the wizard does."""
        typed = proposal(at.astimezone(ZoneInfo(self.ada.party.time_zone)).date())
        if typed["holder"] == "custodian" or any(row["holder"] == "custodian" for row in typed["milestones"]):
            typed["custodian"] = self.cora.party.pk
        draft = drafts.start(by=self.ada.actor, at=at)
        for step in steps.STEPS[:-1]:
            fields = _fields(typed, step)
            version = draft.version
            draft = drafts.save(
                draft=draft, step=step, typed=fields, version=version, page="", by=self.ada.actor, at=at
            )
        return draft

    def offers(self, proposal: Proposal, at: datetime, contract: bytes = b"") -> Terms:
        """Ada sends it; with `contract`, a PDF of her own."""
        draft = self.drafts(proposal, at)
        if contract:
            uploads.keep(draft=draft, stream=[contract], name="Maintenance.pdf", by=self.ada.actor, at=at)
            draft.refresh_from_db()
        signature = replace(self.ada.signature, governs=bool(contract))
        return offers.offer(draft=draft, signing=signature, by=self.ada.actor, at=at)

    def signs(self, terms: Terms, at: datetime) -> Project:
        signing.sign(terms=terms, signing=self.carl.signature, by=self.carl.actor, at=at)
        return terms.project

    def accepts(self, terms: Terms, at: datetime) -> Project:
        """Cora accepts the mandate."""
        signing.sign(terms=terms, signing=self.cora.signature, by=self.cora.actor, at=at)
        return terms.project

    # -- work ------------------------------------------------------------------------------------

    def delivers(self, project: Project, number: int, at: datetime, note: str) -> None:
        milestone = self.milestone(project, number)
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

    def approves(self, project: Project, number: int, at: datetime) -> None:
        milestones.approve(milestone=self.milestone(project, number), by=self.carl.actor, at=at)

    # -- money -----------------------------------------------------------------------------------

    def funds(self, project: Project, number: int, at: datetime, *, sent: bool = False) -> Funding:
        """Carl asks for it to be collected, or is shown where to send it; `sent`: he says that he has."""
        asked = funding.fund(milestone=self.milestone(project, number), by=self.carl.actor, at=at)
        if sent:
            funding.say_sent(funding=asked, by=self.carl.actor, at=at)
        return asked

    def receives(self, asked: Funding, at: datetime, minor: int = 0) -> None:
        """Whoever holds the money says what arrived: all of it, or `minor`; above Cora's limit, Nils says so too."""
        asked.refresh_from_db()
        project = asked.milestone.project
        holder = self.cora if asked.holder.startswith("custodian/") else self.ada
        noted = arrivals.note(
            holder=holder.party,
            money=Money(minor or asked.amount_minor, asked.currency),
            arrived_on=at.astimezone(ZoneInfo(holder.party.time_zone)).date(),
            reference=structured_reference(asked.pk),
            payer=project.client.legal_name,
            funding=asked,
            by=holder.actor,
            at=at,
        )
        if noted.status == "noted":
            arrivals.confirm(arrival=noted, by=self.nils.actor, at=at)

    def pays_out(self, project: Project, number: int, at: datetime) -> None:
        """Cora says so, and above her limit Nils."""
        payout = Payout.objects.get(milestone=self.milestone(project, number))
        if payouts.say_paid(payout=payout, by=self.cora.actor, at=at).status != "confirmed":
            payouts.say_paid(payout=payout, by=self.nils.actor, at=at)

    def says_sent(self, project: Project, number: int, at: datetime) -> None:
        payments.say_sent(milestone=self.milestone(project, number), by=self.carl.actor, at=at)

    def says_received(self, project: Project, number: int, at: datetime) -> None:
        payments.say_received(milestone=self.milestone(project, number), by=self.ada.actor, at=at)

    def milestone(self, project: Project, number: int) -> Milestone:
        related = (f"project__{part}" for part in ("terms", "client", "freelancer", "custodian"))
        return Milestone.objects.select_related(*related).get(project=project, number=number)


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
