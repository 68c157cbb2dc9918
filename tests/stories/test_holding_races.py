"""People who hold money, two at once: what they say counts once, and money moves once. On both databases."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from milepost.actions import arrivals, books, cancelling, funding, payments, payouts, refunds
from milepost.core.refusals import Refused
from milepost.jobs import audit
from milepost.models import Arrival, Funding, Project, Refund, Said
from tests import cast
from tests.cast import NOON, usd
from tests.databases import together

pytestmark = pytest.mark.race


@pytest.fixture(autouse=True)
def _audited(committed: None) -> Iterator[None]:
    yield
    assert [str(finding) for finding in audit.findings()] == []


def won(*acts: Callable[[], object]) -> int:
    """How many of these, all at once, were not refused; any other exception is ours."""
    given = together(*acts)
    for each in given:
        if isinstance(each, BaseException) and not isinstance(each, Refused):
            raise each
    return sum(not isinstance(each, Refused) for each in given)


def asked(project: Project) -> Funding:
    return funding.fund(milestone=cast.milestone(project), by=cast.client(project), at=NOON)


def times(rounds: int) -> range:
    return range(max(1, rounds // 5))


def test_two_who_confirm_at_once_settle_an_arrival_once(rounds: int) -> None:
    for _ in times(rounds):
        cora = cast.cora(USD=1)
        mates = [cast.colleague(cora).actor() for _ in range(2)]
        project = cast.in_force(holder="custodian", custodian=cora)
        came = cast.arrived(asked(project), usd(200_000))
        confirm = [lambda by=by: arrivals.confirm(arrival=came, by=by, at=NOON) for by in mates]  # noqa: B023
        assert won(*confirm, confirm[0]) == 1
        assert Said.objects.filter(arrival=came).count() == 2
        assert books.money_of(project)[cast.milestone(project).pk].held == usd(200_000)


def test_two_first_words_at_once_are_two_words_and_one_payout(rounds: int) -> None:
    for _ in times(rounds):
        cora = cast.cora(USD=250_000)
        mate = cast.colleague(cora)
        project = cast.in_force(holder="custodian", custodian=cora)
        cast.approved(project)
        payout = cast.milestone(project).payouts.get()
        cora.party.custody.second_person_above_minor = {"USD": 1}
        cora.party.custody.save()
        words = [lambda by=by: payouts.say_paid(payout=payout, by=by, at=NOON) for by in (cora.actor(), mate.actor())]  # noqa: B023
        # A person's second click is refused, whenever it comes.
        assert won(*words, words[0]) == 2
        assert cast.milestone(project).status == "closed"


def test_paid_and_could_not_at_once_are_one_of_the_two(rounds: int) -> None:
    for _ in times(rounds):
        project = cast.in_force(holder="custodian")
        cast.approved(project)
        payout, by = cast.milestone(project).payouts.get(), cast.holds(project)
        paid = lambda: payouts.say_paid(payout=payout, by=by, at=NOON)  # noqa: B023, E731
        could_not = lambda: payouts.could_not(payout=payout, reason="?", by=by, at=NOON)  # noqa: B023, E731
        assert won(paid, could_not, paid) == 1
        money = books.money_of(project)[cast.milestone(project).pk]
        assert {money.paid_out, money.paying} == {usd(200_000), usd(0)}


@pytest.mark.parametrize("holder", ["custodian", "freelancer"])
def test_an_arrival_and_a_cancellation_at_once_lose_nothing(holder: str, rounds: int) -> None:
    for _ in times(rounds):
        project = cast.in_force(holder=holder)
        intent = asked(project)
        found = cast.milestone(project)
        arrive = lambda: cast.arrived(intent, usd(200_000))  # noqa: B023, E731
        cancel = lambda: cancelling.cancel(milestone=found, reason="No", by=cast.freelancer(project), at=NOON)  # noqa: B023, E731
        assert won(arrive, cancel) == 2
        [refund] = found.refunds.all()
        assert (refund.amount, cast.milestone(project).status) == (usd(200_000), "cancelled")


def test_the_client_cancels_or_the_money_is_held_never_both(rounds: int) -> None:
    for _ in times(rounds):
        project = cast.in_force(holder="custodian")
        intent, found, carl = asked(project), cast.milestone(project), cast.client(project)
        arrive = lambda: cast.arrived(intent, usd(200_000))  # noqa: B023, E731
        cancel = lambda: cancelling.cancel(milestone=found, reason="No", by=carl, at=NOON)  # noqa: B023, E731
        withdraw = lambda: funding.withdraw(funding=intent, by=carl, at=NOON)  # noqa: B023, E731
        won(arrive, cancel, withdraw)
        money = books.money_of(project)[found.pk]
        assert money.held + money.refunding == usd(200_000)


def test_the_same_arrival_noted_by_two_at_once_is_noted_once(rounds: int) -> None:
    for _ in times(rounds):
        cora = cast.cora()
        mate = cast.colleague(cora)
        facts = {"holder": cora.party, "money": usd(5), "arrived_on": NOON.date(), "reference": "", "payer": "?"}
        note = [
            lambda by=by: arrivals.note(**facts, funding=None, by=by, at=NOON)  # type: ignore[arg-type]  # noqa: B023
            for by in (cora.actor(), mate.actor())
        ]
        assert won(*note) == 1
        assert Arrival.objects.filter(holder=cora.party).count() == 1


def test_an_unknown_arrival_is_matched_or_sent_back_never_both(rounds: int) -> None:
    for _ in times(rounds):
        cora = cast.cora()
        first, second = (asked(cast.in_force(holder="custodian", custodian=cora)) for _ in range(2))
        facts = {"holder": cora.party, "money": usd(200_000), "arrived_on": NOON.date(), "reference": "", "payer": "?"}
        came = arrivals.note(**facts, funding=None, by=cora.actor(), at=NOON)  # type: ignore[arg-type]
        match = [
            lambda to=to: arrivals.apply(arrival=came, funding=to, by=cora.actor(), at=NOON)  # noqa: B023
            for to in (first, second)
        ]
        back = lambda: arrivals.give_back(arrival=came, by=cora.actor(), at=NOON)  # noqa: B023, E731
        assert won(*match, back) == 1


def test_received_twice_is_booked_once(rounds: int) -> None:
    for _ in times(rounds):
        project = cast.in_force(holder="freelancer")
        cast.funded(project)
        cancelling.cancel(milestone=cast.milestone(project), reason="No", by=cast.freelancer(project), at=NOON)
        refund = cast.milestone(project).refunds.get()
        received = lambda: refunds.say_received(refund=refund, by=cast.client(project), at=NOON)  # noqa: B023, E731
        assert won(received, received) == 1
        assert books.money_of(project)[refund.milestone_id].refunded == usd(200_000)


def test_a_double_click_gives_back_once(rounds: int) -> None:
    for _ in times(rounds):
        project = cast.in_force(holder="nobody")
        found, ada = cast.approved(project), cast.person_of(project.agreed).actor()
        payments.say_received(milestone=found, by=ada, at=NOON)
        facts = {"milestone": found, "reason": "Too dear", "by": ada, "at": NOON}
        same = lambda: refunds.give_back(money=usd(150_000), **facts)  # type: ignore[arg-type]  # noqa: B023, E731
        other = lambda: refunds.give_back(money=usd(60_000), **facts)  # type: ignore[arg-type]  # noqa: B023, E731
        assert won(same, same, other) in (1, 2)
        assert Refund.objects.filter(milestone=found).count() == 1
