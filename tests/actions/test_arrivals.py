"""What a holder's people may say has arrived, and what they are refused, each in words at its field."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from milepost.actions import arrivals, funding
from milepost.actions.arrivals import NotedBefore
from milepost.actions.holding import SaidBefore
from milepost.core.money import AMOUNT_MAX, Money
from milepost.core.refusals import NotAllowed, NotProved, Refused, Several, Stale
from milepost.models import Arrival, Custody, Funding, Mail, Said
from tests import cast
from tests.cast import NOON, usd

pytestmark = pytest.mark.django_db

LIMIT = 199_999
HUNDRED = usd(100)


@pytest.fixture
def cora() -> cast.Person:
    return cast.cora(USD=LIMIT)


@pytest.fixture
def mate(cora: cast.Person) -> cast.Person:
    return cast.colleague(cora)


@pytest.fixture
def asked(cora: cast.Person, mate: cast.Person) -> Funding:
    project = cast.in_force(holder="custodian", custodian=cora)
    return funding.fund(milestone=cast.milestone(project), by=cast.client(project), at=NOON)


def note(cora: cast.Person, funding: Funding | None, money: Money = HUNDRED, **facts: Any) -> Arrival:
    whole: dict[str, Any] = {"arrived_on": NOON.date(), "reference": "RF18", "payer": "Carl", "by": cora.actor()}
    return arrivals.note(holder=cora.party, money=money, funding=funding, at=NOON, **whole | facts)


# -- the second person -----------------------------------------------------------------------------


@pytest.mark.parametrize(("minor", "status"), [(LIMIT, "applied"), (LIMIT + 1, "noted")])
def test_above_is_strictly_more_than_the_limit(cora: cast.Person, asked: Funding, minor: int, status: str) -> None:
    assert note(cora, asked, usd(minor)).status == status


def test_a_currency_without_a_limit_needs_one_person(cora: cast.Person, asked: Funding) -> None:
    assert note(cora, asked, Money(10**9, "EUR")).status == "unapplied"


def test_a_person_never_counts_twice(cora: cast.Person, mate: cast.Person, asked: Funding) -> None:
    came = note(cora, asked, usd(200_000))
    with pytest.raises(SaidBefore):
        arrivals.confirm(arrival=came, by=cora.actor(), at=NOON)
    assert Said.objects.filter(arrival=came).count() == 1
    arrivals.confirm(arrival=came, by=mate.actor(), at=NOON)
    with pytest.raises(Stale):
        arrivals.confirm(arrival=came, by=mate.actor(), at=NOON)
    assert Said.objects.filter(arrival=came).count() == 2


def test_the_limit_counts_as_it_is_when_somebody_speaks(cora: cast.Person, asked: Funding) -> None:
    came = note(cora, asked, usd(200_000))
    Custody.objects.filter(party=cora.party).update(second_person_above_minor={"USD": 200_000})
    assert arrivals.confirm(arrival=came, by=cora.actor(), at=NOON).status == "applied"


def test_the_others_are_asked_by_mail_and_not_told_how_much(
    cora: cast.Person, mate: cast.Person, asked: Funding
) -> None:
    gone = cast.colleague(cora, email="gone@example.org")
    gone.user.memberships.update(ended_at=NOON)
    note(cora, asked, usd(200_000))
    [mail] = Mail.objects.filter(event=None, subject__contains="second person")
    assert mail.to == mate.user.email
    assert "2000" not in mail.text.replace(",", "").replace(".", "")


def test_what_was_noted_by_mistake_is_dropped_and_may_be_noted_anew(cora: cast.Person, asked: Funding) -> None:
    came = note(cora, asked, usd(200_000))
    with pytest.raises(NotedBefore):
        note(cora, asked, usd(200_000))
    arrivals.drop(arrival=came, by=cora.actor(), at=NOON)
    assert Said.objects.get(arrival=came).taken_back_at == NOON
    for verb in (arrivals.drop, arrivals.confirm, arrivals.give_back):
        with pytest.raises(Stale):
            verb(arrival=came, by=cora.actor(), at=NOON)
    assert note(cora, asked, usd(200_000)).status == "noted"


def test_what_is_booked_is_not_dropped_and_what_waits_for_a_second_person_is_not_matched(
    cora: cast.Person, asked: Funding
) -> None:
    with pytest.raises(Stale):
        arrivals.drop(arrival=note(cora, asked), by=cora.actor(), at=NOON)
    waits = note(cora, None, usd(200_000))
    with pytest.raises(Stale):
        arrivals.apply(arrival=waits, funding=asked, by=cora.actor(), at=NOON)


def test_what_a_second_person_looks_at_keeps_the_client_from_taking_back(cora: cast.Person, asked: Funding) -> None:
    note(cora, asked, usd(200_000))
    with pytest.raises(Stale):
        funding.withdraw(funding=asked, by=cast.client(asked.milestone.project), at=NOON)


# -- twice by mistake ------------------------------------------------------------------------------


def test_the_same_arrival_twice_has_to_be_meant(cora: cast.Person, asked: Funding) -> None:
    note(cora, asked)
    with pytest.raises(NotedBefore) as refused:
        note(cora, asked)
    assert (refused.value.field, "came twice" in refused.value.sentence) == ("again", True)
    assert note(cora, asked, again=True).status == "applied"


@pytest.mark.parametrize(
    "other",
    [
        {"money": usd(101)},
        {"money": Money(100, "EUR")},
        {"arrived_on": NOON.date() - timedelta(days=1)},
        {"reference": "RF19"},
        {"payer": "Carla"},
    ],
    ids=lambda other: next(iter(other)),
)
def test_whatever_differs_is_another_one(cora: cast.Person, asked: Funding, other: dict[str, Any]) -> None:
    note(cora, asked)
    assert note(cora, asked, **other).status in ("applied", "unapplied")


# -- who may ---------------------------------------------------------------------------------------


def test_only_the_holders_own_people_say_what_arrived(cora: cast.Person, asked: Funding) -> None:
    project = asked.milestone.project
    came = note(cora, asked, usd(200_000))
    other = cast.cora()
    for stranger in (cast.client(project), cast.person_of(project.agreed).actor(), other.actor()):
        for verb in (arrivals.confirm, arrivals.drop, arrivals.give_back):
            with pytest.raises(NotAllowed):
                verb(arrival=came, by=stranger, at=NOON)
        with pytest.raises(NotAllowed):
            note(cora, asked, by=stranger)
        with pytest.raises(NotAllowed):
            note(cora, None, by=stranger)
    with pytest.raises(NotAllowed):
        arrivals.note(
            holder=other.party,
            money=usd(1),
            arrived_on=NOON.date(),
            reference="",
            payer="",
            funding=asked,
            by=other.actor(),
            at=NOON,
        )


def test_a_custodian_has_no_guests_and_proves_itself(cora: cast.Person, asked: Funding) -> None:
    with pytest.raises(NotAllowed):
        note(cora, asked, by=cast.guest(cora.party))
    with pytest.raises(NotProved):
        note(cora, asked, by=cora.actor("login"))
    came = note(cora, asked, usd(200_000))
    with pytest.raises(NotProved):
        arrivals.confirm(arrival=came, by=cora.actor("login"), at=NOON)


def test_somebody_who_left_the_custodian_counts_no_more(cora: cast.Person, mate: cast.Person, asked: Funding) -> None:
    came = note(cora, asked, usd(200_000))
    mate.user.memberships.update(ended_at=NOON)
    with pytest.raises(NotAllowed):
        arrivals.confirm(arrival=came, by=mate.actor(), at=NOON)


def test_a_freelancer_says_what_it_is_for_and_has_an_account() -> None:
    project = cast.in_force(holder="freelancer")
    ada = cast.person_of(project.agreed)
    asked = funding.fund(milestone=cast.milestone(project), by=cast.client(project), at=NOON)
    with pytest.raises(NotAllowed):
        note(ada, None)
    with pytest.raises(NotAllowed):
        note(ada, asked, by=cast.freelancer(project))
    assert note(ada, asked).status == "applied"


def test_where_a_provider_collects_nobody_says_what_arrived() -> None:
    project = cast.in_force(holder="sandbox")
    asked = funding.fund(milestone=cast.milestone(project), by=cast.client(project), at=NOON)
    with pytest.raises(NotAllowed):
        note(cast.person_of(project.agreed), asked)
    for verb in (funding.say_sent, funding.take_back, funding.withdraw):
        with pytest.raises(NotAllowed):
            verb(funding=asked, by=cast.client(project), at=NOON)


def test_only_the_client_says_that_it_was_sent(cora: cast.Person, asked: Funding) -> None:
    project = asked.milestone.project
    for stranger in (cora.actor(), cast.freelancer(project)):
        for verb in (funding.say_sent, funding.take_back, funding.withdraw):
            with pytest.raises(NotAllowed):
                verb(funding=asked, by=stranger, at=NOON)
    with pytest.raises(NotProved):
        funding.say_sent(funding=asked, by=cast.client(project, "link"), at=NOON)


def test_what_came_for_one_custodian_is_not_matched_with_what_another_expects(cora: cast.Person) -> None:
    came = note(cora, None)
    project = cast.in_force(holder="custodian")
    other = funding.fund(milestone=cast.milestone(project), by=cast.client(project), at=NOON)
    with pytest.raises(NotAllowed):
        arrivals.apply(arrival=came, funding=other, by=cora.actor(), at=NOON)


# -- what is typed ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("amount", {"money": usd(0)}),
        ("amount", {"money": usd(-1)}),
        ("amount", {"money": usd(AMOUNT_MAX + 1)}),
        ("arrived_on", {"arrived_on": NOON.date() + timedelta(days=1)}),
        ("arrived_on", {"arrived_on": NOON.date() - timedelta(days=367)}),
        ("reference", {"reference": "R" * 201}),
        ("payer", {"payer": "P" * 201}),
    ],
)
def test_bad_input_is_refused_at_its_field(
    cora: cast.Person, asked: Funding, field: str, typed: dict[str, Any]
) -> None:
    with pytest.raises(Several) as refused:
        note(cora, asked, **typed)
    assert [each.field for each in refused.value.refusals] == [field]
    assert not Arrival.objects.filter(holder=cora.party).exists()


def test_the_day_is_that_of_the_holders_own_clock(cora: cast.Person, asked: Funding) -> None:
    """At noon in Stockholm it is tomorrow already in Auckland."""
    cora.party.time_zone = "Pacific/Auckland"
    assert note(cora, asked, arrived_on=NOON.date() + timedelta(days=1)).status == "applied"


def test_a_deposit_is_not_asked_for_before_it_is_said_where_to_pay(cora: cast.Person) -> None:
    project = cast.in_force(holder="freelancer")
    project.freelancer.payee_details.update(ended_at=NOON)
    with pytest.raises(Refused, match="has not said yet where to pay"):
        funding.fund(milestone=cast.milestone(project), by=cast.client(project), at=NOON)


def test_an_actor_of_two_parties_speaks_for_the_one_it_acts_for(cora: cast.Person, asked: Funding) -> None:
    """A member of Cora's who acts for a party of their own at the moment is a stranger here."""
    own = cast.person("Own", "own@example.org")
    with pytest.raises(NotAllowed):
        note(cora, asked, by=replace(cora.actor(), party=own.party.pk))
