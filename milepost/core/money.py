"""Money: whole minor units of one ISO 4217 currency. Never a float, never two currencies in one sum."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from milepost.core.refusals import Refused

# The largest amount that terms may name, in minor units (settled with the format of terms).
AMOUNT_MAX = 10**15

# ISO 4217: the currencies offered, with their number of decimals.
DECIMALS: dict[str, int] = {
    "AED": 2, "AUD": 2, "BGN": 2, "BHD": 3, "BRL": 2, "CAD": 2, "CHF": 2, "CLP": 0, "CNY": 2, "COP": 2, "CZK": 2,
    "DKK": 2, "EGP": 2, "EUR": 2, "GBP": 2, "HKD": 2, "HUF": 2, "IDR": 2, "ILS": 2, "INR": 2, "ISK": 0, "JOD": 3,
    "JPY": 0, "KES": 2, "KRW": 0, "KWD": 3, "MAD": 2, "MXN": 2, "MYR": 2, "NGN": 2, "NOK": 2, "NZD": 2, "OMR": 3,
    "PEN": 2, "PHP": 2, "PKR": 2, "PLN": 2, "RON": 2, "RSD": 2, "SAR": 2, "SEK": 2, "SGD": 2, "THB": 2, "TND": 3,
    "TRY": 2, "TWD": 2, "UAH": 2, "UGX": 0, "USD": 2, "UYU": 2, "VND": 0, "ZAR": 2,
}  # fmt: skip


class BadAmount(Refused):
    """What was typed is not an amount of the currency."""


class MixedCurrencies(ArithmeticError):
    """Our own mistake: amounts of two currencies met in one sum."""


@dataclass(frozen=True, order=False, slots=True)
class Money:
    """`minor` whole minor units (cents, yen, fils) of `currency`."""

    minor: int
    currency: str

    def __post_init__(self) -> None:
        assert type(self.minor) is int, "money is whole minor units"
        assert self.currency in DECIMALS, f"{self.currency} is not a currency that is offered"

    def __add__(self, other: Money) -> Money:
        return Money(self.minor + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.minor - self._same(other), self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.minor < self._same(other)

    def __le__(self, other: Money) -> bool:
        return self.minor <= self._same(other)

    def __bool__(self) -> bool:
        return self.minor != 0

    def __str__(self) -> str:
        return f"{self.currency} {plain(self)}"

    def _same(self, other: Money) -> int:
        if self.currency != other.currency:
            raise MixedCurrencies(f"{self} and {other}")
        return other.minor


def total(amounts: Iterable[Money], currency: str) -> Money:
    """The sum; zero of `currency` when there is nothing to add."""
    return sum(amounts, Money(0, currency))


def split(whole: Money, weights: Sequence[int]) -> list[Money]:
    """Shares of `whole` by `weights`, by largest remainder: nothing is lost, each within one minor unit.

    Of equal remainders the earlier share gets the unit. Refuses weights that are negative or all zero.
    """
    sum_of_weights = sum(weights)
    assert weights and min(weights) >= 0 < sum_of_weights, "shares need weights"
    shares = [whole.minor * weight // sum_of_weights for weight in weights]
    remainders = [whole.minor * weight % sum_of_weights for weight in weights]
    order = sorted(range(len(weights)), key=lambda index: (-remainders[index], index))
    for index in order[: whole.minor - sum(shares)]:
        shares[index] += 1
    return [Money(share, whole.currency) for share in shares]


def plain(money: Money) -> str:
    """Digits with a point before the decimals and nothing else: `1234.50`, `-3`, `0.005`."""
    decimals = DECIMALS[money.currency]
    sign, digits = ("-" if money.minor < 0 else ""), str(abs(money.minor)).rjust(decimals + 1, "0")
    return f"{sign}{digits[:-decimals]}.{digits[-decimals:]}" if decimals else sign + digits


_SPACES = str.maketrans("", "", " \u00a0\u202f\u2009'\u2019_")


def parse(text: str, currency: str) -> Money:
    """The amount that a person typed: `1234`, `1,234.50`, `1.234,50`, `1 234,50`, `1'234.50`.

    Refuses what could mean two things, signs, letters, more decimals than the currency has, and amounts
    that are not above zero or above 10^15 minor units.
    """
    if currency not in DECIMALS:
        raise BadAmount(f"“{currency[:10]}” is not a currency that is offered here.")
    typed = text.strip()
    if not typed:
        raise BadAmount("Type an amount.")
    whole, fraction = _parts(typed.translate(_SPACES), currency, typed)
    decimals = DECIMALS[currency]
    if len(fraction) > decimals:
        raise BadAmount(_decimals_sentence(typed, currency, decimals))
    minor = int(whole + fraction.ljust(decimals, "0"))
    if minor == 0:
        raise BadAmount("The amount has to be more than zero.")
    if minor > AMOUNT_MAX:
        raise BadAmount(f"The amount is larger than {Money(AMOUNT_MAX, currency)}, the most that terms can name.")
    return Money(minor, currency)


def _parts(compact: str, currency: str, typed: str) -> tuple[str, str]:
    """Digits before and after the decimal mark; which mark is which is told by the grouping."""
    if compact.startswith(("-", "\u2212", "+")):
        raise BadAmount("Type the amount without a sign: it has to be more than zero.")
    if not re.fullmatch(r"[0-9][0-9.,]{0,39}", compact):
        raise BadAmount(f"“{typed[:40]}” is not an amount. Type digits, like 2,000.00.")
    marks = [mark for mark in compact if mark in ".,"]
    if not marks:
        return compact, ""
    last = marks[-1]
    before, after = compact.rsplit(last, 1)
    if len(marks) == 1 and len(after) == 3 and (last == ",") == (DECIMALS[currency] == 3):
        # 1.234 dollars may be a thousand or a slip; 1,500 dinars may be one and a half. Money is never guessed.
        raise _unclear(typed)
    if marks.count(last) > 1 or (len(marks) == 1 and len(after) == 3 and last == ","):
        return _ungroup(compact, last, typed), ""
    group = "," if last == "." else "."
    if last in before:
        raise _unclear(typed)
    return _ungroup(before, group, typed), after


def _ungroup(digits: str, mark: str, typed: str) -> str:
    groups = digits.split(mark)
    well_grouped = groups[0] != "0" and 1 <= len(groups[0]) <= 3 and all(len(group) == 3 for group in groups[1:])
    if (len(groups) > 1 and not well_grouped) or not "".join(groups).isdigit():
        raise _unclear(typed)
    return "".join(groups)


def _unclear(typed: str) -> BadAmount:
    return BadAmount(f"“{typed[:40]}” can be read in more than one way. Type it like 2,000.00 or 2000.")


def _decimals_sentence(typed: str, currency: str, decimals: int) -> str:
    if decimals == 0:
        return f"{currency} has no decimals: “{typed[:40]}” can't be paid."
    return f"{currency} has {decimals} decimals: “{typed[:40]}” has more."
