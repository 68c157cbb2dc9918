"""Holder `freelancer`: a deposit, owed back until it is earned. From proposal to closed project, by the two words."""

from __future__ import annotations

from datetime import timedelta

import pytest

from milepost.actions import books, cancelling, funding, milestones, payments, payouts, refunds
from milepost.actions.books import MilestoneMoney
from milepost.core.refusals import NotAllowed, Refused, Stale
from milepost.jobs.payments import SWEEPS
from milepost.jobs.sweeps import Round
from milepost.models import Project
from tests import cast
from tests.cast import NOON, usd
from tests.stories.balance import balanced

pytestmark = pytest.mark.django_db


def money_of(project: Project, number: int = 1) -> MilestoneMoney:
    return books.money_of(cast.fresh(project))[cast.milestone(project, number).pk]


def test_three_deposits_earned_one_after_the_other() -> None:
    project = cast.in_force(holder="freelancer")
    for number in (1, 2, 3):
        asked = funding.fund(milestone=cast.milestone(project, number), by=cast.client(project), at=NOON)
        assert asked.payee is not None, "the account as it was when it was asked for"
        funding.say_sent(funding=asked, by=cast.client(project), at=NOON)
        assert cast.milestone(project, number).status == "planned", "one side alone never makes it paid"
        assert cast.arrived(asked, usd(200_000)).status == "applied"
        assert cast.milestone(project, number).status == "open"
        cast.delivered(project, number)
        milestones.approve(milestone=cast.milestone(project, number), by=cast.client(project), at=NOON)
        closed = cast.milestone(project, number)
        assert (closed.status, closed.payouts.count()) == ("closed", 0)
    money = books.money_of(cast.fresh(project)).values()
    assert [(each.held, each.paid_out) for each in money] == [(usd(0), usd(200_000))] * 3
    balanced(project)


def test_a_deposit_is_sent_back_by_one_word_and_received_by_the_other() -> None:
    project = cast.in_force(holder="freelancer")
    cast.funded(project)
    cancelling.cancel(milestone=cast.milestone(project), reason="Ill", by=cast.freelancer(project), at=NOON)
    refund, ada, carl = cast.milestone(project).refunds.get(), cast.holds(project), cast.client(project)
    refunds.say_sent(refund=refund, by=ada, at=NOON)
    refunds.say_sent(refund=refund, by=ada, at=NOON)
    assert money_of(project).refunding == usd(200_000), "her word alone is not enough"
    refunds.take_back(refund=refund, by=ada, at=NOON)
    with pytest.raises(Stale):
        refunds.take_back(refund=refund, by=ada, at=NOON)
    refunds.say_sent(refund=refund, by=ada, at=NOON)
    balanced(project)
    refunds.say_received(refund=refund, by=carl, at=NOON)
    with pytest.raises(Stale):
        refunds.say_received(refund=refund, by=carl, at=NOON)
    assert money_of(project).refunded == usd(200_000)
    kinds = project.events.filter(kind__startswith="refund.").order_by("number").values_list("kind", flat=True)
    assert list(kinds) == [
        "refund.requested",
        "refund.sent",
        "refund.unsent",
        "refund.sent",
        "refund.confirmed",
    ]
    balanced(project)


def test_the_client_may_say_received_before_it_was_said_to_be_sent() -> None:
    project = cast.in_force(holder="freelancer")
    cast.funded(project)
    cancelling.cancel(milestone=cast.milestone(project), reason="Ill", by=cast.freelancer(project), at=NOON)
    refund = cast.milestone(project).refunds.get()
    with pytest.raises(NotAllowed):
        refunds.say_received(refund=refund, by=cast.holds(project), at=NOON)
    refunds.say_received(refund=refund, by=cast.client(project), at=NOON)
    with pytest.raises(Stale):
        refunds.say_sent(refund=refund, by=cast.holds(project), at=NOON)
    balanced(project)


@pytest.mark.parametrize("holder", ["nobody", "freelancer", "custodian", "sandbox"])
def test_the_freelancer_gives_back_what_was_paid_out_whoever_held_it(holder: str) -> None:
    project = cast.in_force(holder=holder)
    found, ada, carl = cast.approved(project), cast.person_of(project.agreed).actor(), cast.client(project)
    if holder == "nobody":
        payments.say_received(milestone=found, by=ada, at=NOON)
    for payout in found.payouts.all():
        if holder == "sandbox":
            cast.settle(payout, at=NOON)
        else:
            payouts.say_paid(payout=payout, by=cast.holds(project), at=NOON)
    refund = refunds.give_back(milestone=found, money=usd(50_000), reason="Too dear", by=ada, at=NOON)
    assert refunds.give_back(milestone=found, money=usd(50_000), reason="Too dear", by=ada, at=NOON).pk == refund.pk
    with pytest.raises(Stale):
        refunds.give_back(milestone=found, money=usd(60_000), reason="Dearer", by=ada, at=NOON)
    assert money_of(project).paid_out == usd(200_000), "booked when the client says received"
    balanced(project)
    refunds.say_sent(refund=refund, by=ada, at=NOON)
    refunds.say_received(refund=refund, by=carl, at=NOON)
    assert (money_of(project).paid_out, money_of(project).refunded) == (usd(150_000), usd(50_000))
    balanced(project)
    for money in (usd(150_001), usd(0)):
        with pytest.raises(Refused):
            refunds.give_back(milestone=found, money=money, reason="All", by=ada, at=NOON)
    rest = refunds.give_back(milestone=found, money=usd(150_000), reason="All", by=ada, at=NOON)
    refunds.could_not(refund=rest, reason="I need it after all.", by=ada, at=NOON)
    assert cast.milestone(project).refunds.filter(status="requested").count() == 0, "nobody owes it"
    balanced(project)


def test_a_refund_that_is_owed_is_asked_for_three_times_and_no_more() -> None:
    project = cast.in_force(holder="freelancer")
    cast.funded(project)
    cancelling.cancel(milestone=cast.milestone(project), reason="Ill", by=cast.freelancer(project), at=NOON)
    [sweep] = [each for each in SWEEPS if each.name == "refunds that are owed"]
    round_, told = Round(), []
    for day in range(60):
        if round_.make(sweep, NOON + timedelta(days=day)):
            told.append(day)
    assert told == [7, 14, 21]
    assert project.events.filter(kind="refund.overdue").count() == 3
    refunds.say_sent(refund=cast.milestone(project).refunds.get(), by=cast.holds(project), at=NOON)
    balanced(project)


def test_what_was_sent_or_is_given_back_freely_is_not_asked_for() -> None:
    project = cast.in_force(holder="freelancer")
    found, ada = cast.approved(project, 1), cast.holds(project)
    refunds.give_back(milestone=found, money=usd(1), reason="A gift", by=ada, at=NOON)
    cast.funded(project, 2)
    cancelling.cancel(milestone=cast.milestone(project, 2), reason="Ill", by=ada, at=NOON)
    refunds.say_sent(refund=cast.milestone(project, 2).refunds.get(), by=ada, at=NOON)
    [sweep] = [each for each in SWEEPS if each.name == "refunds that are owed"]
    assert Round().make(sweep, NOON + timedelta(days=30)) == 0
    balanced(project)
