"""Payouts: the holder pays the freelancer what was released."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from milepost.actions import books, intents, milestones, releases
from milepost.core import postings
from milepost.core.actors import HOUSE
from milepost.events.record import record
from milepost.models import Milestone, Payout
from milepost.models.money import LIVE

# How long after a failed payout the house asks again.
AGAIN_AFTER = timedelta(hours=1)


def again(*, milestone: Milestone, at: datetime) -> Payout | None:
    """Asks once more for what is payable after a payout failed. None when nothing is, or one is under way."""
    with transaction.atomic():
        project, milestone = milestones.locked(milestone)
        money = books.money_of(project)[milestone.pk]
        if not money.payable or milestone.payouts.filter(status__in=LIVE).exists():
            return None
        payout = releases.request_payout(milestone, money.payable, "payout.requested", [], at)
        record(project, "payout.requested", by=HOUSE, at=at, milestone=milestone.pk, payout=payout.pk)
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
