"""Refunds: money of a milestone that goes back to the client."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from milepost.actions import books, intents, milestones
from milepost.core import postings
from milepost.core.actors import HOUSE, Actor
from milepost.core.money import Money
from milepost.events.record import record
from milepost.models import Milestone, Refund

# How long after a failed refund the house asks again.
AGAIN_AFTER = timedelta(hours=1)


def request(*, milestone: Milestone, source: str, amount: Money, by: Actor, at: datetime) -> Refund:
    """Sets the amount aside and asks the holder to send it back. In the caller's transaction, project locked.

    `source` is the path it is taken from; the books refuse more than is there.
    """
    refund = Refund.objects.create(
        milestone=milestone,
        holder=milestone.branch,
        source=source,
        amount_minor=amount.minor,
        currency=amount.currency,
        requested_at=at,
        due_at=at,
    )
    entries = postings.request_refund(refund.holder, source, refund.pk, amount)
    books.post("refund.requested", f"{refund.pk}/requested", milestone, entries, at=at)
    facts: dict[str, Any] = {
        "milestone": milestone.pk,
        "refund": refund.pk,
        "amount": amount.minor,
        "currency": amount.currency,
    }
    record(milestone.project, "refund.requested", by=by, at=at, **facts)
    return refund


def again(*, refund: Refund, at: datetime) -> Refund | None:
    """Asks once more for a refund that failed. None when another one for the same money is under way or done."""
    with transaction.atomic():
        _, milestone = milestones.locked(refund.milestone)
        newer = milestone.refunds.filter(source=refund.source, requested_at__gt=refund.requested_at)
        if refund.status != "failed" or newer.exists():
            return None
        return request(milestone=milestone, source=refund.source, amount=refund.amount, by=HOUSE, at=at)


def confirm(*, refund: Refund, reference: str, at: datetime) -> Refund:
    """The holder sent it back. `Stale` for a second answer."""
    with transaction.atomic():
        project, milestone = milestones.locked(refund.milestone)
        refund = Refund.objects.select_for_update().get(pk=refund.pk)
        intents.settle(refund, "confirm", at=at, reference=reference[:200])
        entries = postings.confirm_refund(refund.holder, refund.pk, project.client_id, refund.amount)
        books.post("refund.confirmed", f"{refund.pk}/confirmed", milestone, entries, at=at)
        record(project, "refund.confirmed", by=HOUSE, at=at, milestone=milestone.pk, refund=refund.pk)
    return refund


def fail(*, refund: Refund, reason: str, at: datetime) -> Refund:
    """The holder could not send it back: it is where it was, and is asked for again."""
    with transaction.atomic():
        project, milestone = milestones.locked(refund.milestone)
        refund = Refund.objects.select_for_update().get(pk=refund.pk)
        intents.settle(refund, "fail", at=at, reason=reason[:500])
        entries = postings.fail_refund(refund.holder, refund.source, refund.pk, refund.amount)
        books.post("refund.failed", f"{refund.pk}/failed", milestone, entries, at=at)
        record(project, "refund.failed", by=HOUSE, at=at, milestone=milestone.pk, refund=refund.pk)
    return refund
