"""What is printed of an invoice, a payment request or a credit note: only what was known when it was issued."""

from __future__ import annotations

from datetime import date
from typing import Any, cast

from django.conf import settings
from django.utils.translation import gettext as _

from milepost.core.invoicing import contained_tax, percent
from milepost.core.money import Money
from milepost.documents.invoice import Corrected, InvoiceFacts, InvoiceLine, InvoiceParty, InvoiceTax
from milepost.models import Invoice


def facts_of(invoice: Invoice) -> InvoiceFacts:
    """All that the paper says."""
    facts = cast(dict[str, Any], invoice.facts)
    amount = Money(invoice.amount_minor, invoice.currency)
    corrects = _corrects(facts["corrects"], invoice.currency) if invoice.corrects_id else None
    taxed = (corrects.kind if corrects else invoice.kind) == "invoice"
    return InvoiceFacts(
        number=invoice.number,
        issued_on=date.fromisoformat(facts["issued_on"]),
        due_on=invoice.due_on,
        issuer=InvoiceParty(**facts["issuer"]),
        recipient=InvoiceParty(**facts["recipient"]),
        project=facts["project"],
        milestone=facts["milestone"],
        lines=(InvoiceLine(facts["milestone"], amount, tuple(facts["deliverables"])),),
        tax=_tax(facts, amount) if taxed else None,
        holder=facts["holder"],
        state=_refunded(facts) if corrects else _state(invoice, facts),
        reference=facts.get("reference", "") if invoice.due_on else "",
        corrects=corrects,
        language=facts["language"],
    )


def _corrects(paper: dict[str, Any], currency: str) -> Corrected:
    issued_on = date.fromisoformat(paper["issued_on"])
    return Corrected(paper["kind"], paper["number"], issued_on, Money(paper["whole_minor"], currency))


def _tax(facts: dict[str, Any], amount: Money) -> InvoiceTax:
    """Amounts are what is payable: the tax is contained in them. What a credit note takes back of it, it says."""
    tax = facts["tax"]
    if tax["treatment"] != "standard":
        return InvoiceTax(tax["reason"])
    _net, contained = contained_tax(amount, tax["rate_basis_points"])
    if "tax_minor" in facts:
        contained = Money(facts["tax_minor"], amount.currency)
    words = _("Tax included, %(percent)s %%") % {"percent": percent(tax["rate_basis_points"])}
    return InvoiceTax(words, contained)


def _state(invoice: Invoice, facts: dict[str, Any]) -> str:
    """How it is paid. Of the account only so much that whoever knows it can tell that it is the same."""
    names = {"issuer": facts["issuer"]["name"], "custodian": facts.get("custodian", ""), "address": settings.BASE_URL}
    match facts["holder"]:
        case "nobody" if invoice.payee and invoice.payee.ending:
            how = _(
                "To be paid to %(issuer)s, to the account ending in %(ending)s. "
                "The full details stand on the milestone's page at %(address)s, behind login or code, never in a mail."
            )
            return how % (names | {"ending": invoice.payee.ending})
        case "nobody":
            how = _(
                "To be paid to %(issuer)s. How to pay stands on the milestone's page at %(address)s, never in a mail."
            )
            return how % names
        case "freelancer":
            return _("Paid from the deposit that %(issuer)s received in advance. Nothing is left to pay.") % names
        case "custodian":
            return _("Paid from what %(custodian)s held for this milestone. Nothing is left to pay.") % names
    return _("Paid from what was held for this milestone. Nothing is left to pay.")


def _refunded(facts: dict[str, Any]) -> str:
    return _("The amount was refunded to %(recipient)s.") % {"recipient": facts["recipient"]["name"]}
