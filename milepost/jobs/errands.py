"""Rows of work: one worker at a time by a lease, tried again with patience, dead in the end.

A lease that ran out is free again: whoever held it was killed, and the work may have been done or not.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, TypeVar

from django.db.models import Model, Q, QuerySet

from milepost.models.events import Errand

log = logging.getLogger("milepost.worker")

BATCH: Final = 20
LEASE: Final = timedelta(minutes=5)

Row = TypeVar("Row", bound=Errand)


@dataclass(frozen=True, slots=True)
class Patience:
    """How often and how long: after the first failure `wait`, doubled with each, at most `wait_max`."""

    tries: int
    wait: timedelta
    wait_max: timedelta

    def after(self, attempts: int) -> timedelta:
        doublings: int = 2 ** min(attempts - 1, 20)
        return min(self.wait * doublings, self.wait_max)


def free(at: datetime) -> Q:
    """Nobody is at it."""
    return Q(leased_until=None) | Q(leased_until__lte=at)


def claimed(model: type[Row], at: datetime, *, most: int = BATCH) -> Iterator[Row]:
    """The rows that are due, the longest waiting first, each leased to the caller as it is handed out."""
    waiting = model._default_manager.filter(free(at), done_at=None, dead_at=None)
    for row in list(waiting.filter(due_at__lte=at).order_by("due_at", "pk")[:most]):
        mine = waiting.filter(pk=row.pk, attempts=row.attempts)
        if mine.update(leased_until=at + LEASE, attempts=row.attempts + 1) == 1:
            row.attempts += 1
            yield row


def done(row: Row, at: datetime, **changes: object) -> bool:
    """Once: False when another worker, whose turn it was after this one's lease ran out, was faster."""
    return _still(row).update(done_at=at, leased_until=None, last_error="", **changes) == 1


def later(row: Row, until: datetime) -> None:
    """Not yet, and nobody's fault: this does not count as a try."""
    _still(row).update(due_at=until, leased_until=None, attempts=row.attempts - 1)


def failed(row: Row, at: datetime, error: BaseException, patience: Patience, *, for_ever: bool = False) -> bool:
    """Tried again later, or dead: then True."""
    dead = for_ever or row.attempts >= patience.tries
    due_at = row.due_at if dead else at + patience.after(row.attempts)
    words = f"{type(error).__name__}: {error}"[:500]
    log.warning("%s %s, try %d%s: %s", _name(row), row.pk, row.attempts, ", the last" if dead else "", words)
    _still(row).update(due_at=due_at, leased_until=None, last_error=words, dead_at=at if dead else None)
    return dead


def _still(row: Row) -> QuerySet[Row]:
    # Whoever claimed it since has counted one more attempt: the answer is theirs then.
    return type(row)._default_manager.filter(pk=row.pk, attempts=row.attempts, done_at=None, dead_at=None)


def _name(row: Model) -> str:
    return type(row).__name__.lower()
