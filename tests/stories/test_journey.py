"""The journey that must always work, through the actions; each ends with the books balanced and the chain whole."""

from __future__ import annotations

from datetime import timedelta

import pytest

from milepost.actions import (
    answers,
    books,
    cancelling,
    drafts,
    funding,
    intents,
    invoices,
    milestones,
    offers,
    payments,
    payouts,
    refunds,
    reviews,
    signing,
)
from milepost.core.refusals import NotAllowed, NotProved, Refused, Stale
from milepost.jobs import audit
from milepost.jobs.worker import settle
from milepost.models import Delivery, Event, Mail, Project, Terms
from tests import cast
from tests.cast import NOON, usd

pytestmark = pytest.mark.django_db


def kinds(project: Project) -> list[str]:
    return list(Event.objects.filter(project=project).order_by("number").values_list("kind", flat=True))


def balanced(project: Project) -> None:
    """Nothing is lost, and the audit finds nothing wrong."""
    money = books.money_of(cast.fresh(project))
    assert all(each.adds_up for each in money.values())
    assert [str(finding) for finding in audit.findings()] == []


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


def test_changes_are_asked_for_and_delivered_again() -> None:
    project = cast.in_force()
    first = cast.delivered(project, 1).deliveries.get()
    reviews.start(delivery=first, at=NOON)
    milestones.request_changes(
        milestone=cast.milestone(project, 1), words="Louder, please.", by=cast.client(project, "link"), at=NOON
    )
    assert cast.milestone(project, 1).status == "open"
    again = cast.delivered(project, 1, at=NOON + timedelta(days=1)).deliveries.latest("number")
    assert again.number == 2
    assert again.review_ends_at is None, "a new delivery starts its window anew"
    milestones.approve(milestone=cast.milestone(project, 1), by=cast.client(project), at=NOON + timedelta(days=2))
    balanced(project)


def test_the_clock_approves_after_silence_and_its_reminders() -> None:
    project = cast.in_force()
    delivery = cast.delivered(project, 1).deliveries.select_related("milestone__project").get()
    assert reviews.start(delivery=delivery, at=NOON)
    tell(project, "milestone.delivered")
    delivery.refresh_from_db()
    for day in (4, 6.5):
        assert reviews.remind(delivery=delivery, at=NOON + cast.days(day))
        tell(project, "review.reminded")
    with pytest.raises(reviews.TooEarly):
        reviews.approve_by_clock(delivery=fresh(delivery), at=NOON + cast.days(6.9))
    reviews.approve_by_clock(delivery=fresh(delivery), at=NOON + cast.days(7))
    review = fresh(delivery).review
    assert (review.verdict, review.by_clock, review.party) == ("approved", True, None)
    balanced(project)


@pytest.mark.parametrize("told", [[], ["milestone.delivered"], ["review.reminded"]])
def test_nothing_is_approved_by_the_clock_against_who_was_not_told(told: list[str]) -> None:
    project = cast.in_force()
    delivery = cast.delivered(project, 1).deliveries.select_related("milestone__project").get()
    reviews.start(delivery=delivery, at=NOON)
    for day in (4, 6.5):
        reviews.remind(delivery=fresh(delivery), at=NOON + cast.days(day))
    for kind in told:
        tell(project, kind)
    with pytest.raises(reviews.TooEarly):
        reviews.approve_by_clock(delivery=fresh(delivery), at=NOON + cast.days(8))
    assert cast.milestone(project, 1).status == "delivered"


def test_a_late_reminder_moves_the_end() -> None:
    project = cast.in_force()
    delivery = cast.delivered(project, 1).deliveries.select_related("milestone__project").get()
    reviews.start(delivery=delivery, at=NOON)
    late = NOON + cast.days(10)
    assert reviews.remind(delivery=fresh(delivery), at=late)
    assert fresh(delivery).review_ends_at == late + cast.days(7) / 4


