"""Holder `custodian`: a third party receives and pays out by bank transfer, and its own people say so."""

from __future__ import annotations

import pytest

from milepost.actions import books, funding, payouts
from tests import cast
from tests.cast import NOON, usd
from tests.stories.balance import balanced

pytestmark = pytest.mark.django_db


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
