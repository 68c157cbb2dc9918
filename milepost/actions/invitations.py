"""Links by which a guest gets in. The token is minted as its mail is sent; only its SHA-256 is kept."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from milepost.actions import mails, members
from milepost.actions.rights import must_be
from milepost.actions.signing import locked, may
from milepost.core import entries, rights
from milepost.core.actors import Actor
from milepost.core.refusals import NotAllowed, Refused, Stale
from milepost.events.record import record
from milepost.events.story import Story
from milepost.events.wording import entering
from milepost.models import Event, Invitation, Party, Project, Terms

DAYS = 30
# How many new links one invitation may ask for in an hour.
NEW_LINKS_MAX = 3
# How often one proposal may be passed on.
FORWARDS_MAX = 5
WORDS_MAX = 1000


class LinkUnknown(Refused):
    """No such link was ever sent, or it was replaced."""


class LinkRevoked(Refused):
    """The link was taken back."""


class LinkExpired(Refused):
    """The link is too old; a new one can be asked for, to the same address."""


def invite(*, project: Project, party: Party, at: datetime, email: str = "") -> Invitation:
    """One more link for a party's mail, or to another mailbox that it was passed on to; those sent before go on
    working. In the caller's transaction."""
    return Invitation.objects.create(
        project=project, party=party, email=email or party.email, made_at=at, expires_at=at + timedelta(days=DAYS)
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
    sent = Invitation.objects.filter(project=old.project, party=old.party, email=old.email, made_at__gt=since)
    recent = sent.count()
    if recent >= NEW_LINKS_MAX:
        raise Refused(_("A new link was sent just now. Look into your mail, or try again in an hour."))
    with transaction.atomic():
        invitation = invite(project=old.project, party=old.party, email=old.email, at=at)
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
        sent = Invitation.objects.filter(project=project, party=party, email=party.email)
        recent = sent.filter(made_at__gt=at - timedelta(hours=1)).count()
        if recent >= NEW_LINKS_MAX:
            raise Refused(_("The link was sent several times in the last hour. Give it time to arrive."))
        revoke(project=project, party=party, at=at)
        invitation = invite(project=project, party=party, at=at)
        mails.write_link(invitation=invitation, at=at)
        record(project, "invitation.renewed", by=by, at=at, terms=terms.pk)
    return invitation


def forward(*, terms: Terms, email: str, words: str, by: Actor, at: datetime) -> Invitation | None:
    """Passes a proposal on to the person of the same party who signs: a link of their own, mailed to them. Whoever passed
    it on keeps reading, and either may sign, once. Answers None where they have a login for the party: no link is needed.

    Refuses a mailbox of the sender's side, one that has a link already, more than five, and terms that have ended. Of a
    party with members, who may not sign passes it on to those who may, and to nobody else.
    """
    address = _address(email)
    if len(words) > WORDS_MAX:
        raise Refused(_("At most 1,000 characters."), field="forward_words")
    with transaction.atomic():
        project, terms = locked(terms)
        may(terms, "forward", by, project)
        party = project.party(terms.recipient)
        colleague = members.living(party).filter(user__email=address).first()
        must_be(by=by, act="forward" if colleague else "sign")
        _must_be_passable(terms, at)
        _must_be_theirs(project, terms, address)
        invitation = None
        if colleague is None:
            _must_be_new(project, party, address, by, at)
            invitation = invite(project=project, party=party, email=address, at=at)
        elif not rights.may(members.role_of(colleague), "sign"):
            sentence = _("%(who)s may not sign for %(party)s either.") % {"who": colleague.user, "party": party}
            raise Refused(sentence, field="forward_email")
        personal = {"email": address} | ({"words": words.strip()} if words.strip() else {})
        event = record(project, "invitation.forwarded", by=by, at=at, personal=personal, terms=terms.pk)
        with translation.override(party.language):
            letter = entering.passed_on(Story(event), terms, words.strip(), guest=invitation is not None)
            mints = f"invitation:{invitation.pk}" if invitation else ""
            mails.write_letter(letter, to=address, mints=mints, at=at)
    return invitation


def _must_be_passable(terms: Terms, at: datetime) -> None:
    if terms.sign_until <= at:
        raise Stale(_("The time to sign ran out. Ask the sender to send the proposal again."))
    passed = Event.objects.filter(project=terms.project_id, kind="invitation.forwarded", data__contains=terms.pk)
    if passed.count() >= FORWARDS_MAX:
        raise Refused(_("It was passed on five times. Ask the sender to send it to whoever signs."))


def _must_be_theirs(project: Project, terms: Terms, address: str) -> None:
    """Nobody signs for both sides, nor for a side and the custodian between them."""
    sender = project.party(terms.sender)  # type: ignore[arg-type]  # a CHECK keeps it a side
    others = [sender, *([project.custodian] if project.custodian else [])]
    taken = [terms.said.named(terms.sender).email, *(party.email for party in others)]  # type: ignore[arg-type]
    for party in others:
        for member in members.living(party):
            taken += [member.user.email, *members.proved(member.user)]
    if any(entries.same_mailbox(address, email) for email in taken):
        sentence = _("That is somebody of the other side. The person who signs for you has to be one of yours.")
        raise Refused(sentence, field="forward_email")


def _must_be_new(project: Project, party: Party, address: str, by: Actor, at: datetime) -> None:
    alive = Invitation.objects.alive(at).filter(project=project, party=party)
    known = [by.email, party.email, *alive.values_list("email", flat=True)]
    if any(entries.same_mailbox(address, email) for email in known):
        raise Refused(_("%(email)s has this proposal already.") % {"email": address}, field="forward_email")


def _address(typed: str) -> str:
    try:
        return entries.mailbox(typed)
    except entries.BadEntry as refusal:
        raise Refused(refusal.sentence, field="forward_email") from refusal


def revoke(*, project: Project, party: Party, at: datetime) -> None:
    """No link of this party to this project works any more, and sessions opened by one end."""
    Invitation.objects.filter(project=project, party=party, revoked_at=None).update(revoked_at=at)


def _sha256(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
