"""Both sides stop a project: what is approved stays and is paid, everything else is cancelled, and what is held goes back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from milepost.actions import books, endings, funding, milestones, reviews
from milepost.core.actors import CLOCK, Actor
from milepost.core.catalogue import Holder
from milepost.core.refusals import NotAllowed, NotProved, Refused, Stale
from milepost.models import Ending, Event, Project, Refund
from tests import cast
from tests.cast import NOON, usd
from tests.stories.balance import balanced

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(days=1)


def asked(project: Project, *, reason: str = "The shop closes.", client: bool = True) -> Ending:
    by = cast.client(project, "link") if client else cast.freelancer(project, "link")
    return endings.ask_stop(project=cast.fresh(project), reason=reason, by=by, at=NOON)


def statuses(project: Project) -> list[str]:
    return [milestone.status for milestone in project.milestones.order_by("number")]


def kinds(project: Project, after: str) -> list[str]:
    """The events from the one of this kind on."""
    rows = list(Event.objects.filter(project=project).order_by("number").values_list("kind", flat=True))
    return rows[rows.index(after) :]


# -- by holder ---------------------------------------------------------------------------------------


def test_what_is_held_goes_back_and_what_is_approved_is_paid() -> None:
    project = cast.in_force()
    cast.approved(project, 1)
    cast.funded(project, 2)
    cast.funded(project, 3)
    ending = asked(project)
    endings.agree(ending=ending, by=cast.freelancer(project), at=LATER)
    assert statuses(project) == ["approved", "cancelled", "cancelled"]
    assert kinds(project, "project.stopped") == [
        "project.stopped",
        "milestone.cancelled",
        "refund.requested",
        "milestone.cancelled",
        "refund.requested",
    ]
    cast.settle(cast.milestone(project, 1).payouts.get(), at=LATER)
    for refund in Refund.objects.filter(milestone__project=project):
        cast.settle(refund, at=LATER)
    money = books.money_of(cast.fresh(project))
    one, two, three = (money[cast.milestone(project, number).pk] for number in (1, 2, 3))
    assert (one.paid_out, two.refunded, three.refunded) == (usd(200_000),) * 3
    assert statuses(project)[0] == "closed"
    balanced(project)


def test_nothing_is_held_where_nobody_holds() -> None:
    project = cast.in_force(holder="nobody")
    cast.delivered(project, 1)
    endings.agree(ending=asked(project, client=False), by=cast.client(project), at=LATER)
    assert statuses(project) == ["cancelled"] * 3
    assert not Refund.objects.filter(milestone__project=project).exists()
    balanced(project)


@pytest.mark.parametrize("holder", ["custodian", "freelancer"])
def test_what_people_hold_is_asked_back_from_them(holder: Holder) -> None:
    project = cast.in_force(holder=holder)
    cast.delivered(project, 1)
    endings.agree(ending=asked(project), by=cast.freelancer(project), at=LATER)
    refund = Refund.objects.get(milestone__project=project)
    assert (refund.amount, refund.holder) == (usd(200_000), project.branch(holder))
    assert books.money_of(cast.fresh(project))[cast.milestone(project, 1).pk].refunding == usd(200_000)
    balanced(project)


@pytest.mark.parametrize("holder", ["custodian", "freelancer"])
def test_a_payment_that_people_were_to_make_is_called_off(holder: Holder) -> None:
    project = cast.in_force(holder=holder)
    live = funding.fund(milestone=cast.milestone(project, 1), by=cast.client(project), at=NOON)
    endings.agree(ending=asked(project), by=cast.freelancer(project), at=LATER)
    live.refresh_from_db()
    assert live.status == "failed"
    balanced(project)


def test_what_a_provider_collects_all_the_same_goes_back() -> None:
    project = cast.in_force()
    live = funding.fund(milestone=cast.milestone(project, 1), by=cast.client(project), at=NOON)
    endings.agree(ending=asked(project), by=cast.freelancer(project), at=LATER)
    cast.settle(live, at=LATER)
    cast.settle(Refund.objects.get(milestone__project=project), at=LATER)
    assert books.money_of(cast.fresh(project))[cast.milestone(project, 1).pk].refunded == usd(200_000)
    assert statuses(project) == ["cancelled"] * 3
    balanced(project)


# -- the way there -----------------------------------------------------------------------------------


def test_after_the_end_nothing_is_delivered_funded_or_opened() -> None:
    project = cast.in_force(holder="nobody")
    endings.agree(ending=asked(project), by=cast.freelancer(project), at=LATER)
    with pytest.raises(Stale):
        cast.delivered(project, 1)
    with pytest.raises(Stale):
        funding.fund(milestone=cast.milestone(project, 1), by=cast.client(project), at=LATER)
    assert milestones.open_ready(project=cast.fresh(project), at=LATER + timedelta(days=60)) == 0
    balanced(project)


def test_asked_twice_is_asked_once_and_the_other_side_agrees_instead() -> None:
    project = cast.in_force()
    first = asked(project)
    assert asked(project, reason="Another reason.").pk == first.pk
    with pytest.raises(endings.AskedAlready):
        asked(project, client=False)
    endings.agree(ending=first, by=cast.freelancer(project), at=LATER)
    for answer in (endings.agree, endings.take_back):
        with pytest.raises(Refused):
            answer(ending=first, by=cast.freelancer(project), at=LATER)
    with pytest.raises(endings.NothingToStop):
        asked(project)
    balanced(project)


def test_it_takes_the_other_side_proved_to_agree() -> None:
    project = cast.in_force()
    ending = asked(project)
    with pytest.raises(NotAllowed):
        endings.agree(ending=ending, by=cast.client(project), at=LATER)
    with pytest.raises(NotProved):
        endings.agree(ending=ending, by=cast.freelancer(project, "link"), at=LATER)
    with pytest.raises(NotAllowed):
        endings.decline(ending=ending, words="No.", by=cast.client(project), at=LATER)
    with pytest.raises(NotAllowed):
        endings.take_back(ending=ending, by=cast.freelancer(project), at=LATER)
    stranger = cast.person("Mallory", "mallory@example.org").actor()
    for act in (lambda: endings.agree(ending=ending, by=stranger, at=LATER), lambda: asked_by(project, stranger)):
        with pytest.raises(NotAllowed):
            act()
    assert statuses(project) == ["planned"] * 3
    balanced(project)


def asked_by(project: Project, by: Actor) -> Ending:
    return endings.ask_stop(project=project, reason="Because.", by=by, at=NOON)


def test_declined_or_taken_back_it_goes_on_and_may_be_asked_again() -> None:
    project = cast.in_force()
    declined = asked(project)
    endings.decline(ending=declined, words="Two weeks to go.", by=cast.freelancer(project, "link"), at=LATER)
    taken_back = asked(project)
    endings.take_back(ending=taken_back, by=cast.client(project, "link"), at=LATER)
    for old in (declined, taken_back):
        with pytest.raises(Stale):
            endings.agree(ending=old, by=cast.freelancer(project), at=LATER)
    assert asked(project).answer == ""
    assert statuses(project) == ["planned"] * 3
    balanced(project)


@pytest.mark.parametrize("reason", ["", "  \n ", "x" * 5001])
def test_a_reason_is_needed(reason: str) -> None:
    project = cast.in_force()
    with pytest.raises(Refused) as refused:
        asked(project, reason=reason)
    assert refused.value.field == "reason"
    with pytest.raises(Refused) as refused:
        endings.decline(ending=asked(project), words=reason, by=cast.freelancer(project), at=LATER)
    assert refused.value.field == "words"


def test_while_it_waits_the_clock_approves_as_agreed() -> None:
    """And when nothing is left, agreeing is refused: what was approved stays."""
    project = cast.in_force(holder="nobody", milestones=[("All", "2,000.00", date(2027, 1, 31))])
    found = cast.delivered(project, 1)
    delivery = found.deliveries.select_related("milestone__project__terms").get()
    reviews.start(delivery=delivery, at=NOON)
    ending = asked(project)
    at = NOON + timedelta(days=8)
    milestones.approve(milestone=cast.milestone(project, 1), by=CLOCK, at=at, delivery=delivery.pk)
    with pytest.raises(endings.NothingToStop):
        endings.agree(ending=ending, by=cast.freelancer(project), at=at)
    assert statuses(project) == ["approved"]
    balanced(project)


def test_terms_that_are_not_in_force_can_t_be_stopped() -> None:
    terms = cast.offered(cast.ada())
    with pytest.raises(endings.NothingToStop):
        asked(terms.project, client=False)
