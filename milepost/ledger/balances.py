"""Reading the books. Amounts are minor units; an account that was never opened is at zero."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import BooleanField, F, Q, QuerySet, Sum
from django.db.models.expressions import RawSQL

from milepost.ledger.models import Account, Transfer

BALANCE = F("credits") - F("debits")


@dataclass(frozen=True, slots=True)
class Flow:
    """What all postings of one kind about one subject moved from one account to another."""

    subject: str
    kind: str
    source: str
    target: str
    currency: str
    minor: int


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an account's statement; `other` is the account on the other side."""

    transfer: int
    posted_at: datetime
    happened_at: datetime
    kind: str
    subject: str
    other: str
    # What it added (or took, below zero), and the balance after it.
    change: int
    balance: int


@dataclass(frozen=True, slots=True)
class Statement:
    """Lines, the newest first, and where the older ones go on; none when these were the last."""

    lines: list[Line]
    older: int | None


def balance(path: str, currency: str) -> int:
    """One account's balance."""
    return balances([path], currency)[path]


def balances(paths: Iterable[str], currency: str) -> Mapping[str, int]:
    """The balances of many accounts, in one query; every path asked for is in the answer."""
    wanted = list(paths)
    found = Account.objects.filter(path__in=wanted, currency=currency).values_list("path", BALANCE)
    return dict.fromkeys(wanted, 0) | dict(found)


def under(prefix: str) -> Mapping[tuple[str, str], int]:
    """(path, currency) -> balance of every account below a path that ends with `/`, in the order of paths."""
    return {
        (path, currency): minor for path, currency, minor in _under(prefix).values_list("path", "currency", BALANCE)
    }


def total_under(prefix: str) -> Mapping[str, int]:
    """Currency -> sum of the accounts below a path that ends with `/`: what a holder must have, say."""
    sums = _under(prefix).order_by("currency").values_list("currency")
    return dict(sums.annotate(total=Sum(BALANCE)))


def flows(subjects: Iterable[str]) -> Mapping[str, list[Flow]]:
    """Subject -> what was moved about it, summed by kind and accounts, in one query; every subject is in the answer.

    All that a milestone's money can be asked is a sum over these: funded, released, paid out, refunded, fees.
    """
    found: dict[str, list[Flow]] = {subject: [] for subject in subjects}
    moved = Transfer.objects.filter(posting__subject__in=list(found)).order_by("posting__subject", "posting__kind")
    columns = ("posting__subject", "posting__kind", "source__path", "target__path", "currency")
    for subject, kind, source, target, currency, minor in moved.values_list(*columns).annotate(minor=Sum("amount")):
        found[subject].append(Flow(subject, kind, source, target, currency, minor))
    return found


def by_subject(path: str, currency: str) -> Mapping[str, int]:
    """Subject -> what it has in an account that several share; those with nothing left are not in the answer."""
    touching = Q(source__path=path) | Q(target__path=path)
    moved = Transfer.objects.filter(touching, currency=currency).order_by("posting__subject")
    rows = moved.values_list("posting__subject", "target__path").annotate(minor=Sum("amount"))
    sums: dict[str, int] = defaultdict(int)
    for subject, target, minor in rows:
        sums[subject] += minor if target == path else -minor
    return {subject: minor for subject, minor in sums.items() if minor}


def net(flows: Iterable[Flow]) -> Mapping[str, int]:
    """Path -> what it gained (or lost, below zero) by these flows, which are of one currency."""
    sums: dict[str, int] = defaultdict(int)
    for flow in flows:
        sums[flow.source] -= flow.minor
        sums[flow.target] += flow.minor
    return dict(sums)


def statement(path: str, currency: str, *, before: int | None = None, limit: int = 50) -> Statement:
    """An account's transfers with the balance after each; `before` is the `older` of the page before."""
    account = Account.objects.filter(path=path, currency=currency).first()
    if account is None:
        return Statement([], None)
    # What is booked meanwhile is left out: up to this transfer, all of them add up to this balance.
    sides = [
        Transfer.objects.filter(side, id__lte=account.last_transfer) for side in (Q(source=account), Q(target=account))
    ]
    left_over = account.credits - account.debits
    if before is not None:
        sent, came = (side.filter(id__gte=before).aggregate(sum=Sum("amount"))["sum"] or 0 for side in sides)
        left_over += sent - came
        sides = [side.filter(id__lt=before) for side in sides]
    lines: list[Line] = []
    rows = _newest(sides[0], sides[1], limit + 1)
    for transfer, posted_at, happened_at, kind, subject, other, change in rows[:limit]:
        lines.append(Line(transfer, posted_at, happened_at, kind, subject, other, change, left_over))
        left_over -= change
    return Statement(lines, lines[-1].transfer if len(rows) > limit else None)


def _newest(sent: QuerySet[Transfer], came: QuerySet[Transfer], limit: int) -> list[tuple[Any, ...]]:
    """Each side by its own index; one query for both would read the whole account to sort it."""
    posting = ("id", "posting__posted_at", "posting__happened_at", "posting__kind", "posting__subject")
    rows = [*sent.order_by("-id").values_list(*posting, "target__path", -F("amount"))[:limit]]
    rows += came.order_by("-id").values_list(*posting, "source__path", "amount")[:limit]
    return sorted(rows, reverse=True)[:limit]


def _under(prefix: str) -> QuerySet[Account]:
    """By an index on either database, which LIKE would not use for a value that it learns later."""
    assert prefix.endswith("/"), "a prefix ends with a slash"
    # The sign after the slash: all that begins with the prefix lies between.
    below, end = prefix, prefix[:-1] + "0"
    if connection.vendor == "sqlite":
        found = Account.objects.filter(path__gte=below, path__lt=end)
    else:
        # Sign by sign, whatever the collation of the database.
        inside = RawSQL("path ~>=~ %s AND path ~<~ %s", [below, end], output_field=BooleanField())
        found = Account.objects.filter(inside)
    return found.order_by("path", "currency")
