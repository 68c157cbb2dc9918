"""The client takes more time for a review: once, as the terms allow, and reminded anew before the clock approves."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from milepost.actions import milestones, reviews
from milepost.core.deadlines import reminders_at
from milepost.core.refusals import NotAllowed, NotProved, Stale
from milepost.events.story import Story
from milepost.jobs.mails import undelivered
from milepost.models import Delivery, Event, Extension, Mail, Project
from tests import cast
from tests.cast import NOON
from tests.stories.balance import balanced
from tests.stories.test_reviews import fresh, tell

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def under_review(**typed: Any) -> tuple[Project, Delivery]:
    """Delivered, and its window has begun at noon."""
    project = cast.in_force(**typed)
    delivery = cast.delivered(project, 1).deliveries.select_related("milestone__project").get()
    reviews.start(delivery=delivery, at=NOON)
    tell(project, "milestone.delivered")
    return project, fresh(delivery)


def extend(project: Project, delivery: Delivery, *, days: float, proof: str = "code") -> Extension:
    return reviews.extend(
        milestone=cast.milestone(project, 1),
        delivery=delivery.pk,
        by=cast.client(project, proof),
        at=NOON + cast.days(days),
    )


def test_the_end_moves_once_counted_from_the_end_that_there_was() -> None:
    project, delivery = under_review()
    taken = extend(project, delivery, days=2)
    assert (taken.ended_before_at, taken.ends_at) == (NOON + 7 * DAY, NOON + 10 * DAY)
    assert fresh(delivery).review_ends_at == NOON + 10 * DAY
    event = Event.objects.get(project=project, kind="review.extended")
    assert Story(event).data["ends"] == int(taken.ends_at.timestamp())
    with pytest.raises(reviews.NoExtension):
        extend(project, delivery, days=3)
    assert Extension.objects.filter(delivery=delivery).count() == 1
    balanced(project)


def test_reminders_begin_anew_and_the_clock_waits_for_one_of_them() -> None:
    project, delivery = under_review()
    assert reviews.remind(delivery=delivery, at=NOON + cast.days(4))
    tell(project, "review.reminded")
    extend(project, delivery, days=5)
    first, second = reminders_at(NOON + cast.days(5), NOON + 10 * DAY)
    assert not reviews.remind(delivery=fresh(delivery), at=NOON + cast.days(6.5)), "that was of the old end"
    assert reviews.remind(delivery=fresh(delivery), at=first)
    assert reviews.remind(delivery=fresh(delivery), at=second)
    with pytest.raises(reviews.TooEarly):
        reviews.approve_by_clock(delivery=fresh(delivery), at=NOON + cast.days(9))
    with pytest.raises(reviews.TooEarly):
        # A reminder of the old end was accepted; of the new one none was.
        reviews.approve_by_clock(delivery=fresh(delivery), at=NOON + 10 * DAY)
    tell(project, "review.reminded")
    reviews.approve_by_clock(delivery=fresh(delivery), at=NOON + 10 * DAY)
    assert fresh(delivery).review.by_clock
    balanced(project)


def test_a_mail_that_died_before_the_extension_does_not_stall_the_review_after_it() -> None:
    project, delivery = under_review()
    reviews.remind(delivery=delivery, at=NOON + cast.days(4))
    assert not undelivered(dead(project), NOON)
    extend(project, delivery, days=5)
    reviews.remind(delivery=fresh(delivery), at=NOON + cast.days(8))
    assert not undelivered(dead(project), NOON), "one of two died"
    reviews.remind(delivery=fresh(delivery), at=NOON + cast.days(9.5))
    assert undelivered(dead(project), NOON)
    assert Event.objects.filter(project=project, kind="review.stalled").count() == 1
    balanced(project)


def dead(project: Project) -> Mail:
    """The client's mail about the newest reminder is refused for good."""
    event = Event.objects.filter(project=project, kind="review.reminded").latest("number")
    facts = {"to": "c@example.org", "subject": "", "text": "", "written_at": NOON, "due_at": NOON, "dead_at": NOON}
    return Mail.objects.create(event=event, party=project.client, **facts)


