"""The one writer of the books."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.transaction import TransactionManagementError
from django.utils.translation import gettext as _

from milepost.core.money import Money
from milepost.core.postings import Entry
from milepost.core.refusals import Refused
from milepost.ledger import on_postgres, on_sqlite
from milepost.ledger.models import Posting, Transfer
from milepost.ledger.request import Outcome, Request, checked


class KeyReused(Refused):
    """The key has been used for another request."""


class Overdrawn(Refused):
    """An account that may not would go below zero; the entries count in the order given."""

    def __init__(self, path: str) -> None:
        super().__init__(_("There is not enough money in %(path)s.") % {"path": path})
        self.path = path


class NotCorrectable(Refused):
    """There is no such posting, another has corrected it, or the entries are not its mirror."""


@dataclass(frozen=True, slots=True)
class Posted:
    """The posting that is in the books; `replayed` when it already was."""

    id: int
    key: str
    replayed: bool


def post(
    *,
    key: str,
    kind: str,
    subject: str,
    transfers: Sequence[Entry],
    happened_at: datetime,
    posted_at: datetime,
    corrects: str | None = None,
) -> Posted:
    """Moves money, all entries or none, in the caller's transaction; an account is opened as it is first named.

    `key` is the idempotency key: the same key with the same request, times aside, answers with the first posting.
    `corrects` is the key of the posting that this one mirrors. Refuses, having written nothing: `KeyReused`,
    `Overdrawn`, `NotCorrectable`, `Malformed`. A verb that posts twice holds its project's row first: accounts are
    locked in order within one posting, not across two. Outside `atomic()` it is our own mistake: `TransactionManagementError`.
    """
    if not connection.in_atomic_block:
        raise TransactionManagementError("The books are written inside atomic(), together with what they are about.")
    request = checked(
        key=key,
        kind=kind,
        subject=subject,
        transfers=transfers,
        happened_at=happened_at,
        posted_at=posted_at,
        corrects=corrects,
    )
    corrected = _corrected(request) if corrects else None
    outcome = _write(request, corrected)
    if outcome.posting:
        return Posted(outcome.posting, key, replayed=False)
    if first := Posting.objects.filter(key=key).first():
        return _replayed(first, request)
    if corrected:
        _refuse_second(corrected, request)
    if outcome.short:
        raise Overdrawn(outcome.short)
    raise AssertionError("neither booked nor refused: the transaction is not READ COMMITTED")


def mirror(key: str) -> list[Entry]:
    """The entries that undo the posting of this key, the last first; empty when there is none."""
    moved = Transfer.objects.filter(posting__key=key).order_by("-id")
    rows = moved.values_list("target__path", "source__path", "amount", "currency")
    return [Entry(target, source, Money(amount, currency)) for target, source, amount, currency in rows]


def _write(request: Request, corrected: int | None) -> Outcome:
    write = on_sqlite.write if connection.vendor == "sqlite" else on_postgres.write
    with connection.cursor() as cursor:
        return write(cursor, request, corrected)


def _replayed(first: Posting, request: Request) -> Posted:
    if first.request_hash != request.hash:
        raise KeyReused(_("This has been booked before, and not like this (%(key)s).") % {"key": request.key})
    return Posted(first.pk, request.key, replayed=True)


def _corrected(request: Request) -> int:
    """The id of the posting to be corrected."""
    corrected = Posting.objects.filter(key=request.corrects).first()
    if corrected is None:
        raise NotCorrectable(_("There is no booking %(key)s to correct.") % {"key": request.corrects})
    _refuse_second(corrected.pk, request)
    back = [(entry.source, entry.target, entry.money) for entry in mirror(corrected.key)]
    if sorted(request.moves) != sorted((source, target, money.minor) for source, target, money in back) or any(
        money.currency != request.currency for _source, _target, money in back
    ):
        raise NotCorrectable(_("A correction takes back exactly what was booked."))
    return corrected.pk


def _refuse_second(corrected: int, request: Request) -> None:
    if Posting.objects.filter(corrects=corrected).exclude(key=request.key).exists():
        raise NotCorrectable(_("This booking has been corrected before."))
