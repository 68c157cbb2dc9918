"""The journey that must always work, through the actions; each ends with the books balanced and the chain whole."""

from __future__ import annotations

from datetime import timedelta

import pytest

from milepost.actions import books, invoices, milestones, payments
from milepost.models import Event, Project
from tests import cast
from tests.cast import NOON, usd
from tests.stories.balance import balanced

pytestmark = pytest.mark.django_db


def kinds(project: Project) -> list[str]:
    return list(Event.objects.filter(project=project).order_by("number").values_list("kind", flat=True))


def test_three_months_of_social_content_held_and_paid() -> None:
    project = cast.in_force()
    assert [milestone.status for milestone in project.milestones.all()] == ["planned"] * 3

    for number in (1, 2, 3):
        at = NOON + timedelta(days=30 * number)
        assert cast.funded(project, number, at=at).status == "open"
        assert cast.delivered(project, number, at=at).status == "delivered"
        milestones.approve(milestone=cast.milestone(project, number), by=cast.client(project), at=at)
        assert books.money_of(project)[cast.milestone(project, number).pk].paying == usd(200_000)
        payout = cast.milestone(project, number).payouts.get()
        cast.settle(payout, at=at)
        assert cast.milestone(project, number).status == "closed"
        invoice = invoices.issue(milestone=cast.milestone(project, number), at=at)
        assert (invoice.serial, invoice.kind) == (number, "payment_request")

    paid = [money.paid_out for money in books.money_of(project).values()]
    assert paid == [usd(200_000)] * 3
    balanced(project)


def test_three_months_paid_directly_on_approval() -> None:
    project = cast.in_force(holder="nobody")
    for number in (1, 2, 3):
        at = NOON + timedelta(days=30 * number)
        milestones.open_ready(project=project, at=at)
        cast.approved(project, number, at=at)
        payments.say_sent(milestone=cast.milestone(project, number), by=cast.client(project), at=at)
        assert cast.milestone(project, number).status == "approved", "one side alone never makes it paid"
        payments.say_received(milestone=cast.milestone(project, number), by=cast.freelancer(project), at=at)
        assert cast.milestone(project, number).status == "closed"
    assert [money.paid_out for money in books.money_of(project).values()] == [usd(200_000)] * 3
    balanced(project)


def test_one_event_per_deed_in_order() -> None:
    project = cast.in_force()
    cast.approved(project, 1)
    cast.settle(cast.milestone(project, 1).payouts.get(), at=NOON)
    assert kinds(project) == [
        "project.started",
        "terms.offered",
        "terms.signed",
        "terms.signed",
        "terms.entered_force",
        "funding.requested",
        "funding.confirmed",
        "milestone.opened",
        "milestone.delivered",
        "milestone.approved",
        "payout.confirmed",
        "milestone.closed",
    ]
    balanced(project)


def test_milestones_open_one_after_the_other_unless_the_terms_say_otherwise() -> None:
    one_by_one = cast.in_force()
    cast.funded(one_by_one, 1)
    assert cast.funded(one_by_one, 2).status == "planned", "funding ahead does not open"
    cast.approved(one_by_one, 1)
    assert milestones.open_ready(project=cast.fresh(one_by_one), at=NOON) == 1
    assert cast.milestone(one_by_one, 2).status == "open"

    at_once = cast.in_force(parallel="yes")
    cast.funded(at_once, 1)
    assert cast.funded(at_once, 2).status == "open"
    balanced(one_by_one)


def test_nothing_opens_before_the_start_date() -> None:
    project = cast.in_force(holder="nobody", start_on="2026-12-24")
    assert cast.milestone(project, 1).status == "planned"
    assert milestones.open_ready(project=project, at=NOON + cast.days(10)) == 0
    # In the zone of the terms the day begins at 23:00 UTC of the day before.
    assert milestones.open_ready(project=project, at=NOON.replace(day=23, hour=23)) == 1
