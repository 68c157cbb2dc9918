"""Money that does not come as agreed: cancelled, too much, too little, too late, failed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from milepost.actions import books, cancelling, funding, intents, payouts, refunds
from milepost.core.refusals import NotAllowed, Stale
from tests import cast
from tests.cast import NOON, usd
from tests.stories.balance import balanced

pytestmark = pytest.mark.django_db


def test_a_funded_milestone_is_cancelled_by_the_freelancer_with_full_refund() -> None:
    project = cast.in_force()
    found = cast.funded(project, 1)
    with pytest.raises(NotAllowed):
        cancelling.cancel(milestone=found, reason="Not needed", by=cast.client(project), at=NOON)
    cancelling.ask_cancel(milestone=found, reason="Not needed", by=cast.client(project), at=NOON)
    cancelling.cancel(milestone=found, reason="Agreed", by=cast.freelancer(project), at=NOON)
    cast.settle(found.refunds.get(), at=NOON)
    money = books.money_of(project)[found.pk]
    assert (money.arrived, money.refunded, money.held) == (usd(200_000), usd(200_000), usd(0))
    assert cast.milestone(project, 1).status == "cancelled"
    balanced(project)


def test_money_that_comes_after_cancellation_is_booked_and_sent_back() -> None:
    project = cast.in_force()
    asked = funding.fund(milestone=cast.milestone(project, 2), by=cast.client(project), at=NOON)
    cancelling.cancel(milestone=cast.milestone(project, 2), reason="No", by=cast.freelancer(project), at=NOON)
    cast.settle(asked, at=NOON)
    refund = cast.milestone(project, 2).refunds.get()
    cast.settle(refund, at=NOON)
    money = books.money_of(project)[asked.milestone_id]
    assert (money.held, money.unapplied, money.refunded) == (usd(0), usd(0), usd(200_000))
    balanced(project)


def test_too_much_is_refunded_and_too_little_does_not_open() -> None:
    project = cast.in_force()
    asked = funding.fund(milestone=cast.milestone(project, 1), by=cast.client(project), at=NOON)
    intents.claim(intent=asked, at=NOON)
    funding.confirm(funding=asked, arrived=usd(150_000), reference="part", at=NOON)
    assert cast.milestone(project, 1).status == "planned"
    rest = funding.fund(milestone=cast.milestone(project, 1), by=cast.client(project), at=NOON)
    assert rest.amount == usd(50_000)
    intents.claim(intent=rest, at=NOON)
    funding.confirm(funding=rest, arrived=usd(60_000), reference="rest", at=NOON)
    assert cast.milestone(project, 1).status == "open"
    cast.settle(cast.milestone(project, 1).refunds.get(), at=NOON)
    assert books.money_of(project)[asked.milestone_id].refunded == usd(10_000)
    balanced(project)


def test_a_failed_payout_is_payable_again_and_asked_for_again() -> None:
    project = cast.in_force()
    cast.approved(project, 1)
    payout = cast.milestone(project, 1).payouts.get()
    intents.claim(intent=payout, at=NOON)
    payouts.fail(payout=payout, reason="Account closed", at=NOON)
    assert books.money_of(project)[payout.milestone_id].payable == usd(200_000)
    again = payouts.again(milestone=cast.milestone(project, 1), at=NOON + timedelta(hours=2))
    assert again is not None
    cast.settle(again, at=NOON + timedelta(hours=2))
    assert cast.milestone(project, 1).status == "closed"
    with pytest.raises(Stale):
        payouts.confirm(payout=payout, reference="late", at=NOON)
    balanced(project)


def test_a_failed_refund_is_asked_for_again() -> None:
    project = cast.in_force()
    cast.funded(project, 1)
    cancelling.cancel(milestone=cast.milestone(project, 1), reason="No", by=cast.freelancer(project), at=NOON)
    refund = cast.milestone(project, 1).refunds.get()
    intents.claim(intent=refund, at=NOON)
    refunds.fail(refund=refund, reason="Account closed", at=NOON)
    later = NOON + timedelta(hours=2)
    refund.refresh_from_db()
    again = refunds.again(refund=refund, at=later)
    assert again is not None
    assert refunds.again(refund=refund, at=later) is None
    cast.settle(again, at=later)
    balanced(project)
