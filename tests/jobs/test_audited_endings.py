"""The audit sees an end that did not end everything, and a review that ends before the time that was taken for it."""

from __future__ import annotations

import pytest

from milepost.actions import endings, reviews
from milepost.jobs import audit
from milepost.models import Delivery, Milestone
from tests import cast
from tests.cast import NOON

pytestmark = pytest.mark.django_db


def found() -> set[str]:
    return {finding.invariant for finding in audit.findings()}


def test_a_milestone_that_goes_on_in_a_stopped_project() -> None:
    project = cast.in_force()
    ending = endings.ask_stop(project=project, reason="Enough.", by=cast.client(project), at=NOON)
    endings.agree(ending=ending, by=cast.freelancer(project), at=NOON)
    assert found() == set()
    Milestone.objects.filter(project=project, number=2).update(status="open")
    assert found() == {"stopped", "status"}


def test_a_review_that_ends_before_its_extension_does() -> None:
    project = cast.in_force()
    delivery = cast.delivered(project).deliveries.select_related("milestone__project").get()
    reviews.start(delivery=delivery, at=NOON)
    by = cast.client(project)
    reviews.extend(milestone=cast.milestone(project), delivery=delivery.pk, by=by, at=NOON)
    assert found() == set()
    Delivery.objects.filter(pk=delivery.pk).update(review_ends_at=NOON + cast.days(7))
    assert found() == {"extension"}
