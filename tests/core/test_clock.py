"""The clock in twelve zones and more: skipped and doubled hours, leap days, the ends of months and years, the date line.

Past years where a law may still change, so that the tables stand with any later version of the time zones.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from milepost.core import calendars
from milepost.core.deadlines import moved_end, reminders_at, review_ends_at
from milepost.core.terms import Window

CALENDARS = {
    "Europe/Stockholm": "SE",
    "America/New_York": "US-NY",
    "America/Sao_Paulo": "BR",
    "Africa/Casablanca": "MA",
    "Africa/Cairo": "EG",
    "Asia/Kolkata": "IN",
    "Asia/Kathmandu": "NP",
    "Asia/Tehran": "IR",
    "Australia/Lord_Howe": "AU-NSW",
    "Pacific/Apia": "WS",
    "Pacific/Kiritimati": "KI",
    "Antarctica/Troll": "NO",
    "America/St_Johns": "CA-NL",
    "Asia/Riyadh": "SA",
    "Europe/Berlin": "DE-BY",
}


def ends(started: str, window: Window, zone: str) -> str:
    """The end, as the wall clock of the zone shows it."""
    ends_at = review_ends_at(datetime.fromisoformat(started), window, zone)
    assert ends_at.tzinfo is UTC
    return ends_at.astimezone(ZoneInfo(zone)).isoformat(timespec="minutes")


# -- days and hours: where clocks change ---------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "started", "days", "ended"),
    [
        # Skipped at night: forward over the gap. Doubled: the second time.
        ("Europe/Stockholm", "2027-03-27T02:30+01:00", 1, "2027-03-28T03:30+02:00"),
        ("Europe/Stockholm", "2027-10-30T02:30+02:00", 1, "2027-10-31T02:30+01:00"),
        ("America/New_York", "2027-03-13T02:30-05:00", 1, "2027-03-14T03:30-04:00"),
        ("America/New_York", "2027-11-06T01:15-04:00", 1, "2027-11-07T01:15-05:00"),
        # At midnight: the day begins at one, or its last hour comes twice.
        ("America/Sao_Paulo", "2018-11-03T00:30-03:00", 1, "2018-11-04T01:30-02:00"),
        ("America/Sao_Paulo", "2018-02-10T23:15-02:00", 7, "2018-02-17T23:15-03:00"),
        ("Africa/Cairo", "2024-04-25T00:30+02:00", 1, "2024-04-26T01:30+03:00"),
        ("Africa/Cairo", "2024-10-30T23:30+03:00", 1, "2024-10-31T23:30+02:00"),
        ("Asia/Tehran", "2022-03-21T00:15+03:30", 1, "2022-03-22T01:15+04:30"),
        ("Asia/Tehran", "2022-09-20T23:20+04:30", 1, "2022-09-21T23:20+03:30"),
        # Back for Ramadan, and forward after it.
        ("Africa/Casablanca", "2022-03-20T02:30+01:00", 7, "2022-03-27T02:30+00:00"),
        ("Africa/Casablanca", "2022-05-01T02:30+00:00", 7, "2022-05-08T03:30+01:00"),
        # By half an hour, by two hours, and at one minute past midnight.
        ("Australia/Lord_Howe", "2027-10-02T02:10+10:30", 1, "2027-10-03T02:40+11:00"),
        ("Australia/Lord_Howe", "2027-04-03T01:40+11:00", 1, "2027-04-04T01:40+10:30"),
        ("Antarctica/Troll", "2027-03-27T01:30+00:00", 1, "2027-03-28T03:30+02:00"),
        ("Antarctica/Troll", "2027-10-30T01:30+02:00", 1, "2027-10-31T01:30+00:00"),
        ("America/St_Johns", "2011-03-12T00:30-03:30", 1, "2011-03-13T01:30-02:30"),
        ("America/St_Johns", "2027-11-06T01:20-02:30", 1, "2027-11-07T01:20-03:30"),
        # A whole day was left out, when Samoa moved over the date line.
        ("Pacific/Apia", "2011-12-29T10:00-10:00", 1, "2011-12-31T10:00+14:00"),
        ("Pacific/Apia", "2018-03-31T03:30+14:00", 1, "2018-04-01T03:30+13:00"),
        # Leap days, ends of months and of years, far from UTC.
        ("Pacific/Kiritimati", "2027-01-31T12:00+14:00", 28, "2027-02-28T12:00+14:00"),
        ("Pacific/Kiritimati", "2027-12-31T13:30+14:00", 1, "2028-01-01T13:30+14:00"),
        ("Asia/Kolkata", "2027-12-31T23:45+05:30", 1, "2028-01-01T23:45+05:30"),
        ("Asia/Kathmandu", "2028-02-28T18:10+05:45", 1, "2028-02-29T18:10+05:45"),
        ("Asia/Kathmandu", "2028-02-28T18:10+05:45", 2, "2028-03-01T18:10+05:45"),
    ],
)
def test_days_keep_the_time_of_day(zone: str, started: str, days: int, ended: str) -> None:
    assert ends(started, Window(days, "days"), zone) == ended


@pytest.mark.parametrize(
    ("zone", "started", "hours", "ended"),
    [
        ("Europe/Stockholm", "2027-03-27T12:00+01:00", 24, "2027-03-28T13:00+02:00"),
        ("Australia/Lord_Howe", "2027-04-03T12:00+11:00", 24, "2027-04-04T11:30+10:30"),
        ("Antarctica/Troll", "2027-10-30T12:00+02:00", 24, "2027-10-31T10:00+00:00"),
        ("Pacific/Apia", "2011-12-29T20:00-10:00", 24, "2011-12-31T20:00+14:00"),
        ("Africa/Casablanca", "2022-03-26T12:00+01:00", 48, "2022-03-28T11:00+00:00"),
        ("Asia/Kathmandu", "2028-02-28T23:59+05:45", 24, "2028-02-29T23:59+05:45"),
    ],
)
def test_hours_pass_whatever_the_clocks_say(zone: str, started: str, hours: int, ended: str) -> None:
    assert ends(started, Window(hours, "hours"), zone) == ended


# -- business days -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "calendar", "started", "days", "ended"),
    [
        # A week of work, from a Friday.
        ("Europe/Stockholm", "SE", "2026-12-04T15:00+01:00", 5, "2026-12-11T15:00+01:00"),
        # Epiphany: in Sweden and Bavaria, not in Berlin.
        ("Europe/Stockholm", "SE", "2027-01-05T10:00+01:00", 1, "2027-01-07T10:00+01:00"),
        ("Europe/Berlin", "DE-BY", "2027-01-05T10:00+01:00", 1, "2027-01-07T10:00+01:00"),
        ("Europe/Berlin", "DE-BE", "2027-01-05T10:00+01:00", 1, "2027-01-06T10:00+01:00"),
        # A weekend, and a holiday, count from the beginning of the next business day.
        ("Europe/Stockholm", "SE", "2026-12-05T10:00+01:00", 5, "2026-12-14T00:00+01:00"),
        ("Europe/Stockholm", "SE", "2027-01-06T12:00+01:00", 1, "2027-01-08T00:00+01:00"),
        # Over the night on which the clocks change.
        ("Europe/Stockholm", "SE", "2028-03-24T15:00+01:00", 1, "2028-03-27T15:00+02:00"),
        ("America/New_York", "US-NY", "2027-11-05T15:00-04:00", 1, "2027-11-08T15:00-05:00"),
        # Thanksgiving; independence; the throne; the republic; the king's birthday; ascension; Canada.
        ("America/New_York", "US-NY", "2027-11-24T16:00-05:00", 1, "2027-11-26T16:00-05:00"),
        ("America/Sao_Paulo", "BR", "2027-09-06T12:00-03:00", 1, "2027-09-08T12:00-03:00"),
        ("Africa/Casablanca", "MA", "2024-07-29T09:00+01:00", 1, "2024-07-31T09:00+01:00"),
        ("Asia/Kolkata", "IN", "2027-01-25T11:00+05:30", 1, "2027-01-27T11:00+05:30"),
        ("Australia/Lord_Howe", "AU-NSW", "2027-06-11T10:00+10:30", 1, "2027-06-15T10:00+10:30"),
        ("Antarctica/Troll", "NO", "2027-05-05T10:00+02:00", 1, "2027-05-07T10:00+02:00"),
        ("America/St_Johns", "CA-NL", "2027-06-30T10:00-02:30", 1, "2027-07-02T10:00-02:30"),
        # Weekends are those of the country: Friday and Saturday, or Friday alone.
        ("Africa/Cairo", "EG", "2024-05-16T12:00+03:00", 1, "2024-05-19T12:00+03:00"),
        ("Asia/Riyadh", "SA", "2026-12-03T12:00+03:00", 1, "2026-12-06T12:00+03:00"),
        ("Asia/Tehran", "IR", "2024-05-16T10:00+03:30", 1, "2024-05-18T10:00+03:30"),
        # A weekend that was made days of work: Sunday, 29 September 2024, in China.
        ("Asia/Shanghai", "CN", "2024-09-27T10:00+08:00", 1, "2024-09-29T10:00+08:00"),
        # A leap day that is worked on, the end of a year, and where the day begins first.
        ("Asia/Kathmandu", "NP", "2028-02-28T10:00+05:45", 1, "2028-02-29T10:00+05:45"),
        ("Pacific/Kiritimati", "KI", "2026-12-31T10:00+14:00", 1, "2027-01-04T10:00+14:00"),
        # The Friday that Samoa left out is no business day, nor the weekend, nor the Monday after New Year.
        ("Pacific/Apia", "WS", "2011-12-29T10:00-10:00", 1, "2012-01-03T10:00+14:00"),
        ("Pacific/Apia", "WS", "2011-12-29T10:00-10:00", 2, "2012-01-04T10:00+14:00"),
    ],
)
def test_business_days(zone: str, calendar: str, started: str, days: int, ended: str) -> None:
    assert ends(started, Window(days, "business_days", calendar), zone) == ended


def test_a_year_that_nobody_knows_yet_has_weekends_alone() -> None:
    assert calendars.last_year("SE") == 2100
    assert calendars.is_working("SE", date(2101, 1, 6)), "a Thursday, and Epiphany"
    assert not calendars.is_working("SE", date(2101, 1, 8)), "a Saturday"


def test_a_late_reminder_moves_the_end_to_a_business_day() -> None:
    window = Window(4, "business_days", "SE")
    started = datetime.fromisoformat("2026-12-01T15:00+01:00")
    before = review_ends_at(started, window, "Europe/Stockholm")
    late = datetime.fromisoformat("2026-12-10T20:00+01:00")
    moved = moved_end(late, started, before, window, "Europe/Stockholm")
    assert moved - late >= (before - started) / 4
    assert moved.astimezone(ZoneInfo("Europe/Stockholm")).isoformat() == "2026-12-14T00:00:00+01:00"
    assert moved_end(started, started, before, window, "Europe/Stockholm") == before


# -- what holds everywhere ------------------------------------------------------------------------------

instants = st.datetimes(datetime(2011, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
zones = st.sampled_from(sorted(CALENDARS))
units = st.sampled_from(["hours", "days", "business_days"])


def window_of(length: int, unit: str, zone: str) -> Window:
    return Window(length, unit, CALENDARS[zone] if unit == "business_days" else "")  # type: ignore[arg-type]


def wall(at: datetime, zone: str) -> datetime:
    return at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def is_doubled_or_after_a_gap(at: datetime, zone: str) -> bool:
    """Within a day of a change of the clocks."""
    there = ZoneInfo(zone)
    day = timedelta(days=1)
    return (at - day).astimezone(there).utcoffset() != (at + day).astimezone(there).utcoffset()


@given(instants, st.integers(1, 60), units, zones)
def test_one_more_is_later(started: datetime, length: int, unit: str, zone: str) -> None:
    shorter = review_ends_at(started, window_of(length, unit, zone), zone)
    assert started < shorter < review_ends_at(started, window_of(length + 1, unit, zone), zone)


@given(instants, st.timedeltas(timedelta(0), timedelta(days=9)), st.integers(1, 20), units, zones)
def test_what_begins_later_does_not_end_earlier(
    started: datetime, later: timedelta, length: int, unit: str, zone: str
) -> None:
    window = window_of(length, unit, zone)
    first, second = (review_ends_at(at, window, zone) for at in (started, started + later))
    # But for an end in a gap of the clocks: it is moved behind what would end just after the gap.
    assert second >= first or is_doubled_or_after_a_gap(first, zone)
    assert first - second <= timedelta(days=1)


@given(instants, st.integers(1, 60), zones)
def test_days_are_never_shorter_than_said(started: datetime, days: int, zone: str) -> None:
    ends_at = review_ends_at(started, Window(days, "days"), zone)
    assert wall(ends_at, zone) >= wall(started, zone) + timedelta(days=days)


@given(instants, st.integers(1, 30), zones)
def test_business_days_are_never_shorter_than_said_and_end_on_one(started: datetime, days: int, zone: str) -> None:
    calendar = CALENDARS[zone]
    begins, ended = (
        wall(started, zone),
        wall(review_ends_at(started, Window(days, "business_days", calendar), zone), zone),
    )
    assert calendars.is_working(calendar, ended.date())
    passed = [begins.date() + timedelta(days=number + 1) for number in range((ended.date() - begins.date()).days)]
    worked = [day for day in passed if calendars.is_working(calendar, day) and not left_out(day, zone)]
    if calendars.is_working(calendar, begins.date()):
        assert len(worked) == days
        assert ended.time() >= begins.time() or is_doubled_or_after_a_gap(started, zone)
    else:
        assert len(worked) == days + 1, "the first is counted from its beginning"
        assert ended.time() <= time(2)


def left_out(day: date, zone: str) -> bool:
    """A day that there never was, when a zone moved over the date line."""
    return zone == "Pacific/Apia" and day == date(2011, 12, 30)


@given(instants, st.integers(24, 90 * 24), units, zones)
def test_reminders_come_in_order_and_before_the_end(started: datetime, length: int, unit: str, zone: str) -> None:
    assume(unit == "hours" or length < 90)
    ends_at = review_ends_at(started, window_of(length, unit, zone), zone)
    first, second = reminders_at(started, ends_at)
    assert started < first < second < ends_at
    assert ends_at - second <= timedelta(days=1)


@given(instants, st.integers(1, 20), st.integers(1, 10), units, zones)
def test_an_extension_is_counted_from_the_end_that_there_was(
    started: datetime, length: int, more: int, unit: str, zone: str
) -> None:
    before = review_ends_at(started, window_of(length, unit, zone), zone)
    after = review_ends_at(before, window_of(more, unit, zone), zone)
    assert after > before
    if unit == "business_days":
        assert calendars.is_working(CALENDARS[zone], wall(after, zone).date())
        assert after == review_ends_at(
            started, window_of(length + more, unit, zone), zone
        ) or is_doubled_or_after_a_gap(before, zone)
