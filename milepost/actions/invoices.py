"""An invoice, or without tax data a payment request, for each approved milestone. The PDF is made afterwards."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from milepost.actions import milestones, payee, series
from milepost.core import chain, dues
from milepost.core.actors import HOUSE, Actor
from milepost.core.references import structured_reference
from milepost.core.refusals import Refused
from milepost.events.record import record
from milepost.gateways import storage
from milepost.models import File, Invoice, Milestone, Project, Review, Signature


def issue(*, milestone: Milestone, at: datetime) -> Invoice:
    """Issues the milestone's paper with the next number of its issuer; a second call answers with the first.

    Refuses a milestone that is not approved, and an issuer who numbers papers elsewhere. Everything printed is taken
    down as it is known now.
    """
    with transaction.atomic():
        project, milestone = milestones.locked(milestone)
        issued = Invoice.objects.filter(milestone=milestone).first()
        if issued is not None:
            return issued
        must_be_approved(milestone)
        if not project.freelancer.issues_here:
            raise Refused(_("The freelancer gives invoices numbers of their own."))
        kind = _kind(project)
        serial, number = series.take(issuer=project.freelancer, kind=kind)
        facts = facts_of(project, milestone, at.astimezone(ZoneInfo(project.agreed.said.time_zone)).date())
        invoice = write(milestone, kind=kind, serial=serial, number=number, facts=facts, at=at)
        tell(invoice, "invoice.issued", by=HOUSE, at=at)
    return invoice


def must_be_approved(milestone: Milestone) -> None:
    if milestone.status not in ("approved", "closed"):
        raise Refused(_("An invoice is issued for what is approved."))


def write(
    milestone: Milestone, *, kind: str, serial: int | None, number: str, facts: dict[str, object], at: datetime
) -> Invoice:
    """The row of the milestone's paper, in the caller's transaction: with what is to be paid directly, until when and
    where to, as the issuer's details are now."""
    direct = milestone.holder == "nobody"
    return Invoice.objects.create(
        issuer_id=milestone.project.freelancer_id,
        recipient_id=milestone.project.client_id,
        milestone=milestone,
        kind=kind,
        serial=serial,
        number=number,
        amount_minor=milestone.amount.minor,
        currency=milestone.amount.currency,
        facts=facts,
        issued_at=at,
        due_on=_due_on(milestone) if direct else None,
        payee=payee.in_force(milestone.project.freelancer, at) if direct else None,
    )


def _due_on(milestone: Milestone) -> date:
    said = milestone.project.agreed.said
    approved = Review.objects.get(delivery__milestone=milestone, verdict="approved")
    return dues.due_on(approved.given_at, said.payment_days, said.time_zone)


def tell(invoice: Invoice, kind: str, *, by: Actor, at: datetime, **more: str) -> None:
    """The event of a paper, with all that stands on it: the record shows for ever that it is as it was issued."""
    data: dict[str, Any] = {"milestone": invoice.about.pk, "invoice": invoice.pk, "number": invoice.number} | more
    record(invoice.about.project, kind, by=by, at=at, personal={"paper": as_issued(invoice)}, **data)


def as_issued(invoice: Invoice) -> str:
    """All that a paper says and never changes, as one text."""
    return chain.canonical(
        {
            "issuer": invoice.issuer_id,
            "recipient": invoice.recipient_id,
            "kind": invoice.kind,
            "number": invoice.number,
            "amount": invoice.amount_minor,
            "currency": invoice.currency,
            "due_on": invoice.due_on.isoformat() if invoice.due_on else "",
            "payee": invoice.payee_id or "",
            "facts": invoice.facts,
        }
    )


def keep_paper(*, invoice: Invoice, pdf: bytes, at: datetime) -> Invoice:
    """Stores the rendered PDF, once."""
    sha256, size = storage.keep(settings.FILES, [pdf], bytes_max=settings.FILE_BYTES_MAX)
    with transaction.atomic():
        file = File.objects.create(
            project_id=invoice.about.project_id,
            sha256=sha256,
            size_bytes=size,
            name=file_name(invoice.number),
            media_type="application/pdf",
            kept_at=at,
        )
        if Invoice.objects.filter(pk=invoice.pk, paper=None).update(paper=file) != 1:
            transaction.set_rollback(True)
    invoice.refresh_from_db()
    return invoice


def file_name(number: str) -> str:
    """`2027-014.pdf` of the number 2027/014."""
    return f"{number.replace('/', '-')}.pdf"


def _kind(project: Project) -> str:
    """An invoice needs the issuer's name, address and tax line (or the reason why there is none)."""
    tax, issuer = project.agreed.said.tax, project.freelancer
    named = bool(issuer.legal_name and issuer.postal_address)
    taxed = (tax.treatment == "standard" and issuer.tax_id) or (tax.treatment == "exempt" and tax.reason)
    return "invoice" if named and taxed else "payment_request"


def facts_of(project: Project, milestone: Milestone, issued_on: date) -> dict[str, object]:
    """Everything printed beside number and amount, as it is known now."""
    said = project.agreed.said
    return {
        "issuer": _party(project, "freelancer"),
        "recipient": _party(project, "client"),
        "issued_on": issued_on.isoformat(),
        "project": project.name,
        "milestone": milestone.said.title,
        "deliverables": [deliverable.title for deliverable in milestone.said.deliverables],
        "tax": {
            "treatment": said.tax.treatment,
            "rate_basis_points": said.tax.rate_basis_points,
            "reason": said.tax.reason,
        },
        "holder": milestone.holder,
        "reference": structured_reference(milestone.pk),
        "custodian": said.custodian.name if said.custodian and milestone.holder == "custodian" else "",
        "language": said.language,
    }


def _party(project: Project, side: str) -> dict[str, str]:
    """As it signed; the tax number is the party's own, which it may have added since."""
    signature = Signature.objects.get(terms=project.agreed, side=side)
    party = project.client if side == "client" else project.freelancer
    return {
        "name": signature.legal_name,
        "postal_address": signature.postal_address,
        "email": signature.email,
        "tax_id": party.tax_id,
    }
