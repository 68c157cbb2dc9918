"""What a deed costs the database."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from milepost.actions import milestones
from milepost.models import Event, Payout
from tests import cast
from tests.cast import NOON

pytestmark = pytest.mark.django_db


def test_an_approval_with_release_payout_event_and_announcement_takes_twelve_statements_at_most() -> None:
    """Beside the transaction's own BEGIN and COMMIT."""
    project = cast.in_force()
    found, by = cast.delivered(project, 1), cast.client(project)
    with CaptureQueriesContext(connection) as asked:
        milestones.approve(milestone=found, by=by, at=NOON)
    statements = [each["sql"] for each in asked.captured_queries if "SAVEPOINT" not in each["sql"]]
    assert len(statements) <= 12, "\n".join(statements)
    assert Payout.objects.filter(milestone=found).count() == 1
    assert Event.objects.filter(project=project, kind="milestone.approved", announcement__isnull=False).count() == 1


def test_by_somebody_with_a_login_it_takes_one_more_which_asks_whether_they_still_may() -> None:
    carl = cast.person("Carl Olsen", "carl@example.org")
    found = cast.delivered(cast.in_force(other_email=carl.user.email), 1)
    with CaptureQueriesContext(connection) as asked:
        milestones.approve(milestone=found, by=carl.actor(), at=NOON)
    statements = [each["sql"] for each in asked.captured_queries if "SAVEPOINT" not in each["sql"]]
    assert len(statements) <= 13, "\n".join(statements)
    assert sum("milepost_member" in statement for statement in statements) == 1
