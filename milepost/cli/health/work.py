"""What happens by itself: the owner, mail, the worker, what waits and what was given up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import get_connection

from milepost.actions import payee
from milepost.cli.health.line import Line, not_set_up, ok, wrong
from milepost.models.events import Announcement, Errand, Mail
from milepost.models.people import Installation, PayeeDetails

# The worker says that it lives far more often than this.
_SILENT = timedelta(minutes=3)
_LATE = timedelta(minutes=15)
# As many as are opened to see that the key is the right one: a few thousandths of a second.
_OPENED_MAX = 1_000


def look(at: datetime) -> Iterator[Line]:
    """Needs the tables."""
    yield from mail_server()
    house = Installation.objects.filter(id=1).first()
    if house is None or house.owned_at is None:
        yield not_set_up("Owner: nobody owns this installation yet.", "Start `milepost serve`; it prints the link.")
    else:
        yield ok("Owner: there is one")
    yield from vault()
    yield from worker(house, at)
    yield from audit(house)
    yield from errands(Announcement, "events to be told", at)
    yield from errands(Mail, "mails", at)


def mail_server() -> Iterator[Line]:
    """Named, and answering."""
    if settings.DEMO:
        yield ok("Mail: every one is shown at /outbox (the demo)")
        return
    if not settings.MAIL_SET_UP:
        yield not_set_up("Mail: no server is named, so no mail leaves.", "Set MILEPOST_MAIL_URL (docs/host.md).")
        return
    try:
        with get_connection():
            yield ok(f"Mail: {settings.EMAIL_HOST}:{settings.EMAIL_PORT} answers")
    except OSError as error:
        yield wrong(
            f"Mail: {settings.EMAIL_HOST}:{settings.EMAIL_PORT} does not take our mail ({error}).",
            "Mend MILEPOST_MAIL_URL; waiting mails go out by themselves.",
        )


def vault() -> Iterator[Line]:
    """The key of the bank details opens what is kept."""
    kept = PayeeDetails.objects.count()
    if not kept:
        yield ok("Bank details: none are kept yet; the first ones make their key")
    elif trouble := payee.trouble(_OPENED_MAX):
        yield wrong(f"Bank details: {trouble}", f"Put {settings.KEYS}/vault back from the backup.")
    else:
        yield ok(f"Bank details: {kept} kept, encrypted; their key opens them")


def worker(house: Installation | None, at: datetime) -> Iterator[Line]:
    """Seen lately, or not running."""
    seen = house.worker_seen_at if house else None
    if seen is None or at - seen > _SILENT:
        since = f"not seen since {seen:%Y-%m-%d %H:%M} UTC" if seen else "never seen"
        yield not_set_up(
            f"Worker: {since}. Mails and review windows wait for it.",
            "Start `milepost serve` (SQLite) or `milepost worker` (PostgreSQL).",
        )
    else:
        yield ok("Worker: running")


def audit(house: Installation | None) -> Iterator[Line]:
    """What the last one found."""
    if house is None or house.audited_at is None:
        yield not_set_up("Audit: none yet; the worker does one every night.", "To have one now: milepost audit")
    elif house.audit_findings:
        yield wrong(
            f"Audit: {house.audit_findings} findings on {house.audited_at:%Y-%m-%d}.", "Read them: milepost audit"
        )
    else:
        yield ok(f"Audit: nothing wrong on {house.audited_at:%Y-%m-%d}")


def errands(kind: type[Errand], named: str, at: datetime) -> Iterator[Line]:
    """How many wait too long, how many were given up."""
    rows = kind._default_manager.filter(done_at=None)
    late, dead = rows.filter(dead_at=None, due_at__lt=at - _LATE).count(), rows.exclude(dead_at=None).count()
    if dead:
        example = rows.exclude(dead_at=None).latest("dead_at").last_error
        yield wrong(
            f"Queue: {dead} {named} were given up; the last one: {example}", "Mend the cause, then tell the people."
        )
    if late:
        yield not_set_up(f"Queue: {late} {named} wait for more than 15 minutes.", "Is the worker running?")
    if not (late or dead):
        yield ok(f"Queue: no {named} overdue")
