"""When a direct payment is due, and when it is asked for again. Days are those of the zone that the terms name."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

# So many days after a payment was due it is asked for again: three times, then no more.
NOTICES: Final = (3, 10, 30)


def due_on(approved_at: datetime, days: int, zone: str) -> date:
    """The last day to pay: `days` after the day of the approval; 0 is that day itself."""
    return approved_at.astimezone(ZoneInfo(zone)).date() + timedelta(days=days)


def is_overdue(due_on: date, today: date) -> bool:
    """A day lasts to its end: overdue from the day after."""
    return today > due_on


def next_notice(due_on: date, given_on: list[date], today: date) -> int:
    """The number of the notice that is to be given today, of those in `NOTICES`; 0 for none.

    `given_on`: the days of those before. Where one was given late, those after it keep their distance from it.
    """
    if len(given_on) >= len(NOTICES):
        return 0
    number, last = len(given_on), NOTICES[len(given_on) - 1] if given_on else 0
    waits_until = due_on + timedelta(days=NOTICES[number])
    if given_on:
        waits_until = max(waits_until, given_on[-1] + timedelta(days=NOTICES[number] - last))
    return number + 1 if today >= waits_until else 0
