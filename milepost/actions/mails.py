"""Mails that no event of a project stands behind: codes and links. The worker sends them."""

from __future__ import annotations

from datetime import datetime

from milepost.events.wording import Letter, entering, lay_out
from milepost.models import Code, Installation, Invitation, Mail

# Of a mail that says what its reader alone may know: the worker empties it once it is sent.
ONCE = "once"


def write(*, to: str, subject: str, text: str, html: str = "", at: datetime, once: bool = False) -> Mail:
    """A mail to one address, sent by the worker with retries. `once`: what it says is not kept."""
    mints = ONCE if once else ""
    return Mail.objects.create(to=to, subject=subject, text=text, html=html, mints=mints, written_at=at, due_at=at)


def write_letter(said: Letter, *, to: str, at: datetime, mints: str = "") -> Mail:
    """A letter that is about no event. `mints`: what the worker puts in the place of its link, as it sends it."""
    return _minted(said, to=to, mints=mints, at=at, link=bool(mints))


def write_code(*, code: Code, at: datetime) -> Mail:
    """The mail with six digits for one act."""
    minutes = round((code.expires_at - code.made_at).total_seconds() / 60)
    return _minted(entering.code(code.act, minutes), to=code.email, mints=f"code:{code.pk}", at=at)


def write_link(*, invitation: Invitation, at: datetime) -> Mail:
    """The mail with a new link, in place of one that expired or went astray."""
    said = entering.link(invitation.project_id, invitation.project.name)
    return _minted(said, to=invitation.email, mints=f"invitation:{invitation.pk}", at=at)


def _minted(said: Letter, *, to: str, mints: str, at: datetime, link: bool = True) -> Mail:
    worded = lay_out(said, guest=link, house=_house())
    return Mail.objects.create(
        to=to, subject=worded.subject, text=worded.text, html=worded.html, mints=mints, written_at=at, due_at=at
    )


def _house() -> str:
    return Installation.objects.values_list("name", flat=True).first() or "Milepost"
