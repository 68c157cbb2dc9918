"""Links by which a guest gets in. The token is minted as its mail is sent; only its SHA-256 is kept."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from milepost.actions import mails
from milepost.actions.rights import must_be
from milepost.core.actors import Actor
from milepost.core.refusals import NotAllowed, Refused
from milepost.events.record import record
from milepost.models import Invitation, Party, Project

DAYS = 30
# How many new links one invitation may ask for in an hour.
NEW_LINKS_MAX = 3


class LinkUnknown(Refused):
    """No such link was ever sent, or it was replaced."""


class LinkRevoked(Refused):
    """The link was taken back."""


class LinkExpired(Refused):
    """The link is too old; a new one can be asked for, to the same address."""


def invite(*, project: Project, party: Party, at: datetime) -> Invitation:
    """One more link for a party's mail; those sent before go on working. In the caller's transaction."""
    return Invitation.objects.create(
        project=project, party=party, email=party.email, made_at=at, expires_at=at + timedelta(days=DAYS)
    )


def mint(*, invitation_id: str, at: datetime) -> str:
    """The path of the link, as its mail is sent; a second sending of the same mail replaces the first."""
    token = secrets.token_urlsafe(32)
    Invitation.objects.filter(pk=invitation_id).update(token_sha256=_sha256(token))
    return f"/links/{token}"


def found(*, token: str) -> Invitation:
    """The invitation of a token, whatever its state. Refuses one that was never sent."""
    rows = Invitation.objects.select_related("project__terms", "project__client", "project__freelancer", "party")
    invitation = rows.filter(token_sha256=_sha256(token)).first()
    if invitation is None:
        raise LinkUnknown(_("This link is not known here. Open the newest mail that you got."))
    return invitation


def open_link(*, token: str, at: datetime) -> Invitation:
    """The invitation, if its link still works. Refuses unknown, revoked and expired ones."""
    invitation = found(token=token)
    if invitation.revoked_at is not None:
        raise LinkRevoked(_("This link was taken back by the sender."))
    if invitation.expires_at <= at:
        raise LinkExpired(_("This link has expired. A new one can be mailed to the same address."))
    return invitation


def ask_new_link(*, token: str, at: datetime) -> Invitation:
    """Mails a new link to the address of an expired one. Refuses revoked links and too many at once."""
    old = found(token=token)
    if old.revoked_at is not None:
        raise LinkRevoked(_("This link was taken back by the sender."))
    since = at - timedelta(hours=1)
    recent = Invitation.objects.filter(project=old.project, party=old.party, made_at__gt=since).count()
    if recent >= NEW_LINKS_MAX:
        raise Refused(_("A new link was sent just now. Look into your mail, or try again in an hour."))
    with transaction.atomic():
        invitation = invite(project=old.project, party=old.party, at=at)
        mails.write_link(invitation=invitation, at=at)
    return invitation


def renew(*, project: Project, by: Actor, at: datetime) -> Invitation:
    """The sender has the link sent again; those before stop working. The sender never sees it."""
    with transaction.atomic():
        project = Project.objects.locked(project.pk)
        terms = project.terms
        if terms is None or terms.status != "offered":
            raise Refused(_("There is nothing that waits to be signed."))
        if project.side_of(by) != terms.sender:
            raise NotAllowed(_("Only the sender may send the link again."))
        must_be(by=by, act="prepare")
        party = project.party(terms.recipient)
        recent = Invitation.objects.filter(project=project, party=party, made_at__gt=at - timedelta(hours=1)).count()
        if recent >= NEW_LINKS_MAX:
            raise Refused(_("The link was sent several times in the last hour. Give it time to arrive."))
        revoke(project=project, party=party, at=at)
        invitation = invite(project=project, party=party, at=at)
        mails.write_link(invitation=invitation, at=at)
        record(project, "invitation.renewed", by=by, at=at, terms=terms.pk)
    return invitation


def revoke(*, project: Project, party: Party, at: datetime) -> None:
    """No link of this party to this project works any more, and sessions opened by one end."""
    Invitation.objects.filter(project=project, party=party, revoked_at=None).update(revoked_at=at)


def _sha256(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
