"""The worker: tells what happened, sends mail, moves time, asks providers, keeps watch over the records.

Any number of them may run at once: every row is taken by a conditional update, and every deed is done once.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

from django.db import close_old_connections, connection

from milepost.jobs import announce, deadlines, dues, mails, papers, payments, watch
from milepost.jobs.sweeps import Round, Sweep
from milepost.models import Installation

log = logging.getLogger("milepost.worker")

# With nothing to do, how long until the next look; SQLite says sooner that something was written.
IDLE_SECONDS: Final = 1.0
GLANCE_SECONDS: Final = 0.1
# After a failure of the database itself.
TROUBLE_SECONDS: Final = 5.0
HEARTBEAT: Final = timedelta(minutes=1)

QUEUES: Final[tuple[Callable[[datetime], int], ...]] = (
    announce.announce,
    payments.ask_providers,
    mails.send_due,
)
SWEEPS: Final[tuple[Sweep, ...]] = (*papers.SWEEPS, *deadlines.SWEEPS, *dues.SWEEPS, *payments.SWEEPS, *watch.SWEEPS)


class Worker:
    """One worker. `tick` is a round of everything; `run` makes rounds until told to stop."""

    def __init__(
        self, queues: tuple[Callable[[datetime], int], ...] = QUEUES, sweeps: tuple[Sweep, ...] = SWEEPS
    ) -> None:
        self.queues = queues
        self.sweeps = sweeps
        self.round = Round()
        self.beaten_at: datetime | None = None
        self.seen_version: int | None = None

    def tick(self, at: datetime, stop: threading.Event | None = None) -> int:
        """One round at the instant `at`; answers how much was done. Rows that fail stand back, others go on."""
        self._beat(at)
        worked = 0
        # Papers first: an approved milestone is invoiced before its payout closes it.
        for sweep in self.sweeps:
            if stop is None or not stop.is_set():
                worked += self.round.make(sweep, at)
        for queue in self.queues:
            if stop is None or not stop.is_set():
                worked += queue(at)
        if worked:
            self.round.soon()
        return worked

    def run(self, stop: threading.Event) -> None:
        """Works until told to stop; what is under way is finished first. Outlives a database that is away."""
        while not stop.is_set():
            try:
                close_old_connections()
                worked = self.tick(datetime.now(UTC), stop)
            except Exception:
                log.exception("A round was broken off")
                connection.close()
                stop.wait(TROUBLE_SECONDS)
                continue
            if not worked:
                self._rest(stop)
        connection.close()

    def _rest(self, stop: threading.Event) -> None:
        glances = round(IDLE_SECONDS / GLANCE_SECONDS) if connection.vendor == "sqlite" else 1
        for _ in range(glances):
            if stop.wait(IDLE_SECONDS / glances) or self._written():
                return

    def _written(self) -> bool:
        """Whether another connection has written since the last look; costs a few microseconds.

        https://www.sqlite.org/pragma.html#pragma_data_version
        """
        if connection.vendor != "sqlite":
            return False
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA data_version")
            (version,) = cursor.fetchone()
        before, self.seen_version = self.seen_version, version
        return before is not None and before != version

    def _beat(self, at: datetime) -> None:
        if self.beaten_at is None or not self.beaten_at <= at < self.beaten_at + HEARTBEAT:
            Installation.objects.update(worker_seen_at=at)
            self.beaten_at = at


def settle(at: datetime) -> int:
    """Does everything that waits at one instant, until nothing is left; answers how much that was."""
    worker, whole = Worker(sweeps=tuple(sweep for sweep in SWEEPS if sweep not in watch.SWEEPS)), 0
    while worked := worker.tick(at):
        whole += worked
    return whole
