"""What all projects of somebody come to: held, due and paid, per side and currency. Read, never stored."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import chain
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import F, Q

from milepost.core import postings
from milepost.core.catalogue import Side
from milepost.core.money import Money, total
from milepost.ledger.balances import Flow, flows
from milepost.models import Milestone, Party

MONTHS = 12
# The places below a holder in which money has not arrived yet: `sandbox/held/mil_...`.
HELD = ("held", "payable", "paying")
# Below it money is with the freelancer already, and owed back until it is earned.
DEPOSIT = "freelancer/"
# SQLite takes no more than 32,766 values in a statement.
SUBJECTS_MAX = 30_000


@dataclass(slots=True)
class Totals:
    """One side's money in one currency. `months`: what was paid in each of the last twelve, the oldest first."""

    side: Side
    currency: str
    held: Money
    # With the freelancer in advance: owed back until it is earned, so it is not held for anybody.
    deposits: Money
    due: Money
    months: dict[date, Money] = field(default_factory=dict)

    @property
    def paid(self) -> Money:
        return total(self.months.values(), self.currency)

    def __bool__(self) -> bool:
        return bool(self.held or self.deposits or self.due or self.paid)


def of(*, parties: list[Party], at: datetime) -> list[Totals]:
    """Per side and currency, whatever is not nothing; three statements, however many projects.

    Held is what the holder has, a deposit what a freelancer has in advance; due is what is approved and paid directly; paid is what arrived in the last twelve
    months, each in the month in which its milestone was closed, by the clock of the first party.
    """
    zone = ZoneInfo(parties[0].time_zone if parties else "UTC")
    months = _months(at.astimezone(zone).date())
    own = {party.pk for party in parties}
    rows = _rows(own, datetime(months[0].year, months[0].month, 1, tzinfo=zone))
    due = _due([row["pk"] for row in rows if row["status"] == "approved"])
    found: dict[tuple[Side, str], Totals] = {}
    by_id = {row["pk"]: row for row in rows}
    for row in rows:
        for side in _sides(row, own):
            if row["pk"] in due:
                one = _one(found, side, due[row["pk"]].currency, months)
                one.due += due[row["pk"]]
    for flow in _flows(list(by_id)):
        row = by_id[flow.subject]
        # A clock that was wrong for a while may have written a month that has yet to come.
        month = min(row["moved_at"].astimezone(zone).date().replace(day=1), months[-1])
        for side in _sides(row, own):
            one = _one(found, side, flow.currency, months)
            _count(one, flow, postings.outside(row["freelancer"]), month)
    return sorted((one for one in found.values() if one), key=lambda one: (one.side, one.currency))


def _count(one: Totals, flow: Flow, freelancer: str, month: date) -> None:
    inside = Money((_inside(flow.target) - _inside(flow.source)) * flow.minor, flow.currency)
    if DEPOSIT in (flow.source[: len(DEPOSIT)], flow.target[: len(DEPOSIT)]):
        one.deposits += inside
    else:
        one.held += inside
    if month in one.months:
        # What was given back was not paid after all.
        paid = (flow.target == freelancer) - (flow.source == freelancer)
        one.months[month] += Money(paid * flow.minor, flow.currency)


def _months(today: date) -> list[date]:
    """The first days of this month and of the eleven before it, the oldest first."""
    count = today.year * 12 + today.month - 1
    return [date(number // 12, number % 12 + 1, 1) for number in range(count - MONTHS + 1, count + 1)]


def _rows(own: set[str], begin: datetime) -> list[dict[str, Any]]:
    """Their milestones whose money is under way, or was paid within the months."""
    mine = Q(project__client__in=own) | Q(project__freelancer__in=own)
    alive = Milestone.objects.filter(mine).exclude(status="cancelled").exclude(status="closed", moved_at__lt=begin)
    sides = {"client": F("project__client"), "freelancer": F("project__freelancer")}
    return [dict(row) for row in alive.order_by().values("pk", "status", "moved_at", **sides)]


def _sides(row: dict[str, Any], own: set[str]) -> list[Side]:
    """Both, for somebody who hires their own company."""
    return [side for side in ("client", "freelancer") if row[side] in own]


def _flows(milestones: list[str]) -> Iterator[Flow]:
    """In one statement, up to more milestones than a statement can name."""
    for begin in range(0, len(milestones), SUBJECTS_MAX):
        yield from chain.from_iterable(flows(milestones[begin : begin + SUBJECTS_MAX]).values())


def _inside(path: str) -> int:
    return int(path.split("/")[-2] in HELD)


def _due(milestones: Iterable[str]) -> dict[str, Money]:
    """Approved and paid directly: the amount of the terms, until the freelancer says that it arrived."""
    rows = Milestone.objects.filter(pk__in=list(milestones)).select_related("project__terms")
    return {row.pk: row.amount for row in rows if row.holder == "nobody"}


def _one(found: dict[tuple[Side, str], Totals], side: Side, currency: str, months: list[date]) -> Totals:
    nothing = Money(0, currency)
    return found.setdefault(
        (side, currency), Totals(side, currency, nothing, nothing, nothing, dict.fromkeys(months, nothing))
    )
