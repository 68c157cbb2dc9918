"""What moved between which accounts, summed, for many subjects at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Sum

from milepost.ledger.models import Transfer


@dataclass(frozen=True, slots=True)
class Flow:
    """All that moved from `source` to `target` in postings about `subject`; minor units of `currency`."""

    subject: str
    source: str
    target: str
    currency: str
    amount: int


def flows(subjects: Sequence[str]) -> list[Flow]:
    """One statement, however many subjects there are."""
    if not subjects:
        return []
    rows = (
        Transfer.objects.filter(posting__subject__in=subjects)
        .values_list("posting__subject", "source__path", "target__path", "currency")
        .annotate(moved=Sum("amount"))
        .order_by()
    )
    return [Flow(*row) for row in rows]
