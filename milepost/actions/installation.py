"""The installation: its first start, its name, its policy: the minimum, and who may take an account."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from milepost.actions import people
from milepost.actions.people import PartyFacts
from milepost.core.catalogue import REGISTRATIONS
from milepost.core.money import Money, parse
from milepost.core.refusals import NotAllowed, Refused, Several
from milepost.models import Installation, User

POLICIES = ("enforce", "advise", "off")
NAME_MAX = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class InstallationFacts:
    """What the operator says of the house. `minimums`: per currency, the amount as it was typed; empty for none."""

    name: str
    minimum_policy: str
    registration: str = "open"
    minimums: dict[str, str] = field(default_factory=dict)

    def check(self) -> dict[str, int]:
        """The minimums in minor units. Refuses, each at its field, what is no name, policy or amount."""
        wrong: list[Refused] = []
        if not self.name.strip():
            wrong.append(Refused(_("Type a name: it stands at the top of every page."), field="house"))
        if len(self.name) > NAME_MAX:
            wrong.append(Refused(_("The name may have 100 characters at most."), field="house"))
        if self.minimum_policy not in POLICIES:
            wrong.append(Refused(_("Choose what happens below the minimum."), field="minimum_policy"))
        if self.registration not in REGISTRATIONS:
            wrong.append(Refused(_("Choose who may take an account."), field="registration"))
        minimums: dict[str, int] = {}
        for currency, typed in self.minimums.items():
            try:
                minimums |= {currency: parse(typed, currency).minor} if typed.strip() else {}
            except Refused as refusal:
                wrong.append(Refused(refusal.sentence, field=f"minimum_{currency}"))
        if wrong:
            raise Several(wrong)
        return minimums


def set_up(
    *, token: str, owner: str, email: str, party: PartyFacts, installation: InstallationFacts, at: datetime
) -> User:
    """The first start: the owner, their party, the house's name and policy; all of it or nothing, once."""
    wrong: list[Refused] = []
    if not owner.strip():
        wrong.append(Refused(_("Type your name."), field="owner"))
    if len(owner) > 200:
        wrong.append(Refused(_("The name may have 200 characters at most."), field="owner"))
    try:
        validate_email(email.strip())
    except ValidationError:
        wrong.append(Refused(_("Type an e-mail address, like ada@example.org."), field="email"))
    for checked in (party, installation):
        try:
            checked.check()
        except Several as several:
            wrong += several.refusals
    with transaction.atomic():
        if wrong:
            raise Several(wrong)
        user = people.own(token=token, name=owner.strip(), email=email, party=party, at=at)
        _keep(installation)
    return user


def describe(*, facts: InstallationFacts, by: User, at: datetime) -> Installation:
    """The operator changes the name or the policy; proposals to come are measured by it. Refuses everybody else."""
    if not by.is_operator:
        raise NotAllowed(_("Only the operator may change the installation."))
    with transaction.atomic():
        return _keep(facts)


def _keep(facts: InstallationFacts) -> Installation:
    minimums = facts.check()
    Installation.objects.filter(pk=1).update(
        name=facts.name.strip(),
        minimum_policy=facts.minimum_policy,
        minimums_minor=minimums,
        registration=facts.registration,
    )
    return Installation.objects.get(pk=1)


def minimums(installation: Installation) -> list[Money]:
    """The minimums, in the order of their currencies."""
    return [Money(minor, currency) for currency, minor in sorted(installation.minimums_minor.items())]
