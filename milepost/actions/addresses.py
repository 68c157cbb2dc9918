"""A person takes another e-mail address, and the old mailbox may put the old one back for some days."""

from __future__ import annotations

import functools
import hashlib
import itertools
import operator
import secrets
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from milepost.actions import mails, people
from milepost.core.actors import Actor
from milepost.core.refusals import NotAllowed, Refused, Stale
from milepost.events.wording import signing_in
from milepost.models import EmailChange, Invitation, Member, Milestone, Party, Project, User

# What a code that proves the new address is good for.
ACT: Final = "address"
# How long the old mailbox may put the old address back; as long before the change, factors are taken for the thief's.
UNDO_HOURS: Final = 72
# How many changes one person may ask for in an hour: each sends a mail to an address that they typed.
ASKED_MAX: Final = 5
SIDES: Final = ("client", "freelancer", "custodian")


class Taken(Refused):
    """Somebody else's mailbox, or the other side's."""


def ask(*, email: str, user: User, by: Actor, at: datetime) -> EmailChange:
    """Mails a code to the new address. One that has an account gets a letter instead, and the page says the same.

    Refuses what is no address, the own one, the mailbox of the other side of a project that runs, and too many.
    """
    _must_be(user, by)
    by.must_have_proved_strongly()
    email = _address(email, user)
    if EmailChange.objects.filter(user=user, asked_at__gt=at - timedelta(hours=1)).count() >= ASKED_MAX:
        raise Refused(_("You have asked for several addresses in the last hour. Try again later."), field="email")
    if _faces(own_parties(user), email).exists():
        raise Taken(_other_side(), field="email")
    with transaction.atomic():
        change = EmailChange.objects.create(user=user, old_email=user.email, new_email=email, asked_at=at)
        if _has_account(email, user):
            mails.write_letter(signing_in.address_taken(), to=email, at=at)
        else:
            people.send_code(by=replace(by, email=email), act=ACT, subject=change.pk, at=at)
    return change


def send_again(*, change: EmailChange, by: Actor, at: datetime) -> None:
    """Another code to the new address, as often as codes are given."""
    _must_be(change.user, by)
    if not _has_account(change.new_email, change.user):
        people.send_code(by=replace(by, email=change.new_email), act=ACT, subject=change.pk, at=at)


def confirm(*, change: EmailChange, digits: str, by: Actor, at: datetime) -> User:
    """The new address holds: for signing in, for notices, for the parties that are this person's alone.

    Every other browser is signed out, links to the old mailbox end, and it gets the way back. What was signed keeps
    the address that it names. Refuses wrong codes, and an address that was taken meanwhile.
    """
    _must_be(change.user, by)
    people.use_code(by=replace(by, email=change.new_email), act=ACT, subject=change.pk, digits=digits, at=at)
    try:
        with transaction.atomic():
            user = _moved(change, at)
    except IntegrityError:
        raise Taken(_("This address was taken meanwhile. Choose another one."), field="code") from None
    return user


# -- the way back --------------------------------------------------------------------------------


def mint_undo(*, change_id: str, at: datetime) -> str:
    """The path of the link to the old mailbox, as its mail is sent; a second sending replaces the first."""
    token = secrets.token_urlsafe(32)
    EmailChange.objects.filter(pk=change_id).update(undo_sha256=_sha256(token))
    return f"/accounts/address/undo/{token}"


def undoable(*, token: str, at: datetime) -> EmailChange:
    """The change that the link undoes. Refuses unknown, used and old ones alike."""
    since = at - timedelta(hours=UNDO_HOURS)
    rows = EmailChange.objects.select_related("user").filter(made_at__gt=since, undone_at=None)
    change = rows.filter(undo_sha256=_sha256(token)).first()
    if change is None:
        raise Refused(_("This link is not known here, was used already, or is older than three days."))
    return change


def undo(*, token: str, at: datetime) -> User:
    """The old address holds again, later changes with it; every browser is signed out, and what was added to the
    account since shortly before is taken off. Refuses an address that somebody else has taken meanwhile."""
    change = undoable(token=token, at=at)
    try:
        with transaction.atomic():
            rows = EmailChange.objects.filter(user=change.user, made_at__gte=change.made_at, undone_at=None)
            if not rows.update(undone_at=at):
                raise Stale(_("This was undone already."))
            since = (change.made_at or at) - timedelta(hours=UNDO_HOURS)
            Authenticator.objects.filter(user=change.user, created_at__gte=since).delete()
            latest = User.objects.select_for_update().get(pk=change.user_id)
            _rename(latest, change.old_email, at)
            for address in {latest.email, change.old_email}:
                mails.write_letter(signing_in.address_put_back(change.old_email), to=address, at=at)
    except IntegrityError:
        raise Taken(_("Somebody else has an account with the old address by now.")) from None
    return User.objects.get(pk=change.user_id)


