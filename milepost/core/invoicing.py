"""Tax inside an amount that is what is payable."""

from __future__ import annotations

from milepost.core.money import Money, split


def contained_tax(amount: Money, rate_basis_points: int) -> tuple[Money, Money]:
    """Net and tax of an amount that contains tax at a rate (1900: 19 %); the two add up to the amount."""
    net, tax = split(amount, [10_000, rate_basis_points])
    return net, tax


def percent(rate_basis_points: int) -> str:
    """1900 as `19`, 725 as `7.25`: without zeros that say nothing."""
    whole, rest = divmod(rate_basis_points, 100)
    return f"{whole}.{rest:02}".rstrip("0").rstrip(".")
