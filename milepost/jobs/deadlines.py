"""What time alone brings: proposals end, work may begin, both sides are reminded, the clock approves."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from milepost.actions import answers, milestones, reviews
from milepost.core.deadlines import reminders_at
from milepost.jobs import mails
from milepost.jobs.sweeps import Sweep
from milepost.models import Delivery, Event, Mail, Milestone, Payment, Payout, Project, Terms

CHUNK: Final = 100
# Mails that died longer ago than this were seen to.
DIED_LATELY: Final = timedelta(days=2)


def unsigned(at: datetime) -> Iterable[Terms]:
    """Proposals whose time to be signed ran out."""
    return Terms.objects.filter(status="offered", sign_until__lte=at).iterator(CHUNK)


def startable(at: datetime) -> Iterator[Project]:
    """Projects whose start date came within the last day; what opens later is opened by the deed that allows it, or
    after an approval by `turned`."""
    yield from _started(_planned(), at, since=at - timedelta(days=1))


def turned(at: datetime) -> Iterable[Project]:
    """A milestone is approved, and another is planned: it may be that one's turn."""
    approved = Milestone.objects.filter(project=OuterRef("pk"), status="approved")
    planned = Milestone.objects.filter(project=OuterRef("pk"), status="planned")
    return Project.objects.filter(Exists(approved), Exists(planned), terms__status="in_force").iterator(CHUNK)


def startable_ever(at: datetime) -> Iterator[Project]:
    yield from _started(_planned(), at, since=None)


def _planned() -> Iterable[Project]:
    planned = Milestone.objects.filter(project=OuterRef("pk"), status="planned")
    rows = Project.objects.filter(Exists(planned), terms__status="in_force")
    return rows.select_related("terms").iterator(CHUNK)


def _started(projects: Iterable[Project], at: datetime, since: datetime | None) -> Iterator[Project]:
    for project in projects:
        said = project.agreed.said
        zone = ZoneInfo(said.time_zone)
        if said.start_on <= at.astimezone(zone).date() and (
            since is None or said.start_on >= since.astimezone(zone).date()
        ):
            yield project


def open_ready(project: Project, at: datetime) -> int:
    with transaction.atomic():
        return milestones.open_ready(project=Project.objects.locked(project.pk), at=at)


def under_review() -> Iterable[Delivery]:
    rows = Delivery.objects.filter(review=None, milestone__status="delivered", review_ends_at__isnull=False)
    return rows.select_related("milestone__project__terms", "extension").iterator(CHUNK)


def to_remind(at: datetime) -> Iterator[Delivery]:
    """Under review, with an instant for a reminder gone by; the action knows which was given already."""
    for delivery in under_review():
        starts_at, ends_at = reviews.counted_from(delivery), delivery.review_ends_at
        if starts_at and ends_at and any(instant <= at for instant in reminders_at(starts_at, ends_at)):
            yield delivery


def silent(at: datetime) -> Iterable[Delivery]:
    """The review window ended and nobody answered."""
    rows = Delivery.objects.filter(review=None, milestone__status="delivered", review_ends_at__lte=at)
    return rows.select_related("milestone__project__terms").iterator(CHUNK)


def done(at: datetime) -> Iterable[Milestone]:
    """Approved, and the money has arrived; normally closed by the deed that saw to that."""
    paid = Exists(Payout.objects.filter(milestone=OuterRef("pk"), status="confirmed"))
    received = Exists(Payment.objects.filter(milestone=OuterRef("pk"), received_at__isnull=False))
    return Milestone.objects.filter(paid | received, status="approved").iterator(CHUNK)


def close(milestone: Milestone, at: datetime) -> bool:
    with transaction.atomic():
        _project, fresh = milestones.locked(milestone)
        return milestones.close_done(milestone=fresh, at=at)


def noticed(at: datetime) -> Iterator[Mail]:
    """Notices that were accepted, while the window has not begun: the worker was stopped between the two."""
    waiting = Delivery.objects.filter(review_starts_at=None, review=None, milestone__status="delivered")
    for delivery in waiting.select_related("milestone").iterator(CHUNK):
        notices = Mail.objects.filter(event__in=_notices(delivery), done_at__isnull=False)
        yield from notices.select_related("event__project")


def unheard(at: datetime) -> Iterable[Mail]:
    """Mails to a client that died lately: the worker may have been stopped before it saw to that."""
    rows = Mail.objects.filter(dead_at__gt=at - DIED_LATELY, event__kind__in=("milestone.delivered", "review.reminded"))
    return rows.select_related("event__project").iterator(CHUNK)


def _notices(delivery: Delivery) -> list[Event]:
    """The event of a delivery."""
    rows = Event.objects.filter(project=delivery.milestone.project_id, kind="milestone.delivered")
    return [event for event in rows if json.loads(event.data)["delivery"] == delivery.pk]


def old(at: datetime) -> Iterable[Terms]:
    """Terms that never came into force and ended long ago."""
    ended = Q(ended_at__lte=at - timedelta(days=answers.RETENTION_DAYS), in_force_at=None, body__isnull=False)
    return Terms.objects.filter(ended).iterator(CHUNK)


_SECONDS: Final = timedelta(seconds=5)
_MINUTE: Final = timedelta(minutes=1)
_HOUR: Final = timedelta(hours=1)

SWEEPS: Final = (
    Sweep("proposals that end", _SECONDS, unsigned, lambda terms, at: answers.expire(terms=terms, at=at)),
    Sweep("work whose turn has come", _SECONDS, turned, open_ready),
    Sweep("work that may begin", _MINUTE, startable, open_ready),
    Sweep("work that might have begun", _HOUR, startable_ever, open_ready),
    Sweep("reminders", _MINUTE, to_remind, lambda delivery, at: reviews.remind(delivery=delivery, at=at)),
    Sweep("silence", _MINUTE, silent, lambda delivery, at: reviews.approve_by_clock(delivery=delivery, at=at)),
    Sweep("milestones that are done", _MINUTE, done, close),
    Sweep("notices that were accepted", _MINUTE, noticed, mails.delivered),
    Sweep("mails that died", _MINUTE, unheard, mails.undelivered),
    Sweep("terms that are purged", _HOUR, old, lambda terms, at: answers.purge(terms=terms, at=at)),
)
