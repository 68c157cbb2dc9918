"""Holder `custodian`: a third party receives and pays out by bank transfer, and its own people say so."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from milepost.actions import arrivals, books, cancelling, funding, payouts, refunds
from milepost.core.money import Money
from milepost.core.refusals import Stale
from milepost.ledger import balances
from milepost.models import Arrival
from tests import cast
from tests.cast import NOON, usd
from tests.stories.balance import balanced

pytestmark = pytest.mark.django_db


def noted(cora: cast.Person, money: Money, **facts: Any) -> Arrival:
    """Something came on Cora's account, and nobody knows what for."""
    whole = {"arrived_on": NOON.date(), "reference": "?", "payer": "A. Nonymous", "funding": None} | facts
    return arrivals.note(holder=cora.party, money=money, by=cora.actor(), at=NOON, **whole)


def must_have(cora: cast.Person) -> dict[str, int]:
    """What is to be on her account, by the books."""
    sums = balances.total_under(f"custodian/{cora.party.pk}/")
    return {currency: minor for currency, minor in sums.items() if minor}


def test_three_milestones_held_by_cora_and_paid_out() -> None:
    project = cast.in_force(holder="custodian")
    by = cast.holds(project)
    for number in (1, 2, 3):
        asked = funding.fund(milestone=cast.milestone(project, number), by=cast.client(project), at=NOON)
        funding.say_sent(funding=asked, by=cast.client(project), at=NOON)
        assert cast.milestone(project, number).status == "planned", "one side alone never makes it paid"
        assert cast.arrived(asked, usd(200_000)).status == "applied"
        assert cast.milestone(project, number).status == "open"
        cast.approved(project, number)
        payouts.say_paid(payout=cast.milestone(project, number).payouts.get(), by=by, at=NOON)
        assert cast.milestone(project, number).status == "closed"
    money = books.money_of(cast.fresh(project)).values()
    assert [(each.held, each.paid_out) for each in money] == [(usd(0), usd(200_000))] * 3
    balanced(project)


def test_what_she_must_have_is_the_sum_of_all_her_projects_whatever_became_of_each() -> None:
    cora = cast.cora()
    first, second, third = (cast.in_force(holder="custodian", custodian=cora) for _ in range(3))
    for project in (first, second, third):
        cast.funded(project)
    noted(cora, Money(5_000, "EUR"))
    assert must_have(cora) == {"USD": 600_000, "EUR": 5_000}
    cast.approved(first, 1)
    cancelling.cancel(milestone=cast.milestone(second), reason="No", by=cast.freelancer(second), at=NOON)
    assert must_have(cora)["USD"] == 600_000, "asked for, and not yet gone"
    payouts.say_paid(payout=cast.milestone(first).payouts.get(), by=cora.actor(), at=NOON)
    refunds.say_sent(refund=cast.milestone(second).refunds.get(), by=cora.actor(), at=NOON)
    assert must_have(cora) == {"USD": 200_000, "EUR": 5_000}
    balanced(first)


def test_an_unknown_arrival_is_matched_and_opens_the_milestone() -> None:
    cora = cast.cora()
    project = cast.in_force(holder="custodian", custodian=cora)
    asked = funding.fund(milestone=cast.milestone(project), by=cast.client(project), at=NOON)
    came = noted(cora, usd(250_000))
    assert (came.status, came.reason) == ("unapplied", "Nobody knows yet what it is for.")
    balanced(project)
    arrivals.apply(arrival=came, funding=asked, by=cora.actor(), at=NOON)
    came.refresh_from_db()
    assert (came.status, came.funding_id, cast.milestone(project).status) == ("applied", asked.pk, "open")
    back = cast.milestone(project).refunds.get()
    assert back.amount == usd(50_000), "what is too much goes back, as if it had been known at once"
    refunds.say_sent(refund=back, by=cora.actor(), at=NOON)
    for verb in (arrivals.give_back, lambda **facts: arrivals.apply(funding=asked, **facts)):
        with pytest.raises(Stale):
            verb(arrival=came, by=cora.actor(), at=NOON)
    balanced(project)


def test_an_unknown_arrival_goes_back_to_whoever_sent_it() -> None:
    cora = cast.cora()
    project = cast.in_force(holder="custodian", custodian=cora)
    came, other = noted(cora, usd(7_000)), noted(cora, usd(9_000))
    arrivals.give_back(arrival=came, by=cora.actor(), at=NOON)
    assert must_have(cora) == {"USD": 9_000}
    assert Arrival.objects.get(pk=other.pk).status == "unapplied"
    balanced(project)


