"""Mail at least once, under one name; what fails is tried again, what is refused for ever is not."""

from __future__ import annotations

from datetime import timedelta

import pytest

from milepost.gateways.mail import Envelope, NotAccepted, Undeliverable
from milepost.jobs import mails
from tests.cast import NOON
from tests.jobs.postman import Postman, Write, times

pytestmark = pytest.mark.django_db


def test_a_mail_is_sent_once(postman: Postman, write: Write) -> None:
    mail = write()
    assert mails.send_due(NOON) == 1
    assert mails.send_due(NOON + timedelta(days=1)) == 0
    [envelope] = postman.taken
    assert (envelope.to, envelope.message_id) == ("carl@example.org", f"<{mail.pk}@localhost>")
    mail.refresh_from_db()
    assert mail.done_at == NOON


def test_a_failure_is_tried_again_under_the_same_name(postman: Postman, write: Write) -> None:
    postman.fails = times(2, NotAccepted("busy"))
    mail, at = write(), NOON
    for _ in range(2):
        mails.send_due(at)
        mail.refresh_from_db()
        assert mail.due_at > at
        assert mails.send_due(at) == 0, "not before its time"
        at = mail.due_at
    mails.send_due(at)
    assert [envelope.message_id for envelope in postman.taken] == [f"<{mail.pk}@localhost>"]


def test_it_is_given_up_after_two_days(postman: Postman, write: Write) -> None:
    postman.fails = times(99, NotAccepted("down"))
    mail, tries = write(), 0
    while mail.dead_at is None:
        mails.send_due(mail.due_at)
        mail.refresh_from_db()
        tries += 1
    assert tries == 12
    assert timedelta(days=2) < mail.dead_at - NOON < timedelta(days=3)
    assert mail.last_error == "NotAccepted: down"


def test_a_refusal_for_ever_is_not_tried_again(postman: Postman, write: Write) -> None:
    postman.fails = times(1, Undeliverable("no such mailbox"))
    mail = write()
    mails.send_due(NOON)
    mail.refresh_from_db()
    assert mail.dead_at == NOON


def test_one_that_breaks_does_not_hold_up_the_others(postman: Postman, write: Write) -> None:
    broken, fine = write(mints="nonsense:1"), write(to="ada@example.org")
    mails.send_due(NOON)
    broken.refresh_from_db()
    fine.refresh_from_db()
    assert broken.done_at is None
    assert "nonsense" in broken.last_error
    assert fine.done_at == NOON


def test_a_worker_killed_after_the_mail_was_taken_sends_the_same_mail_again(postman: Postman, write: Write) -> None:
    """At least once: the reader's mail program sees the same Message-ID and shows it once."""

    def dies(envelope: Envelope) -> None:
        postman.taken.append(envelope)
        raise SystemExit

    postman.fails = dies
    write()
    with pytest.raises(SystemExit):
        mails.send_due(NOON)
    postman.fails = times(0, NotAccepted())
    assert mails.send_due(NOON + timedelta(minutes=1)) == 0, "the lease still runs"
    assert mails.send_due(NOON + timedelta(minutes=6)) == 1
    first, second = postman.taken
    assert first.message_id == second.message_id
