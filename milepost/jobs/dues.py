"""Payments that are late are asked for again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from milepost.actions import overdue
from milepost.jobs.sweeps import Sweep
from milepost.models import Milestone

CHUNK: Final = 100


def late(at: datetime) -> Iterable[Milestone]:
    """Those that might be; the action knows whose day has come."""
    return overdue.waiting(at).iterator(CHUNK)


SWEEPS: Final = (
    Sweep(
        "payments that are late", timedelta(minutes=1), late, lambda row, at: overdue.ask_again(milestone=row, at=at)
    ),
)
