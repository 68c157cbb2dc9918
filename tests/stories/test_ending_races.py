"""Stopping and extending against what else happens at the same moment: one order or the other, never a bit of both."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest

from milepost.actions import books, cancelling, endings, funding, milestones, reviews
from milepost.core.actors import CLOCK
from milepost.jobs import audit
from milepost.models import Delivery, Ending, Event, Extension, Milestone, Project, Refund
from tests import cast
from tests.cast import NOON, usd
from tests.stories.test_races import outcome, won

pytestmark = pytest.mark.race
END = NOON + timedelta(days=7)


@pytest.fixture(autouse=True)
def _audited(committed: None) -> Iterator[None]:
    yield
    assert [str(finding) for finding in audit.findings()] == []


def asked(project: Project) -> Ending:
    return endings.ask_stop(project=project, reason="The shop closes.", by=cast.client(project), at=NOON)


def agree(ending: Ending) -> Callable[[], object]:
    by = cast.freelancer(ending.project)
    return lambda: endings.agree(ending=ending, by=by, at=NOON)


def verbs(project: Project, ending: Ending) -> dict[str, Callable[[], object]]:
    """What may happen to the first milestone, which is delivered, or to what was asked, while the other side agrees."""
    found, client, freelancer = cast.milestone(project, 1), cast.client(project), cast.freelancer(project)
    return {
        "approve": lambda: milestones.approve(milestone=found, by=client, at=NOON),
        "changes": lambda: milestones.request_changes(milestone=found, words="Louder", by=client, at=NOON),
        "cancel": lambda: cancelling.cancel(milestone=found, reason="No", by=freelancer, at=NOON),
        "again": agree(ending),
        "take_back": lambda: endings.take_back(ending=ending, by=client, at=NOON),
        "decline": lambda: endings.decline(ending=ending, words="No.", by=freelancer, at=NOON),
    }


@pytest.mark.parametrize("verb", ["approve", "changes", "cancel", "again", "take_back", "decline"])
def test_agreeing_against_another_verb(verb: str, rounds: int) -> None:
    for _ in range(max(1, rounds // 5)):
        project = cast.in_force()
        cast.delivered(project, 1)
        cast.funded(project, 2)
        ending = asked(project)
        given = outcome([agree(ending), verbs(project, ending)[verb]])
        ending.refresh_from_db()
        first, *others = Milestone.objects.filter(project=project).order_by("number")
        if verb in ("again", "take_back", "decline"):
            assert won(given) == 1
        assert ending.answer in ("agreed", {"take_back": "taken_back", "decline": "declined"}.get(verb))
        if ending.answer == "agreed":
            assert {each.status for each in others} == {"cancelled"}
            assert first.status == "cancelled" or (verb == "approve" and first.status == "approved")
        money = books.money_of(cast.fresh(project))
        assert all(each.adds_up for each in money.values())
        assert money[first.pk].paying + money[first.pk].refunding + money[first.pk].held == usd(200_000)


def test_agreeing_against_the_clock(rounds: int) -> None:
    for _ in range(max(1, rounds // 5)):
        project = cast.in_force()
        delivery = under_review(project)
        ending = asked(project)
        clock = lambda: milestones.approve(milestone=delivery.milestone, by=CLOCK, at=END, delivery=delivery.pk)  # noqa: B023, E731
        given = outcome([agree(ending), clock])
        assert won(given) >= 1
        found = cast.milestone(project, 1)
        assert found.status in ("approved", "cancelled")
        assert found.payouts.count() + Refund.objects.filter(milestone=found).count() == 1


def test_both_ask_at_once_and_one_has_asked(rounds: int) -> None:
    for _ in range(max(1, rounds // 5)):
        project = cast.in_force()
        ask = lambda by: lambda: endings.ask_stop(project=project, reason="Enough.", by=by, at=NOON)  # noqa: B023, E731
        given = outcome([ask(cast.client(project)), ask(cast.freelancer(project)), ask(cast.client(project))])
        assert Ending.objects.filter(project=project, answer="").count() == 1
        assert won(given) in (1, 2)
        assert sum(isinstance(each, endings.AskedAlready) for each in given) == 3 - won(given)


def test_agreeing_against_a_funding(rounds: int) -> None:
    for _ in range(max(1, rounds // 5)):
        project = cast.in_force()
        ending = asked(project)
        found = cast.milestone(project, 1)
        outcome([agree(ending), lambda: funding.fund(milestone=found, by=cast.client(project), at=NOON)])  # noqa: B023
        for live in found.fundings.all():
            cast.settle(live, at=NOON)
        assert books.held(cast.milestone(project, 1)) == usd(0)
        assert set(Milestone.objects.filter(project=project).values_list("status", flat=True)) == {"cancelled"}


def test_the_extension_against_the_clock(rounds: int) -> None:
    """The clock's instant is the end, the client's one second before: whoever gets the project first has it."""
    for _ in range(rounds):
        project = cast.in_force()
        delivery = under_review(project)
        clock = lambda: milestones.approve(milestone=delivery.milestone, by=CLOCK, at=END, delivery=delivery.pk)  # noqa: B023, E731
        given = outcome([extending(project, delivery.pk, END - timedelta(seconds=1)), clock])
        assert won(given) == 1
        delivery.refresh_from_db()
        taken = Extension.objects.filter(delivery=delivery).exists()
        assert taken == (cast.milestone(project, 1).status == "delivered") == (delivery.review_ends_at != END)


def test_a_double_click_extends_once(rounds: int) -> None:
    for _ in range(max(1, rounds // 5)):
        project = cast.in_force()
        delivery = under_review(project)
        given = outcome([extending(project, delivery.pk, NOON + timedelta(days=1))] * 3)
        assert won(given) == 1
        assert Event.objects.filter(project=project, kind="review.extended").count() == 1
        delivery.refresh_from_db()
        assert delivery.review_ends_at == END + timedelta(days=3)


def under_review(project: Project) -> Delivery:
    delivery = cast.delivered(project, 1).deliveries.select_related("milestone__project__terms").get()
    reviews.start(delivery=delivery, at=NOON)
    return delivery


def extending(project: Project, delivery: str, at: datetime) -> Callable[[], object]:
    found, by = cast.milestone(project, 1), cast.client(project)
    return lambda: reviews.extend(milestone=found, delivery=delivery, by=by, at=at)
