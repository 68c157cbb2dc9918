"""Each posting function, by property: parts add up to the whole, and each account ends where it should."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from milepost.core import postings
from milepost.core.catalogue import HOLDERS, Holder
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


@given(monies, st.integers(1, AMOUNT_MAX))
def test_what_nobody_knows_of_is_in_no_milestone_and_goes_back_by_its_mirror(money: Money, other: int) -> None:
    rest = Money(other, money.currency)
    came, more = (postings.unknown_arrival("custodian/par_x", each) for each in (money, rest))
    account = f"custodian/par_x/unapplied/{money.currency}"
    assert balances(came, more)[account] == money.minor + rest.minor
    assert balances(came, more, postings.return_unknown("custodian/par_x", money)) == {
        "outside/unknown/par_x": -rest.minor,
        account: rest.minor,
    }, "each accounts for its own amount"


@given(monies)
def test_what_was_unknown_and_is_matched_ends_as_if_it_had_been_known(money: Money) -> None:
    branch = "custodian/par_x"
    known = postings.confirm_funding(branch, "mil_1", "par_c", money, money)
    unknown = postings.unknown_arrival(branch, money), postings.return_unknown(branch, money)
    assert balances(*unknown, known) == balances(known)


@given(monies)
def test_a_deposit_is_earned_in_one_posting_and_ends_with_the_freelancer(money: Money) -> None:
    branch = postings.branch("freelancer", "par_f")
    funded = postings.confirm_funding(branch, "mil_1", "par_c", money, money)
    assert balances(funded) == {"outside/par_c": -money.minor, "freelancer/par_f/held/mil_1": money.minor}
    earned = postings.earn(branch, "mil_1", "par_f", money)
    assert balances(funded, earned) == {"outside/par_c": -money.minor, "outside/par_f": money.minor}


@given(monies, st.integers(1, AMOUNT_MAX))
def test_what_is_given_back_passes_from_one_to_the_other(money: Money, part: int) -> None:
    back = Money(min(part, money.minor), money.currency)
    paid = postings.payment_received("mil_1", "par_c", "par_f", money)
    given_back = postings.give_back("freelancer/par_f", "ref_1", "par_c", "par_f", back)
    left = money.minor - back.minor
    assert balances(paid, given_back) == ({"outside/par_c": -left, "outside/par_f": left} if left else {})


@given(st.sampled_from(HOLDERS))
def test_a_branch_names_the_party_whose_people_move_the_money(holder: Holder) -> None:
    found = postings.branch(holder, "par_x")
    assert found == (f"{holder}/par_x" if holder in ("custodian", "freelancer") else holder)
    for path in (postings.held(found, "mil_1"), postings.unapplied(found, "EUR"), postings.refunding(found, "ref_1")):
        assert path.split("/")[-2] in ("held", "unapplied", "refunding"), (
            "its place is the last but one, whatever the branch"
        )
