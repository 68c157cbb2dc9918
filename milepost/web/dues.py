"""What is due where nobody holds the money: by when, whether that day has passed, and what the two sides say of it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, Final

from milepost.actions import payee
from milepost.core import dues
from milepost.core.catalogue import Side
from milepost.core.references import grouped, structured_reference
from milepost.core.terms import Terms
from milepost.models import Milestone
from milepost.web.road import Stop, day_of

# So long after it was said, taking it back is the first thing on a page; afterwards it is there for who looks.
JUST_SAID: Final = timedelta(minutes=10)


def facts(stop: Stop, side: Side, at: datetime) -> dict[str, Any] | None:
    """How an approved milestone is paid where nobody holds the money; None when nothing is paid directly."""
    if stop.holder != "nobody" or stop.milestone.status != "approved":
        return None
    project = stop.milestone.project
    due = due_on(stop.milestone, project.agreed.said)
    stated = side == "client" or payee.in_force(project.freelancer, at) is not None
    return {
        "reference": grouped(structured_reference(stop.id)),
        "sent_at": stop.sent_at,
        "just_said": just_said(stop.sent_at, at),
        "has_account": stated,
        "due_on": due,
        "overdue": stop.sent_at is None and is_overdue(due, project.agreed.said, at),
    }


def due_on(milestone: Milestone, said: Terms) -> date:
    """The last day to pay a milestone that is approved; `moved_at` is the instant of its approval."""
    return dues.due_on(milestone.moved_at, said.payment_days, said.time_zone)


def is_overdue(due: date | None, said: Terms, at: datetime) -> bool:
    return due is not None and dues.is_overdue(due, day_of(at, said.time_zone))


def just_said(sent_at: datetime | None, at: datetime) -> bool:
    return sent_at is not None and at - sent_at < JUST_SAID
