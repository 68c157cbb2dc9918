"""Two workers, and a client who says sent at the same moment."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest

from milepost.actions import overdue, payments
from milepost.core.refusals import Stale
from milepost.jobs.worker import settle
from milepost.models import Event, Mail, OverdueNotice, Payment
from tests import cast
from tests.cast import NOON
from tests.databases import together

pytestmark = pytest.mark.usefixtures("committed")
LATE = NOON + timedelta(days=17)


def test_a_notice_is_given_once_and_never_after_a_word_of_payment(rounds: int) -> None:
    for _ in range(min(rounds, 10)):
        project = cast.in_force(holder="nobody")
        milestone = cast.approved(project)
        settle(NOON)
        outcomes = together(
            partial(overdue.ask_again, milestone=milestone, at=LATE),
            partial(overdue.ask_again, milestone=milestone, at=LATE),
            partial(payments.say_sent, milestone=milestone, by=cast.client(project), at=LATE),
        )
        assert all(isinstance(each, OverdueNotice | Payment | Stale | None) for each in outcomes), outcomes
        of = Event.objects.filter(project=project)
        notices, sent = of.filter(kind="payment.overdue"), of.get(kind="payment.sent")
        assert notices.count() == OverdueNotice.objects.filter(milestone=milestone).count() <= 1
        assert all(notice.number < sent.number for notice in notices)
        settle(LATE)
        assert not Mail.objects.filter(event__in=notices).exists()
