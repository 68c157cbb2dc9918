"""Actors racing on one milestone: one wins, the others are told, and money moves once. On both databases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import combinations

import pytest

from milepost.actions import (
    answers,
    books,
    cancelling,
    funding,
    intents,
    invoices,
    milestones,
    offers,
    payments,
    payouts,
    signing,
)
from milepost.core.refusals import Refused
from milepost.jobs import audit
from milepost.models import Event, Invoice, Milestone, Project, Signature
from tests import cast
from tests.cast import NOON, usd
from tests.databases import together

pytestmark = pytest.mark.race


@pytest.fixture(autouse=True)
def _audited(committed: None) -> Iterator[None]:
    yield
    assert [str(finding) for finding in audit.findings()] == []


def outcome(acts: list[Callable[[], object]]) -> list[object]:
    """What each act gave; a refusal is fine, any other exception is ours."""
    given = together(*acts)
    for each in given:
        if isinstance(each, BaseException) and not isinstance(each, Refused):
            raise each
    return given


def won(given: list[object]) -> int:
    return sum(not isinstance(each, Refused) for each in given)


def verbs_on_delivered(project: Project) -> dict[str, Callable[[], object]]:
    found = cast.milestone(project, 1)
    return {
        "approve": lambda: milestones.approve(milestone=found, by=cast.client(project), at=NOON),
        "again": lambda: milestones.approve(milestone=found, by=cast.client(project), at=NOON),
        "changes": lambda: milestones.request_changes(
            milestone=found, words="Louder", by=cast.client(project), at=NOON
        ),
        "cancel": lambda: cancelling.cancel(milestone=found, reason="No", by=cast.freelancer(project), at=NOON),
    }


@pytest.mark.parametrize("pair", list(combinations(["approve", "again", "changes", "cancel"], 2)), ids="-".join)
def test_of_two_answers_to_a_delivery_one_wins(pair: tuple[str, str], rounds: int) -> None:
    for _ in range(max(1, rounds // 5)):
        project = cast.in_force()
        cast.delivered(project, 1)
        acts = verbs_on_delivered(project)
        # What was sent back is open again, and may be cancelled after: one may follow the other then.
        assert won(outcome([acts[name] for name in pair])) in ((1, 2) if pair == ("changes", "cancel") else (1,))
        money = books.money_of(project)[cast.milestone(project, 1).pk]
        assert money.adds_up
        assert money.arrived == usd(200_000)


def test_release_refund_release_never_moves_money_twice(rounds: int) -> None:
    for _ in range(rounds):
        project = cast.in_force()
        cast.delivered(project, 1)
        acts = verbs_on_delivered(project)
        assert won(outcome([acts["approve"], acts["cancel"], acts["again"]])) == 1
        moved = Milestone.objects.get(project=project, number=1)
        assert moved.payouts.count() + moved.refunds.count() == 1


def test_a_double_click_funds_once(rounds: int) -> None:
    for _ in range(max(1, rounds // 5)):
        project = cast.in_force()
        found = cast.milestone(project, 1)
        given = outcome([lambda: funding.fund(milestone=found, by=cast.client(project), at=NOON)] * 3)  # noqa: B023
        assert len({each.pk for each in given if not isinstance(each, Refused)}) == 1
        assert found.fundings.count() == 1


def test_two_answers_of_the_provider_confirm_once(rounds: int) -> None:
    for _ in range(max(1, rounds // 5)):
        project = cast.in_force()
        cast.approved(project, 1)
        payout = cast.milestone(project, 1).payouts.get()
        assert intents.claim(intent=payout, at=NOON)
        assert not intents.claim(intent=payout, at=NOON + timedelta(seconds=1)), "leased"
        confirm = [lambda: payouts.confirm(payout=payout, reference="r", at=NOON)] * 2  # noqa: B023
        fail = [lambda: payouts.fail(payout=payout, reason="r", at=NOON)]  # noqa: B023
        assert won(outcome([*confirm, *fail])) == 1


def test_one_signs_while_the_other_withdraws(rounds: int) -> None:
    for _ in range(max(1, rounds // 5)):
        ada = cast.ada()
        terms = cast.offered(ada)
        by = cast.guest(terms.project.client)
        given = outcome(
            [
                lambda: signing.sign(terms=terms, signing=cast.signature("Carl"), by=by, at=NOON),  # noqa: B023
                lambda: answers.withdraw(terms=terms, by=ada.actor(), at=NOON),  # noqa: B023
                lambda: signing.sign(terms=terms, signing=cast.signature("Carl"), by=by, at=NOON),  # noqa: B023
            ]
        )
        assert won(given) == 1
        assert Signature.objects.filter(terms=terms).count() in (1, 2)
        terms.refresh_from_db()
        assert (terms.status == "in_force") == (Milestone.objects.filter(project=terms.project).count() == 3)


def test_the_same_draft_is_sent_once(rounds: int) -> None:
    for _ in range(max(1, rounds // 10)):
        ada = cast.ada()
        draft = cast.draft(ada, other_email="carl-twice@example.org")
        given = outcome(
            [lambda: offers.offer(draft=draft, signing=cast.signature(), by=ada.actor(), at=NOON)] * 2  # noqa: B023
        )
        assert len({each.pk for each in given if not isinstance(each, Refused)}) == 1
        assert Project.objects.filter(freelancer=ada.party).count() == 1


def test_received_twice_is_booked_once(rounds: int) -> None:
    for _ in range(max(1, rounds // 5)):
        project = cast.in_force(holder="nobody")
        found = cast.approved(project, 1)
        say = lambda: payments.say_received(milestone=found, by=cast.freelancer(project), at=NOON)  # noqa: B023, E731
        assert won(outcome([say, say, say])) == 1
        assert books.money_of(project)[found.pk].paid_out == usd(200_000)


def test_numbers_of_invoices_have_no_hole() -> None:
    ada = cast.ada()
    projects = [cast.in_force(ada, holder="nobody") for _ in range(4)]
    found = [cast.approved(project, 1) for project in projects]
    outcome([lambda each=each: invoices.issue(milestone=each, at=NOON) for each in found for _ in range(2)])
    serials = Invoice.objects.filter(issuer=ada.party).order_by("serial").values_list("serial", flat=True)
    assert list(serials) == [1, 2, 3, 4]


def test_the_chain_stays_whole_under_many_hands() -> None:
    project = cast.in_force(holder="nobody")
    ask = lambda number: cancelling.ask_cancel(  # noqa: E731
        milestone=cast.milestone(project, number), reason="?", by=cast.client(project), at=NOON
    )
    outcome([lambda number=number: ask(number) for number in (1, 2, 3) for _ in range(2)])
    numbers = Event.objects.filter(project=project).order_by("number").values_list("number", flat=True)
    assert list(numbers) == list(range(1, len(numbers) + 1))