def test_a_funded_milestone_is_cancelled_by_the_freelancer_with_full_refund() -> None:
    project = cast.in_force()
    found = cast.funded(project, 1)
    with pytest.raises(NotAllowed):
        cancelling.cancel(milestone=found, reason="Not needed", by=cast.client(project), at=NOON)
    cancelling.ask_cancel(milestone=found, reason="Not needed", by=cast.client(project), at=NOON)
    cancelling.cancel(milestone=found, reason="Agreed", by=cast.freelancer(project), at=NOON)
    cast.settle(found.refunds.get(), at=NOON)
    money = books.money_of(project)[found.pk]
    assert (money.arrived, money.refunded, money.held) == (usd(200_000), usd(200_000), usd(0))
    assert cast.milestone(project, 1).status == "cancelled"
    balanced(project)


def test_money_that_comes_after_cancellation_is_booked_and_sent_back() -> None:
    project = cast.in_force()
    asked = funding.fund(milestone=cast.milestone(project, 2), by=cast.client(project), at=NOON)
    cancelling.cancel(milestone=cast.milestone(project, 2), reason="No", by=cast.freelancer(project), at=NOON)
    cast.settle(asked, at=NOON)
    refund = cast.milestone(project, 2).refunds.get()
    cast.settle(refund, at=NOON)
    money = books.money_of(project)[asked.milestone_id]
    assert (money.held, money.unapplied, money.refunded) == (usd(0), usd(0), usd(200_000))
    balanced(project)


def test_too_much_is_refunded_and_too_little_does_not_open() -> None:
    project = cast.in_force()
    asked = funding.fund(milestone=cast.milestone(project, 1), by=cast.client(project), at=NOON)
    intents.claim(intent=asked, at=NOON)
    funding.confirm(funding=asked, arrived=usd(150_000), reference="part", at=NOON)
    assert cast.milestone(project, 1).status == "planned"
    rest = funding.fund(milestone=cast.milestone(project, 1), by=cast.client(project), at=NOON)
    assert rest.amount == usd(50_000)
    intents.claim(intent=rest, at=NOON)
    funding.confirm(funding=rest, arrived=usd(60_000), reference="rest", at=NOON)
    assert cast.milestone(project, 1).status == "open"
    cast.settle(cast.milestone(project, 1).refunds.get(), at=NOON)
    assert books.money_of(project)[asked.milestone_id].refunded == usd(10_000)
    balanced(project)


def test_a_failed_payout_is_payable_again_and_asked_for_again() -> None:
    project = cast.in_force()
    cast.approved(project, 1)
    payout = cast.milestone(project, 1).payouts.get()
    intents.claim(intent=payout, at=NOON)
    payouts.fail(payout=payout, reason="Account closed", at=NOON)
    assert books.money_of(project)[payout.milestone_id].payable == usd(200_000)
    again = payouts.again(milestone=cast.milestone(project, 1), at=NOON + timedelta(hours=2))
    assert again is not None
    cast.settle(again, at=NOON + timedelta(hours=2))
    assert cast.milestone(project, 1).status == "closed"
    with pytest.raises(Stale):
        payouts.confirm(payout=payout, reference="late", at=NOON)
    balanced(project)


def test_a_failed_refund_is_asked_for_again() -> None:
    project = cast.in_force()
    cast.funded(project, 1)
    cancelling.cancel(milestone=cast.milestone(project, 1), reason="No", by=cast.freelancer(project), at=NOON)
    refund = cast.milestone(project, 1).refunds.get()
    intents.claim(intent=refund, at=NOON)
    refunds.fail(refund=refund, reason="Account closed", at=NOON)
    later = NOON + timedelta(hours=2)
    refund.refresh_from_db()
    again = refunds.again(refund=refund, at=later)
    assert again is not None
    assert refunds.again(refund=refund, at=later) is None
    cast.settle(again, at=later)
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


# -- before it is in force ---------------------------------------------------------------------


