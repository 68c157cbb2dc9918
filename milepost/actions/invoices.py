"""An invoice, or without tax data a payment request, for each approved milestone. The PDF is made afterwards."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from milepost.actions import milestones
from milepost.core.actors import HOUSE
from milepost.core.refusals import Refused
from milepost.events.record import record
from milepost.gateways import storage
from milepost.models import File, Invoice, Milestone, Party, Project, Series, Signature

PREFIXES = {"invoice": "INV-", "payment_request": "PR-"}


def issue(*, milestone: Milestone, at: datetime) -> Invoice:
    """Issues the milestone's paper with the next number of its issuer; a second call answers with the first.

    Refuses a milestone that is not approved. Everything printed is taken down as it is known now.
    """
    with transaction.atomic():
        project, milestone = milestones.locked(milestone)
        issued = Invoice.objects.filter(milestone=milestone).first()
        if issued is not None:
            return issued
        if milestone.status not in ("approved", "closed"):
            raise Refused(_("An invoice is issued for what is approved."))
        kind = _kind(project)
        serial, prefix = _next(project.freelancer, kind)
        invoice = Invoice.objects.create(
            issuer=project.freelancer,
            recipient=project.client,
            milestone=milestone,
            kind=kind,
            serial=serial,
            number=f"{prefix}{serial:04}",
            amount_minor=milestone.amount.minor,
            currency=milestone.amount.currency,
            facts=_facts(project, milestone, at),
            issued_at=at,
        )
        facts: dict[str, Any] = {"milestone": milestone.pk, "invoice": invoice.pk, "number": invoice.number}
        record(project, "invoice.issued", by=HOUSE, at=at, **facts)
    return invoice


def keep_paper(*, invoice: Invoice, pdf: bytes, at: datetime) -> Invoice:
    """Stores the rendered PDF, once."""
    sha256, size = storage.keep(settings.FILES, [pdf], bytes_max=settings.FILE_BYTES_MAX)
    with transaction.atomic():
        file = File.objects.create(
            project_id=invoice.about.project_id,
            sha256=sha256,
            size_bytes=size,
            name=f"{invoice.number}.pdf",
            media_type="application/pdf",
            kept_at=at,
        )
        if Invoice.objects.filter(pk=invoice.pk, paper=None).update(paper=file) != 1:
            transaction.set_rollback(True)
    invoice.refresh_from_db()
    return invoice


def _kind(project: Project) -> str:
    """An invoice needs the issuer's name, address and tax line (or the reason why there is none)."""
    tax, issuer = project.agreed.said.tax, project.freelancer
    named = bool(issuer.legal_name and issuer.postal_address)
    taxed = (tax.treatment == "standard" and issuer.tax_id) or (tax.treatment == "exempt" and tax.reason)
    return "invoice" if named and taxed else "payment_request"


def _next(issuer: Party, kind: str) -> tuple[int, str]:
    """The next number of the series, counted up in this transaction: a rollback leaves no hole."""
    series, _made = Series.objects.get_or_create(party=issuer, kind=kind, defaults={"prefix": PREFIXES[kind]})
    Series.objects.filter(pk=series.pk).update(next_number=F("next_number") + 1)
    series.refresh_from_db()
    return series.next_number - 1, series.prefix


def _facts(project: Project, milestone: Milestone, at: datetime) -> dict[str, object]:
    said = project.agreed.said
    issued_on = at.astimezone(ZoneInfo(said.time_zone)).date()
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
