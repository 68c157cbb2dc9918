"""Mails that no event of a project stands behind: codes and links. The worker sends them."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from milepost.models import Code, Invitation, Mail

# Put in place of what is minted as the mail is sent.
CODE_PLACE = "[[code]]"
LINK_PLACE = "[[link]]"


def write(*, to: str, subject: str, text: str, html: str = "", at: datetime) -> Mail:
    """A mail to one address, sent by the worker with retries."""
    return Mail.objects.create(to=to, subject=subject, text=text, html=html, written_at=at, due_at=at)


def write_code(*, code: Code, at: datetime) -> Mail:
    """The mail with six digits for one act."""
    subject = _("Your code for Milepost")
    text = _(
        "%(code)s\n\nType this code on the page that asked for it. It is good for ten minutes, for this one act.\n\n"
        "You did not ask for it? Then somebody typed your address; without the code nothing happens.\n"
    ) % {"code": CODE_PLACE}
    return _minted(to=code.email, subject=subject, text=text, mints=f"code:{code.pk}", at=at)


def write_link(*, invitation: Invitation, at: datetime) -> Mail:
    """The mail with a new link in place of one that expired."""
    subject = _("Your new link to “%(project)s”") % {"project": invitation.project.name}
    text = _("Here is the new link that you asked for:\n\n%(link)s\n\nThe one before no longer works.\n") % {
        "link": LINK_PLACE
    }
    return _minted(to=invitation.email, subject=subject, text=text, mints=f"invitation:{invitation.pk}", at=at)


def _minted(*, to: str, subject: str, text: str, mints: str, at: datetime) -> Mail:
    return Mail.objects.create(to=to, subject=subject, text=text, mints=mints, written_at=at, due_at=at)
