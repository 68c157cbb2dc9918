"""What somebody says of themselves and of the party that they act for."""

from __future__ import annotations

import re
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from milepost.actions import invoices, mails, people
from milepost.actions.people import PartyFacts
from milepost.core.actors import Actor
from milepost.core.refusals import NotAllowed, Refused, Several
from milepost.models import Invoice, Party, Project, Series, User

# It ends in no digit, so that the prefix and the number behind it can always be told apart.
_PREFIX = re.compile(r"[A-Za-z0-9/._-]{0,19}[A-Za-z/._-]")


def keep(
    *, party: Party, facts: PartyFacts, name: str, prefixes: dict[str, str], user: User, by: Actor, at: datetime
) -> Party:
    """The settings page, all of it or nothing. `prefixes`: of each kind of paper, before its number.

    Refuses, each at its field, what papers could not say; asks for proof (`NotProved`) before other payment
    details are shown to clients, and tells both sides of the change.
    """
    if by.party != party.pk or by.person != user.pk:
        raise NotAllowed(_("Only members of a party may change what it says of itself."))
    if wrong := _wrong(party, facts, name, prefixes):
        raise Several(wrong)
    pays_elsewhere = facts.payment_instructions.strip() != party.payment_instructions.strip()
    if pays_elsewhere:
        by.must_have_proved()
    with transaction.atomic():
        people.edit_party(party=party, facts=facts, by=by, at=at)
        User.objects.filter(pk=user.pk).update(name=name.strip())
        for kind, prefix in prefixes.items():
            Series.objects.update_or_create(party=party, kind=kind, defaults={"prefix": prefix.strip()})
        if pays_elsewhere:
            _tell_of_other_details(party, at)
    return party


def prefixes(party: Party) -> dict[str, str]:
    """What stands before the numbers of its papers, by kind."""
    return invoices.PREFIXES | dict(Series.objects.filter(party=party).values_list("kind", "prefix"))


def _wrong(party: Party, facts: PartyFacts, name: str, prefixes: dict[str, str]) -> list[Refused]:
    wrong: list[Refused] = []
    if len(name) > 200:
        wrong.append(Refused(_("The name may have 200 characters at most."), field="name"))
    try:
        facts.check()
    except Several as several:
        wrong += several.refusals
    for kind, prefix in prefixes.items():
        others = {other.strip() for key, other in prefixes.items() if key != kind}
        if prefix.strip() and not _PREFIX.fullmatch(prefix.strip()):
            sentence = _("Up to 20 letters, digits, hyphens, dots or slashes; no digit at the end, like 2027-.")
            wrong.append(Refused(sentence, field=f"prefix_{kind}"))
        elif prefix.strip() in others or _taken(party, kind, prefix.strip()):
            sentence = _("Papers of the other kind are numbered like this: no number may come twice.")
            wrong.append(Refused(sentence, field=f"prefix_{kind}"))
    return wrong


def _taken(party: Party, kind: str, prefix: str) -> bool:
    """Whether papers of another kind were issued with it: numbers of one issuer never repeat."""
    others = Invoice.objects.filter(issuer=party).exclude(kind=kind)
    return others.filter(number__regex=rf"^{re.escape(prefix)}[0-9]+$").exists()


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