def test_a_payout_that_could_not_be_made_is_asked_for_anew_at_once() -> None:
    project = cast.in_force(holder="custodian")
    cast.approved(project)
    first = cast.milestone(project).payouts.get()
    payouts.could_not(payout=first, reason="The account is closed.", by=cast.holds(project), at=NOON)
    first.refresh_from_db()
    assert (first.status, first.reason) == ("failed", "The account is closed.")
    second = cast.milestone(project).payouts.get(status="requested")
    assert payouts.again(milestone=cast.milestone(project), at=NOON + timedelta(days=9)) is None, "one at a time"
    balanced(project)
    payouts.say_paid(payout=second, by=cast.holds(project), at=NOON)
    with pytest.raises(Stale):
        payouts.say_paid(payout=first, by=cast.holds(project), at=NOON)
    assert cast.milestone(project).status == "closed"
    balanced(project)


def test_a_refund_that_could_not_be_made_is_asked_for_anew_at_once() -> None:
    project = cast.in_force(holder="custodian")
    by = cast.holds(project)
    asked = funding.fund(milestone=cast.milestone(project), by=cast.client(project), at=NOON)
    cast.arrived(asked, usd(230_000))
    cancelling.cancel(milestone=cast.milestone(project), reason="No", by=cast.freelancer(project), at=NOON)
    excess, held = cast.milestone(project).refunds.order_by("amount_minor")
    for refund in (excess, held):
        refunds.could_not(refund=refund, reason="The account is closed.", by=by, at=NOON)
    balanced(project)
    again = cast.milestone(project).refunds.filter(status="requested")
    assert sorted(refund.amount_minor for refund in again) == [30_000, 200_000]
    for refund in again:
        refunds.say_sent(refund=refund, by=by, at=NOON)
    assert books.money_of(project)[asked.milestone_id].refunded == usd(230_000)
    balanced(project)


def test_three_milestones_each_with_a_holder_of_its_own() -> None:
    project = cast.in_force(holders=("custodian", "freelancer", "sandbox"), parallel="yes")
    for number in (1, 2, 3):
        cast.approved(project, number)
    payouts.say_paid(payout=cast.milestone(project, 1).payouts.get(), by=cast.holds(project), at=NOON)
    cast.settle(cast.milestone(project, 3).payouts.get(), at=NOON)
    assert [each.status for each in project.milestones.all()] == ["closed"] * 3
    assert {money.paid_out for money in books.money_of(project).values()} == {usd(200_000)}
    balanced(project)


# -- above the limit two people say the same ------------------------------------------------------


def test_above_the_limit_nothing_counts_before_a_second_person_has_said_the_same() -> None:
    cora = cast.cora(USD=199_999)
    mate = cast.colleague(cora)
    project = cast.in_force(holder="custodian", custodian=cora)
    asked = funding.fund(milestone=cast.milestone(project), by=cast.client(project), at=NOON)
    came = cast.arrived(asked, usd(200_000))
    assert (came.status, cast.milestone(project).status) == ("noted", "planned")
    balanced(project)
    arrivals.confirm(arrival=came, by=mate.actor(), at=NOON)
    cast.approved(project)
    payout = cast.milestone(project).payouts.get()
    payouts.say_paid(payout=payout, by=mate.actor(), at=NOON)
    payout.refresh_from_db()
    assert (payout.status, cast.milestone(project).status) == ("sent", "approved")
    balanced(project)
    payouts.say_paid(payout=payout, by=cora.actor(), at=NOON)
    assert cast.milestone(project).status == "closed"
    balanced(project)


def test_a_refund_above_the_limit_needs_two_and_the_first_word_can_be_taken_back() -> None:
    cora = cast.cora(USD=100_000)
    mate = cast.colleague(cora)
    project = cast.in_force(holder="custodian", custodian=cora)
    asked = funding.fund(milestone=cast.milestone(project), by=cast.client(project), at=NOON)
    arrivals.confirm(arrival=cast.arrived(asked, usd(200_000)), by=mate.actor(), at=NOON)
    cancelling.cancel(milestone=cast.milestone(project), reason="No", by=cast.freelancer(project), at=NOON)
    refund = cast.milestone(project).refunds.get()
    refunds.say_sent(refund=refund, by=cora.actor(), at=NOON)
    refunds.take_back(refund=refund, by=cora.actor(), at=NOON)
    refunds.say_sent(refund=refund, by=mate.actor(), at=NOON)
    refund.refresh_from_db()
    assert refund.status == "sent", "what was taken back does not count"
    refunds.say_sent(refund=refund, by=cora.actor(), at=NOON)
    refund.refresh_from_db()
    assert refund.status == "confirmed"
    balanced(project)


def test_money_of_nobody_above_the_limit_is_set_aside_and_returned_by_two() -> None:
    cora = cast.cora(USD=1)
    mate = cast.colleague(cora)
    project = cast.in_force(holder="custodian", custodian=cora)
    came = noted(cora, usd(2))
    assert came.status == "noted"
    arrivals.confirm(arrival=came, by=mate.actor(), at=NOON)
    arrivals.give_back(arrival=came, by=mate.actor(), at=NOON)
    came.refresh_from_db()
    assert came.status == "unapplied"
    arrivals.give_back(arrival=came, by=cora.actor(), at=NOON)
    assert must_have(cora) == {}
    balanced(project)
