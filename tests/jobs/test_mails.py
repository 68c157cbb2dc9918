"""Mail at least once, under one name; what fails is tried again, what is refused for ever is not."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from django.test import override_settings

from milepost.actions import answers, invitations, people
from milepost.gateways.mail import Envelope, NotAccepted, Undeliverable
from milepost.jobs import mails
from milepost.jobs.announce import announce
from milepost.jobs.worker import settle
from milepost.models import Code, Event, Invitation, Mail
from tests import cast
from tests.cast import NOON
from tests.jobs.postman import Postman

pytestmark = pytest.mark.django_db

Write = Callable[..., Mail]


def times(failures: int, error: Exception) -> Callable[[Envelope], None]:
    """Fails so often, then takes the mail."""
    left = [error] * failures

    def fails(envelope: Envelope) -> None:
        if left:
            raise left.pop()

    return fails


# -- patience ----------------------------------------------------------------------------------


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


# -- links and codes ---------------------------------------------------------------------------


def test_a_link_is_minted_as_it_is_sent_and_never_stored(postman: Postman) -> None:
    terms = cast.offered(cast.ada())
    settle(NOON)
    mail = Mail.objects.get(event__kind="terms.offered", event__project=terms.project)
    assert "[[link]]" in mail.text
    assert "[[link]]" in mail.html
    [sent] = [envelope for envelope in postman.taken if envelope.message_id == f"<{mail.pk}@localhost>"]
    [link] = [row for row in sent.text.splitlines() if "/links/" in row]
    token = link.rpartition("/")[2]
    assert f'href="{link}"' in sent.html
    assert invitations.open_link(token=token, at=NOON).party == terms.project.client
    assert token not in mail.text + mail.html


def test_a_second_sending_makes_another_link_and_the_first_stops_working(postman: Postman) -> None:
    cast.offered(cast.ada())
    settle(NOON)
    Mail.objects.update(done_at=None)
    mails.send_due(NOON + timedelta(hours=1))
    first, second = (envelope.text.partition("/links/")[2].split()[0] for envelope in postman.taken)
    assert invitations.open_link(token=second, at=NOON)
    with pytest.raises(invitations.LinkUnknown):
        invitations.open_link(token=first, at=NOON)


def test_each_mail_to_a_guest_has_a_link_of_its_own(postman: Postman) -> None:
    project = cast.in_force(holder="nobody")
    cast.delivered(project)
    settle(NOON)
    tokens = [
        envelope.text.partition("/links/")[2].split()[0]
        for envelope in postman.taken
        if envelope.to == project.client.email
    ]
    assert len(tokens) == len(set(tokens)) == 3
    assert all(invitations.open_link(token=token, at=NOON) for token in tokens)
    assert Invitation.objects.filter(project=project, token_sha256=None).count() == 0


def test_who_took_an_account_meanwhile_gets_the_page_instead_of_a_link(postman: Postman) -> None:
    terms = cast.offered(cast.ada())
    postman.fails = times(1, NotAccepted("busy"))
    settle(NOON)
    carl = cast.person("Carl", "carl-other@example.org").user
    terms.project.client.members.create(user=carl)
    mails.send_due(NOON + timedelta(hours=1))
    [sent] = postman.taken
    assert f"http://localhost:8000/projects/{terms.project_id}" in sent.text
    assert "/links/" not in sent.text


def test_a_code_is_made_as_it_is_sent_and_works_for_its_act(postman: Postman) -> None:
    ada = cast.ada()
    people.send_code(by=ada.actor("login"), act="approve", subject="mil_1", at=NOON)
    mails.send_due(NOON)
    [sent] = postman.taken
    digits = next(word for word in sent.text.split() if word.isdigit() and len(word) == 6)
    assert digits not in Mail.objects.get(mints__startswith="code:").text
    proved = people.use_code(by=ada.actor("login"), act="approve", subject="mil_1", digits=digits, at=NOON)
    assert proved.proof == "code"
    assert Code.objects.get().used_at == NOON


def test_what_is_said_once_is_not_kept(postman: Postman, write: Write) -> None:
    mail = write(mints="once", text="1234-5678", html="<p>1234-5678</p>")
    mails.send_due(NOON)
    assert "1234-5678" in postman.taken[0].text
    mail.refresh_from_db()
    assert (mail.text, mail.html) == ("", "")


def test_a_code_that_expired_while_the_server_was_down_is_not_sent(postman: Postman) -> None:
    people.send_code(by=cast.ada().actor("login"), act="approve", subject="mil_1", at=NOON)
    mails.send_due(NOON + timedelta(minutes=10))
    assert postman.taken == []
    assert "expired" in Mail.objects.get(mints__startswith="code:").last_error


def test_a_link_that_was_taken_back_meanwhile_is_not_sent(postman: Postman) -> None:
    terms = cast.offered(cast.ada())
    announce(NOON)
    answers.withdraw(terms=terms, by=cast.person_of(terms).actor(), at=NOON)
    mails.send_due(NOON)
    assert postman.taken == []
    settle(NOON)
    [told] = postman.taken
    assert "took the proposal back" in told.subject
    assert "/links/" not in told.text


@override_settings(DEMO=True)
def test_in_the_demo_nothing_is_sent_and_the_stored_mail_is_the_whole_mail(postman: Postman) -> None:
    cast.offered(cast.ada())
    settle(NOON)
    [mail] = Mail.objects.filter(event__kind="terms.offered")
    assert postman.taken == []
    assert mail.done_at == NOON
    token = mail.text.partition("/links/")[2].split()[0]
    assert f"/links/{token}" in mail.html
    assert invitations.open_link(token=token, at=NOON)


# -- the review window hangs on the notice -----------------------------------------------------


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


# -- a real server -----------------------------------------------------------------------------


class Server:
    """Refuses what it is told to refuse, keeps the rest."""

    def __init__(self) -> None:
        self.kept: list[bytes] = []
        self.refuses: dict[str, str] = {}

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if address in self.refuses:
            return self.refuses[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.kept.append(envelope.content)
        return self.refuses.get("data", "250 OK")


@pytest.fixture
def server() -> Iterator[Server]:
    handler = Server()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    smtp = {"EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend", "EMAIL_HOST": "127.0.0.1"}
    with override_settings(**smtp, EMAIL_PORT=port):
        yield handler
    controller.stop()


def test_a_real_server_gets_text_html_and_the_paper(server: Server) -> None:
    project = cast.in_force(holder="nobody")
    settle(NOON)
    mail = Mail.objects.filter(event__kind="terms.sealed", party=project.client).get()
    [whole] = [raw for raw in server.kept if mail.pk.encode() in raw]
    message = message_from_bytes(whole, policy=policy.default)
    assert message["Message-ID"] == f"<{mail.pk}@localhost>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["To"] == project.client.email
    parts = [part.get_content_type() for part in message.walk()]
    assert parts == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "application/pdf",
    ]
    [paper] = message.iter_attachments()
    assert paper.get_content().startswith(b"%PDF-")
    assert paper.get_filename() == "Agreement, signed by both.pdf"


@pytest.mark.parametrize(
    ("address", "answer", "dead"),
    [
        ("carl@example.org", "550 no such mailbox", True),
        ("carl@example.org", "450 mailbox busy", False),
        ("data", "554 this is spam", True),
        ("data", "451 try later", False),
    ],
)
def test_a_real_servers_answers_are_told_apart(
    server: Server, write: Write, address: str, answer: str, dead: bool
) -> None:
    server.refuses = {address: answer}
    mail = write()
    mails.send_due(NOON)
    mail.refresh_from_db()
    assert (mail.dead_at == NOON) is dead
    assert mail.done_at is None
    assert answer.partition(" ")[2] in mail.last_error


@override_settings(
    EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend", EMAIL_HOST="127.0.0.1", EMAIL_PORT=1, EMAIL_TIMEOUT=1
)
def test_no_server_at_all_is_a_reason_to_wait(write: Write) -> None:
    mail = write()
    mails.send_due(NOON)
    mail.refresh_from_db()
    assert mail.dead_at is None
    assert "ConnectionRefusedError" in mail.last_error


@override_settings(EMAIL_BACKEND="milepost.config.mail.NotSetUp")
def test_until_a_server_is_named_mails_wait_however_long(postman: Postman, write: Write) -> None:
    mail = write()
    for day in range(30):
        assert mails.send_due(NOON + timedelta(days=day)) == 0
    mail.refresh_from_db()
    assert (mail.attempts, mail.dead_at, mail.done_at) == (0, None, None)
    with override_settings(EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend"):
        assert mails.send_due(NOON + timedelta(days=30)) == 1
    assert len(postman.taken) == 1
