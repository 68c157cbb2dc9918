"""Money that people move and that does not come as agreed, with either of those who hold it; books balanced after all."""

from __future__ import annotations

import pytest

from milepost.actions import arrivals, books, cancelling, funding, refunds
from milepost.core.money import Money
from milepost.core.refusals import NotAllowed, Refused, Stale
from milepost.ledger import balances
from milepost.models import Arrival, Funding, Project, Refund
from tests import cast
from tests.cast import NOON, usd
from tests.stories.balance import balanced

pytestmark = [pytest.mark.django_db, pytest.mark.parametrize("holder", ["custodian", "freelancer"])]


def asked(project: Project, number: int = 1) -> Funding:
    return funding.fund(milestone=cast.milestone(project, number), by=cast.client(project), at=NOON)


def sent_back(refund: Refund) -> Refund:
    """By the words that it takes."""
    project = refund.milestone.project
    done = refunds.say_sent(refund=refund, by=cast.holds(project), at=NOON)
    if done.status != "confirmed":
        done = refunds.say_received(refund=refund, by=cast.client(project), at=NOON)
    assert done.status == "confirmed"
    return done


def kinds(project: Project) -> list[str]:
    rows = project.events.filter(kind__regex="^(funding|refund)").order_by("number")
    return list(rows.values_list("kind", flat=True))


def unapplied(intent: Funding) -> dict[str, int]:
    under = balances.under(f"{intent.holder}/unapplied/")
    return {currency: minor for (_path, currency), minor in under.items() if minor}


def test_a_part_is_held_until_the_rest_has_come(holder: str) -> None:
    project = cast.in_force(holder=holder)
    intent = asked(project)
    cast.arrived(intent, usd(150_000))
    intent.refresh_from_db()
    assert (intent.status, intent.arrived_minor) == ("requested", 150_000)
    assert cast.milestone(project).status == "planned", "a part opens nothing"
    assert asked(project).pk == intent.pk, "the rest is asked for already"
    cast.arrived(intent, usd(49_999))
    assert cast.milestone(project).status == "planned"
    cast.arrived(intent, usd(1))
    assert cast.milestone(project).status == "open"
    assert kinds(project) == ["funding.requested", "funding.arrived", "funding.arrived", "funding.confirmed"]
    assert books.money_of(project)[intent.milestone_id].held == usd(200_000)
    balanced(project)


def test_what_is_too_much_goes_back_at_once(holder: str) -> None:
    project = cast.in_force(holder=holder)
    intent = asked(project)
    cast.arrived(intent, usd(210_000))
    assert cast.milestone(project).status == "open"
    [back] = cast.milestone(project).refunds.all()
    assert (back.amount, unapplied(intent)) == (usd(10_000), {})
    sent_back(back)
    money = books.money_of(project)[intent.milestone_id]
    assert (money.held, money.refunded, money.arrived) == (usd(200_000), usd(10_000), usd(210_000))
    balanced(project)


def test_the_same_amount_twice_goes_back_once_and_a_third_waits_its_turn(holder: str) -> None:
    project = cast.in_force(holder=holder)
    intent = asked(project)
    for _ in range(3):
        cast.arrived(intent, usd(200_000))
    [back] = cast.milestone(project).refunds.all()
    assert back.amount == usd(200_000)
    assert unapplied(intent) == {"USD": 200_000}, "one refund at a time; the rest is not lost"
    balanced(project)
    sent_back(back)
    sent_back(cast.milestone(project).refunds.get(status="requested"))
    assert (unapplied(intent), cast.milestone(project).refunds.count()) == ({}, 2)
    assert books.money_of(project)[intent.milestone_id].held == usd(200_000)
    balanced(project)


def test_what_comes_after_it_was_cancelled_is_late_and_goes_back(holder: str) -> None:
    project = cast.in_force(holder=holder)
    intent = asked(project)
    funding.say_sent(funding=intent, by=cast.client(project), at=NOON)
    with pytest.raises(NotAllowed):
        cancelling.cancel(milestone=cast.milestone(project), reason="No", by=cast.client(project), at=NOON)
    cancelling.cancel(milestone=cast.milestone(project), reason="No", by=cast.freelancer(project), at=NOON)
    intent.refresh_from_db()
    assert (intent.status, intent.reason) == ("failed", "The milestone was cancelled.")
    cast.arrived(intent, usd(200_000))
    assert kinds(project) == ["funding.requested", "funding.sent", "funding.late", "refund.requested"]
    sent_back(cast.milestone(project).refunds.get())
    money = books.money_of(project)[intent.milestone_id]
    assert (money.held, money.unapplied, money.refunded) == (usd(0), usd(0), usd(200_000))
    balanced(project)


