"""Members: who acts for a party, and as what; another role, removed, gone. The last owner stays. Joining: `joining.py`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from milepost.actions import mails
from milepost.actions.rights import must_be
from milepost.core import rights
from milepost.core.actors import Actor
from milepost.core.catalogue import MEMBER_ROLES, MemberRole
from milepost.core.refusals import NotAllowed, Refused, Stale
from milepost.events.wording import Letter
from milepost.events.wording import people as wording
from milepost.models import Draft, Invitation, Mail, Member, MemberInvitation, Party, Project, User

# How often the signatories may be asked to send the same draft.
ASKED_AGAIN_AFTER = timedelta(hours=1)


class LastOwner(Refused):
    """A party without an owner could never be changed again."""


class MemberAlready(Refused):
    """The person acts for the party, or is asked to."""


class BothSides(Refused):
    """Nobody acts for two parties in one project."""


def living(party: Party) -> QuerySet[Member]:
    """Who acts for the party today, the first one first."""
    return Member.objects.filter(party=party, ended_at=None).select_related("user").order_by("pk")


def signatories(party: Party) -> list[Member]:
    """Those who may sign for it."""
    return [member for member in living(party) if rights.may(role_of(member), "sign")]


def proved(user: User) -> list[str]:
    """The addresses that the person has shown to be theirs."""
    rows = EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True)
    return [email.lower() for email in rows]


def must_not_act_for_both(party: Party, user: User) -> None:
    """Refuses whoever acts for another party in a project of this one: who approves is not who delivers."""
    # What waits for them as a guest becomes theirs at the next login.
    unclaimed = Party.objects.filter(email__in=proved(user), members=None)
    both = acts_for_both(party, user, beside=list(unclaimed))
    if both is not None:
        sentence = _("You act for another party in “%(project)s”. Nobody acts for two in one project.")
        raise BothSides(sentence % {"project": both.name})


def acts_for_both(party: Party, user: User, beside: Iterable[Party] = ()) -> Project | None:
    """A project of this party in which the person acts for another one, or for one of those `beside`."""
    theirs = {*Party.objects.of(user).values_list("pk", flat=True), *(other.pk for other in beside)} - {party.pk}
    own = Q(client=party) | Q(freelancer=party) | Q(custodian=party)
    other = Q(client__in=theirs) | Q(freelancer__in=theirs) | Q(custodian__in=theirs)
    return Project.objects.filter(own).filter(other).first() if theirs else None


# -- changed, removed, gone --------------------------------------------------------------------


def change_role(*, member: Member, role: str, by: Actor, at: datetime) -> Member:
    """What the member may do, from now on. Refuses to leave the party without an owner."""
    wanted = checked_role(role)
    by.must_have_proved_strongly()
    with transaction.atomic():
        party = locked(member.party, by)
        must_be(by=by, act="members")
        fresh = _living_still(member)
        if fresh.role == wanted:
            return fresh
        if wanted != "owner":
            _must_not_be_last(party, fresh)
        Member.objects.filter(pk=fresh.pk).update(role=wanted)
        fresh.role = wanted
        if not rights.may(wanted, "sign"):
            _end_links(party, fresh.user, at)
        told = sorted({fresh.user.email, *owners(party)})
        tell(party, told, lambda: wording.other_role(str(party), party.pk, str(fresh.user), wanted), at)
    return fresh


def remove(*, member: Member, by: Actor, at: datetime) -> Member:
    """The member keeps nothing: their next request is without the party. The row stays, with the day.

    Refuses to remove the last owner.
    """
    by.must_have_proved_strongly()
    with transaction.atomic():
        party = locked(member.party, by)
        must_be(by=by, act="members")
        gone = _end(party, _living_still(member), at)
        remover = str(User.objects.get(pk=by.person))
        tell(party, owners(party), lambda: wording.removed(str(party), party.pk, str(gone.user), remover), at)
        tell(party, [gone.user.email], lambda: wording.no_longer(str(party)), at)
    return gone


def leave(*, party: Party, user: User, at: datetime) -> Member:
    """Somebody stops acting for the party. Refuses its last owner."""
    with transaction.atomic():
        party = Party.objects.select_for_update(no_key=True).get(pk=party.pk)
        member = living(party).filter(user=user).first()
        if member is None:
            raise Stale(_("You don’t act for %(party)s any more.") % {"party": party})
        gone = _end(party, member, at)
        tell(party, owners(party), lambda: wording.left(str(party), party.pk, str(user)), at)
    return gone


def ask_to_send(*, draft: Draft, by: Actor, at: datetime) -> list[str]:
    """A member who may not sign asks those who may to send a draft. Answers who is asked, by name.

    Refuses a party in which nobody else may sign, and asking again within the hour.
    """
    if draft.party_id != by.party:
        raise NotAllowed(_("This draft belongs to somebody else."))
    with transaction.atomic():
        must_be(by=by, act="prepare")
        draft = Draft.objects.select_related("party").get(pk=draft.pk)
        if draft.sent_as_id or draft.deleted_at:
            raise Stale(_("This draft was sent or deleted meanwhile."))
        asked = [member.user for member in signatories(draft.party) if member.user_id != by.person]
        if not asked:
            raise Refused(_("Nobody else may sign for %(party)s yet.") % {"party": draft.party})
        recent = Mail.objects.filter(to__in=[user.email for user in asked], written_at__gt=at - ASKED_AGAIN_AFTER)
        if recent.filter(text__contains=draft.pk).exists():
            raise Refused(_("They were asked a moment ago. Give them an hour."))
        name, who = str(draft.body.get("project_name", "")), str(User.objects.get(pk=by.person))
        emails = [user.email for user in asked]
        tell(draft.party, emails, lambda: wording.asked_to_send(str(draft.party), who, draft.pk, name), at)
    return [str(user) for user in asked]


# -- behind the party's lock -------------------------------------------------------------------


def locked(party: Party, by: Actor) -> Party:
    """The party row FOR UPDATE: two owners who leave at once are heard one after the other."""
    if by.party != party.pk or not by.person:
        raise NotAllowed(_("Only an owner of a party keeps its members."))
    return Party.objects.select_for_update(no_key=True).get(pk=party.pk)


def _living_still(member: Member) -> Member:
    fresh = Member.objects.select_related("user", "party").filter(pk=member.pk, ended_at=None).first()
    if fresh is None:
        raise Stale(_("This person does not act for the party any more."))
    return fresh


def _must_not_be_last(party: Party, member: Member) -> None:
    others = living(party).filter(role="owner").exclude(pk=member.pk)
    if member.role == "owner" and not others.exists():
        raise LastOwner(
            _("%(who)s is the last owner of %(party)s. Make somebody else an owner first.")
            % {"who": member.user, "party": party}
        )


def _end(party: Party, member: Member, at: datetime) -> Member:
    """The day is noted; whatever else led this person in, or mail to them, ends with it."""
    _must_not_be_last(party, member)
    if Member.objects.filter(pk=member.pk, ended_at=None).update(ended_at=at) != 1:
        raise Stale(_("This person does not act for the party any more."))
    member.ended_at = at
    asked = MemberInvitation.objects.filter(party=party, made_by=member.user, accepted_at=None, ended_at=None)
    asked.update(ended_at=at)
    _end_links(party, member.user, at)
    if party.email in (member.user.email, *proved(member.user)):
        # Notices go to the party's address: that of somebody who acts for it.
        party.email = owners(party)[0]
        Party.objects.filter(pk=party.pk).update(email=party.email)
    return member


def _end_links(party: Party, user: User, at: datetime) -> None:
    """Links that were mailed to the person as to a guest, before they had an account, would let them act as one."""
    theirs = Q(email=user.email) | Q(email__in=proved(user))
    Invitation.objects.filter(theirs, party=party, revoked_at=None).update(revoked_at=at)


# -- small things ------------------------------------------------------------------------------


def checked_role(role: str) -> MemberRole:
    found = next((known for known in MEMBER_ROLES if known == role), None)
    if found is None:
        raise Refused(_("Choose what they may do."), field="role")
    return found


def role_of(member: Member) -> MemberRole:
    return member.role  # type: ignore[return-value]  # a CHECK keeps it one


def owners(party: Party) -> list[str]:
    return [member.user.email for member in living(party).filter(role="owner")]


def tell(party: Party, emails: list[str], said: Callable[[], Letter], at: datetime) -> None:
    """In the party's language."""
    with translation.override(party.language):
        letter = said()
        for email in emails:
            mails.write_letter(letter, to=email, at=at)
