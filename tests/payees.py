"""Where the cast is paid."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from milepost.actions import payee
from milepost.core import banking
from milepost.core.terms import Payee
from milepost.models import PayeeDetails
from tests.cast import NOON, Person

# Each is searched for wherever it must not stand: as typed, without spaces, and in its parts.
IBAN = "SE4550000000058398257466"
OTHER = "DE89370400440532013000"
THIRD = "NO9386011117947"
GROUPED = banking.grouped(IBAN)


def account(iban: str = IBAN, name: str = "Ada Lindqvist", **facts: str) -> Payee:
    return Payee(name, iban, **facts)


def stated(
    person: Person, *, iban: str = IBAN, at: datetime = NOON, proof: str = "fresh", **facts: Any
) -> PayeeDetails:
    """What an owner states of their party."""
    return payee.state(party=person.party, details=account(iban, **facts), by=person.actor(proof), at=at)