def test_a_part_goes_back_when_the_freelancer_cancels_and_so_does_what_comes_later(holder: str) -> None:
    project = cast.in_force(holder=holder)
    intent = asked(project)
    cast.arrived(intent, usd(80_000))
    with pytest.raises(NotAllowed):
        cancelling.cancel(milestone=cast.milestone(project), reason="No", by=cast.client(project), at=NOON)
    cancelling.cancel(milestone=cast.milestone(project), reason="No", by=cast.freelancer(project), at=NOON)
    cast.arrived(intent, usd(120_000))
    backs = cast.milestone(project).refunds.all()
    assert sorted(back.amount_minor for back in backs) == [80_000, 120_000]
    balanced(project)
    for back in backs:
        sent_back(back)
    assert books.money_of(project)[intent.milestone_id].refunded == usd(200_000)
    balanced(project)


def test_the_client_alone_cancels_what_nobody_has_sent(holder: str) -> None:
    project = cast.in_force(holder=holder)
    intent = asked(project)
    cancelling.cancel(milestone=cast.milestone(project), reason="No", by=cast.client(project), at=NOON)
    intent.refresh_from_db()
    assert intent.status == "failed"
    balanced(project)


def test_money_in_another_currency_waits_to_be_sent_back(holder: str) -> None:
    project = cast.in_force(holder=holder)
    intent = asked(project)
    came = cast.arrived(intent, Money(180_000, "EUR"))
    assert (came.status, unapplied(intent)) == ("unapplied", {"EUR": 180_000})
    assert "EUR" in came.reason
    intent.refresh_from_db()
    assert (intent.status, intent.arrived_minor) == ("requested", None)
    with pytest.raises(Refused, match="USD"):
        arrivals.apply(arrival=came, funding=intent, by=cast.holds(project), at=NOON)
    balanced(project)
    arrivals.give_back(arrival=came, by=cast.holds(project), at=NOON)
    came.refresh_from_db()
    assert (came.status, unapplied(intent)) == ("returned", {})
    assert kinds(project) == ["funding.requested", "funding.set_aside", "funding.returned"]
    with pytest.raises(Stale):
        arrivals.give_back(arrival=came, by=cast.holds(project), at=NOON)
    balanced(project)


def test_a_mistaken_sent_is_taken_back_and_the_funding_withdrawn(holder: str) -> None:
    project = cast.in_force(holder=holder)
    intent, by = asked(project), cast.client(project)
    funding.say_sent(funding=intent, by=by, at=NOON)
    funding.say_sent(funding=intent, by=by, at=NOON)
    with pytest.raises(Stale):
        funding.withdraw(funding=intent, by=by, at=NOON)
    funding.take_back(funding=intent, by=by, at=NOON)
    with pytest.raises(Stale):
        funding.take_back(funding=intent, by=by, at=NOON)
    funding.withdraw(funding=intent, by=by, at=NOON)
    assert kinds(project) == ["funding.requested", "funding.sent", "funding.unsent", "funding.withdrawn"]
    again = asked(project)
    assert again.pk != intent.pk
    cast.arrived(intent, usd(200_000))
    assert cast.milestone(project).status == "planned", "it came for the one that was taken back: it goes back"
    cast.arrived(again, usd(200_000))
    assert cast.milestone(project).status == "open"
    sent_back(cast.milestone(project).refunds.get())
    balanced(project)


def test_what_has_arrived_in_part_can_be_neither_unsent_nor_withdrawn(holder: str) -> None:
    project = cast.in_force(holder=holder)
    intent, by = asked(project), cast.client(project)
    cast.arrived(intent, usd(1))
    with pytest.raises(Stale):
        funding.withdraw(funding=intent, by=by, at=NOON)
    funding.say_sent(funding=intent, by=by, at=NOON)
    with pytest.raises(Stale):
        funding.take_back(funding=intent, by=by, at=NOON)
    assert Arrival.objects.get(funding=intent).status == "applied"
    balanced(project)
