"""A party of several people: whoever may bind it hears what waits, each once; it was told when one of them was."""

from __future__ import annotations

from datetime import timedelta

import pytest

from milepost.actions import members, milestones, reviews
from milepost.jobs import mails
from milepost.jobs.worker import settle
from milepost.models import Delivery, Event, Mail, Member, Project
from tests import cast
from tests.cast import NOON, Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def carl() -> Person:
    """The client: a company with a signatory and a plain member beside its owner."""
    found = cast.person("Carl Olsen", "carl@example.org")
    cast.colleague(found, "signatory", "sigrid@example.org")
    cast.colleague(found, "member", "bo@example.org")
    return found


def told(kind: str) -> list[str]:
    return sorted(mail.to for mail in Mail.objects.filter(event__kind=kind))


def under_review(carl: Person) -> Project:
    project = cast.in_force(other_email=carl.user.email, holder="nobody")
    cast.delivered(project)
    settle(NOON)
    return project


def test_who_may_bind_the_party_is_told_what_waits_and_members_are_not(carl: Person) -> None:
    under_review(carl)
    assert told("terms.offered") == ["carl@example.org", "sigrid@example.org"]
    assert told("milestone.delivered") == ["carl@example.org", "sigrid@example.org"]
    assert not Mail.objects.filter(to="bo@example.org").exists()


def test_what_only_informs_goes_to_the_partys_own_address(carl: Person) -> None:
    project = under_review(carl)
    assert told("terms.sealed").count("carl@example.org") == 1
    assert "sigrid@example.org" not in told("terms.sealed")
    milestones.approve(milestone=cast.milestone(project), by=carl.actor(), at=NOON)
    settle(NOON)
    assert told("milestone.approved") == [project.freelancer.email]


def test_an_address_that_is_the_partys_and_a_signatorys_gets_one_mail(carl: Person) -> None:
    under_review(carl)
    assert told("milestone.delivered").count("carl@example.org") == 1


def test_who_was_removed_is_told_nothing_more(carl: Person) -> None:
    sigrid = Member.objects.get(user__email="sigrid@example.org")
    project = under_review(carl)
    members.remove(member=sigrid, by=carl.actor(), at=NOON)
    milestones.request_changes(milestone=cast.milestone(project), words="Louder", by=carl.actor(), at=NOON)
    cast.delivered(project, at=NOON + timedelta(hours=1))
    settle(NOON + timedelta(hours=1))
    assert told("milestone.delivered") == ["carl@example.org"] * 2 + ["sigrid@example.org"]


def test_nobody_with_a_login_gets_a_link(carl: Person) -> None:
    under_review(carl)
    assert not Mail.objects.filter(event__kind="milestone.delivered").exclude(mints="").exists()


# -- the clock waits for nobody who was told ---------------------------------------------------


def died(kind: str, *addresses: str) -> list[bool]:
    """Mails that the server never will take; whether each left the party without notice."""
    found = []
    for mail in Mail.objects.filter(event__kind=kind, to__in=addresses).order_by("event__number", "to"):
        Mail.objects.filter(pk=mail.pk).update(dead_at=NOON, done_at=None)
        mail.refresh_from_db()
        found.append(mails.undelivered(mail, NOON))
    return found


def stalled(project: Project) -> bool:
    return Event.objects.filter(project=project, kind="review.stalled").exists()


def test_one_address_that_fails_stops_no_clock_while_another_was_reached(carl: Person) -> None:
    project = under_review(carl)
    assert died("milestone.delivered", "carl@example.org") == [False]
    assert not stalled(project)
    assert reviews.start(delivery=Delivery.objects.get(), at=NOON) or Delivery.objects.get().review_starts_at
    assert died("milestone.delivered", "sigrid@example.org") == [True]
    assert stalled(project)


def test_two_dead_mails_of_one_reminder_are_one_reminder(carl: Person) -> None:
    project = under_review(carl)
    reviews.start(delivery=Delivery.objects.get(), at=NOON)
    for day in (4, 6):
        settle(NOON + timedelta(days=day))
    assert told("review.reminded").count("sigrid@example.org") == 2
    assert died("review.reminded", "sigrid@example.org") == [False, False]
    assert not stalled(project), "the owner has both"
    assert died("review.reminded", "carl@example.org") == [False, True]
    assert stalled(project)
