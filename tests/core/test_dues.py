"""When a payment is due, and when it is asked for again."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from milepost.core import dues


@pytest.mark.parametrize(
    ("approved_at", "days", "zone", "due"),
    [
        (datetime(2026, 12, 1, 12, tzinfo=UTC), 0, "UTC", date(2026, 12, 1)),
        (datetime(2026, 12, 1, 12, tzinfo=UTC), 14, "UTC", date(2026, 12, 15)),
        # The day is that of the zone: late in the evening in Stockholm, the next one in Auckland.
        (datetime(2026, 12, 1, 22, 59, tzinfo=UTC), 14, "Europe/Stockholm", date(2026, 12, 15)),
        (datetime(2026, 12, 1, 23, 0, tzinfo=UTC), 14, "Europe/Stockholm", date(2026, 12, 16)),
        (datetime(2026, 12, 1, 12, tzinfo=UTC), 14, "Pacific/Auckland", date(2026, 12, 16)),
        (datetime(2026, 12, 1, 2, tzinfo=UTC), 14, "America/New_York", date(2026, 12, 14)),
        # Leap days, the end of a year, and the night in which the clocks change.
        (datetime(2028, 2, 15, 12, tzinfo=UTC), 14, "UTC", date(2028, 2, 29)),
        (datetime(2027, 2, 15, 12, tzinfo=UTC), 14, "UTC", date(2027, 3, 1)),
        (datetime(2026, 12, 24, 12, tzinfo=UTC), 30, "UTC", date(2027, 1, 23)),
        (datetime(2027, 3, 27, 23, 30, tzinfo=UTC), 1, "Europe/Stockholm", date(2027, 3, 29)),
    ],
)
def test_due_is_a_day_of_the_zone_of_the_terms(approved_at: datetime, days: int, zone: str, due: date) -> None:
    assert dues.due_on(approved_at, days, zone) == due


def test_a_day_lasts_to_its_end() -> None:
    due = date(2026, 12, 15)
    assert not dues.is_overdue(due, due)
    assert dues.is_overdue(due, date(2026, 12, 16))


def given(due: date, looks: list[int]) -> list[tuple[int, int]]:
    """(day after due, number) of each notice, when the worker looks on those days."""
    notices: list[tuple[int, int]] = []
    for day in looks:
        days = [due + timedelta(days=when) for when, _ in notices]
        if number := dues.next_notice(due, days, due + timedelta(days=day)):
            notices.append((day, number))
    return notices


@pytest.mark.parametrize(
    ("looks", "notices"),
    [
        (list(range(-5, 100)), [(3, 1), (10, 2), (30, 3)]),
        ([-1, 0, 1, 2], []),
        # The worker was stopped, or mails failed: nobody is asked three times in one week for that.
        (list(range(40, 100)), [(40, 1), (47, 2), (67, 3)]),
        ([3, *range(12, 100)], [(3, 1), (12, 2), (32, 3)]),
        # A clock that goes back asks for nothing twice.
        ([3, 3, 2, 10, 4, 10, 30, 30, 31], [(3, 1), (10, 2), (30, 3)]),
        ([365], [(365, 1)]),
    ],
)
def test_three_notices_and_no_more(looks: list[int], notices: list[tuple[int, int]]) -> None:
    assert given(date(2026, 12, 15), looks) == notices
