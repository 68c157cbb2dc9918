"""Mails that no event makes: codes to sign in, and what belongs to an account."""

from __future__ import annotations

from datetime import datetime

from milepost.models import Mail


def write(*, to: str, subject: str, text: str, html: str = "", at: datetime) -> Mail:
    """One mail to one address, due at once; the worker sends it, and tries again where it fails."""
    one_line = " ".join(subject.split())[:300]
    return Mail.objects.create(to=to, subject=one_line, text=text, html=html, written_at=at, due_at=at)
