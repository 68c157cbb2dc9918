"""One line each for what a custodian is asked for, expects, pays out and sends back."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from milepost.core.money import Money, total
from milepost.models import Arrival, Funding, Intent, Party, Payout, Refund, Terms
from milepost.web.road import day_of, name_of
from milepost.web.templatetags.milepost import money_words


def mandate_row(terms: Terms) -> dict[str, Any]:
    said, project = terms.said, terms.project
    mine = (said.amount(each) for each in said.milestones if said.holder_of(each) == "custodian")
    return {
        "href": reverse("mandate", args=[terms.pk]),
        "title": project.name,
        "words": f"{name_of(project, 'client')} · {name_of(project, 'freelancer')}",
        "amount": total(mine, said.currency),
        "on": _on(terms.offered_at, terms.project.custodian),
        "state": "",
    }


def intent_row(intent: Any) -> dict[str, Any]:
    project = intent.milestone.project
    name, side = {
        Funding: ("funding", "client"),
        Payout: ("payout", "freelancer"),
        Refund: ("refund", "client"),
    }[type(intent)]
    return {
        "href": reverse(name, args=[intent.pk]),
        "title": name_of(project, side),  # type: ignore[arg-type]  # one of two
        "words": f"{intent.milestone.said.title} · {project.name}",
        "amount": missing(intent) if isinstance(intent, Funding) else intent.amount,
        "on": _on(intent.requested_at, project.custodian),
        "state": _state(intent),
    }


def missing(funding: Funding) -> Money:
    """What of it has yet to arrive."""
    return Money(max(funding.amount_minor - (funding.arrived_minor or 0), 0), funding.currency)


def _state(intent: Intent) -> str:
    """How far it has come, as far as anybody has said."""
    if not isinstance(intent, Funding):
        return _("waits for a second person") if intent.status == "sent" else ""
    if intent.arrived_minor:
        facts = {"part": money_words(Money(intent.arrived_minor, intent.currency)), "whole": money_words(intent.amount)}
        return _("%(part)s of %(whole)s has arrived") % facts
    return _("said to be sent") if intent.status == "sent" else ""


def _on(at: datetime | None, party: Party | None) -> date | None:
    """The day as the custodian's own calendar has it."""
    return day_of(at, party.time_zone) if at and party else None


def arrival_row(arrival: Arrival) -> dict[str, Any]:
    about = arrival.funding and f"{arrival.funding.milestone.said.title} · {arrival.funding.milestone.project.name}"
    return {
        "href": reverse("arrival", args=[arrival.pk]),
        "title": arrival.payer or _("Unknown payer"),
        "words": about or arrival.reference or _("without a reference"),
        "amount": arrival.amount,
        "on": arrival.arrived_on,
        "state": _("noted by %(name)s") % {"name": arrival.noted_by} if arrival.status == "noted" else "",
    }
