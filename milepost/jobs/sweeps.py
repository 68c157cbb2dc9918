"""What the clock does, as a table: which rows wait for it, and the one action that each then gets.

A row that is refused or fails is left alone for a while, so that it can neither stop the others nor be asked for
in vain every second.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, Final

from milepost.core.refusals import Refused

log = logging.getLogger("milepost.worker")

REST: Final = timedelta(minutes=1)
REST_MAX: Final = timedelta(hours=6)
# How many rows one round takes; the rest waits for the next, which follows at once.
BATCH: Final = 50
# Thorough sweeps, over many rows; the others are made again at once while there is work.
SELDOM: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Sweep:
    """`find` answers the rows that are ready; `do` does one, and answers whether anything was done."""

    name: str
    every: timedelta
    find: Callable[[datetime], Iterable[Any]]
    do: Callable[[Any, datetime], Any]


@dataclass(slots=True)
class Round:
    """One worker's memory of its sweeps: when each was last made, which rows rest until when, and which were passed:
    looked at since the sweep began, with nothing to be done. So no row waits behind others for which it is too early."""

    made: dict[str, tuple[datetime, timedelta]] = field(default_factory=dict)
    passed: dict[str, set[str]] = field(default_factory=dict)
    resting: dict[tuple[str, str], tuple[int, datetime]] = field(default_factory=dict)

    def make(self, sweep: Sweep, at: datetime) -> int:
        """Does what is ready, if it is time for this sweep; answers how much was done."""
        last, _every = self.made.get(sweep.name, (None, sweep.every))
        if last is not None and last <= at < last + sweep.every:
            return 0
        self.made[sweep.name] = at, sweep.every
        passed = self.passed.setdefault(sweep.name, set())
        ready = (row for row in sweep.find(at) if str(row.pk) not in passed and not self._rests(sweep, row, at))
        # Taken down before the first is done: nothing is read on while it is written.
        rows = list(islice(ready, BATCH))
        done = {str(row.pk): self._one(sweep, row, at) for row in rows}
        passed |= {pk for pk, worked in done.items() if not worked}
        if len(rows) < BATCH:
            passed.clear()
        else:
            # There may be more: the next round goes on from here.
            del self.made[sweep.name]
        return sum(done.values())

    def soon(self) -> None:
        """Something has changed: look again at all but what is looked at seldom."""
        self.made = {name: (last, every) for name, (last, every) in self.made.items() if every >= SELDOM}

    def _rests(self, sweep: Sweep, row: Any, at: datetime) -> bool:
        _times, until = self.resting.get((sweep.name, str(row.pk)), (0, at))
        return until > at

    def _one(self, sweep: Sweep, row: Any, at: datetime) -> bool:
        key = (sweep.name, str(row.pk))
        times = self.resting.pop(key, (0, at))[0] + 1
        try:
            return bool(sweep.do(row, at))
        except Refused as refusal:
            log.info("%s %s: %s", sweep.name, row.pk, refusal)
        except Exception:
            log.exception("%s %s", sweep.name, row.pk)
        self.resting[key] = times, at + min(REST * 2 ** min(times - 1, 20), REST_MAX)
        return False
