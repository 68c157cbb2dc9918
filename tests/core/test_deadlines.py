"""Ends of review windows over the nights on which clocks change."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.core.deadlines import reminders_at, review_ends_at
from milepost.core.terms import Window

ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "Pacific/Apia"]


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("started", "length", "unit", "zone", "ends"),
    [
        ("2026-12-01T16:00:00Z", 7, "days", "Europe/Berlin", "2026-12-08T16:00:00Z"),
        ("2026-12-01T16:00:00Z", 36, "hours", "Europe/Berlin", "2026-12-03T04:00:00Z"),
        # Seven days over the spring night keep the wall time: one hour less has passed.
        ("2027-03-25T16:00:00Z", 7, "days", "Europe/Berlin", "2027-04-01T15:00:00Z"),
        # 02:30 does not exist on 28 March 2027 in Berlin: forward over the gap.
        ("2027-03-27T01:30:00Z", 1, "days", "Europe/Berlin", "2027-03-28T01:30:00Z"),
        # 02:30 comes twice on 31 October 2027 in Berlin: the later one.
        ("2027-10-30T00:30:00Z", 1, "days", "Europe/Berlin", "2027-10-31T01:30:00Z"),
        ("2028-02-28T12:00:00Z", 1, "days", "UTC", "2028-02-29T12:00:00Z"),
    ],
)
def test_the_end_of_a_window(started: str, length: int, unit: str, zone: str, ends: str) -> None:
    assert review_ends_at(instant(started), Window(length, unit), zone) == instant(ends)  # type: ignore[arg-type]


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2036, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.integers(1, 60),
    st.sampled_from(ZONES),
)
def test_a_window_is_never_shorter_than_said(started: datetime, days: int, zone: str) -> None:
    ends = review_ends_at(started, Window(days, "days"), zone)
    wall = started.astimezone(ZoneInfo(zone)).replace(tzinfo=None) + timedelta(days=days)
    assert ends.astimezone(ZoneInfo(zone)).replace(tzinfo=None) >= wall
    assert timedelta(days=days) - timedelta(hours=25) <= ends - started <= timedelta(days=days) + timedelta(hours=25)


@given(st.integers(1, 24 * 90))
def test_both_reminders_come_before_the_end(hours: int) -> None:
    started = instant("2026-12-01T16:00:00Z")
    ends = started + timedelta(hours=hours)
    first, second = reminders_at(started, ends)
    assert started < first < second < ends
