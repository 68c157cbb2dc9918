"""From the commit to the mails: exactly once, whoever does it and however often they are interrupted."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from milepost.documents import invoice as documents
from milepost.jobs import announce, errands
from milepost.jobs.worker import settle
from milepost.models import Announcement, Event, Invitation, Mail
from tests import cast
from tests.cast import NOON
from tests.jobs.postman import Postman

pytestmark = pytest.mark.django_db


def kinds(project: cast.Project) -> list[str]:
    mails = Mail.objects.filter(event__project=project).order_by("event__number", "pk")
    return list(mails.values_list("event__kind", flat=True))


def test_every_event_is_told_once() -> None:
    project = cast.in_force(holder="nobody")
    while announce.announce(NOON):
        pass
    assert kinds(project) == ["terms.offered", "terms.entered_force", "milestone.opened"]
    assert not Announcement.objects.filter(done_at=None).exists()
    assert announce.announce(NOON + timedelta(days=1)) == 0


def test_what_was_rolled_back_is_told_to_nobody() -> None:
    project = cast.in_force(holder="nobody")
    point = transaction.savepoint()
    cast.delivered(project)
    transaction.savepoint_rollback(point)
    while announce.announce(NOON):
        pass
    assert "milestone.delivered" not in kinds(project)


def test_interrupted_while_writing_leaves_no_half(monkeypatch: pytest.MonkeyPatch) -> None:
    """Mails and the mark that they are written are one commit."""
    project = cast.in_force(holder="nobody")
    cast.approved(project)
    whole = announce._write

    def second_fails(event: Event, *rest: object) -> None:
        if event.kind == "milestone.approved":
            whole(event, *rest)
            raise OSError("disk full")
        whole(event, *rest)

    monkeypatch.setattr(announce, "_write", second_fails)
    while announce.announce(NOON):
        pass
    assert "milestone.approved" not in kinds(project)
    waiting = Announcement.objects.get(event__project=project, event__kind="milestone.approved")
    assert waiting.last_error == "OSError: disk full"
    monkeypatch.undo()
    while announce.announce(NOON + timedelta(minutes=1)):
        pass
    assert kinds(project).count("milestone.approved") == 1


def test_one_that_always_breaks_dies_and_holds_up_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    project = cast.in_force(holder="nobody")
    whole = announce.letter

    def poison(event: Event, *rest: object) -> object:
        if event.kind == "terms.offered":
            raise ValueError("poison")
        return whole(event, *rest)

    monkeypatch.setattr(announce, "letter", poison)
    for day in range(announce.PATIENCE.tries + 2):
        while announce.announce(NOON + timedelta(days=day)):
            pass
    assert kinds(project) == ["terms.entered_force", "milestone.opened"]
    dead = Announcement.objects.get(dead_at__isnull=False)
    assert (dead.event.kind, dead.attempts) == ("terms.offered", announce.PATIENCE.tries)


def test_a_worker_that_was_overtaken_writes_nothing() -> None:
    project = cast.in_force(holder="nobody")
    slow = [row for row in errands.claimed(Announcement, NOON, most=99) if row.event.kind == "terms.offered"]
    while announce.announce(NOON + errands.LEASE):
        pass
    assert kinds(project).count("terms.offered") == 1
    announce._tell(slow[0], NOON + errands.LEASE)
    assert kinds(project).count("terms.offered") == 1


def test_the_first_mail_to_a_guest_uses_the_invitation_of_the_offer() -> None:
    terms = cast.offered(cast.ada())
    announce.announce(NOON)
    [made] = Invitation.objects.filter(project=terms.project)
    assert Mail.objects.get(event__kind="terms.offered").mints == f"invitation:{made.pk}"


def test_an_invoice_is_told_of_with_its_paper(postman: Postman) -> None:
    project = cast.in_force(holder="nobody")
    cast.approved(project)
    settle(NOON)
    [mail] = Mail.objects.filter(event__kind="invoice.issued", event__project=project)
    assert mail.to == project.client.email
    [sent] = [envelope for envelope in postman.taken if "ayment request" in envelope.subject]
    [paper] = sent.attachments
    assert paper.content.startswith(b"%PDF-")
    assert paper.name == "PR-0001.pdf"


def test_a_paper_that_can_not_be_made_does_not_keep_the_invoice_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    project = cast.in_force(holder="nobody")
    cast.approved(project)

    def fails(facts: object) -> bytes:
        raise OSError("no typesetter")

    monkeypatch.setattr(documents, "render", fails)
    settle(NOON)
    assert "invoice.issued" not in kinds(project)
    settle(NOON + announce.PAPER_WAIT)
    [mail] = Mail.objects.filter(event__kind="invoice.issued", event__project=project)
    assert mail.attachments == []
