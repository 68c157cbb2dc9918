"""Who speaks for a holder whose money people move, and how many of them have to say the same."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from milepost.core.actors import Actor, Role
from milepost.core.catalogue import BY_HAND
from milepost.core.money import Money
from milepost.core.refusals import NotAllowed, Refused
from milepost.core.rights import Act
from milepost.models import Arrival, Custody, Funding, Payout, Refund, Said

Spoken = Arrival | Funding | Payout | Refund


class SaidBefore(Refused):
    """The same person has said so already: above the limit a second one has to."""


def by_hand(branch: str) -> bool:
    """Whether people move the money below this branch of the books."""
    return branch.partition("/")[0] in BY_HAND


def speaker(branch: str, by: Actor) -> Role:
    """The part of somebody who speaks for the holder of this branch: `custodian` or `freelancer`.

    Refuses whoever is not of the holder's own people, and for a custodian a guest.
    """
    holder, _slash, party = branch.partition("/")
    if holder not in BY_HAND:
        raise NotAllowed(_("Its provider moves the money here, and says so itself."))
    if by.kind != "party" or by.party != party:
        raise NotAllowed(_("Only those who receive and pay the money may say so."))
    if holder == "custodian" and not by.person:
        raise NotAllowed(_("A custodian's people say this signed in, each by their own name."))
    return "custodian" if holder == "custodian" else "freelancer"


def said_by(branch: str, binds: Act) -> Act:
    """What a member has to be allowed who speaks for the holder: a custodian's people confirm; those of a freelancer
    bind their party by it, as by any word about money."""
    return "confirm" if branch.partition("/")[0] == "custodian" else binds


def people_needed(branch: str, money: Money) -> int:
    """Two above the custodian's limit for the currency as it is now; else one. A freelancer speaks alone."""
    holder, _slash, party = branch.partition("/")
    if holder != "custodian":
        return 1
    limits = Custody.objects.filter(party=party).values_list("second_person_above_minor", flat=True).first() or {}
    limit = limits.get(money.currency)
    return 2 if limit is not None and money.minor > limit else 1


def say(word: str, about: Spoken, *, branch: str, by: Actor, at: datetime) -> int:
    """Takes down a person's word about it. Answers on how many words it rests now; 0 while more are needed.

    In the caller's transaction, behind a lock that two who say it at once both need. Refuses (`SaidBefore`) a person
    who would be counted twice.
    """
    said = words_about(about, word)
    people: set[str | None] = set(said.values_list("user", flat=True))
    needed = people_needed(branch, about.amount)
    person = by.person or None
    if person in people and len(people) < needed:
        raise SaidBefore(_("You have said so already. Now somebody else has to say the same."))
    if person not in people:
        take_down(word, about, by=by, at=at)
        people.add(person)
    return len(people) if len(people) >= needed else 0


def take_down(word: str, about: Spoken, *, by: Actor, at: datetime) -> Said:
    """Somebody's word alone, the client's say; a guest is known by the code."""
    facts: dict[str, Any] = {_name(about): about, "party_id": by.party, "user_id": by.person or None}
    return Said.objects.create(word=word, said_at=at, **facts)


def words_about(about: Spoken, word: str) -> QuerySet[Said]:
    """The words about it that stand."""
    return Said.objects.filter(word=word, taken_back_at=None, **{_name(about): about})


def take_back_words(about: Spoken, *, at: datetime) -> None:
    """Whatever was said about it is said no more; the rows stay."""
    Said.objects.filter(taken_back_at=None, **{_name(about): about}).update(taken_back_at=at)


def _name(about: Spoken) -> str:
    return type(about).__name__.lower()
