"""What somebody says of themselves and of the party that they act for."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from milepost.actions import people
from milepost.actions.people import PartyFacts
from milepost.actions.rights import must_be
from milepost.core.actors import Actor
from milepost.core.refusals import NotAllowed, Refused, Several
from milepost.models import Party, User


def keep(*, party: Party, facts: PartyFacts, name: str, user: User, by: Actor, at: datetime) -> Party:
    """The settings page, all of it or nothing. What the party says of itself is its owners'; one's name one's own.

    Refuses, each at its field, what papers could not say.
    """
    if by.party != party.pk or by.person != user.pk:
        raise NotAllowed(_("Only members of a party may change what it says of itself."))
    if wrong := _wrong(facts, name):
        raise Several(wrong)
    with transaction.atomic():
        # The party before the member, as whoever removes a member does.
        Party.objects.select_for_update(no_key=True).get(pk=party.pk)
        said = {name: value for name, value in asdict(facts).items() if name != "email"}
        changes = any(getattr(party, name) != value for name, value in said.items())
        must_be(by=by, act="party" if changes else "prepare")
        if changes:
            people.edit_party(party=party, facts=facts, by=by, at=at)
        User.objects.filter(pk=user.pk).update(name=name.strip())
    return party


def _wrong(facts: PartyFacts, name: str) -> list[Refused]:
    wrong: list[Refused] = []
    if len(name) > 200:
        wrong.append(Refused(_("The name may have 200 characters at most."), field="name"))
    try:
        facts.check()
    except Several as several:
        wrong += several.refusals
    return wrong
