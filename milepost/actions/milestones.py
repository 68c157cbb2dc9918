"""Milestones: opened by the house, delivered, reviewed, approved, cancelled, closed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import transaction
from django.utils.translation import gettext as _

from milepost.actions import books, releases
from milepost.actions.rights import must_be
from milepost.core.actors import HOUSE, Actor
from milepost.core.lifecycle import MILESTONE, its_turn, step
from milepost.core.refusals import Refused, Stale
from milepost.events.record import record
from milepost.gateways import storage
from milepost.models import DeliveredItem, Delivery, File, Milestone, Payment, Project, Review

ITEMS_MAX = 100
WORDS_MAX = 5000


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """Something handed over: a file (its name, declared media type, and bytes) or a link; for one deliverable,
    or for the milestone as a whole when `deliverable` is empty."""

    deliverable: str = ""
    link: str = ""
    name: str = ""
    media_type: str = "application/octet-stream"
    stream: BinaryIO | None = None


def locked(milestone: Milestone) -> tuple[Project, Milestone]:
    """The project row FOR UPDATE, then the milestone as it stands now."""
    project = Project.objects.locked(milestone.project_id)
    fresh = Milestone.objects.get(pk=milestone.pk)
    fresh.project = project
    return project, fresh


def open_ready(*, project: Project, at: datetime) -> int:
    """The house opens what may be opened; answers how many. In the caller's transaction, project locked."""
    said = project.agreed.said
    started = at.astimezone(ZoneInfo(said.time_zone)).date() >= said.start_on
    statuses: list[str] = []
    opened = 0
    for milestone in project.milestones.order_by("number"):
        milestone.project = project
        turn = its_turn(statuses, parallel=said.parallel)
        if milestone.status == "planned" and started and turn and _has_its_money(milestone):
            milestone.move(step(MILESTONE, "planned", "open", {"house"}), moved_at=at)
            record(project, "milestone.opened", by=HOUSE, at=at, milestone=milestone.pk)
            opened += 1
        statuses.append(milestone.status)
    return opened


def _has_its_money(milestone: Milestone) -> bool:
    return milestone.holder == "nobody" or books.held(milestone) == milestone.amount


def deliver(*, milestone: Milestone, note: str, items: Iterable[Item], by: Actor, at: datetime) -> Delivery:
    """The freelancer hands over files and links, with a note. Files are kept by their hash before anything names them.

    Refuses an empty delivery, too many items, a file over the installation's limit, a link that is not http(s).
    """
    step(MILESTONE, milestone.status, "deliver", {milestone.project.role_of(by)})
    wanted = list(items)
    _check_delivery(milestone, note, wanted)
    kept = [(item, *_keep(item)) for item in wanted]
    with transaction.atomic():
        project, milestone = locked(milestone)
        status = step(MILESTONE, milestone.status, "deliver", {project.role_of(by)})
        must_be(by=by, act="deliver")
        milestone.move(status, moved_at=at)
        delivery = Delivery.objects.create(
            milestone=milestone,
            number=milestone.deliveries.count() + 1,
            note=note.strip(),
            party_id=by.party,
            delivered_at=at,
        )
        hashes = []
        for item, sha256, size in kept:
            file = _file(project, item, sha256, size, at) if sha256 else None
            DeliveredItem.objects.create(delivery=delivery, deliverable=item.deliverable, file=file, link=item.link)
            hashes.append(sha256 or item.link)
        personal = {"note": delivery.note} if delivery.note else None
        facts: dict[str, Any] = {"milestone": milestone.pk, "delivery": delivery.pk, "items": hashes}
        record(project, "milestone.delivered", by=by, at=at, personal=personal, **facts)
    return delivery


def request_changes(*, milestone: Milestone, words: str, by: Actor, at: datetime) -> Review:
    """The client says what should be changed; the review window stops and the milestone is open again."""
    if not words.strip():
        raise Refused(_("Say what should be changed."), field="words")
    if len(words) > WORDS_MAX:
        raise Refused(_("At most 5,000 characters."), field="words")
    with transaction.atomic():
        project, milestone = locked(milestone)
        status = step(MILESTONE, milestone.status, "request_changes", {project.role_of(by)})
        must_be(by=by, act="ask_change")
        delivery = milestone.deliveries.latest("number")
        milestone.move(status, moved_at=at)
        review = Review.objects.create(
            delivery=delivery, verdict="changes", words=words.strip(), party_id=by.party, given_at=at
        )
        facts: dict[str, Any] = {"milestone": milestone.pk, "delivery": delivery.pk}
        record(project, "milestone.changes_asked", by=by, at=at, personal={"words": review.words}, **facts)
    return review


