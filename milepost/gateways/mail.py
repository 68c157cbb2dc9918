"""Hands one mail to the mail server, and tells a no for ever from a no for now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from smtplib import SMTPDataError, SMTPException, SMTPRecipientsRefused

from django.conf import settings
from django.core.mail import EmailMultiAlternatives


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes along."""

    name: str
    content: bytes
    media_type: str


@dataclass(frozen=True, slots=True)
class Envelope:
    """One mail as it leaves. The same `message_id` twice is, for the reader's mail program, the same mail."""

    message_id: str
    to: str
    subject: str
    text: str
    html: str = ""
    attachments: Sequence[Attachment] = ()


class NotAccepted(Exception):
    """The mail server did not take it; another try may help."""


class Undeliverable(NotAccepted):
    """The mail server said that it never will: no such mailbox, or refused for what it says."""


def named() -> bool:
    """Whether there is a mail server to hand mails to; until one is named they wait, and no try is counted."""
    return not settings.EMAIL_BACKEND.endswith(".NotSetUp")


def send(envelope: Envelope) -> None:
    """Returns when the mail server has accepted the mail. Raises `NotAccepted` or `Undeliverable`."""
    message = EmailMultiAlternatives(
        subject=envelope.subject,
        body=envelope.text,
        to=[envelope.to],
        headers={"Message-ID": envelope.message_id, "Auto-Submitted": "auto-generated"},
    )
    if envelope.html:
        message.attach_alternative(envelope.html, "text/html")
    for attachment in envelope.attachments:
        message.attach(attachment.name, attachment.content, attachment.media_type)
    try:
        message.send()
    except SMTPRecipientsRefused as error:
        codes = [code for code, _ in error.recipients.values()]
        raise (Undeliverable if all(map(_for_ever, codes)) else NotAccepted)(str(error)) from error
    except SMTPDataError as error:
        raise (Undeliverable if _for_ever(error.smtp_code) else NotAccepted)(str(error)) from error
    except (SMTPException, OSError) as error:
        # Also a refused login or sender: that is for the operator to put right, and the mail waits for it.
        raise NotAccepted(f"{type(error).__name__}: {error}") from error


def _for_ever(code: int) -> bool:
    """RFC 5321, 4.2.1: 5yz is a permanent negative answer."""
    return 500 <= code < 600
