"""Papers: numbers without a hole, issued ones unchanged, and what was refunded taken back on paper, no more."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Aggregate, Count, Exists, F, Max, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from milepost.actions import credit_notes, invoices
from milepost.jobs.audit.finding import Finding, pieces
from milepost.models import Invoice, Personal, Series, SeriesStart

# The worker makes a credit note within seconds; it may have been stopped for a while.
CREDITED_WITHIN: Final = timedelta(days=1)


def findings(at: datetime) -> Iterator[Finding]:
    yield from _numbers()
    yield from _unchanged()
    yield from _credited()
    yield from _missing(at)


def _numbers() -> Iterator[Finding]:
    """Each series runs from 1 to its last number; what is left out, a member has said. In one statement: papers are
    issued meanwhile."""
    given = Invoice.objects.filter(issuer=OuterRef("party"), kind=OuterRef("kind"), serial__isnull=False)
    starts = SeriesStart.objects.filter(series=OuterRef("pk"))
    rows: QuerySet[Any] = Series.objects.annotate(
        given=_over(given, "issuer", Count("pk")),
        last=_over(given, "issuer", Max("serial")),
        left_out=_over(starts, "series", Sum(F("number") - F("before"))),
    )
    for series in rows.exclude(given=F("next_number") - 1 - F("left_out"), last__lt=F("next_number")):
        yield Finding("numbers", series.party_id, f"The {series.kind} numbers of {series.party_id} have a hole.")
    inside = SeriesStart.objects.filter(series__party=OuterRef("issuer"), series__kind=OuterRef("kind"))
    inside = inside.filter(before__lte=OuterRef("serial"), number__gt=OuterRef("serial"))
    known = Series.objects.filter(party=OuterRef("issuer"), kind=OuterRef("kind"))
    odd = Q(serial__lt=1) | Exists(inside) | ~Exists(known)
    for invoice in Invoice.objects.filter(odd, serial__isnull=False):
        yield Finding("numbers", invoice.pk, f"{invoice.pk} has a number that its series did not give.")


def _over(rows: QuerySet[Any], key: str, sum_of: Aggregate) -> Coalesce:
    return Coalesce(Subquery(rows.order_by().values(key).annotate(whole=sum_of).values("whole")), 0)


def _unchanged() -> Iterator[Finding]:
    """What was recorded as each was issued; papers from before it was recorded have their number there alone."""
    for piece in pieces(Personal.objects.filter(name="paper").select_related("event")):
        kinds = ("invoice.issued", "invoice.credited")
        said = {_id(personal.event.data): personal.value for personal in piece if personal.event.kind in kinds}
        for invoice in Invoice.objects.filter(pk__in=said):
            if invoices.as_issued(invoice) != said[invoice.pk]:
                yield Finding("issued", invoice.pk, f"{invoice.pk} is not as it was issued.")


def _id(data: str) -> str:
    try:
        return str(json.loads(data)["invoice"])
    except (ValueError, KeyError, TypeError):
        return ""


def _credited() -> Iterator[Finding]:
    notes = Invoice.objects.filter(corrects__isnull=False).order_by().values("corrects")
    for note in notes.annotate(whole=Sum("amount_minor"), most=Max("corrects__amount_minor")):
        if note["whole"] > note["most"]:
            yield Finding(
                "credited", str(note["corrects"]), f"More of {note['corrects']} is credited than it asks for."
            )


def _missing(at: datetime) -> Iterator[Finding]:
    """Who numbers papers elsewhere is asked for the credit note, and may take their time."""
    late = credit_notes.due().filter(settled_at__lt=at - CREDITED_WITHIN)
    for refund in late.filter(milestone__project__freelancer__issues_here=True):
        yield Finding("credited", refund.pk, f"{refund.pk} was refunded, and no credit note was issued for it.")
