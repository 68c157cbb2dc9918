"""Each posting function, by property: parts add up to the whole, and each account ends where it should."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from milepost.core import postings
from milepost.core.money import AMOUNT_MAX, Money
from milepost.core.postings import Entry

# No decimals, two, three.
currencies = st.sampled_from(["JPY", "USD", "KWD"])
monies = st.builds(Money, st.integers(1, AMOUNT_MAX), currencies)


def balances(*steps: list[Entry]) -> Counter[str]:
    sums: Counter[str] = Counter()
    for entries in steps:
        for entry in entries:
            assert entry.money.minor > 0
            assert entry.source != entry.target
            sums[entry.source] -= entry.money.minor
            sums[entry.target] += entry.money.minor
    assert sum(sums.values()) == 0
    return Counter({path: minor for path, minor in sums.items() if minor})


@given(currencies, st.integers(1, 10**12), st.integers(1, 10**12))
def test_funding_keeps_what_is_wanted_and_puts_the_excess_aside(currency: str, arrived: int, wanted: int) -> None:
    entries = postings.confirm_funding("sandbox", "mil_1", "par_c", Money(arrived, currency), Money(wanted, currency))
    kept = min(arrived, wanted)
    expected = {"outside/par_c": -arrived, "sandbox/held/mil_1": kept}
    if arrived > wanted:
        expected[f"sandbox/unapplied/{currency}"] = arrived - wanted
    assert balances(entries) == expected


@given(monies)
def test_from_funding_to_payout(money: Money) -> None:
    funded = postings.confirm_funding("sandbox", "mil_1", "par_c", money, money)
    released = postings.release("sandbox", "mil_1", money)
    asked = postings.request_payout("sandbox", "mil_1", "pay_1", money)
    assert balances(funded) == {"outside/par_c": -money.minor, "sandbox/held/mil_1": money.minor}
    assert balances(funded, released) == {"outside/par_c": -money.minor, "sandbox/payable/mil_1": money.minor}
    assert balances(funded, released, asked) == {"outside/par_c": -money.minor, "sandbox/paying/pay_1": money.minor}
    paid = postings.confirm_payout("sandbox", "pay_1", "par_f", money)
    assert balances(funded, released, asked, paid) == {"outside/par_c": -money.minor, "outside/par_f": money.minor}
    failed = postings.fail_payout("sandbox", "mil_1", "pay_1", money)
    assert balances(funded, released, asked, failed) == balances(funded, released)


@given(monies)
def test_from_funding_to_refund(money: Money) -> None:
    funded = postings.confirm_funding("sandbox", "mil_1", "par_c", money, money)
    source = postings.held("sandbox", "mil_1")
    asked = postings.request_refund("sandbox", source, "ref_1", money)
    assert balances(funded, asked, postings.confirm_refund("sandbox", "ref_1", "par_c", money)) == {}
    assert balances(funded, asked, postings.fail_refund("sandbox", source, "ref_1", money)) == balances(funded)


@given(monies)
def test_what_comes_too_late_waits_to_be_refunded(money: Money) -> None:
    entries = postings.late_arrival("sandbox", "par_c", money)
    assert balances(entries) == {
        "outside/par_c": -money.minor,
        f"sandbox/unapplied/{money.currency}": money.minor,
    }


@given(monies)
def test_nobody_holds_anything_when_paid_directly(money: Money) -> None:
    entries = postings.payment_received("mil_1", "par_c", "par_f", money)
    assert balances(entries) == {"outside/par_c": -money.minor, "outside/par_f": money.minor}
    assert {entry.target for entry in entries} == {"nobody/payable/mil_1", "outside/par_f"}
