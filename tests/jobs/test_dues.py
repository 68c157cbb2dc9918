"""A payment that is late is asked for again: on its days, with an end, and not when it would be wrong to."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import partial

import pytest

from milepost.actions import overdue, payments
from milepost.jobs.worker import settle
from milepost.models import Event, Mail, Milestone, OverdueNotice, Project
from tests import cast
from tests.cast import NOON
from tests.jobs.events import events
from tests.jobs.postman import Postman

pytestmark = pytest.mark.django_db


def late(**typed: object) -> tuple[Project, Milestone]:
    """Approved and to be paid directly; its mails have arrived."""
    project = cast.in_force(holder="nobody", **typed)
    milestone = cast.approved(project)
    settle(NOON)
    return project, milestone


def due(milestone: Milestone, days: float = 0) -> datetime:
    """So many days after it was due."""
    return NOON + timedelta(days=milestone.project.agreed.said.payment_days + days)


def given(milestone: Milestone) -> list[int]:
    return list(OverdueNotice.objects.filter(milestone=milestone).order_by("number").values_list("number", flat=True))


def told(kind: str) -> list[tuple[str, str]]:
    rows = Mail.objects.filter(event__kind=kind).order_by("event__number", "to")
    return [(mail.to, mail.subject) for mail in rows]


def test_it_is_asked_for_three_times_and_then_there_is_an_end() -> None:
    project, milestone = late()
    for days in (0, 1, 2, 3, 9, 10, 29, 30, 31, 100, 400):
        settle(due(milestone, days))
    notices = OverdueNotice.objects.filter(milestone=milestone).order_by("number")
    assert [(row.number, row.noticed_at - due(milestone)) for row in notices] == [
        (1, timedelta(days=3)),
        (2, timedelta(days=10)),
        (3, timedelta(days=30)),
    ]
    assert [event.actor for event in events("payment.overdue")] == ["clock"] * 3
    assert len(events("payment.notices_ended")) == 1
    client, freelancer = project.client.email, project.freelancer.email
    told_of = [to for to, _subject in told("payment.overdue")]
    assert (told_of.count(client), told_of.count(freelancer)) == (3, 2)
    assert [to for to, _subject in told("payment.notices_ended")] == [freelancer]


def test_the_letters_say_what_is_due_and_since_when_but_not_how_much() -> None:
    project, milestone = late()
    for days in (3, 10, 30):
        settle(due(milestone, days))
    first, second, last = Mail.objects.filter(event__kind="payment.overdue", to=project.client.email).order_by(
        "written_at"
    )
    assert first.subject == "The payment for “January” of “Social content, January to March” is late"
    assert "Due: Tue 15 Dec 2026" in first.text
    assert "You get 2 more notices of it." in first.text
    assert "You get 1 more notice of it." in second.text
    assert "This is the last notice that you get of it." in last.text
    for mail in Mail.objects.filter(event__kind__startswith="payment."):
        assert "2,000" not in mail.text + mail.subject


def test_a_word_of_payment_stops_it_at_once_and_taken_back_it_goes_on() -> None:
    project, milestone = late()
    settle(due(milestone, 3))
    payments.say_sent(milestone=milestone, by=cast.client(project), at=due(milestone, 9))
    settle(due(milestone, 20))
    assert given(milestone) == [1]
    payments.take_back(milestone=milestone, by=cast.client(project), at=due(milestone, 20))
    settle(due(milestone, 21))
    assert given(milestone) == [1, 2]
    payments.say_received(milestone=milestone, by=cast.freelancer(project), at=due(milestone, 22))
    settle(due(milestone, 100))
    assert given(milestone) == [1, 2]


def test_what_was_said_before_the_mail_was_written_keeps_it_from_being_written() -> None:
    project, milestone = late()
    assert overdue.ask_again(milestone=milestone, at=due(milestone, 3))
    payments.say_sent(milestone=milestone, by=cast.client(project), at=due(milestone, 3))
    settle(due(milestone, 3))
    assert not Mail.objects.filter(event__kind="payment.overdue").exists()


@pytest.mark.parametrize("holder", ["sandbox", "freelancer", "custodian"])
def test_what_a_holder_has_is_never_asked_for(holder: str) -> None:
    project = cast.in_force(holder=holder)
    milestone = cast.approved(project)
    settle(NOON)
    assert overdue.ask_again(milestone=cast.milestone(project), at=due(milestone, 30)) is None
    assert not given(milestone)


def test_what_is_not_approved_is_not_due() -> None:
    project = cast.in_force(holder="nobody")
    cast.delivered(project)
    settle(NOON)
    milestone = cast.milestone(project)
    assert overdue.ask_again(milestone=milestone, at=due(milestone, 100)) is None


def test_the_days_are_those_of_the_zone_of_the_terms() -> None:
    """In Stockholm the fourth day after begins an hour before it does in UTC."""
    _, milestone = late()
    day = date(2026, 12, 15) + timedelta(days=3)
    begins = datetime(day.year, day.month, day.day, tzinfo=NOON.tzinfo) - timedelta(hours=1)
    assert overdue.ask_again(milestone=milestone, at=begins - timedelta(seconds=1)) is None
    assert overdue.ask_again(milestone=milestone, at=begins)


# -- not while mails fail ------------------------------------------------------------------------------


def test_nothing_is_asked_for_while_mails_to_the_client_fail(postman: Postman) -> None:
    project, milestone = late()
    Mail.objects.filter(party=project.client).update(done_at=None, last_error="no answer", due_at=due(milestone, 50))
    settle(due(milestone, 3))
    assert not given(milestone)
    Mail.objects.filter(party=project.client).update(dead_at=due(milestone, 4))
    settle(due(milestone, 5))
    assert not given(milestone)


def test_once_a_mail_arrives_again_it_goes_on_at_its_distance() -> None:
    project, milestone = late()
    Mail.objects.filter(party=project.client).update(done_at=None, dead_at=NOON)
    settle(due(milestone, 40))
    assert not given(milestone)
    Mail.objects.filter(party=project.client).update(dead_at=None, done_at=due(milestone, 40))
    for days in (41, 42, 47, 48, 60, 68, 69, 100):
        settle(due(milestone, days))
    days = [(row.noticed_at - due(milestone)).days for row in OverdueNotice.objects.filter(milestone=milestone)]
    assert days == [41, 48, 68]


def test_one_address_that_takes_mail_is_enough() -> None:
    project, milestone = late()
    dead = Mail.objects.filter(party=project.client).latest("pk")
    Mail.objects.create(
        to="gone@example.org", party=project.client, subject="x", text="x",
        written_at=NOON, due_at=NOON, dead_at=NOON + timedelta(days=2), event=dead.event,
    )  # fmt: skip
    settle(due(milestone, 3))
    assert given(milestone) == [1]


def test_without_any_mail_that_arrived_nothing_is_asked_for() -> None:
    project = cast.in_force(holder="nobody")
    milestone = cast.approved(project)
    Mail.objects.filter(party=project.client).delete()
    assert overdue.ask_again(milestone=milestone, at=due(milestone, 30)) is None


# -- at once -------------------------------------------------------------------------------------------


def test_asked_twice_is_asked_once() -> None:
    _, milestone = late()
    ask = partial(overdue.ask_again, milestone=milestone, at=due(milestone, 3))
    assert ask() is not None
    assert ask() is None
    assert Event.objects.filter(kind="payment.overdue").count() == 1
