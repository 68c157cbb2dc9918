"""The review window hangs on the notice: it begins when the mail is accepted, and stalls when none arrives."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from milepost.gateways.mail import Envelope, NotAccepted, Undeliverable
from milepost.jobs import mails
from milepost.jobs.announce import announce
from milepost.jobs.worker import settle
from milepost.models import Event, Mail
from tests import cast
from tests.cast import NOON
from tests.jobs.postman import Postman, times

pytestmark = pytest.mark.django_db


def delivery_of(project: cast.Project) -> Any:
    return cast.milestone(project).deliveries.get()


def test_the_window_begins_when_the_notice_is_accepted(postman: Postman) -> None:
    project = cast.in_force(holder="nobody")
    cast.delivered(project)
    postman.fails = lambda envelope: (
        times(1, NotAccepted("busy"))(envelope) if "delivered" in envelope.subject else None
    )
    settle(NOON)
    assert delivery_of(project).review_starts_at is None
    postman.fails = times(0, NotAccepted())
    settle(NOON + timedelta(hours=1))
    assert delivery_of(project).review_starts_at == NOON + timedelta(hours=1)


def stalls(project: cast.Project) -> int:
    return Event.objects.filter(project=project, kind="review.stalled").count()


def test_a_notice_that_never_arrives_stalls_the_review_once(postman: Postman) -> None:
    project = cast.in_force(holder="nobody")
    cast.delivered(project)

    def refuses(envelope: Envelope) -> None:
        if envelope.to == project.client.email:
            raise Undeliverable("gone")

    postman.fails = refuses
    settle(NOON)
    settle(NOON + timedelta(minutes=5))
    assert stalls(project) == 1
    settle(NOON + timedelta(days=30))
    assert cast.milestone(project).status == "delivered"
    assert any("can't be reached" in envelope.subject for envelope in postman.taken)


def test_one_lost_reminder_is_no_matter_two_are(postman: Postman) -> None:
    project = cast.in_force(holder="nobody")
    cast.delivered(project)
    settle(NOON)

    def refuses(envelope: Envelope) -> None:
        if envelope.to == project.client.email and "waits for your review" in envelope.subject:
            raise Undeliverable("full")

    postman.fails = refuses
    settle(NOON + timedelta(days=4))
    assert stalls(project) == 0
    settle(NOON + timedelta(days=6, hours=12))
    assert stalls(project) == 1
    settle(NOON + timedelta(days=9))
    assert cast.milestone(project).status == "delivered"


def test_what_a_stopped_worker_left_undone_is_found(postman: Postman, monkeypatch: pytest.MonkeyPatch) -> None:
    project = cast.in_force(holder="nobody")
    cast.delivered(project)

    def dies(mail: Mail, at: datetime) -> bool:
        if mail.event and mail.event.kind == "milestone.delivered":
            raise SystemExit
        return False

    monkeypatch.setattr(mails, "delivered", dies)
    announce(NOON)
    with pytest.raises(SystemExit):
        mails.send_due(NOON)
    monkeypatch.undo()
    assert delivery_of(project).review_starts_at is None
    settle(NOON + timedelta(minutes=1))
    assert delivery_of(project).review_starts_at == NOON + timedelta(minutes=1)
