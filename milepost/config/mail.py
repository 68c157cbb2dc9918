"""What stands in for a mail server until one is named."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class NotSetUp(BaseEmailBackend):
    """Takes no mail, so that each waits and is tried again. Printing it instead would put links into a log."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Refuses, as a mail server does that is away."""
        raise OSError("no mail server is named; set MILEPOST_MAIL_URL")
