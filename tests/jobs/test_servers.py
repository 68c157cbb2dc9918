"""Mail to a real server: what it gets, what its answers mean, and what is done without one."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from django.test import override_settings

from milepost.jobs import mails
from milepost.jobs.worker import settle
from milepost.models import Mail
from tests import cast
from tests.cast import NOON
from tests.jobs.postman import Postman, Write

pytestmark = pytest.mark.django_db


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
    assert paper.get_filename() == "Agreement, signed.pdf"


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
