"""Releases: what was held is owed to the freelancer, and its payout is asked for at once."""

from __future__ import annotations

from datetime import datetime

from milepost.actions import books
from milepost.core import postings
from milepost.core.money import Money
from milepost.core.postings import Entry
from milepost.models import Milestone, Payout


def release(*, milestone: Milestone, at: datetime) -> Payout | None:
    """The whole amount is released and its payout asked for, in one posting. In the caller's transaction.

    None for holder `nobody`: the client pays the freelancer directly; and for holder `freelancer`, who has it already
    and from now on owes nothing of it back.
    """
    if milestone.holder == "nobody":
        return None
    if milestone.holder == "freelancer":
        entries = postings.earn(milestone.branch, milestone.pk, milestone.project.freelancer_id, milestone.amount)
        books.post("milestone.released", f"{milestone.pk}/earned", milestone, entries, at=at)
        return None
    entries = postings.release(milestone.branch, milestone.pk, milestone.amount)
    return request_payout(milestone, milestone.amount, "milestone.released", entries, at)


def request_payout(milestone: Milestone, amount: Money, kind: str, before: list[Entry], at: datetime) -> Payout:
    """Sets the amount aside and asks the holder to pay it out, in one posting with what comes `before`."""
    payout = Payout.objects.create(
        milestone=milestone,
        holder=milestone.branch,
        amount_minor=amount.minor,
        currency=amount.currency,
        requested_at=at,
        due_at=at,
    )
    entries = before + postings.request_payout(milestone.branch, milestone.pk, payout.pk, amount)
    books.post(kind, f"{payout.pk}/requested", milestone, entries, at=at)
    return payout
