"""Work is reviewed: by the client, or by the clock after silence, never against who was not told."""

from __future__ import annotations

from datetime import timedelta

import pytest

from milepost.actions import milestones, reviews
from milepost.models import Delivery, Event, Mail, Project
from tests import cast
from tests.cast import NOON
from tests.stories.balance import balanced

pytestmark = pytest.mark.django_db


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
