"""A freelancer who numbers papers elsewhere gives each its own number here, with the PDF if there is one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, BinaryIO, Final, Literal
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from milepost.actions import credit_notes, invoices, milestones, rights, series
from milepost.core import entries
from milepost.core.actors import Actor
from milepost.core.invoicing import own_number
from milepost.core.refusals import NotAllowed, Refused, Several, Stale
from milepost.gateways import storage
from milepost.models import File, Invoice, Milestone, Project, Refund

_CHUNK: Final = 64 * 1024
# A PDF ends with this mark; what some programs write after it is short.
_END, _AFTER_END = b"%%EOF", 2048


def awaited() -> QuerySet[Milestone]:
    """Milestones whose freelancer has yet to give the number of an invoice, or of a credit note."""
    rows = Milestone.objects.filter(status__in=("approved", "closed"), project__freelancer__issues_here=False)
    credit = Exists(credit_notes.due().filter(milestone=OuterRef("pk")))
    return rows.annotate(credit_missing=credit).exclude(invoice__isnull=False, credit_missing=False)


def missing(milestone: Any) -> Literal["invoice", "credit_note"]:
    """Which paper of an `awaited` milestone is."""
    return "credit_note" if getattr(milestone, "invoice", None) is not None else "invoice"


def refund_of(milestone: Milestone) -> Refund | None:
    """The refund whose credit note is missing: the oldest."""
    return credit_notes.due().filter(milestone=milestone).order_by("settled_at", "pk").first()


def enter(
    *, milestone: Milestone, number: str, issued_on: str, pdf: BinaryIO | None, refund: str, by: Actor, at: datetime
) -> Invoice:
    """The freelancer's own invoice for an approved milestone, or own credit note for the refund named.

    `number` and `issued_on` (a day) as typed. The same again answers with the first. Refuses a number that this
    issuer has used, whatever its capitals; a day that is to come or lies before the agreement; what is no PDF.
    """
    _must_be_theirs(milestone.project, by)
    number, day = _read(milestone.project, number, issued_on, at)
    kept = storage.keep(settings.FILES, _checked(pdf), bytes_max=settings.FILE_BYTES_MAX) if pdf else None
    with transaction.atomic():
        project, milestone = milestones.locked(milestone)
        _must_be_theirs(project, by)
        rights.must_be(by=by, act="deliver")
        invoices.must_be_approved(milestone)
        # Nobody else gives a number to this issuer's papers meanwhile.
        series.lock(project.freelancer)
        if entered := _entered(milestone, refund):
            return _the_same(entered, number)
        if project.freelancer.issues_here:
            raise Refused(_("Your invoices are numbered here. You can change that in the settings."))
        _must_be_new(project, number)
        invoice = _write(milestone, refund, number, day, at)
        if kept:
            Invoice.objects.filter(pk=invoice.pk).update(paper=_file(project, number, *kept, at))
        _tell(invoice, by, at)
    invoice.refresh_from_db()
    return invoice


def _must_be_theirs(project: Project, by: Actor) -> None:
    if project.role_of(by) != "freelancer":
        raise NotAllowed(_("Only the freelancer can add an invoice."))
    if not by.person:
        raise NotAllowed(_("Take an account first: invoices are for people who can be found again."))


def _entered(milestone: Milestone, refund: str) -> Invoice | None:
    rows = Invoice.objects.select_related("milestone__project", "corrects__milestone__project")
    return rows.filter(refund=refund).first() if refund else rows.filter(milestone=milestone).first()


def _the_same(entered: Invoice, number: str) -> Invoice:
    if entered.number.lower() != number.lower():
        raise Stale(_("It was added already, with the number %(number)s.") % {"number": entered.number})
    return entered


def _must_be_new(project: Project, number: str) -> None:
    used = Invoice.objects.filter(issuer=project.freelancer_id, number__iexact=number).first()
    if used is not None:
        words = _("You have used this number: %(number)s of %(day)s. Every paper needs one of its own.")
        raise Refused(words % {"number": used.number, "day": used.facts["issued_on"]}, field="number")


def _write(milestone: Milestone, refund: str, number: str, day: date, at: datetime) -> Invoice:
    if not refund:
        facts = invoices.facts_of(milestone.project, milestone, day)
        return invoices.write(milestone, kind="invoice", serial=None, number=number, facts=facts, at=at)
    credited = credit_notes.due().filter(milestone=milestone, pk=refund).first()
    if credited is None:
        raise Stale(_("There is nothing to credit."))
    paper = credit_notes.paper_of(credited)
    paper.milestone = milestone
    return credit_notes.write(paper, credited, serial=None, number=number, issued_on=day, at=at)


def _tell(invoice: Invoice, by: Actor, at: datetime) -> None:
    if invoice.corrects_id:
        about = {"corrects": invoice.corrects_id, "refund": invoice.refund_id or ""}
        invoices.tell(invoice, "invoice.credited", by=by, at=at, **about)
    else:
        invoices.tell(invoice, "invoice.issued", by=by, at=at)


def _file(project: Project, number: str, sha256: str, size: int, at: datetime) -> File:
    name, media_type = invoices.file_name(number), "application/pdf"
    return File.objects.create(
        project=project, sha256=sha256, size_bytes=size, name=name, media_type=media_type, kept_at=at
    )


# -- what was typed and chosen -------------------------------------------------------------------


def _read(project: Project, number: str, issued_on: str, at: datetime) -> tuple[str, date]:
    """Everything that is wrong at once, each at its field."""
    wrong: list[Refused] = []
    read: tuple[str, date] = ("", date.min)
    try:
        read = own_number(number), read[1]
    except Refused as refused:
        wrong.append(Refused(refused.sentence, field="number"))
    try:
        read = read[0], _day(project, issued_on, at)
    except Refused as refused:
        wrong.append(Refused(refused.sentence, field="issued_on"))
    if wrong:
        raise Several(wrong)
    return read


def _day(project: Project, typed: str, at: datetime) -> date:
    zone = ZoneInfo(project.agreed.said.time_zone)
    assert project.agreed.in_force_at is not None, "only what is agreed is approved"
    return entries.day(
        typed,
        earliest=project.agreed.in_force_at.astimezone(zone).date(),
        latest=at.astimezone(zone).date(),
        before=_("This day lies before the agreement."),
        after=_("This day is yet to come: type the date that stands on it."),
    )


def _checked(pdf: BinaryIO) -> Iterator[bytes]:
    """The bytes, as far as they are a PDF by what they begin and end with: names and declared types prove nothing."""
    end = first = pdf.read(_CHUNK)
    if not first.startswith((b"%PDF-1.", b"%PDF-2.")):
        raise Refused(_("This is no PDF. Save it as a PDF and choose it again."), field="pdf")
    yield first
    while chunk := pdf.read(_CHUNK):
        end = (end + chunk)[-_AFTER_END:]
        yield chunk
    if _END not in end[-_AFTER_END:]:
        raise Refused(_("This PDF is cut off at its end. Choose it again."), field="pdf")
