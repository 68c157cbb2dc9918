"""When a review window ends, and when both sides are reminded of it. Instants in UTC; the zone is that of the terms.

An end is computed once, as the window begins, and kept: calendars and time zones that change later change nothing.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from milepost.core import calendars
from milepost.core.terms import Window

_DAY = timedelta(days=1)


def review_ends_at(started_at: datetime, window: Window, time_zone: str) -> datetime:
    """The end of a review window that began at `started_at`; of an extension, of the end that it extends.

    Hours are elapsed hours. Days keep the time of day in `time_zone`; a wall time that the clocks skip
    moves forward over the gap, one that comes twice means the later, so the window is never shorter.
    Business days end at the same time of day, on the last of as many business days after the one it began on. A
    window that begins on any other day is counted as if it began as the next business day does, at midnight. A
    business day is one on which the window's calendar has neither weekend nor public holiday; of years that it does
    not know, weekends alone are left out. Refuses a calendar that is not known.
    """
    if window.unit == "hours":
        return started_at.astimezone(UTC) + timedelta(hours=window.length)
    zone = ZoneInfo(time_zone)
    wall = started_at.astimezone(zone).replace(tzinfo=None)
    if window.unit == "days":
        return _instant(wall + timedelta(days=window.length), zone)
    return _after_business_days(wall, window, zone)


def reminders_at(started_at: datetime, ends_at: datetime) -> tuple[datetime, datetime]:
    """Two instants before the end: half way, and a day before it (or at three quarters, if that is later)."""
    length = ends_at - started_at
    return started_at + length / 2, max(ends_at - _DAY, started_at + length * 3 / 4)


def moved_end(
    reminded_at: datetime, started_at: datetime, ends_at: datetime, window: Window, time_zone: str
) -> datetime:
    """The end after a first reminder that came late: a quarter of the window is left after it, and it is a business
    day still where those are counted; the end that there was, when that is later."""
    moved = reminded_at + (ends_at - started_at) / 4
    if moved <= ends_at or window.unit != "business_days":
        return max(moved, ends_at)
    zone = ZoneInfo(time_zone)
    wall = moved.astimezone(zone)
    if _is_worked(wall.date(), window, zone):
        return moved
    return _on(_next_worked(wall.date(), window, zone), time(0), window, zone)


def _after_business_days(wall: datetime, window: Window, zone: ZoneInfo) -> datetime:
    day, clock = wall.date(), wall.time()
    if not _is_worked(day, window, zone):
        day, clock = _next_worked(day, window, zone), time(0)
    for _ in range(window.length):
        day = _next_worked(day, window, zone)
    return _on(day, clock, window, zone)


def _on(day: date, clock: time, window: Window, zone: ZoneInfo) -> datetime:
    """That time on a business day; a gap in the clocks that leads out of it leads to the next one."""
    while True:
        ends_at = _instant(datetime.combine(day, clock), zone)
        if _is_worked(ends_at.astimezone(zone).date(), window, zone):
            return ends_at
        day = _next_worked(day, window, zone)


def _next_worked(day: date, window: Window, zone: ZoneInfo) -> date:
    day += _DAY
    while not _is_worked(day, window, zone):
        day += _DAY
    return day


def _is_worked(day: date, window: Window, zone: ZoneInfo) -> bool:
    # A zone that moves over the date line leaves a day out.
    there = _instant(datetime.combine(day, time(12)), zone).astimezone(zone).date() == day
    return there and calendars.is_working(window.calendar, day)


def _instant(wall: datetime, zone: ZoneInfo) -> datetime:
    # In a gap fold 0 is the reading moved forward, in a repeated hour fold 1 is the later one: the later of both.
    return max(wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
