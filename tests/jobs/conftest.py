"""What the worker's tests share. Imports wait for the settings, which are chosen after this file was read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

if TYPE_CHECKING:
    from milepost.models import Project


@pytest.fixture
def postman(monkeypatch: pytest.MonkeyPatch) -> Any:
    from milepost.gateways import mail as server
    from tests.jobs.postman import Postman

    made = Postman()
    monkeypatch.setattr(server, "send", made.send)
    return made


@pytest.fixture
def write() -> Callable[..., Any]:
    from milepost.models import Mail
    from tests.cast import NOON

    def written(to: str = "carl@example.org", at: datetime = NOON, **facts: object) -> Any:
        return Mail.objects.create(
            **{"to": to, "subject": "Subject", "text": "Text", "written_at": at, "due_at": at} | facts
        )

    return written


@pytest.fixture(scope="module")
def story(_copy: str, django_db_blocker: DjangoDbBlocker) -> str:
    """Paid with pretend money, sealed, invoiced; and another one, paid directly. Written once: papers take their time."""
    from milepost.actions import funding, payments
    from milepost.jobs.worker import settle
    from tests import cast, databases
    from tests.cast import NOON

    with django_db_blocker.unblock(), databases.connected_to(_copy):
        other = cast.in_force(holder="nobody")
        cast.approved(other)
        settle(NOON)
        payments.say_received(milestone=cast.milestone(other), by=cast.freelancer(other), at=NOON)
        found = cast.in_force()
        funding.fund(milestone=cast.milestone(found), by=cast.client(found), at=NOON)
        settle(NOON)
        cast.approved(found)
        settle(NOON)
        return found.pk


@pytest.fixture
def project(_copy: str, story: str, django_db_blocker: DjangoDbBlocker) -> Iterator[Project]:
    """The story as it was written; what a test does to it is rolled back."""
    from milepost.jobs import audit
    from milepost.models import Project
    from tests import cast, databases
    from tests.cast import NOON

    with django_db_blocker.unblock(), databases.connected_to(_copy):
        assert list(audit.findings(at=NOON)) == []
        with transaction.atomic():
            yield cast.fresh(Project(pk=story))
            transaction.set_rollback(True)
