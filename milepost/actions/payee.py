"""Where a party is paid: stated by an owner with a strong proof, in force after a cool-down, and never forgotten.

The first details hold at once; every change holds after the cool-down, and until then the old ones do. So whoever
gets into a login can't lead a payment away before somebody notices: the house writes to every address there is.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from milepost.actions import payee_notices, rights
from milepost.core import banking
from milepost.core import rights as table
from milepost.core.actors import Actor
from milepost.core.refusals import NotAllowed, Refused, Stale
from milepost.core.terms import Payee
from milepost.events.record import record
from milepost.gateways import vault
from milepost.gateways.vault import VaultClosed
from milepost.models import Member, Party, PayeeDetails, Project
from milepost.models.base import new_id


class NoPayee(Refused):
    """The party has not said where it is paid."""


class Unreadable(Refused):
    """The details are there, but the key that opens them is not, or they were altered."""


# -- questions -------------------------------------------------------------------------------------


def in_force(party: Party, at: datetime) -> PayeeDetails | None:
    """The newest that has taken effect, and was not taken back before."""
    # The first ones hold from the start, also for a clock that was put back since.
    holds = Q(takes_effect_at__lte=at) | Q(takes_effect_at=F("stated_at"))
    return _standing(party).filter(holds).last()


def exists(at: datetime) -> Exists:
    """For a query of rows with a `party`: those whose party has details in force."""
    holds = Q(takes_effect_at__lte=at) | Q(takes_effect_at=F("stated_at"))
    return Exists(PayeeDetails.objects.filter(holds, party=OuterRef("party"), ended_at=None))


def stated(party: Party) -> bool:
    """Whether the party has said where it is paid; its first statement holds at once."""
    return _standing(party).exists()


def pending(party: Party, at: datetime) -> PayeeDetails | None:
    """A change that takes effect later, unless it is taken back."""
    return _standing(party).filter(takes_effect_at__gt=at).exclude(takes_effect_at=F("stated_at")).last()


def needed(party: Party, at: datetime) -> PayeeDetails:
    """Those in force. Refuses, for the payer to read, when the party has stated none."""
    found = in_force(party, at)
    if found is None:
        sentence = _("%(party)s has not said yet where to pay. Ask for it; it is stated here, never in a mail.")
        raise NoPayee(sentence % {"party": party})
    return found


def history(party: Party) -> QuerySet[PayeeDetails]:
    """All that was ever stated, the newest first, with who did it; both sides may see it."""
    return party.payee_details.select_related("stated_by").order_by("-stated_at", "-takes_effect_at")


def reveal(details: PayeeDetails) -> Payee:
    """The account itself: for a page behind login or code, for nothing else. Refuses as `Unreadable`."""
    try:
        plain = vault.open_(bytes(details.sealed), about=details.pk, keys=settings.KEYS)
    except VaultClosed as closed:
        sentence = _(
            "The bank details can’t be opened here. Whoever runs this installation is asked to run its doctor."
        )
        raise Unreadable(sentence) from closed
    return Payee(**json.loads(plain))


def trouble(most: int) -> str:
    """For the operator: why some of the newest `most` details can't be opened; empty when all of them can."""
    for details in PayeeDetails.objects.order_by("-stated_at")[:most]:
        try:
            vault.open_(bytes(details.sealed), about=details.pk, keys=settings.KEYS)
        except VaultClosed as closed:
            return str(closed)
    return ""


def may_state(party: Party, by: Actor) -> bool:
    """Whether somebody is an owner of the party."""
    member = Member.objects.filter(party=party, user=by.person, ended_at=None).first()
    return member is not None and table.may(member.role, "payee")  # type: ignore[arg-type]  # a CHECK keeps it a role


def _standing(party: Party) -> QuerySet[PayeeDetails]:
    return party.payee_details.filter(ended_at=None).order_by("takes_effect_at")


# -- changes ---------------------------------------------------------------------------------------