def approve(*, milestone: Milestone, by: Actor, at: datetime, delivery: str = "") -> Review:
    """Approved: what is held is released and its payout asked for, in one transaction.

    By the client, proved; or by the clock, once the review window has ended (`reviews.approve_by_clock`).
    `delivery` is the id of the one that was looked at; `Stale` when there is a newer one.
    """
    step(MILESTONE, milestone.status, "approve", {milestone.project.role_of(by)})
    by.must_have_proved()
    with transaction.atomic():
        project = Project.objects.locked(milestone.project_id)
        seen = _newest(milestone)
        milestone = seen.milestone
        milestone.project = project
        status = step(MILESTONE, milestone.status, "approve", {project.role_of(by)})
        must_be(by=by, act="approve")
        _must_be_approvable(seen, delivery, by, at)
        milestone.move(status, moved_at=at)
        review = Review.objects.create(
            delivery=seen,
            verdict="approved",
            by_clock=by.kind == "clock",
            party_id=by.party or None,
            given_at=at,
        )
        payout = releases.release(milestone=milestone, at=at)
        facts: dict[str, Any] = {"milestone": milestone.pk, "delivery": seen.pk, "payout": payout.pk if payout else ""}
        record(project, "milestone.approved", by=by, at=at, **facts)
        if milestone.holder == "freelancer":
            close_done(milestone=milestone, at=at)
    return review


def _newest(milestone: Milestone) -> Delivery:
    """The newest delivery, with its milestone as it stands now; one statement."""
    return Delivery.objects.select_related("milestone").filter(milestone=milestone.pk).latest("number")


def _must_be_approvable(newest: Delivery, delivery: str, by: Actor, at: datetime) -> None:
    """It is the one that was looked at; and for the clock, its window has ended."""
    if delivery and newest.pk != delivery:
        raise Stale(_("There is a newer delivery than the one you looked at."))
    if by.kind == "clock" and (newest.review_ends_at is None or newest.review_ends_at > at):
        raise Stale(_("The review window has not ended."))


def close_done(*, milestone: Milestone, at: datetime) -> bool:
    """The house closes an approved milestone once its money has reached the freelancer. Project locked.

    Answers whether it did.
    """
    if milestone.status != "approved" or not _paid(milestone):
        return False
    milestone.move(step(MILESTONE, "approved", "close", {"house"}), moved_at=at)
    record(milestone.project, "milestone.closed", by=HOUSE, at=at, milestone=milestone.pk)
    open_ready(project=milestone.project, at=at)
    return True


def _paid(milestone: Milestone) -> bool:
    if milestone.holder == "nobody":
        return Payment.objects.filter(milestone=milestone, received_at__isnull=False).exists()
    money = books.money_of(milestone.project)[milestone.pk]
    return money.paid_out == milestone.amount and money.adds_up


def _check_delivery(milestone: Milestone, note: str, items: list[Item]) -> None:
    if not items:
        raise Refused(_("Hand over something: a file or a link."), field="items")
    if len(items) > ITEMS_MAX:
        raise Refused(_("At most %(most)d files and links in one delivery.") % {"most": ITEMS_MAX}, field="items")
    if len(note) > WORDS_MAX:
        raise Refused(_("The note may have 5,000 characters at most."), field="note")
    known = {deliverable.id for deliverable in milestone.said.deliverables} | {""}
    for item in items:
        if item.deliverable not in known:
            raise Stale(_("The deliverables have changed since you opened the page."))
        if item.stream is None:
            _check_link(item.link)


def _check_link(link: str) -> None:
    try:
        URLValidator(schemes=["http", "https"])(link)
    except ValidationError:
        raise Refused(_("“%(link)s” is not a web address.") % {"link": link[:80]}, field="links") from None
    if len(link) > 2000:
        raise Refused(_("A link may have 2,000 characters at most."), field="links")


def _keep(item: Item) -> tuple[str, int]:
    if item.stream is None:
        return "", 0
    stream = item.stream
    chunks = iter(lambda: stream.read(64 * 1024), b"")
    return storage.keep(settings.FILES, chunks, bytes_max=settings.FILE_BYTES_MAX)


def _file(project: Project, item: Item, sha256: str, size: int, at: datetime) -> File:
    # The name is shown and offered at download, never used as a path.
    name = item.name.replace("/", "_").replace("\\", "_").replace("\0", "")[-255:] or "file"
    media_type = item.media_type[:100]
    return File.objects.create(
        project=project, sha256=sha256, size_bytes=size, name=name, media_type=media_type, kept_at=at
    )
