"""The review window: begun by the notice or the first look, reminded of, and ended by the clock."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from milepost.actions import milestones
from milepost.core.actors import CLOCK, HOUSE, Actor
from milepost.core.deadlines import reminders_at, review_ends_at
from milepost.core.refusals import NotAllowed, Refused
from milepost.events.record import record
from milepost.models import Delivery, Event, Mail, Project, Review


class TooEarly(Refused):
    """The clock may not approve yet."""


def start(*, delivery: Delivery, at: datetime) -> bool:
    """The window begins: the mail server accepted the notice, or the client looked. Answers False if it had begun."""
    with transaction.atomic():
        project, milestone = milestones.locked(delivery.milestone)
        said = project.agreed.said
        ends_at = review_ends_at(at, said.review_of(milestone.said), said.time_zone)
        waiting = Delivery.objects.filter(pk=delivery.pk, review_starts_at=None, review=None)
        if milestone.status != "delivered" or waiting.update(review_starts_at=at, review_ends_at=ends_at) != 1:
            return False
        facts: dict[str, Any] = {"milestone": milestone.pk, "delivery": delivery.pk, "ends": int(ends_at.timestamp())}
        record(project, "review.started", by=HOUSE, at=at, **facts)
    return True


def view(*, delivery: Delivery, by: Actor, at: datetime) -> bool:
    """The client looks at a delivery; the first look begins the window if the notice has not."""
    if delivery.milestone.project.side_of(by) != "client":
        raise NotAllowed(_("Only the client's look begins the review."))
    return start(delivery=delivery, at=at)


def remind(*, delivery: Delivery, at: datetime) -> bool:
    """Reminds both sides when it is time: twice, half way and before the end. Answers whether it did.

    A reminder that comes late moves the end, so that a quarter of the window is always left after it.
    """
    with transaction.atomic():
        project, milestone = milestones.locked(delivery.milestone)
        delivery = Delivery.objects.get(pk=delivery.pk)
        starts_at, ends_at = delivery.review_starts_at, delivery.review_ends_at
        if milestone.status != "delivered" or starts_at is None or ends_at is None or hasattr(delivery, "review"):
            return False
        given = _reminders(project, delivery)
        due = [instant for instant in reminders_at(starts_at, ends_at)[len(given) :] if instant <= at]
        if not due:
            return False
        ends_at = max(ends_at, at + (ends_at - starts_at) / 4) if not given else ends_at
        Delivery.objects.filter(pk=delivery.pk).update(review_ends_at=ends_at)
        facts: dict[str, Any] = {"milestone": milestone.pk, "delivery": delivery.pk, "ends": int(ends_at.timestamp())}
        record(project, "review.reminded", by=CLOCK, at=at, number=len(given) + 1, **facts)
    return True


def approve_by_clock(*, delivery: Delivery, at: datetime) -> Review:
    """The signed window ended in silence: the clock approves.

    Refuses `TooEarly` before the end, and while the notice or both reminders have not been accepted by the
    mail server: nobody is approved against who could not know.
    """
    ends_at = delivery.review_ends_at
    if ends_at is None or ends_at > at:
        raise TooEarly(_("The review window has not ended."))
    if not told(delivery):
        raise TooEarly(_("The client was not told, so the clock does not approve."))
    return milestones.approve(milestone=delivery.milestone, by=CLOCK, at=at, delivery=delivery.pk)


def stall(*, delivery: Delivery, at: datetime) -> bool:
    """Notice or both reminders failed for good: recorded once, and the freelancer is told."""
    with transaction.atomic():
        project, milestone = milestones.locked(delivery.milestone)
        if milestone.status != "delivered" or _events(project, "review.stalled", delivery).exists():
            return False
        record(project, "review.stalled", by=HOUSE, at=at, milestone=milestone.pk, delivery=delivery.pk)
    return True


def told(delivery: Delivery) -> bool:
    """Whether the client's notice and at least one reminder were accepted by the mail server."""
    project = delivery.milestone.project
    mails = Mail.objects.filter(party=project.client_id, done_at__isnull=False)
    noticed = mails.filter(event__in=_events(project, "milestone.delivered", delivery)).exists()
    return noticed and mails.filter(event__in=_reminders(project, delivery)).exists()


def _reminders(project: Project, delivery: Delivery) -> list[Event]:
    return list(_events(project, "review.reminded", delivery))


def _events(project: Project, kind: str, delivery: Delivery) -> QuerySet[Event]:
    return Event.objects.filter(project=project, kind=kind, data__contains=f'"{delivery.pk}"')
