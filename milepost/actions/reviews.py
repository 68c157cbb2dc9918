"""The review window: begun by the notice or the first look, extended once, reminded of, and ended by the clock."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from milepost.actions import milestones
from milepost.actions.rights import must_be
from milepost.core.actors import CLOCK, HOUSE, Actor
from milepost.core.deadlines import moved_end, reminders_at, review_ends_at
from milepost.core.refusals import NotAllowed, Refused, Stale
from milepost.events.record import record
from milepost.models import Delivery, Event, Extension, Mail, Milestone, Project, Review


class TooEarly(Refused):
    """The clock may not approve yet."""


class NoExtension(Refused):
    """The terms allow none, it was taken already, or no window runs that it could extend."""


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


def extend(*, milestone: Milestone, delivery: str, by: Actor, at: datetime) -> Extension:
    """The client takes the one extension that the terms allow, counted from the end that there was. Proved: a link that
    was passed on must not be enough to keep the freelancer waiting.

    `delivery` is the id of the one looked at. Refuses before the window begins, from its end on, and a second time.
    """
    if milestone.project.role_of(by) != "client":
        raise NotAllowed(_("Only the client may take more time for the review."))
    by.must_have_proved()
    with transaction.atomic():
        project, milestone = milestones.locked(milestone)
        must_be(by=by, act="extend")
        row = milestone.deliveries.order_by("-number").first()
        if milestone.status != "delivered" or row is None or row.pk != delivery:
            raise Stale(_("This delivery is not under review any more."))
        before = _must_be_extendable(project, row, at)
        window = project.agreed.said.extension
        assert window is not None, "it was asked for just now"
        ends_at = review_ends_at(before, window, project.agreed.said.time_zone)
        if Delivery.objects.filter(pk=row.pk, review=None, review_ends_at=before).update(review_ends_at=ends_at) != 1:
            raise Stale(_("The review has ended since you opened the page."))
        extension = Extension.objects.create(
            delivery=row, party_id=by.party, ended_before_at=before, ends_at=ends_at, given_at=at
        )
        facts: dict[str, Any] = {"milestone": milestone.pk, "delivery": row.pk, "before": int(before.timestamp())}
        record(project, "review.extended", by=by, at=at, ends=int(ends_at.timestamp()), **facts)
    return extension


def _must_be_extendable(project: Project, delivery: Delivery, at: datetime) -> datetime:
    """The end that there is."""
    if project.agreed.said.extension is None:
        raise NoExtension(_("These terms allow no extension of the review."))
    if delivery.review_ends_at is None:
        raise NoExtension(_("The review window has not begun, so there is nothing to extend yet."))
    if hasattr(delivery, "extension"):
        raise NoExtension(_("The review of this delivery was extended already; the terms allow it once."))
    if delivery.review_ends_at <= at:
        raise NoExtension(_("The review window has ended, so it can't be extended any more."))
    return delivery.review_ends_at


def remind(*, delivery: Delivery, at: datetime) -> bool:
    """Reminds both sides when it is time: twice, half way and before the end; anew once the window was extended.

    A first reminder that comes late moves the end, so that a quarter of the window is always left after it. Answers
    whether it did.
    """
    with transaction.atomic():
        project, milestone = milestones.locked(delivery.milestone)
        delivery = Delivery.objects.select_related("extension").get(pk=delivery.pk)
        starts_at, ends_at = counted_from(delivery), delivery.review_ends_at
        if milestone.status != "delivered" or starts_at is None or ends_at is None or hasattr(delivery, "review"):
            return False
        given = reminders(project, delivery)
        due = [instant for instant in reminders_at(starts_at, ends_at)[len(given) :] if instant <= at]
        if not due:
            return False
        if not given:
            said = project.agreed.said
            ends_at = moved_end(at, starts_at, ends_at, said.review_of(milestone.said), said.time_zone)
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
    """Whether the client's notice, and at least one reminder of the end as it is now, were accepted by the mail
    server."""
    project = delivery.milestone.project
    mails = Mail.objects.filter(party=project.client_id, done_at__isnull=False)
    noticed = mails.filter(event__in=_events(project, "milestone.delivered", delivery)).exists()
    return noticed and mails.filter(event__in=reminders(project, delivery)).exists()


def counted_from(delivery: Delivery) -> datetime | None:
    """The instant from which reminders are counted: the beginning of the window, or of its extension."""
    extension: Extension | None = getattr(delivery, "extension", None)
    return extension.given_at if extension else delivery.review_starts_at


def reminders(project: Project, delivery: Delivery) -> list[Event]:
    """The reminders of the end as it is now: those from before an extension named another."""
    given = _events(project, "review.reminded", delivery)
    extended = _events(project, "review.extended", delivery).first()
    return list(given.filter(number__gt=extended.number) if extended else given)


def _events(project: Project, kind: str, delivery: Delivery) -> QuerySet[Event]:
    return Event.objects.filter(project=project, kind=kind, data__contains=f'"{delivery.pk}"')
