"""What was paid back after a paper was issued is taken back on paper too: one credit note for each refund."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from milepost.actions import invoices, milestones, series
from milepost.core.actors import HOUSE
from milepost.core.invoicing import credited_tax
from milepost.core.money import Money, total
from milepost.core.refusals import Refused
from milepost.models import Invoice, Refund

# Money that was too much, or came too late, was never asked for by a paper: what goes back from there is no credit.
_TOO_MUCH = "/unapplied/"


def due() -> QuerySet[Refund]:
    """Refunds that have no credit note yet, of papers that are not credited in full."""
    rows = Refund.objects.filter(status="confirmed", credit_note=None, milestone__invoice__isnull=False)
    left = F("milestone__invoice__amount_minor") - credited_of("milestone__invoice")
    return rows.exclude(source__contains=_TOO_MUCH).annotate(left_minor=left).filter(left_minor__gt=0)


def credited_of(paper: str) -> Coalesce:
    """In a query: how much of a paper is credited, in minor units; `paper` is the name of its column."""
    notes = Invoice.objects.filter(corrects=OuterRef(paper)).order_by().values("corrects")
    return Coalesce(Subquery(notes.annotate(whole=Sum("amount_minor")).values("whole")), 0)


def issue(*, refund: Refund, at: datetime) -> Invoice | None:
    """Issues the refund's credit note with the next number of its issuer; a second call answers with the first.

    None when the paper is credited in full already. Refuses an issuer who numbers papers elsewhere, and a refund
    that takes no paper back.
    """
    with transaction.atomic():
        project, milestone = milestones.locked(refund.milestone)
        if noted := Invoice.objects.filter(refund=refund).first():
            return noted
        if not project.freelancer.issues_here:
            raise Refused(_("The freelancer gives credit notes numbers of their own."))
        paper = paper_of(refund)
        paper.milestone = milestone
        if not left_of(paper):
            return None
        serial, number = series.take(issuer=project.freelancer, kind="credit_note")
        issued_on = at.astimezone(ZoneInfo(project.agreed.said.time_zone)).date()
        note = write(paper, refund, serial=serial, number=number, issued_on=issued_on, at=at)
        invoices.tell(note, "invoice.credited", by=HOUSE, at=at, corrects=paper.pk, refund=refund.pk)
    return note


def paper_of(refund: Refund) -> Invoice:
    """The paper that a refund takes back. Refuses one that is not confirmed, or that takes none back."""
    refund = Refund.objects.get(pk=refund.pk)
    paper = Invoice.objects.filter(milestone=refund.milestone_id).first()
    if refund.status != "confirmed" or _TOO_MUCH in refund.source or paper is None:
        raise Refused(_("A credit note is issued for what was refunded of an invoice."))
    return paper


def left_of(paper: Invoice) -> Money:
    """What of a paper is not credited yet."""
    return Money(paper.amount_minor, paper.currency) - _credited(paper)


def write(paper: Invoice, refund: Refund, *, serial: int | None, number: str, issued_on: date, at: datetime) -> Invoice:
    """The row of a credit note, in the caller's transaction: the refund's amount, or what is left if that is less."""
    amount = min(refund.amount, left_of(paper))
    return Invoice.objects.create(
        issuer_id=paper.issuer_id,
        recipient_id=paper.recipient_id,
        corrects=paper,
        refund=refund,
        kind="credit_note",
        serial=serial,
        number=number,
        amount_minor=amount.minor,
        currency=amount.currency,
        facts=_facts(paper, amount, issued_on),
        issued_at=at,
    )


def _facts(paper: Invoice, amount: Money, issued_on: date) -> dict[str, Any]:
    """As the paper has them, with what it was, and the part of its tax that is credited with this."""
    facts = cast(dict[str, Any], paper.facts)
    rate = facts["tax"]["rate_basis_points"] if facts["tax"]["treatment"] == "standard" else 0
    _net, tax = credited_tax(_credited(paper), amount, rate)
    corrects = {"kind": paper.kind, "number": paper.number, "issued_on": facts["issued_on"]}
    corrects |= {"whole_minor": paper.amount_minor}
    return facts | {"issued_on": issued_on.isoformat(), "corrects": corrects, "tax_minor": tax.minor}


def _credited(paper: Invoice) -> Money:
    notes = Invoice.objects.filter(corrects=paper)
    return total((Money(note.amount_minor, note.currency) for note in notes), paper.currency)
