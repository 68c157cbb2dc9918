"""Rows of work: leased to one, free again after a crash, patient, dead in the end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from milepost.jobs import errands
from milepost.jobs.errands import LEASE, Patience
from milepost.models import Mail
from tests.cast import NOON

pytestmark = pytest.mark.django_db

Write = Callable[..., Mail]
PATIENCE = Patience(tries=4, wait=timedelta(minutes=1), wait_max=timedelta(minutes=3))
SECOND = timedelta(seconds=1)


def claim(at: timedelta = timedelta(0)) -> list[Mail]:
    return list(errands.claimed(Mail, NOON + at))


def test_what_is_not_due_waits_and_the_longest_waiting_comes_first(write: Write) -> None:
    later, now, before = write(at=NOON + SECOND), write(at=NOON), write(at=NOON - SECOND)
    assert claim() == [before, now]
    assert claim(SECOND) == [later]


def test_a_leased_row_is_nobody_elses_until_the_lease_ran_out(write: Write) -> None:
    mail = write()
    [first] = claim()
    assert claim(LEASE - SECOND) == []
    [second] = claim(LEASE)
    assert (first.pk, second.attempts) == (mail.pk, 2)


def test_the_one_whose_lease_ran_out_can_not_answer_any_more(write: Write) -> None:
    write()
    [first] = claim()
    [second] = claim(LEASE)
    assert not errands.done(first, NOON + LEASE)
    errands.failed(first, NOON + LEASE, ValueError("late"), PATIENCE, for_ever=True)
    assert Mail.objects.get().dead_at is None
    assert errands.done(second, NOON + LEASE)
    assert not errands.done(second, NOON + LEASE), "once"


def test_the_wait_doubles_and_stops_growing(write: Write) -> None:
    mail, at, waits = write(), NOON, []
    for _ in range(3):
        [row] = list(errands.claimed(Mail, at))
        assert not errands.failed(row, at, OSError("no"), PATIENCE)
        mail.refresh_from_db()
        waits.append((mail.due_at - at).total_seconds())
        at = mail.due_at
    assert waits == [60, 120, 180]
    assert mail.last_error == "OSError: no"


def test_after_the_last_try_it_is_dead_and_stays_so(write: Write) -> None:
    mail, at = write(), NOON
    for number in range(1, 5):
        [row] = list(errands.claimed(Mail, at))
        assert errands.failed(row, at, OSError("no"), PATIENCE) is (number == 4)
        at += timedelta(minutes=5)
    mail.refresh_from_db()
    assert mail.dead_at is not None
    assert claim(timedelta(days=9)) == []


def test_a_row_that_kills_its_worker_every_time_is_tried_no_more_than_the_others(write: Write) -> None:
    """A crash answers nothing; the claim has counted it all the same."""
    write()
    for number in range(3):
        [row] = claim(LEASE * number)
        assert row.attempts == number + 1
    [row] = claim(LEASE * 3)
    assert errands.failed(row, NOON + LEASE * 3, OSError("no"), PATIENCE)


def test_waiting_for_something_is_no_failure(write: Write) -> None:
    mail = write()
    [row] = claim()
    errands.later(row, NOON + SECOND)
    mail.refresh_from_db()
    assert (mail.attempts, mail.leased_until, mail.due_at) == (0, None, NOON + SECOND)


def test_a_round_takes_a_bounded_number(write: Write) -> None:
    for _ in range(5):
        write()
    assert len(list(errands.claimed(Mail, NOON, most=3))) == 3
    assert len(list(errands.claimed(Mail, NOON, most=3))) == 2
