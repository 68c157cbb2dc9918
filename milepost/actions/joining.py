"""Joining: somebody is asked to act for a party; whoever has proved the address accepts or declines."""

from __future__ import annotations

from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from milepost.actions.members import (
    MemberAlready,
    checked_role,
    living,
    locked,
    must_not_act_for_both,
    owners,
    proved,
    role_of,
    tell,
)
from milepost.actions.rights import must_be
from milepost.core import entries
from milepost.core.actors import Actor
from milepost.core.refusals import NotAllowed, Refused, Stale
from milepost.events.wording import people as wording
from milepost.models import Member, MemberInvitation, Party, User

DAYS = 14
# How many invitations of one party may wait at once, and how many may be made in a day.
OPEN_MAX = 20
DAILY_MAX = 40


def waiting_for(user: User, at: datetime) -> list[MemberInvitation]:
    """The invitations that the person may accept, the first one first."""
    return list(addressed_to(user, at).select_related("party", "made_by").order_by("made_at"))


def addressed_to(user: User, at: datetime) -> QuerySet[MemberInvitation]:
    """Those that wait, by the addresses that the person has proved."""
    own = EmailAddress.objects.filter(user=user, verified=True).values("email")
    return _open(MemberInvitation.objects.filter(email__in=own, expires_at__gt=at))


def invite(*, party: Party, email: str, role: str, by: Actor, at: datetime) -> MemberInvitation:
    """Asks the person behind an address to act for the party. There is no link: they sign in with it and accept.

    Refuses whoever acts for the party or is asked to already, in whatever spelling of the mailbox; and too many at once.
    """
    wanted, address = checked_role(role), _mailbox(email)
    by.must_have_proved_strongly()
    with transaction.atomic():
        party = locked(party, by)
        must_be(by=by, act="members")
        MemberInvitation.objects.filter(party=party, accepted_at=None, ended_at=None, expires_at__lte=at).update(
            ended_at=at
        )
        _must_be_new(party, address, at)
        invitation = MemberInvitation.objects.create(
            party=party,
            email=address,
            role=wanted,
            made_by_id=by.person,
            made_at=at,
            expires_at=at + timedelta(days=DAYS),
        )
        inviter = str(User.objects.get(pk=by.person))
        tell(party, [address], lambda: wording.invited(str(party), inviter, wanted, invitation.expires_at), at)
    return invitation


def take_back_invitation(*, invitation: MemberInvitation, by: Actor, at: datetime) -> MemberInvitation:
    """An owner takes the invitation back. `Stale` once it was accepted or has ended."""
    with transaction.atomic():
        locked(invitation.party, by)
        must_be(by=by, act="members")
        return _ended(invitation, at)


def accept(*, invitation: MemberInvitation, user: User, at: datetime) -> Member:
    """From now on the person acts for the party. Owners are told.

    Refuses another address, an invitation that was taken back, used or has expired, and whoever acts for the other
    side of one of the party's projects.
    """
    _must_be_addressed(invitation, user)
    with transaction.atomic():
        party = Party.objects.select_for_update(no_key=True).get(pk=invitation.party_id)
        # Two invitations at once are accepted one after the other: the second sees what the first has made.
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        fresh = MemberInvitation.objects.get(pk=invitation.pk)
        if living(party).filter(user=user).exists():
            raise MemberAlready(_("You act for %(party)s already.") % {"party": party})
        if fresh.expires_at <= at:
            raise Stale(_("This invitation has expired. Ask %(party)s for a new one.") % {"party": party})
        must_not_act_for_both(party, user)
        if _open(fresh).update(accepted_at=at) != 1:
            raise Stale(_("This invitation was taken back."))
        member = Member.objects.create(party=party, user=user, role=fresh.role, joined_at=at)
        told = [email for email in owners(party) if email != user.email]
        tell(party, told, lambda: wording.joined(str(party), party.pk, str(user), role_of(member)), at)
    return member


def decline(*, invitation: MemberInvitation, user: User, at: datetime) -> MemberInvitation:
    """The person does not want to. `Stale` once it was accepted or has ended."""
    _must_be_addressed(invitation, user)
    return _ended(invitation, at)


# -- what keeps it from happening ---------------------------------------------------------------


def _must_be_new(party: Party, address: str, at: datetime) -> None:
    for member in living(party):
        if any(entries.same_mailbox(address, email) for email in (member.user.email, *proved(member.user))):
            raise MemberAlready(
                _("%(who)s acts for %(party)s already.") % {"who": member.user, "party": party}, field="email"
            )
    invitations = MemberInvitation.objects.filter(party=party)
    waiting = list(_open(invitations).values_list("email", flat=True))
    if any(entries.same_mailbox(address, email) for email in waiting):
        raise MemberAlready(
            _("%(email)s is invited already, and has not answered yet.") % {"email": address}, field="email"
        )
    if len(waiting) >= OPEN_MAX or invitations.filter(made_at__gt=at - timedelta(days=1)).count() >= DAILY_MAX:
        raise Refused(_("Many invitations wait for an answer. Take some back first."), field="email")


def _open(rows: QuerySet[MemberInvitation] | MemberInvitation) -> QuerySet[MemberInvitation]:
    if isinstance(rows, MemberInvitation):
        rows = MemberInvitation.objects.filter(pk=rows.pk)
    return rows.filter(accepted_at=None, ended_at=None)


def _ended(invitation: MemberInvitation, at: datetime) -> MemberInvitation:
    if _open(invitation).update(ended_at=at) != 1:
        raise Stale(_("This invitation was answered or taken back meanwhile."))
    invitation.ended_at = at
    return invitation


def _mailbox(typed: str) -> str:
    try:
        return entries.mailbox(typed)
    except entries.BadEntry as refusal:
        raise Refused(refusal.sentence, field="email") from refusal


def _must_be_addressed(invitation: MemberInvitation, user: User) -> None:
    if invitation.email not in proved(user):
        raise NotAllowed(_("This invitation was sent to another address than yours."))
