"""The worker goes by the extended end: it reminds anew, waits for the new end, and tells both. And it tells of an end."""

from __future__ import annotations

from datetime import timedelta

import pytest

from milepost.actions import endings, reviews
from milepost.gateways.mail import Envelope, Undeliverable
from milepost.jobs.worker import settle
from milepost.models import Delivery, Event, Project
from tests import cast
from tests.cast import NOON
from tests.jobs.postman import Postman

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def under_review(**typed: str) -> Project:
    """Delivered at noon; the notice is accepted at once."""
    project = cast.in_force(holder="nobody", **typed)
    cast.delivered(project)
    settle(NOON)
    return project


def extend(project: Project, *, days: float) -> None:
    delivery = cast.milestone(project).deliveries.get()
    reviews.extend(
        milestone=cast.milestone(project), delivery=delivery.pk, by=cast.client(project), at=NOON + cast.days(days)
    )


def reminders(project: Project) -> int:
    return Event.objects.filter(project=project, kind="review.reminded").count()


def subjects(postman: Postman, containing: str, to: str = "") -> list[str]:
    return [each.subject for each in postman.taken if containing in each.subject and to in each.to]


def test_an_extended_review_is_reminded_of_anew_and_approved_at_its_new_end(postman: Postman) -> None:
    project = under_review()
    settle(NOON + 4 * DAY)
    assert reminders(project) == 1
    extend(project, days=5)
    settle(NOON + 5 * DAY)
    for party in (project.client, project.freelancer):
        assert len(subjects(postman, "took more time to review", party.email)) == 1
    settle(NOON + 7 * DAY)
    assert (cast.milestone(project).status, reminders(project)) == ("delivered", 1), "nothing of the old end is left"
    settle(NOON + 8 * DAY)
    settle(NOON + 9.5 * DAY)
    assert reminders(project) == 3
    settle(NOON + 10 * DAY - timedelta(minutes=2))
    assert cast.milestone(project).status == "delivered"
    settle(NOON + 10 * DAY)
    assert cast.milestone(project).status == "approved"
    assert Delivery.objects.get(milestone__project=project).review.by_clock


def test_while_the_reminders_of_the_new_end_fail_nothing_is_approved(postman: Postman) -> None:
    project = under_review()
    settle(NOON + 4 * DAY)
    extend(project, days=5)

    def refuses(envelope: Envelope) -> None:
        if envelope.to == project.client.email and "waits for your review" in envelope.subject:
            raise Undeliverable("full")

    postman.fails = refuses
    for day in (8, 9.5, 10, 30):
        settle(NOON + cast.days(day))
    assert cast.milestone(project).status == "delivered"
    assert Event.objects.filter(project=project, kind="review.stalled").count() == 1


def test_business_days_are_waited_for(postman: Postman) -> None:
    """From Tuesday noon in Stockholm, three business days: Friday. Extended by two: Tuesday, over the weekend."""
    typed = {"review_unit": "business_days", "review_length": "3", "review_calendar": "SE", "extension_length": "2"}
    project = under_review(**typed)
    extend(project, days=1)
    for day in (4, 5.5):
        settle(NOON + cast.days(day))
    settle(NOON + 7 * DAY - timedelta(minutes=2))
    assert cast.milestone(project).status == "delivered"
    settle(NOON + 7 * DAY)
    assert cast.milestone(project).status == "approved"
    assert any("3 business days (Sweden)" in each.text for each in postman.taken)


def test_a_stopped_project_is_told_of_in_one_mail_to_each(postman: Postman) -> None:
    project = under_review()
    client, freelancer = project.client.email, project.freelancer.email
    ending = endings.ask_stop(project=project, reason="The shop closes.", by=cast.client(project), at=NOON)
    settle(NOON)
    assert len(subjects(postman, "asks to stop", freelancer)) == 1
    assert not subjects(postman, "asks to stop", client)
    assert any("The shop closes." in each.text for each in postman.taken)
    endings.agree(ending=ending, by=cast.freelancer(project), at=NOON + DAY)
    settle(NOON + DAY)
    for address in (client, freelancer):
        assert len(subjects(postman, "Stopped by both", address)) == 1
    assert not subjects(postman, "cancelled")
    settle(NOON + 60 * DAY)
    assert {each.status for each in project.milestones.all()} == {"cancelled"}


@pytest.mark.parametrize(("answer", "words"), [("decline", "declined to stop"), ("take_back", "goes on")])
def test_what_was_answered_is_told_to_the_other_side(postman: Postman, answer: str, words: str) -> None:
    project = under_review()
    ending = endings.ask_stop(project=project, reason="Enough.", by=cast.client(project), at=NOON)
    if answer == "decline":
        endings.decline(ending=ending, words="Two weeks to go.", by=cast.freelancer(project), at=NOON)
    else:
        endings.take_back(ending=ending, by=cast.client(project), at=NOON)
    settle(NOON)
    reader = project.client if answer == "decline" else project.freelancer
    assert len(subjects(postman, words, reader.email)) == len(subjects(postman, words)) == 1
