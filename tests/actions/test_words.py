"""Paid out, sent back, received: each by the word of whoever has to say it, and of nobody else."""

from __future__ import annotations

import pytest

from milepost.actions import arrivals, cancelling, funding, payments, payouts, refunds
from milepost.actions.holding import SaidBefore
from milepost.core.actors import CLOCK, HOUSE
from milepost.core.money import Money
from milepost.core.refusals import NotAllowed, NotProved, Refused, Stale
from milepost.events import record
from milepost.ledger.models import Posting
from milepost.models import Arrival, Payout, Project, Refund, Said
from tests import cast
from tests.cast import NOON, usd
from tests.stories.balance import balanced

pytestmark = pytest.mark.django_db


def to_be_paid(project: Project) -> Payout:
    return cast.approved(project).payouts.get()


def to_be_refunded(project: Project) -> Refund:
    cast.funded(project)
    cancelling.cancel(milestone=cast.milestone(project), reason="No", by=cast.freelancer(project), at=NOON)
    return cast.milestone(project).refunds.get()


# -- a custodian's payouts and refunds -------------------------------------------------------------


def test_only_the_custodians_people_say_that_it_was_paid_out() -> None:
    project = cast.in_force(holder="custodian")
    payout = to_be_paid(project)
    strangers = [cast.client(project), cast.person_of(project.agreed).actor(), cast.cora().actor(), CLOCK, HOUSE]
    for stranger in strangers:
        with pytest.raises(NotAllowed):
            payouts.say_paid(payout=payout, by=stranger, at=NOON)
        with pytest.raises(NotAllowed):
            payouts.could_not(payout=payout, reason="No", by=stranger, at=NOON)
    with pytest.raises(NotProved):
        payouts.say_paid(payout=payout, by=cast.holds(project, proof="login"), at=NOON)
    with pytest.raises(NotAllowed):
        payouts.say_paid(payout=payout, by=cast.guest(project.custodian), at=NOON)  # type: ignore[arg-type]
    assert not Said.objects.filter(payout=payout).exists()


def test_the_second_word_is_another_persons() -> None:
    cora = cast.cora(USD=1)
    mate = cast.colleague(cora)
    project = cast.in_force(holder="custodian", custodian=cora)
    asked = funding.fund(milestone=cast.milestone(project), by=cast.client(project), at=NOON)
    arrivals.confirm(arrival=cast.arrived(asked, usd(200_000)), by=mate.actor(), at=NOON)
    payout = to_be_paid(project)
    payouts.say_paid(payout=payout, by=cora.actor(), at=NOON)
    with pytest.raises(SaidBefore):
        payouts.say_paid(payout=payout, by=cora.actor(), at=NOON)
    payout.refresh_from_db()
    assert payout.status == "sent"
    payouts.say_paid(payout=payout, by=mate.actor(), at=NOON)
    with pytest.raises(Stale):
        payouts.say_paid(payout=payout, by=mate.actor(), at=NOON)


def test_who_could_not_takes_back_what_a_colleague_had_said_and_both_speak_anew() -> None:
    cora = cast.cora(USD=1)
    mate = cast.colleague(cora)
    project = cast.in_force(holder="custodian", custodian=cora)
    asked = funding.fund(milestone=cast.milestone(project), by=cast.client(project), at=NOON)
    arrivals.confirm(arrival=cast.arrived(asked, usd(200_000)), by=mate.actor(), at=NOON)
    first = to_be_paid(project)
    payouts.say_paid(payout=first, by=cora.actor(), at=NOON)
    payouts.could_not(payout=first, reason="The bank sent it back.", by=mate.actor(), at=NOON)
    assert Said.objects.get(payout=first).taken_back_at == NOON
    second = cast.milestone(project).payouts.get(status="requested")
    payouts.say_paid(payout=second, by=mate.actor(), at=NOON)
    second.refresh_from_db()
    assert second.status == "sent", "what was said of the first one does not count for it"


def test_a_reason_is_given_and_is_no_novel() -> None:
    project = cast.in_force(holder="custodian")
    payout = to_be_paid(project)
    for reason in ("", "  ", "x" * 501):
        with pytest.raises(Refused) as refused:
            payouts.could_not(payout=payout, reason=reason, by=cast.holds(project), at=NOON)
        assert refused.value.field == "reason"


def test_of_a_custodians_refund_the_client_has_nothing_to_say() -> None:
    project = cast.in_force(holder="custodian")
    refund = to_be_refunded(project)
    with pytest.raises(NotAllowed):
        refunds.say_received(refund=refund, by=cast.client(project), at=NOON)
    with pytest.raises(NotAllowed):
        refunds.say_sent(refund=refund, by=cast.person_of(project.agreed).actor(), at=NOON)
    assert refunds.say_sent(refund=refund, by=cast.holds(project), at=NOON).status == "confirmed"
    with pytest.raises(Stale):
        refunds.take_back(refund=refund, by=cast.holds(project), at=NOON)


