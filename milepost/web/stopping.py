"""What becomes of a project that one side asks to stop, and of each milestone's money: in words, decided elsewhere."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from milepost.core.catalogue import Side
from milepost.core.lifecycle import CANCELLABLE
from milepost.models import Ending, Project
from milepost.web.road import Stop, name_of, other_side
from milepost.web.standing import standing, state_for
from milepost.web.templatetags.milepost import money_words
from milepost.web.waiting import Step, action


def of(project: Project) -> Ending | None:
    """What was asked and waits for an answer, or was agreed; one at most."""
    return project.endings.filter(answer__in=("", "agreed")).first()


def steps(project: Project, side: Side, ending: Ending | None, stops: list[Stop]) -> list[Step]:
    """What the project's page says first while one side has asked to stop."""
    if ending is None or ending.answer or not left(stops):
        return []
    other = {"other": name_of(project, other_side(side))}
    if project.party(side).pk == ending.asked_by_id:
        title, words = (
            _("You asked %(other)s to stop the project"),
            _("Until they agree, everything goes on as agreed."),
        )
        back = action(_("Take it back"), "project-stops-withdrawals", project.pk, "", post=True)
        return [Step(title % other, words, [back | {"fields": {"ending": ending.pk}}], kind="calm")]
    answer = action(_("See and answer"), "project-stops", project.pk)
    words = _("“%(reason)s” Until you answer, everything goes on as agreed.")
    return [Step(_("%(other)s asks to stop the project") % other, words % {"reason": ending.reason}, [answer])]


def asked(project: Project, stop: Stop, side: Side) -> dict[str, bool]:
    """Of a milestone that would be cancelled: whether one side asks to stop, and whether the reader is that side."""
    ending = of(project) if stop.milestone.status in CANCELLABLE else None
    return {"mine": ending.asked_by_id == project.party(side).pk} if ending else {}


def offers_stop(ending: Ending | None, stops: list[Stop]) -> bool:
    """Whether the project's page leads to asking for it."""
    return ending is None and left(stops)


def becomes_of_money(stop: Stop, project: Project) -> str:
    """What becomes of a milestone's money when it is cancelled, by whoever it is."""
    return _money(stop, project)


def left(stops: list[Stop]) -> bool:
    return any(stop.milestone.status in CANCELLABLE for stop in stops)


def fate(stop: Stop, project: Project, side: Side) -> dict[str, Any]:
    """What becomes of a milestone and of its money when both agree."""
    return {
        "title": stop.title,
        "amount": stop.amount,
        "state": state_for(stop, side),
        "standing": standing(stop, project, side),
        "words": _words(stop, project),
    }


def _words(stop: Stop, project: Project) -> str:
    if stop.milestone.status == "approved":
        return _("Stays approved, and is paid as agreed.")
    return f"{_('Is cancelled.')} {_money(stop, project)}"


def _money(stop: Stop, project: Project) -> str:
    if stop.holder == "nobody":
        return _("Nothing is held for it, and nothing is owed.")
    if stop.money.held:
        return _returns(stop, project)
    if stop.funding_underway:
        return _("The payment for it is called off; what arrives all the same goes back.")
    return _("Nothing was paid in for it, and nothing is owed.")


def _returns(stop: Stop, project: Project) -> str:
    said = project.agreed.said
    words = {
        "sandbox": _("%(amount)s of pretend money goes back to %(client)s."),
        "custodian": _("%(custodian)s sends the %(amount)s that it holds back to %(client)s."),
        "freelancer": _(
            "%(freelancer)s owes the deposit of %(amount)s back and sends it to %(client)s; "
            "that this happens depends on %(freelancer)s."
        ),
    }
    return words[stop.holder] % {
        "amount": money_words(stop.money.held),
        "client": name_of(project, "client"),
        "freelancer": name_of(project, "freelancer"),
        "custodian": said.custodian.name if said.custodian else "",
    }
