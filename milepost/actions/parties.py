"""What somebody says of themselves and of the party that they act for."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from milepost.actions import mails, people
from milepost.actions.people import PartyFacts
from milepost.actions.rights import must_be
from milepost.core.actors import Actor
from milepost.core.refusals import NotAllowed, Refused, Several
from milepost.models import Party, Project, User


def keep(*, party: Party, facts: PartyFacts, name: str, user: User, by: Actor, at: datetime) -> Party:
    """The settings page, all of it or nothing.

    Refuses, each at its field, what papers could not say; asks for proof (`NotProved`) before other payment
    details are shown to clients, and tells both sides of the change.
    """
    if by.party != party.pk or by.person != user.pk:
        raise NotAllowed(_("Only members of a party may change what it says of itself."))
    if wrong := _wrong(facts, name):
        raise Several(wrong)
    pays_elsewhere = facts.payment_instructions.strip() != party.payment_instructions.strip()
    if pays_elsewhere:
        by.must_have_proved()
    with transaction.atomic():
        must_be(by=by, act="party")
        people.edit_party(party=party, facts=facts, by=by, at=at)
        User.objects.filter(pk=user.pk).update(name=name.strip())
        if pays_elsewhere:
            _tell_of_other_details(party, at)
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


def _tell_of_other_details(party: Party, at: datetime) -> None:
    """A stranger in somebody's account would change where money goes: both sides hear of it, without the details."""
    subject = _("%(party)s has changed the payment details") % {"party": party}
    text = _(
        "%(party)s has changed the payment details for bank transfers.\n\n"
        "They are shown on the page of the milestone that is to be paid, never in a mail. "
        "If you did not expect this, ask %(party)s in another way before you pay.\n"
    ) % {"party": party}
    clients = Project.objects.filter(freelancer=party, terms__status="in_force").values("client__email")
    told = {party.email, *(row["client__email"] for row in clients)}
    for address in sorted(told):
        mails.write(to=address, subject=subject, text=text, at=at)