# -- what changes --------------------------------------------------------------------------------


def own_parties(user: User) -> QuerySet[Party]:
    """The parties that go with the person's address: those that it names, and that nobody else acts for."""
    others = Member.objects.filter(ended_at=None).exclude(user=user).values("party")
    mine = Q(members__user=user, members__ended_at=None, email=user.email)
    return Party.objects.filter(mine).filter(Q(kind="person") | ~Q(pk__in=others))


def sign_out_everywhere(*, user: User, but: str = "") -> None:
    """Ends every session, listed or not: each carries a hash over what is changed here. `but`: the key of the one
    that goes on, for which its door writes the new hash."""
    user.set_unusable_password()
    user.save(update_fields=["password"])
    for session in UserSession.objects.filter(user=user).exclude(session_key=but):
        session.end()


def _moved(change: EmailChange, at: datetime) -> User:
    parties = list(own_parties(change.user).values_list("pk", flat=True))
    # The projects first, as every verb locks them: no proposal is signed while its parties' addresses change.
    theirs = functools.reduce(operator.or_, (Q(**{f"{side}__in": parties}) for side in SIDES))
    list(Project.objects.filter(theirs).order_by("pk").select_for_update())
    if _faces(Party.objects.filter(pk__in=parties), change.new_email).exists():
        raise Taken(_other_side(), field="code")
    user = User.objects.select_for_update().get(pk=change.user_id)
    rows = EmailChange.objects.filter(pk=change.pk, made_at=None)
    if user.email != change.old_email or rows.update(made_at=at) != 1:
        raise Stale(_("Your address has changed since you asked for this. Here is how it stands now."))
    _rename(user, change.new_email, at)
    mails.write_letter(
        signing_in.address_changed(change.new_email, UNDO_HOURS), to=change.old_email, at=at, mints=f"undo:{change.pk}"
    )
    return User.objects.get(pk=user.pk)


def _rename(user: User, email: str, at: datetime) -> None:
    """The login, what proves it, and the parties that go with it, at one stroke; every session ends."""
    if _has_account(email, user):
        raise IntegrityError("taken")
    parties = list(own_parties(user).values_list("pk", flat=True))
    Invitation.objects.filter(party__in=parties, email=user.email, revoked_at=None).update(revoked_at=at)
    Party.objects.filter(pk__in=parties).update(email=email)
    EmailAddress.objects.filter(user=user).delete()
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    User.objects.filter(pk=user.pk).update(email=email)
    sign_out_everywhere(user=User.objects.get(pk=user.pk))


def _faces(parties: QuerySet[Party], email: str) -> QuerySet[Project]:
    """Projects of theirs that run and have that mailbox on another side: nobody signs with themselves."""
    theirs = Q()
    for mine, other in itertools.permutations(SIDES, 2):
        theirs |= Q(**{f"{mine}__in": parties, f"{other}__email": email})
    under_way = Milestone.objects.filter(project=OuterRef("pk")).exclude(status__in=("closed", "cancelled"))
    runs = Q(terms__status="offered") | Q(terms__status="in_force") & Exists(under_way)
    return Project.objects.filter(theirs).filter(runs)


def _has_account(email: str, user: User) -> bool:
    return (
        User.objects.filter(email=email).exclude(pk=user.pk).exists()
        or EmailAddress.objects.filter(email=email).exclude(user=user).exists()
    )


def _address(typed: str, user: User) -> str:
    email = typed.strip().lower()
    try:
        validate_email(email)
    except ValidationError:
        raise Refused(_("Type an e-mail address, like ada@example.org."), field="email") from None
    if len(email) > 254:
        raise Refused(_("An address may have 254 characters at most."), field="email")
    if email == user.email:
        raise Refused(_("This is your address already."), field="email")
    return email


def _must_be(user: User, by: Actor) -> None:
    if by.person != user.pk:
        raise NotAllowed(_("Only you can change your own address."))


def _other_side() -> str:
    return _("This is the mailbox of the other side of one of your projects. Both sides need one of their own.")


def _sha256(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
