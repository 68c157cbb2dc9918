"""Where a milestone stands, in words for one reader: who did what, when, and whom it waits for."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from milepost.core.catalogue import Side
from milepost.models import DeliveredItem, Project
from milepost.web import access, dues
from milepost.web.road import Stop, day_of, name_of, other_side
from milepost.web.templatetags.milepost import day_words, money_words
from milepost.web.waiting import action


def standing(stop: Stop, project: Project, side: Side) -> str:
    """`Delivered Sun 1 March, waits for you`; the state's own words where there is no more to say."""
    zone, other = project.agreed.said.time_zone, name_of(project, other_side(side))
    facts = {"day": _day(stop.milestone.moved_at, zone), "other": other}
    match stop.state:
        case "delivered" if side == "client":
            return _("Delivered %(day)s, waits for you") % facts
        case "delivered":
            return _("Delivered %(day)s, with %(other)s for review") % facts
        case "open" if stop.changes_asked:
            return _("Changes asked for on %(day)s") % facts
        case "open":
            return _("Being worked on since %(day)s") % facts
        case "approved":
            return _approved(stop, zone, facts)
        case "closed":
            return _("Paid %(day)s") % facts
        case "cancelled":
            return _cancelled(stop, facts)
        case "funded":
            return _("Deposit paid, not begun yet") if stop.holder == "freelancer" else _("Funded, not begun yet")
    return _planned(stop)


def _planned(stop: Stop) -> str:
    if stop.holder == "nobody":
        return _("Planned")
    if stop.funding_underway:
        return _funding_words(stop)
    if stop.funding == "failed" and not stop.by_hand:
        return _("Payment failed, not funded")
    return _("Deposit not asked for yet") if stop.holder == "freelancer" else _("Not funded yet")


def _funding_words(stop: Stop) -> str:
    """A payment that is asked for: how far it has come."""
    if stop.by_hand and stop.money.held:
        missing = money_words(stop.amount - stop.money.held)
        return _("%(amount)s has yet to arrive") % {"amount": missing}
    if stop.by_hand and stop.funding == "requested":
        return _("To be paid by bank transfer")
    return _("Payment under way")


def _approved(stop: Stop, zone: str, facts: dict[str, str]) -> str:
    words = _("Approved by the clock %(day)s") if _by_clock(stop) else _("Approved %(day)s")
    if stop.holder not in ("nobody", "freelancer"):
        rest = _("payout failed, tried again") if stop.payout == "failed" else _("payout under way")
    elif stop.sent_at:
        rest = _("payment sent %(day)s") % {"day": _day(stop.sent_at, zone)}
    else:
        rest = _to_be_paid(stop)
    return f"{words % facts}, {rest}"


def _to_be_paid(stop: Stop) -> str:
    """Directly; a deposit is paid already, and the milestone closes with its approval."""
    if stop.holder != "nobody":
        return _("to be paid")
    said = stop.milestone.project.agreed.said
    due = dues.due_on(stop.milestone, said)
    words = (
        _("payment overdue since %(day)s") if dues.is_overdue(due, said, access.now()) else _("to be paid by %(day)s")
    )
    return words % {"day": day_words(due)}


def _cancelled(stop: Stop, facts: dict[str, str]) -> str:
    words = _("Cancelled %(day)s") % facts
    if stop.money.refunded:
        return _("%(words)s, %(amount)s refunded") % {"words": words, "amount": money_words(stop.money.refunded)}
    if stop.money.refunding or stop.money.held:
        return _("%(words)s, refund under way") % {"words": words}
    return words


def state_for(stop: Stop, side: Side) -> str:
    """The state as one side sees it: a delivery is amber only for the client, whose turn it is."""
    return "reviewing" if stop.state == "delivered" and side == "freelancer" else stop.state


def post(stop: Stop, project: Project, side: Side, *, may_fund: bool = True) -> dict[str, Any]:
    """The milestone as `parts/milestone.html` shows it on the road."""
    return {
        "title": stop.title,
        "href": reverse("milestone", args=[stop.id]),
        "state": state_for(stop, side),
        "words": standing(stop, project, side),
        "due_on": stop.said.due_on,
        "amount": stop.amount,
        "deliverables": deliverables(stop),
        "actions": _offers(stop, side) if may_fund else [],
        "number": stop.number,
    }


def deliverables(stop: Stop) -> list[dict[str, Any]]:
    """Each deliverable with what was last handed over for it; `done` once it is approved."""
    done = stop.milestone.status in ("approved", "closed")
    return [
        {
            "title": each.title,
            "criteria": each.criteria,
            "done": done,
            "handed": [handed(item) for item in stop.items if item.deliverable == each.id],
            "id": each.id,
        }
        for each in stop.said.deliverables
    ]


def handed(item: DeliveredItem) -> dict[str, Any]:
    """A file or a link of a delivery. A link leads away: the page says where to."""
    if item.file is None:
        return {"name": item.link, "href": item.link, "away": True}
    href = reverse("file", args=[item.file.pk])
    return {"name": item.file.name, "href": href, "size": item.file.size_bytes, "sha256": item.file.sha256}


def _offers(stop: Stop, side: Side) -> list[dict[str, Any]]:
    """What may be done from the road itself; everything else is on the milestone's own page."""
    if side == "client" and stop.wants_funding:
        label = _("Fund %(amount)s") % {"amount": money_words(stop.amount)}
        return [action(label, "milestone-fundings", stop.id, "", post=True)]
    return []


def _by_clock(stop: Stop) -> bool:
    return stop.review_of_last is not None and stop.review_of_last.by_clock


def _day(at: datetime, zone: str) -> str:
    return day_words(day_of(at, zone))