def state(*, party: Party, details: Payee, by: Actor, at: datetime) -> PayeeDetails:
    """An owner says where the party is paid; both sides of each project in force, and every old address, hear of it.

    The first details hold at once, others after `PAYEE_COOLDOWN_HOURS`. Another change within that time takes the
    place of the one before and begins the time anew; it never ends it earlier. The same details again change nothing.
    """
    if by.party != party.pk or not may_state(party, by):
        raise NotAllowed(_("Only an owner of %(party)s may say where it is paid.") % {"party": party})
    by.must_have_proved_strongly()
    with transaction.atomic():
        projects = _locked(party)
        rights.must_be(by=by, act="payee")
        before, waits = _standing(party).last(), pending(party, at)
        if before is not None and reveal(before) == details:
            return before
        stated_at, takes_effect_at = _instants(before, at)
        if waits is not None:
            PayeeDetails.objects.filter(pk=waits.pk, ended_at=None).update(ended_at=stated_at)
        made = _keep(party, details, by, stated_at, takes_effect_at)
        facts: dict[str, Any] = {
            "details": made.pk,
            "ending": made.ending,
            "effect": round(takes_effect_at.timestamp()),
        }
        for project in projects:
            record(project, "payee.changed", by=by, at=at, first=before is None, **facts)
        payee_notices.stated(made, first=before is None, at=at)
    return made


def take_back(*, details: PayeeDetails, by: Actor, at: datetime) -> PayeeDetails:
    """Any member, with no more than a login, keeps a change from taking effect; afterwards it is too late.

    Taken back twice is taken back once.
    """
    party = details.party
    if by.party != party.pk or not Member.objects.filter(party=party, user=by.person, ended_at=None).exists():
        raise NotAllowed(_("Only members of %(party)s may take this back.") % {"party": party})
    with transaction.atomic():
        projects = _locked(party)
        waiting = PayeeDetails.objects.filter(pk=details.pk, takes_effect_at__gt=at)
        waiting = waiting.exclude(takes_effect_at=F("stated_at"))
        if waiting.filter(ended_at=None).update(ended_at=at) != 1:
            if waiting.exists():
                return PayeeDetails.objects.get(pk=details.pk)
            raise Stale(_("These details are in force already. State the right ones instead."))
        details = PayeeDetails.objects.select_related("party").get(pk=details.pk)
        for project in projects:
            record(project, "payee.taken_back", by=by, at=at, details=details.pk, ending=details.ending)
        payee_notices.taken_back(details, by=by, at=at)
    return details


def _locked(party: Party) -> list[Project]:
    """The party's projects in force, then the party: whoever changes its details at the same time waits here."""
    mine = Project.objects.filter(Q(client=party) | Q(freelancer=party), terms__status="in_force")
    found = [Project.objects.locked(id) for id in mine.order_by("pk").values_list("pk", flat=True)]
    # Rows that name the party may still be written meanwhile.
    Party.objects.select_for_update(no_key=True).get(pk=party.pk)
    return found


def _instants(before: PayeeDetails | None, at: datetime) -> tuple[datetime, datetime]:
    """When it counts as stated, and when it holds: each after what was stated before, whatever the clock says."""
    if before is None:
        return at, at
    stated_at = max(at, before.stated_at)
    cool = timedelta(hours=settings.PAYEE_COOLDOWN_HOURS)
    return stated_at, max(stated_at + cool, before.takes_effect_at + timedelta(microseconds=1))


def _keep(party: Party, details: Payee, by: Actor, stated_at: datetime, takes_effect_at: datetime) -> PayeeDetails:
    if not PayeeDetails.objects.exists():
        # Later a missing key is a loss, which no new one makes good.
        vault.ensure(settings.KEYS)
    id = new_id("pde")
    made: dict[str, Any] = {
        "kind": "iban" if details.iban else "lines",
        "sealed": _sealed(id, details),
        "ending": banking.ending(details),
        "stated_by_id": by.person,
        "stated_at": stated_at,
        "takes_effect_at": takes_effect_at,
    }
    return PayeeDetails.objects.create(id=id, party=party, **made)


def _sealed(id: str, details: Payee) -> bytes:
    try:
        return vault.close(json.dumps(asdict(details)).encode(), about=id, keys=settings.KEYS)
    except VaultClosed as closed:
        sentence = _("Bank details can’t be kept here now. Whoever runs this installation is asked to run its doctor.")
        raise Unreadable(sentence) from closed
