"""Funding: the client asks the holder to collect a milestone's amount; the holder confirms that it arrived."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from milepost.actions import books, intents, milestones, refunds
from milepost.core import postings
from milepost.core.actors import HOUSE, Actor
from milepost.core.lifecycle import MILESTONE, step
from milepost.core.money import Money
from milepost.core.refusals import Refused
from milepost.events.record import record
from milepost.models import Funding, Milestone
from milepost.models.money import LIVE


class NothingToFund(Refused):
    """The milestone needs no money in advance, or has it."""


def fund(*, milestone: Milestone, by: Actor, at: datetime) -> Funding:
    """An intent for the whole amount; funding ahead of the start is allowed.

    A second click answers with the funding that is under way. Refuses what is funded, and holder `nobody`.
    """
    with transaction.atomic():
        project, milestone = milestones.locked(milestone)
        step(MILESTONE, milestone.status, "fund", {project.role_of(by)})
        if milestone.holder == "nobody":
            raise NothingToFund(_("Nobody holds the money here: it is paid on approval."))
        live = milestone.fundings.filter(status__in=LIVE).first()
        if live is not None:
            return live
        if books.held(milestone) == milestone.amount:
            raise NothingToFund(_("This milestone is funded already."))
        wanted = milestone.amount - books.held(milestone)
        funding = Funding.objects.create(
            milestone=milestone,
            holder=milestone.branch,
            amount_minor=wanted.minor,
            currency=wanted.currency,
            requested_at=at,
            due_at=at,
        )
        facts: dict[str, Any] = {
            "milestone": milestone.pk,
            "funding": funding.pk,
            "amount": wanted.minor,
            "currency": wanted.currency,
        }
        record(project, "funding.requested", by=by, at=at, **facts)
    return funding


def confirm(*, funding: Funding, arrived: Money, reference: str, at: datetime) -> Funding:
    """The holder says what arrived. What is too much, or comes too late, is booked as unapplied and refunded.

    `Stale` when the funding was settled before; nothing moves twice.
    """
    if arrived.currency != funding.currency:
        raise Refused(_("The money came in another currency than the one agreed."))
    with transaction.atomic():
        project, milestone = milestones.locked(funding.milestone)
        funding = Funding.objects.select_for_update().get(pk=funding.pk)
        intents.settle(funding, "confirm", at=at, reference=reference[:200], arrived_minor=arrived.minor)
        client = project.client_id
        if milestone.status == "planned":
            wanted = milestone.amount - books.held(milestone)
            entries = postings.confirm_funding(funding.holder, milestone.pk, client, arrived, wanted)
        else:
            wanted = Money(0, arrived.currency)
            entries = postings.late_arrival(funding.holder, client, arrived)
        books.post("funding.confirmed", f"{funding.pk}/confirmed", milestone, entries, at=at)
        facts: dict[str, Any] = {
            "milestone": milestone.pk,
            "funding": funding.pk,
            "amount": arrived.minor,
            "currency": arrived.currency,
        }
        record(project, "funding.confirmed", by=HOUSE, at=at, **facts)
        if wanted < arrived:
            source = postings.unapplied(funding.holder, arrived.currency)
            refunds.request(milestone=milestone, source=source, amount=arrived - wanted, by=HOUSE, at=at)
        milestones.open_ready(project=project, at=at)
    return funding


def fail(*, funding: Funding, reason: str, at: datetime) -> Funding:
    """The holder could not collect; nothing was booked, and the client may try again."""
    with transaction.atomic():
        project, milestone = milestones.locked(funding.milestone)
        funding = Funding.objects.select_for_update().get(pk=funding.pk)
        intents.settle(funding, "fail", at=at, reason=reason[:500])
        record(project, "funding.failed", by=HOUSE, at=at, milestone=milestone.pk, funding=funding.pk)
    return funding