def test_a_provider_speaks_for_itself() -> None:
    project = cast.in_force()
    payout = to_be_paid(project)
    with pytest.raises(NotAllowed):
        payouts.say_paid(payout=payout, by=cast.person_of(project.agreed).actor(), at=NOON)
    other = cast.in_force()
    refund = to_be_refunded(other)
    ada = cast.person_of(other.agreed).actor()
    for verb in (refunds.say_sent, refunds.take_back):
        with pytest.raises(NotAllowed):
            verb(refund=refund, by=ada, at=NOON)
    with pytest.raises(NotAllowed):
        refunds.say_received(refund=refund, by=cast.client(other), at=NOON)


# -- a freelancer's refunds ------------------------------------------------------------------------


def test_who_owes_a_deposit_says_sent_and_who_gets_it_says_received() -> None:
    project = cast.in_force(holder="freelancer")
    refund, carl, ada = to_be_refunded(project), cast.client(project), cast.holds(project)
    for verb in (refunds.say_sent, refunds.take_back):
        with pytest.raises(NotAllowed):
            verb(refund=refund, by=carl, at=NOON)
    with pytest.raises(NotAllowed):
        refunds.could_not(refund=refund, reason="No", by=carl, at=NOON)
    for by in (cast.client(project, "link"), cast.holds(project, proof="login")):
        verb = refunds.say_received if by.party == carl.party else refunds.say_sent
        with pytest.raises(NotProved):
            verb(refund=refund, by=by, at=NOON)
    with pytest.raises(Stale):
        refunds.take_back(refund=refund, by=ada, at=NOON)
    assert refunds.say_sent(refund=refund, by=ada, at=NOON).status == "sent"
    assert refunds.say_received(refund=refund, by=carl, at=NOON).status == "confirmed"
    with pytest.raises(Stale):
        refunds.could_not(refund=refund, reason="No", by=ada, at=NOON)


def test_a_deposit_that_could_not_be_sent_is_owed_as_before() -> None:
    project = cast.in_force(holder="freelancer")
    refund = to_be_refunded(project)
    refunds.could_not(refund=refund, reason="Which account?", by=cast.holds(project), at=NOON)
    [again] = cast.milestone(project).refunds.filter(status="requested")
    assert again.amount == refund.amount
    assert refunds.again(refund=refund, at=NOON) is None, "it is under way"


def test_giving_back_is_the_freelancers_with_a_reason_and_in_the_currency_agreed() -> None:
    project = cast.in_force(holder="nobody")
    found = cast.approved(project)
    ada = cast.person_of(project.agreed)

    def give(money: Money = Money(1, "USD"), reason: str = "A gift", by: object = None) -> Refund:  # noqa: B008
        return refunds.give_back(milestone=found, money=money, reason=reason, by=by or ada.actor(), at=NOON)  # type: ignore[arg-type]

    with pytest.raises(Refused, match="what was paid to you"):
        give()
    payments.say_received(milestone=found, by=ada.actor(), at=NOON)
    with pytest.raises(NotAllowed):
        give(by=cast.client(project))
    with pytest.raises(NotProved):
        give(by=ada.actor("login"))
    for money, reason, field in ((usd(1), " ", "reason"), (Money(1, "EUR"), "A gift", "amount")):
        with pytest.raises(Refused) as refused:
            give(money, reason)
        assert refused.value.field == field
    assert give().holder == f"freelancer/{ada.party.pk}"


# -- a crash in between ----------------------------------------------------------------------------


def test_what_breaks_off_leaves_neither_a_word_nor_money(monkeypatch: pytest.MonkeyPatch) -> None:
    project, deposit = cast.in_force(holder="custodian"), cast.in_force(holder="freelancer")
    payout, refund = to_be_paid(project), to_be_refunded(deposit)
    asked = funding.fund(milestone=cast.milestone(project, 2), by=cast.client(project), at=NOON)
    before = Posting.objects.count(), Said.objects.count(), Arrival.objects.count()

    def full(*_args: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(record, "_append", full)
    for deed in (
        lambda: cast.arrived(asked, usd(200_000)),
        lambda: payouts.say_paid(payout=payout, by=cast.holds(project), at=NOON),
        lambda: payouts.could_not(payout=payout, reason="No", by=cast.holds(project), at=NOON),
        lambda: refunds.say_sent(refund=refund, by=cast.holds(deposit), at=NOON),
        lambda: refunds.say_received(refund=refund, by=cast.client(deposit), at=NOON),
    ):
        with pytest.raises(OSError, match="disk full"):
            deed()
    monkeypatch.undo()
    assert (Posting.objects.count(), Said.objects.count(), Arrival.objects.count()) == before
    balanced(project)
