"""When a review window ends, and when both sides are reminded of it. Instants in UTC; the zone is that of the terms."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from milepost.core.terms import Window


def review_ends_at(started_at: datetime, window: Window, time_zone: str) -> datetime:
    """The end of a review window that began at `started_at`.

    Hours are elapsed hours. Days keep the time of day in `time_zone`; a wall time that the clocks skip
    moves forward over the gap, one that comes twice means the later, so the window is never shorter.
    """
    if window.unit == "hours":
        return started_at + timedelta(hours=window.length)
    zone = ZoneInfo(time_zone)
    wall = started_at.astimezone(zone).replace(tzinfo=None) + timedelta(days=window.length)
    # In a gap fold 0 is the reading moved forward, in a repeated hour fold 1 is the later one: the later of both.
    return max(wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))


def reminders_at(started_at: datetime, ends_at: datetime) -> tuple[datetime, datetime]:
    """Two instants before the end: half way, and a day before it (or at three quarters, if that is later)."""
    length = ends_at - started_at
    return started_at + length / 2, max(ends_at - timedelta(days=1), started_at + length * 3 / 4)
