"""Who is told of what: those whom it concerns, once, and operators of what they can help with."""

from __future__ import annotations

from datetime import timedelta

import pytest

from milepost.actions import payments
from milepost.events import audience
from milepost.events.wording import letter
from milepost.jobs.worker import settle
from milepost.models import Mail
from tests import cast
from tests.cast import NOON
from tests.jobs.events import event, events

pytestmark = pytest.mark.django_db


def test_the_other_side_is_told_that_the_clock_approved() -> None:
    project = cast.in_force()
    facts = {"milestone": cast.milestone(project).pk, "delivery": "dvy_1"}
    by_clock = audience.audience(event(project, "milestone.approved", "clock", **facts))
    assert [reader.part for reader in by_clock] == ["freelancer", "client"]
    by_client = audience.audience(event(project, "milestone.approved", project.client_id, **facts))
    assert [reader.part for reader in by_client] == ["freelancer"]


def test_terms_replaced_by_changed_ones_are_not_mourned_in_a_mail_of_their_own() -> None:
    terms = cast.offered(cast.ada())
    project = cast.fresh(terms.project)
    assert audience.audience(event(project, "terms.withdrawn", project.freelancer_id, terms="trm_older")) == []
    [told] = audience.audience(event(project, "terms.withdrawn", project.freelancer_id, terms=terms.pk))
    assert told.part == "client"


def test_milestones_that_open_together_are_told_of_once() -> None:
    project = cast.in_force(holder="nobody", parallel="yes")
    opened = [each for each in events("milestone.opened") if each.project_id == project.pk]
    assert len(opened) == 3
    told = [audience.audience(each) for each in opened]
    assert [len(readers) for readers in told] == [1, 0, 0]
    worded = letter(opened[0], told[0][0], "Milepost")
    assert "several milestones" in worded.subject


def test_only_the_end_of_the_whole_project_is_told_to_both() -> None:
    project = cast.in_force(holder="nobody")
    for number in (1, 2, 3):
        at = NOON + timedelta(days=30 * number)
        cast.approved(project, number, at=at)
        payments.say_received(milestone=cast.milestone(project, number), by=cast.freelancer(project), at=at)
        settle(at)
    ended = Mail.objects.filter(event__project=project, event__kind="milestone.closed")
    assert ended.count() == 2
    assert all(mail.event and mail.event.hash in mail.text for mail in ended), "the head of the chain is in it"


def test_operators_hear_of_what_they_can_help_with() -> None:
    project = cast.in_force()
    olga = cast.person("Olga", "olga@example.org").user
    olga.is_operator = True
    olga.save()
    stalled = event(project, "review.stalled", milestone=cast.milestone(project).pk, delivery="dvy_1")
    readers = audience.audience(stalled)
    assert [(reader.part, reader.party is None) for reader in readers] == [("freelancer", False), ("operator", True)]
    worded = letter(stalled, readers[1], "Milepost")
    assert "mail server" in worded.text
    assert "http" not in worded.text, "an operator has no page of other people's projects"
