"""Release and payout: what was held is owed to the freelancer, then paid out by the holder."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from milepost.actions import books, intents, milestones
from milepost.core import postings
from milepost.core.actors import HOUSE
from milepost.core.money import Money
from milepost.core.postings import Entry
from milepost.events.record import record
from milepost.models import Milestone, Payout
from milepost.models.money import LIVE

# How long after a failed payout the house asks again.
AGAIN_AFTER = timedelta(hours=1)


def release(*, milestone: Milestone, at: datetime) -> Payout | None:
    """The whole amount is released and its payout asked for, in one posting. In the caller's transaction.

    None for holder `nobody`: the client pays the freelancer directly.
    """
    if milestone.holder == "nobody":
        return None
    entries = postings.release(milestone.holder, milestone.pk, milestone.amount)
    return _request(milestone, milestone.amount, "milestone.released", entries, at)


def again(*, milestone: Milestone, at: datetime) -> Payout | None:
    """Asks once more for what is payable after a payout failed. None when nothing is, or one is under way."""
    with transaction.atomic():
        project, milestone = milestones.locked(milestone)
        money = books.money_of(project)[milestone.pk]
        if not money.payable or milestone.payouts.filter(status__in=LIVE).exists():
            return None
        payout = _request(milestone, money.payable, "payout.requested", [], at)
        record(project, "payout.requested", by=HOUSE, at=at, milestone=milestone.pk, payout=payout.pk)
    return payout


def _request(milestone: Milestone, amount: Money, kind: str, before: list[Entry], at: datetime) -> Payout:
    payout = Payout.objects.create(
        milestone=milestone,
        holder=milestone.holder,
        amount_minor=amount.minor,
        currency=amount.currency,
        requested_at=at,
        due_at=at,
    )
    entries = before + postings.request_payout(milestone.holder, milestone.pk, payout.pk, amount)
    books.post(kind, f"{payout.pk}/requested", milestone, entries, at=at)
    return payout


def confirm(*, payout: Payout, reference: str, at: datetime) -> Payout:
    """The holder paid out; the milestone is closed when that was all. `Stale` for a second answer."""
    with transaction.atomic():
        project, milestone = milestones.locked(payout.milestone)
        payout = Payout.objects.select_for_update().get(pk=payout.pk)
        intents.settle(payout, "confirm", at=at, reference=reference[:200])
        entries = postings.confirm_payout(payout.holder, payout.pk, project.freelancer_id, payout.amount)
        books.post("payout.confirmed", f"{payout.pk}/confirmed", milestone, entries, at=at)
        record(project, "payout.confirmed", by=HOUSE, at=at, milestone=milestone.pk, payout=payout.pk)
        milestones.close_done(milestone=milestone, at=at)
    return payout


def fail(*, payout: Payout, reason: str, at: datetime) -> Payout:
    """The holder could not pay out: the amount is payable again, and both the payout and its reason stay."""
    with transaction.atomic():
        project, milestone = milestones.locked(payout.milestone)
        payout = Payout.objects.select_for_update().get(pk=payout.pk)
        intents.settle(payout, "fail", at=at, reason=reason[:500])
        entries = postings.fail_payout(payout.holder, milestone.pk, payout.pk, payout.amount)
        books.post("payout.failed", f"{payout.pk}/failed", milestone, entries, at=at)
        record(project, "payout.failed", by=HOUSE, at=at, milestone=milestone.pk, payout=payout.pk)
    return payout
