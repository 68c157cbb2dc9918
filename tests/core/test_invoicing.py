"""Tax contained in what is payable."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.core.invoicing import contained_tax, percent
from milepost.core.money import AMOUNT_MAX, Money


@given(st.integers(1, AMOUNT_MAX), st.integers(0, 10_000), st.sampled_from(["JPY", "USD", "KWD"]))
def test_net_and_tax_are_the_amount_and_tax_is_right_to_the_unit(minor: int, rate: int, currency: str) -> None:
    net, tax = contained_tax(Money(minor, currency), rate)
    assert net + tax == Money(minor, currency)
    assert abs(tax.minor * (10_000 + rate) - minor * rate) < 10_000 + rate


@pytest.mark.parametrize(("rate", "words"), [(1900, "19"), (725, "7.25"), (50, "0.5"), (0, "0"), (10_000, "100")])
def test_a_rate_in_percent(rate: int, words: str) -> None:
    assert percent(rate) == words
