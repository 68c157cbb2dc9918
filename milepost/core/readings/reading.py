"""What every step shares as it is read: the body, the policy, and the refusals so far."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal, TypeVar

from milepost.core import entries
from milepost.core.catalogue import Holder
from milepost.core.money import Money, plain
from milepost.core.refusals import Refused
from milepost.core.steps import Body, at
from milepost.core.terms import Custodian, Named

T = TypeVar("T")

NAME_MAX: Final = 200
YEARS_MAX: Final = 10


@dataclass(frozen=True, slots=True)
class Policy:
    """What the installation allows: from which sum milestone payment is, who may hold the money, and which
    custodians can be named. Their account is not needed to read a draft; it is put in as terms are composed."""

    minimum: Literal["enforce", "advise", "off"]
    minimums_minor: Mapping[str, int]
    holders: tuple[Holder, ...]
    custodians: tuple[Custodian, ...] = ()

    def least(self, currency: str) -> Money | None:
        """The smallest sum for milestone payment, where this currency has one."""
        minor = self.minimums_minor.get(currency, 0)
        return Money(minor, currency) if minor and self.minimum != "off" else None


@dataclass(slots=True)
class Reading:
    """Reads on after a refusal, so that a person hears everything at once."""

    body: Body
    today: date
    policy: Policy
    sender: Named
    refusals: list[Refused] = field(default_factory=list)

    def take(self, name: str, meaning: Callable[[str], T]) -> T | None:
        try:
            return meaning(at(self.body, name))
        except Refused as refused:
            refused.field = name
            self.refusals.append(refused)
            return None

    def line(self, name: str, missing: str) -> str | None:
        return self.take(name, lambda typed: entries.line(typed, most=NAME_MAX, missing=missing))

    def choice(self, name: str, values: tuple[str, ...], missing: str) -> str | None:
        return self.take(name, lambda typed: entries.one_of(typed, values, missing=missing))


def said(money: Money) -> str:
    """`USD 2,000.00`: in a sentence, with thousands apart."""
    digits, point, decimals = plain(money).partition(".")
    return f"{money.currency} {int(digits):,}{point}{decimals}"


def years_after(start: date) -> date:
    # The 29th of February has no like in ten years' time.
    day = 28 if (start.month, start.day) == (2, 29) else start.day
    return start.replace(year=start.year + YEARS_MAX, day=day)
