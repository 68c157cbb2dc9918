"""What else must hold: one version in force, no approval before its time, everybody told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Count, F, Q

from milepost.core.lifecycle import CANCELLABLE
from milepost.jobs.audit.finding import Finding
from milepost.models import Announcement, Event, Extension, Milestone, Review, Terms

# An announcement may wait so long: the mail server, or we, may have been down.
TOLD_WITHIN: Final = timedelta(days=3)


def findings(at: datetime) -> Iterator[Finding]:
    yield from _one_in_force()
    yield from _approvals()
    yield from _extensions()
    yield from _stopped()
    yield from _told(at)


def _one_in_force() -> Iterator[Finding]:
    several = Terms.objects.filter(status="in_force").values("project").annotate(count=Count("pk")).filter(count__gt=1)
    for row in several:
        yield Finding("one in force", row["project"], f"{row['count']} terms of {row['project']} are in force at once.")


def _approvals() -> Iterator[Finding]:
    early = Review.objects.filter(by_clock=True).filter(
        Q(delivery__review_ends_at=None) | Q(given_at__lt=F("delivery__review_ends_at"))
    )
    for review in early:
        yield Finding("approval", review.pk, f"{review.pk}: the clock approved before the review window ended.")


def _extensions() -> Iterator[Finding]:
    """An extension makes a window longer, and what came after it never shorter again."""
    shorter = Q(ends_at__lte=F("ended_before_at")) | Q(delivery__review_ends_at__lt=F("ends_at"))
    for extension in Extension.objects.filter(shorter):
        yield Finding("extension", extension.pk, f"{extension.pk}: the review ends before the time that was taken.")


def _stopped() -> Iterator[Finding]:
    for milestone in Milestone.objects.filter(project__endings__answer="agreed", status__in=CANCELLABLE):
        yield Finding("stopped", milestone.pk, f"{milestone.pk} is {milestone.status}, in a project that both stopped.")


def _told(at: datetime) -> Iterator[Finding]:
    for event in Event.objects.filter(announcement=None):
        yield Finding("told", event.pk, f"Nobody is told of event {event.pk}.")
    late = Announcement.objects.filter(done_at=None, dead_at=None, event__at__lt=at - TOLD_WITHIN)
    for announcement in late.filter(due_at__lt=at - TOLD_WITHIN):
        yield Finding("told", announcement.event_id, f"Event {announcement.event_id} waits to be told for days.")
