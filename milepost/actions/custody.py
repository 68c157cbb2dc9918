"""Custody: a party offers to hold money for others, on a ground that it states; the operator admits it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from milepost.actions import payee
from milepost.actions.rights import must_be
from milepost.core import terms as core
from milepost.core.actors import Actor
from milepost.core.money import DECIMALS, Money
from milepost.core.refusals import NotAllowed, Refused, Several, Stale
from milepost.documents.fonts import missing_characters
from milepost.models import Custody, Member, Party, User

GROUND_MAX = 1000
# As many as a wizard can show; a house with more of them is another kind of house.
CUSTODIANS_MAX = 50


class NotOffered(Refused):
    """They hold no money for others here, or take no new mandates."""


def ask(*, party: Party, legal_ground: str, second_person_above: list[Money], by: Actor, at: datetime) -> Custody:
    """An owner says on what ground the party may hold money for others, and from which sums on two people confirm.

    Another ground than the one admitted waits to be admitted anew; running mandates go on under what was signed.
    Refuses an empty ground, a party that has not said where it is paid, and two limits in one currency.
    """
    if by.party != party.pk:
        raise NotAllowed(_("Only the party’s own people may offer this."))
    ground = _checked(party, legal_ground, second_person_above, at)
    limits = {money.currency: money.minor for money in second_person_above}
    with transaction.atomic():
        must_be(by=by, act="custody")
        found = Custody.objects.select_for_update().filter(party=party).first()
        if found is None:
            return Custody.objects.create(
                party=party, legal_ground=ground, second_person_above_minor=limits, asked_at=at
            )
        if found.legal_ground != ground or found.ended_at:
            found.legal_ground, found.asked_at = ground, at
            found.admitted_at = found.admitted_by = found.ended_at = None
        found.second_person_above_minor = limits
        found.save()
    return found


def take_back(*, party: Party, by: Actor, at: datetime) -> Custody:
    """An owner takes no new mandates from now on; those that there are go on."""
    if by.party != party.pk:
        raise NotAllowed(_("Only the party’s own people may take this back."))
    with transaction.atomic():
        must_be(by=by, act="custody")
        found = Custody.objects.select_for_update().filter(party=party).first()
        if found is None:
            raise NotOffered(_("%(party)s does not hold money for others here.") % {"party": party})
        return _ended(found, at)


def admit(*, custody: Custody, by: User, at: datetime) -> Custody:
    """From now on it can be named in terms. `Stale` for one that is admitted, ended, or has stated another ground since."""
    _must_operate(by)
    waiting = Custody.objects.filter(pk=custody.pk, legal_ground=custody.legal_ground, admitted_at=None, ended_at=None)
    if waiting.update(admitted_at=at, admitted_by=by) != 1:
        raise Stale(_("This has changed since you opened the page."))
    custody.refresh_from_db()
    return custody


def end(*, custody: Custody, by: User, at: datetime) -> Custody:
    """No new mandates; those that there are go on. `Stale` for one that has ended."""
    _must_operate(by)
    with transaction.atomic():
        return _ended(Custody.objects.select_for_update().get(pk=custody.pk), at)


def custodians(at: datetime) -> tuple[core.Custodian, ...]:
    """Those who can be named in terms now: admitted, and paid to an account that is in force. The account itself is
    put in as terms are composed (`named`)."""
    admitted = Custody.objects.filter(admitted_at__isnull=False, ended_at=None).filter(payee.exists(at))
    rows = admitted.select_related("party").order_by("admitted_at", "pk")[:CUSTODIANS_MAX]
    return tuple(
        core.Custodian(row.party_id, str(row.party), row.party.email, row.legal_ground, core.Payee(str(row.party)))
        for row in rows
    )


def named(custodian: core.Custodian, at: datetime) -> core.Custodian:
    """As it stands in terms that are sent now, with the account that is in force. Refuses one that has ended since."""
    row = Custody.objects.select_related("party").filter(party=custodian.party, ended_at=None).first()
    details = payee.in_force(row.party, at) if row and row.admitted_at else None
    if row is None or details is None:
        raise NotOffered(_("They take no new mandates. Choose another one."), field="custodian")
    account = payee.reveal(details)
    return core.Custodian(row.party_id, str(row.party), row.party.email, row.legal_ground, account)


def must_stand_between(custodian: core.Custodian | None, *sides: Party) -> None:
    """Refuses, at its field, a custodian that is one of the two sides, or has people in common with one."""
    if custodian is None:
        return
    people = Member.objects.filter(party__in=sides, ended_at=None).values("user")
    common = Member.objects.filter(party=custodian.party, ended_at=None, user__in=people)
    if custodian.party in {side.pk for side in sides} or common.exists():
        words = _("%(name)s and one of the two sides have people in common: a custodian stands between them.")
        raise Refused(words % {"name": custodian.name}, field="custodian")


def _checked(party: Party, typed: str, limits: list[Money], at: datetime) -> str:
    ground = typed.strip()
    wrong: list[Refused] = []
    if not ground:
        words = _("Say on what ground you may hold money for others: it stands in every contract that names you.")
        wrong.append(Refused(words, field="legal_ground"))
    elif len(ground) > GROUND_MAX:
        wrong.append(Refused(_("At most %(most)d characters.") % {"most": GROUND_MAX}, field="legal_ground"))
    elif missing := missing_characters(ground):
        words = _("The contract can't be printed with %(characters)s. Type it another way.")
        wrong.append(Refused(words % {"characters": " ".join(missing)}, field="legal_ground"))
    currencies = [money.currency for money in limits]
    wrong += [
        Refused(_("One amount for each currency."), field=f"limit_{money.currency}")
        for money in limits
        if money.currency not in DECIMALS or money.minor < 0 or currencies.count(money.currency) > 1
    ]
    if payee.in_force(party, at) is None:
        words = _("Say first where you are paid: it is the account that clients will send to.")
        wrong.append(Refused(words, field="account"))
    if wrong:
        raise Several(wrong)
    return ground


def _ended(custody: Custody, at: datetime) -> Custody:
    if custody.ended_at is not None:
        raise Stale(_("This has ended already."))
    custody.ended_at = at
    custody.save(update_fields=["ended_at"])
    return custody


def _must_operate(by: User) -> None:
    if not (by.is_operator and by.is_active):
        raise NotAllowed(_("Only the operator admits custodians."))
