"""Holder `freelancer`: a deposit, owed back until it is earned. From proposal to closed project, by the two words."""

from __future__ import annotations

import pytest

from milepost.actions import books, funding, milestones
from tests import cast
from tests.cast import NOON, usd
from tests.stories.balance import balanced

pytestmark = pytest.mark.django_db


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
