"""Amounts as people type them, and sums that lose nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.core.money import AMOUNT_MAX, DECIMALS, BadAmount, MixedCurrencies, Money, parse, plain, split, total

currencies = st.sampled_from(sorted(DECIMALS))
amounts = st.integers(1, AMOUNT_MAX)


@pytest.mark.parametrize(
    ("typed", "currency", "minor"),
    [
        ("2000", "USD", 200_000),
        ("2,000.00", "USD", 200_000),
        ("2.000,00", "EUR", 200_000),
        ("2 000,5", "EUR", 200_050),
        ("2'000.50", "CHF", 200_050),
        ("2\u202f000,50", "EUR", 200_050),
        ("1,000", "USD", 100_000),
        ("1,234,567", "JPY", 1_234_567),
        ("0.50", "USD", 50),
        ("0.005", "KWD", 5),
        ("1.500", "KWD", 1_500),
        (" 12 ", "USD", 1_200),
        ("10,000,000,000,000.00", "USD", AMOUNT_MAX),
    ],
)
def test_what_was_typed_is_understood(typed: str, currency: str, minor: int) -> None:
    assert parse(typed, currency) == Money(minor, currency)


@pytest.mark.parametrize(
    ("typed", "currency", "words"),
    [
        ("", "USD", "Type an amount"),
        ("1,2,3", "USD", "more than one way"),
        ("1.234", "USD", "more than one way"),
        ("1,500", "KWD", "more than one way"),
        ("0,500", "USD", "more than one way"),
        ("1.234.56", "EUR", "more than one way"),
        ("-5", "USD", "without a sign"),
        ("\u22125", "USD", "without a sign"),
        ("+5", "USD", "without a sign"),
        ("0", "USD", "more than zero"),
        ("0.00", "USD", "more than zero"),
        ("1e9", "USD", "not an amount"),
        ("1_0", "USD", None),
        ("٣", "USD", "not an amount"),
        ("$5", "USD", "not an amount"),
        ("1.2345", "USD", "2 decimals"),
        ("12.5", "JPY", "no decimals"),
        ("10000000000000000", "USD", "larger than"),
        ("9" * 41, "USD", "not an amount"),
        ("5", "XXX", "not a currency"),
    ],
)
def test_what_could_mean_two_things_is_refused(typed: str, currency: str, words: str | None) -> None:
    if words is None:
        assert parse(typed, currency) == Money(1000, currency)
        return
    with pytest.raises(BadAmount) as refused:
        parse(typed, currency)
    assert words in refused.value.sentence


@given(amounts, currencies)
def test_what_is_printed_is_read_back(minor: int, currency: str) -> None:
    money = Money(minor, currency)
    assert parse(plain(money), currency) == money


@given(st.integers(0, AMOUNT_MAX), st.lists(st.integers(0, 10_000), min_size=1).filter(any), currencies)
def test_a_split_loses_nothing_and_is_fair(minor: int, weights: list[int], currency: str) -> None:
    shares = split(Money(minor, currency), weights)
    assert total(shares, currency) == Money(minor, currency)
    for share, weight in zip(shares, weights, strict=True):
        assert abs(share.minor * sum(weights) - minor * weight) < sum(weights)


def test_of_equal_remainders_the_earlier_share_gets_the_unit() -> None:
    assert [share.minor for share in split(Money(100, "USD"), [1, 1, 1])] == [34, 33, 33]


def test_two_currencies_never_meet_in_one_sum() -> None:
    for attempt in (lambda a, b: a + b, lambda a, b: a - b, lambda a, b: a < b):
        with pytest.raises(MixedCurrencies):
            attempt(Money(1, "USD"), Money(1, "EUR"))


def test_money_is_never_a_float() -> None:
    with pytest.raises(AssertionError):
        Money(1.0, "USD")  # type: ignore[arg-type]
