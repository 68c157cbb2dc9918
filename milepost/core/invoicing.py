"""Tax inside an amount that is what is payable, in an invoice and in what takes it back; and the numbers of papers."""

from __future__ import annotations

import re
from typing import Final

from milepost.core import entries
from milepost.core.money import Money, split
from milepost.core.refusals import Refused

NUMBER_MAX: Final = 40
# Letters that look like others in another script, or that differ in their case by language, would make two numbers of
# what people read as one.
_NUMBER: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9 ./_#+-]*[A-Za-z0-9])?")


class BadNumber(Refused):
    """What was typed is not the number of a paper."""


def contained_tax(amount: Money, rate_basis_points: int) -> tuple[Money, Money]:
    """Net and tax of an amount that contains tax at a rate (1900: 19 %); the two add up to the amount."""
    net, tax = split(amount, [10_000, rate_basis_points])
    return net, tax


def credited_tax(before: Money, amount: Money, rate_basis_points: int) -> tuple[Money, Money]:
    """Net and tax of what is credited now, after `before` was: those of all credit notes add up to the paper's own."""
    net_before, tax_before = contained_tax(before, rate_basis_points)
    net, tax = contained_tax(before + amount, rate_basis_points)
    return net - net_before, tax - tax_before


def percent(rate_basis_points: int) -> str:
    """1900 as `19`, 725 as `7.25`: without zeros that say nothing."""
    whole, rest = divmod(rate_basis_points, 100)
    return f"{whole}.{rest:02}".rstrip("0").rstrip(".")


def number(prefix: str, serial: int) -> str:
    """`INV-0007`."""
    return f"{prefix}{serial:04}"


def own_number(typed: str) -> str:
    """The number that an issuer gave a paper itself: letters and digits of ASCII, with `. / _ # + -` and spaces within."""
    text = " ".join(entries.line(typed, most=NUMBER_MAX, missing="Type the number that it bears.").split())
    if not _NUMBER.fullmatch(text):
        raise BadNumber(
            "A number has letters from A to Z and digits, and between them . / _ # + - or spaces: like 2027-014."
        )
    return text
