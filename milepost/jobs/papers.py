"""Papers that follow a deed: the sealed agreement, invoices and their PDF. Rendered outside every transaction."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any, Final, cast

from django.conf import settings
from django.utils.translation import gettext as _

from milepost.actions import invoices, sealing
from milepost.core.catalogue import Holder
from milepost.core.invoicing import contained_tax, percent
from milepost.core.money import Money
from milepost.documents import invoice as documents
from milepost.documents.invoice import InvoiceFacts, InvoiceLine, InvoiceParty, InvoiceTax
from milepost.jobs.sweeps import Sweep
from milepost.models import Invoice, Milestone, Terms

CHUNK: Final = 20


def to_seal(at: datetime) -> Iterable[Terms]:
    """In force, and the executed copy is not there yet."""
    rows = Terms.objects.filter(executed_copy=None, in_force_at__isnull=False)
    return rows.order_by("in_force_at").iterator(CHUNK)


def to_invoice(at: datetime) -> Iterable[Milestone]:
    """Approved, and not invoiced yet."""
    return Milestone.objects.filter(status="approved", invoice=None).order_by("moved_at").iterator(CHUNK)


def to_invoice_ever(at: datetime) -> Iterable[Milestone]:
    """Closed before its invoice was issued: the worker was busy or stopped."""
    return Milestone.objects.filter(status="closed", invoice=None).order_by("moved_at").iterator(CHUNK)


def to_print(at: datetime) -> Iterable[Invoice]:
    """Issued, and the PDF is not there yet."""
    return Invoice.objects.filter(paper=None).order_by("issued_at").select_related("milestone").iterator(CHUNK)


def put_on_paper(invoice: Invoice, at: datetime) -> Invoice:
    return invoices.keep_paper(invoice=invoice, pdf=documents.render(facts_of(invoice)), at=at)


def facts_of(invoice: Invoice) -> InvoiceFacts:
    """What the paper says: only what was known when the invoice was issued."""
    facts = cast(dict[str, Any], invoice.facts)
    amount = Money(invoice.amount_minor, invoice.currency)
    return InvoiceFacts(
        number=invoice.number,
        issued_on=date.fromisoformat(facts["issued_on"]),
        issuer=InvoiceParty(**facts["issuer"]),
        recipient=InvoiceParty(**facts["recipient"]),
        project=facts["project"],
        milestone=facts["milestone"],
        lines=(InvoiceLine(facts["milestone"], amount, tuple(facts["deliverables"])),),
        tax=_tax(facts["tax"], amount) if invoice.kind == "invoice" else None,
        holder=facts["holder"],
        state=_state(facts["holder"], facts["issuer"]["name"]),
        language=facts["language"],
    )


def _tax(tax: dict[str, Any], amount: Money) -> InvoiceTax:
    """Amounts are what is payable: the tax is contained in them."""
    if tax["treatment"] != "standard":
        return InvoiceTax(tax["reason"])
    _net, contained = contained_tax(amount, tax["rate_basis_points"])
    words = _("Tax included, %(percent)s %%") % {"percent": percent(tax["rate_basis_points"])}
    return InvoiceTax(words, contained)


def _state(holder: Holder, issuer: str) -> str:
    if holder == "nobody":
        how = _("To be paid to %(issuer)s. How to pay stands on the milestone's page at %(address)s, never in a mail.")
        return how % {"issuer": issuer, "address": settings.BASE_URL}
    return _("Paid from what was held for this milestone. Nothing is left to pay.")


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
    Sweep("invoices to print", _SECONDS, to_print, put_on_paper),
)
