"""Every address of a party hears of its payment details: also one that somebody who got in would rather forget."""

from __future__ import annotations

from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.utils import translation

from milepost.actions import mails
from milepost.core.actors import Actor
from milepost.events.wording import Letter, payees
from milepost.models import EmailChange, Member, Party, PayeeDetails, User

# An address that was replaced is still told for so long.
REPLACED = timedelta(days=30)


def stated(details: PayeeDetails, *, first: bool, at: datetime) -> None:
    """In the verb's transaction; without the details themselves."""
    party, who = details.party, str(details.stated_by)
    effect = None if first else details.takes_effect_at
    with translation.override(party.language):
        said = payees.stated_for(str(party), who, _page(party), effect=effect, zone=party.time_zone)
        _tell(party, said, at)


def taken_back(details: PayeeDetails, *, by: Actor, at: datetime) -> None:
    party, who = details.party, str(User.objects.get(pk=by.person))
    with translation.override(party.language):
        _tell(party, payees.kept_for(str(party), who, _page(party)), at)


def addresses(party: Party, at: datetime) -> list[str]:
    """The party's own, every proved one of each of its members, and those that they gave up lately."""
    members = Member.objects.filter(party=party, ended_at=None).values("user")
    found = {party.email, *User.objects.filter(pk__in=members).values_list("email", flat=True)}
    found |= set(EmailAddress.objects.filter(user__in=members, verified=True).values_list("email", flat=True))
    replaced = EmailChange.objects.filter(user__in=members, made_at__gt=at - REPLACED)
    return sorted(found | set(replaced.values_list("old_email", flat=True)))


def _page(party: Party) -> tuple[str, str]:
    return ("party-payee", party.pk)


def _tell(party: Party, said: Letter, at: datetime) -> None:
    for address in addresses(party, at):
        mails.write_letter(said, to=address, at=at)
