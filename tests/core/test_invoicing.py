"""Tax contained in what is payable."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.core.invoicing import contained_tax, credited_tax, own_number, percent
from milepost.core.money import AMOUNT_MAX, Money
from milepost.core.refusals import Refused


@given(st.integers(1, AMOUNT_MAX), st.integers(0, 10_000), st.sampled_from(["JPY", "USD", "KWD"]))
def test_net_and_tax_are_the_amount_and_tax_is_right_to_the_unit(minor: int, rate: int, currency: str) -> None:
    net, tax = contained_tax(Money(minor, currency), rate)
    assert net + tax == Money(minor, currency)
    assert abs(tax.minor * (10_000 + rate) - minor * rate) < 10_000 + rate


@pytest.mark.parametrize(("rate", "words"), [(1900, "19"), (725, "7.25"), (50, "0.5"), (0, "0"), (10_000, "100")])
def test_a_rate_in_percent(rate: int, words: str) -> None:
    assert percent(rate) == words


@given(st.lists(st.integers(1, AMOUNT_MAX // 50), min_size=1, max_size=50), st.integers(0, 10_000))
def test_the_tax_of_all_credit_notes_is_that_of_what_they_take_back(parts: list[int], rate: int) -> None:
    before, nets, taxes = Money(0, "EUR"), Money(0, "EUR"), Money(0, "EUR")
    for minor in parts:
        net, tax = credited_tax(before, Money(minor, "EUR"), rate)
        assert net + tax == Money(minor, "EUR")
        assert min(net.minor, tax.minor) >= 0
        before, nets, taxes = before + Money(minor, "EUR"), nets + net, taxes + tax
    assert (nets, taxes) == contained_tax(before, rate)


def test_three_thirds_of_a_cent_are_not_rounded_three_times() -> None:
    taxes = [credited_tax(Money(before, "USD"), Money(1, "USD"), 2000)[1].minor for before in range(6)]
    assert sum(taxes) == contained_tax(Money(6, "USD"), 2000)[1].minor == 1


@pytest.mark.parametrize(
    ("typed", "number"),
    [(" 2027-014 ", "2027-014"), ("R 7 / 2027", "R 7 / 2027"), ("a\u00a0 b", "a b"), ("7", "7"), ("A" * 40, "A" * 40)],
)
def test_a_number_of_ones_own_is_read(typed: str, number: str) -> None:
    assert own_number(typed) == number


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "   ",
        "\u200b",
        "A" * 41,
        "=1+1",
        "-7",
        "7-",
        "АБ-7",
        "RE–7",
        "7\n8",
        "7\x00",
        "7\u202e8",
        "<b>7</b>",
        "7;8",
        "é1",
        "７",
    ],
)
def test_what_is_no_number_is_refused_in_a_sentence(typed: str) -> None:
    with pytest.raises(Refused, match=r"\.$"):
        own_number(typed)
