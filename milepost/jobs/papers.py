"""Papers that follow a deed: the sealed agreement, invoices, credit notes and their PDF. Rendered outside every
transaction."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q

from milepost.actions import credit_notes, invoices, sealing
from milepost.documents import invoice as documents
from milepost.jobs.printing import facts_of
from milepost.jobs.sweeps import Sweep
from milepost.models import Invoice, Milestone, Refund, Terms

CHUNK: Final = 20
# What closed longer ago is looked for once an hour.
LATELY: Final = timedelta(hours=2)


def to_seal(at: datetime) -> Iterable[Terms]:
    """In force, and the executed copy is not there yet."""
    rows = Terms.objects.filter(executed_copy=None, in_force_at__isnull=False)
    return rows.order_by("in_force_at").iterator(CHUNK)


def to_invoice(at: datetime) -> Iterable[Milestone]:
    """Approved, and not invoiced yet; by a freelancer whose invoices are issued here. A deposit closes as it is
    approved."""
    yield from _uninvoiced(Q(status="approved"))
    yield from _uninvoiced(Q(status="closed", moved_at__gte=at - LATELY))


def to_invoice_ever(at: datetime) -> Iterable[Milestone]:
    """Closed before its invoice was issued: the worker was busy or stopped."""
    return _uninvoiced(Q(status="closed"))


def _uninvoiced(which: Q) -> Iterable[Milestone]:
    rows = Milestone.objects.filter(which, invoice=None, project__freelancer__issues_here=True)
    return rows.order_by("moved_at").iterator(CHUNK)


def to_print(at: datetime) -> Iterable[Invoice]:
    """Issued here, and the PDF is not there yet."""
    rows = Invoice.objects.filter(paper=None, serial__isnull=False).order_by("issued_at")
    return rows.select_related("milestone__project", "corrects__milestone__project", "payee").iterator(CHUNK)


def to_credit(at: datetime) -> Iterable[Refund]:
    """Refunded after the paper was issued, and not taken back on paper yet."""
    rows = credit_notes.due().filter(milestone__project__freelancer__issues_here=True)
    return rows.order_by("settled_at").select_related("milestone").iterator(CHUNK)


def put_on_paper(invoice: Invoice, at: datetime) -> Invoice:
    return invoices.keep_paper(invoice=invoice, pdf=documents.render(facts_of(invoice)), at=at)


_SECONDS: Final = timedelta(seconds=5)

SWEEPS: Final = (
    Sweep("agreements to seal", _SECONDS, to_seal, lambda terms, at: sealing.executed(terms=terms, at=at)),
    Sweep("invoices to issue", _SECONDS, to_invoice, lambda milestone, at: invoices.issue(milestone=milestone, at=at)),
    Sweep(
        "invoices that were not issued",
        timedelta(hours=1),
        to_invoice_ever,
        lambda milestone, at: invoices.issue(milestone=milestone, at=at),
    ),
    Sweep("refunds to credit", _SECONDS, to_credit, lambda refund, at: credit_notes.issue(refund=refund, at=at)),
    Sweep("invoices to print", _SECONDS, to_print, put_on_paper),
)