def test_only_the_client_proved_and_while_the_window_runs() -> None:
    project, delivery = under_review()
    with pytest.raises(NotProved):
        extend(project, delivery, days=1, proof="link")
    with pytest.raises(NotAllowed):
        reviews.extend(
            milestone=cast.milestone(project, 1), delivery=delivery.pk, by=cast.freelancer(project), at=NOON + DAY
        )
    for late in (7, 7.01, 30):
        with pytest.raises(reviews.NoExtension):
            extend(project, delivery, days=late)
    assert extend(project, delivery, days=6.999).ends_at == NOON + 10 * DAY
    balanced(project)


def test_before_the_window_begins_there_is_nothing_to_extend() -> None:
    project = cast.in_force()
    delivery = cast.delivered(project, 1).deliveries.get()
    with pytest.raises(reviews.NoExtension):
        extend(project, delivery, days=0)


def test_terms_without_an_extension_allow_none() -> None:
    project, delivery = under_review(extension_length="0")
    with pytest.raises(reviews.NoExtension):
        extend(project, delivery, days=1)
    balanced(project)


def test_each_delivery_has_its_own_and_another_delivery_is_not_meant() -> None:
    project, delivery = under_review()
    extend(project, delivery, days=1)
    milestones.request_changes(
        milestone=cast.milestone(project, 1), words="Louder.", by=cast.client(project), at=NOON + 2 * DAY
    )
    with pytest.raises(Stale):
        extend(project, delivery, days=2)
    again = cast.delivered(project, 1, at=NOON + 3 * DAY).deliveries.latest("number")
    reviews.start(delivery=fresh(again), at=NOON + 3 * DAY)
    assert fresh(again).review_ends_at == NOON + 10 * DAY, "at its full length"
    with pytest.raises(Stale):
        extend(project, delivery, days=4)
    assert extend(project, again, days=4).ends_at == NOON + 13 * DAY
    balanced(project)


def test_business_days_are_counted_in_the_calendar_of_the_terms() -> None:
    """Ada is in Stockholm: a window from Tuesday noon over the weekend, and the extension over the next one."""
    typed = {"review_unit": "business_days", "review_length": "5", "review_calendar": "SE", "extension_length": "4"}
    project, delivery = under_review(**typed)
    assert delivery.review_ends_at == NOON + 7 * DAY, "Wednesday, Thursday, Friday, Monday, Tuesday"
    assert extend(project, delivery, days=1).ends_at == NOON + 13 * DAY, "Wednesday to Friday, and Monday"
    balanced(project)


def test_a_milestone_may_have_a_window_of_its_own() -> None:
    project = cast.in_force(milestones=[("All", "6,000.00", date(2027, 1, 31))])
    assert project.agreed.said.review_of(project.agreed.said.milestones[0]).length == 7
    typed = cast.body(milestones=[("All", "6,000.00", date(2027, 1, 31))])
    typed["milestones"][0] |= {"review_length": "48", "review_unit": "hours"}
    rows = typed.pop("milestones")
    ada = cast.ada()
    draft = cast.draft(ada, **typed | {"other_email": "carl-48@example.org"})
    draft.body["milestones"] = [rows[0] | {"id": draft.body["milestones"][0]["id"]}]
    draft.save(update_fields=["body"])
    project = signed(draft, ada)
    delivery = cast.delivered(project, 1).deliveries.select_related("milestone__project").get()
    reviews.start(delivery=delivery, at=NOON)
    assert fresh(delivery).review_ends_at == NOON + 2 * DAY
    balanced(project)


def signed(draft: Any, ada: cast.Person) -> Project:
    terms = cast.offers.offer(draft=draft, signing=cast.signature(), by=ada.actor(), at=NOON)
    by = cast.guest(terms.project.client)
    cast.signing.sign(terms=terms, signing=cast.signature("Carl Olsen"), by=by, at=NOON)
    return cast.fresh(terms.project)