def test_a_change_is_asked_for_and_the_sender_revises() -> None:
    ada = cast.ada()
    terms = cast.offered(ada)
    other = cast.guest(terms.project.client, "link")
    answers.ask_change(terms=terms, words="Two reels, please.", by=other, at=NOON)
    revised = drafts.again(terms=terms, by=ada.actor(), at=NOON)
    second = offers.offer(draft=revised, signing=cast.signature(), by=ada.actor(), at=NOON)
    terms.refresh_from_db()
    assert (terms.status, second.status, second.number) == ("withdrawn", "offered", 2)
    assert second.project_id == terms.project_id
    assert second.said.answers == terms.fingerprint
    with pytest.raises(Stale):
        signing.sign(terms=terms, signing=cast.signature("Carl"), by=cast.guest(terms.project.client), at=NOON)
    balanced(second.project)


def test_the_other_side_declines_with_a_reason() -> None:
    terms = cast.offered(cast.ada())
    by = cast.guest(terms.project.client, "link")
    with pytest.raises(Refused):
        answers.decline(terms=terms, words=" ", by=by, at=NOON)
    assert answers.decline(terms=terms, words="Too dear.", by=by, at=NOON).status == "declined"
    balanced(terms.project)


def test_terms_expire_and_can_no_longer_be_signed() -> None:
    terms = cast.offered(cast.ada())
    late = terms.sign_until + timedelta(seconds=1)
    with pytest.raises(Refused):
        answers.expire(terms=terms, at=terms.sign_until - timedelta(seconds=1))
    with pytest.raises(Stale):
        signing.sign(terms=terms, signing=cast.signature("Carl"), by=cast.guest(terms.project.client), at=late)
    assert answers.expire(terms=terms, at=late).status == "expired"


def test_the_sender_cannot_sign_for_the_other_side() -> None:
    ada = cast.ada()
    terms = cast.offered(ada)
    with pytest.raises(NotAllowed):
        signing.sign(terms=terms, signing=cast.signature(), by=ada.actor(), at=NOON)


def test_a_link_alone_does_not_bind() -> None:
    terms = cast.offered(cast.ada())
    link_only = cast.guest(terms.project.client, "link")
    with pytest.raises(NotProved):
        signing.sign(terms=terms, signing=cast.signature("Carl"), by=link_only, at=NOON)
    project = cast.in_force()
    found = cast.delivered(project, 1)
    for act in (
        lambda: milestones.approve(milestone=found, by=cast.client(project, "link"), at=NOON),
        lambda: cancelling.cancel(milestone=found, reason="No", by=cast.freelancer(project, "login"), at=NOON),
    ):
        with pytest.raises(NotProved):
            act()
    assert cast.milestone(project, 1).status == "delivered"


def test_terms_never_in_force_are_purged_after_their_time_and_only_they() -> None:
    terms = cast.offered(cast.ada())
    answers.withdraw(terms=terms, by=cast.person_of(terms).actor(), at=NOON)
    settle(NOON)
    terms.refresh_from_db()
    with pytest.raises(Refused):
        answers.purge(terms=terms, at=NOON + cast.days(179))
    answers.purge(terms=terms, at=NOON + cast.days(181))
    purged = Terms.objects.get(pk=terms.pk)
    assert purged.body is None
    assert purged.fingerprint == terms.fingerprint
    assert not purged.signatures.exists()
    assert not Mail.objects.filter(event__project=terms.project).exclude(text="").exists()
    kept = cast.in_force()
    with pytest.raises(Refused):
        answers.purge(terms=kept.agreed, at=NOON + cast.days(9999))
    balanced(kept)


def tell(project: Project, kind: str) -> None:
    """The mail server accepts the client's mail about the newest event of this kind."""
    event = Event.objects.filter(project=project, kind=kind).latest("number")
    Mail.objects.create(
        event=event,
        party=project.client,
        to="c@example.org",
        subject="",
        text="",
        written_at=NOON,
        due_at=NOON,
        done_at=NOON,
    )


def fresh(delivery: Delivery) -> Delivery:
    projects = (f"milestone__project__{name}" for name in ("terms", "client", "freelancer"))
    return Delivery.objects.select_related(*projects).get(pk=delivery.pk)
