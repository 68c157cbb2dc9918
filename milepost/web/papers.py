"""A paper in words: what it is called, how it stands, for the side that reads it; and as a row of the list."""

from __future__ import annotations

from datetime import date
from typing import Any, Final, cast

from django.urls import reverse
from django.utils.translation import gettext as _

from milepost.core.money import Money
from milepost.models import Invoice, Milestone, Party
from milepost.web.road import name_of
from milepost.web.templatetags.milepost import day_words

# The shape of each state. Green is for what is paid; amber for what waits for the reader.
ICONS: Final = {
    "to_pay": "clock",
    "due": "clock",
    "overdue": "exclamation-triangle",
    "sent": "paper-airplane",
    "underway": "arrow-path",
    "paid": "check-circle",
    "credited": "arrow-uturn-left",
    "credited_in_part": "arrow-uturn-left",
    "note": "arrow-uturn-left",
    "missing": "hashtag",
}


def kind_words(invoice: Invoice) -> str:
    """What it is called; a credit note is for an invoice alone."""
    if invoice.kind == "credit_note":
        corrected = cast(dict[str, Any], invoice.facts)["corrects"]
        return _("Credit note") if corrected["kind"] == "invoice" else _("Refund note")
    return _("Invoice") if invoice.kind == "invoice" else _("Payment request")


def row(invoice: Any) -> dict[str, Any]:
    """As the list shows it; the invoice came with its state (`invoicing.papers`)."""
    facts = invoice.facts
    return {
        "number": invoice.number,
        "href": reverse("invoice", args=[invoice.pk]),
        "kind": kind_words(invoice),
        "other": facts["recipient" if invoice.issued else "issuer"]["name"],
        "project": facts["project"],
        "milestone": facts["milestone"],
        "issued_on": date.fromisoformat(facts["issued_on"]),
        "issued": invoice.issued,
        "amount": Money(invoice.amount_minor, invoice.currency),
        "state": standing(invoice, issued=invoice.issued),
    }


def standing(invoice: Any, *, issued: bool) -> dict[str, str]:
    """The state of a paper: its words, shape and colour. `issued`: for the side that asks for the money."""
    waits = not issued and invoice.state in ("due", "overdue")
    colour = "closed" if invoice.state == "paid" else "overdue" if waits else ""
    return {"words": _words(invoice), "icon": ICONS[invoice.state], "colour": colour, "name": invoice.state}


def _words(invoice: Any) -> str:
    match invoice.state:
        case "to_pay" if invoice.due_on:
            return _("To be paid by %(day)s") % {"day": day_words(invoice.due_on)}
        case "to_pay":
            return _("To be paid")
        case "due":
            return _("Due today")
        case "overdue":
            return _("Overdue since %(day)s") % {"day": day_words(invoice.due_on)}
        case "sent":
            return _("Sent, not received yet")
        case "underway":
            return _("Payout under way")
        case "paid":
            return _("Paid")
        case "credited":
            return _("Credited in full") if invoice.kind == "invoice" else _("Refunded in full")
        case "credited_in_part":
            return _("Credited in part") if invoice.kind == "invoice" else _("Refunded in part")
    return _("For %(number)s") % {"number": invoice.facts["corrects"]["number"]}


def missing_row(milestone: Any, own: list[Party]) -> dict[str, Any]:
    """A milestone whose paper has yet to get its number: the freelancer adds it, the client waits for it."""
    issued = milestone.project.freelancer_id in {party.pk for party in own}
    credit = milestone.credit_missing and getattr(milestone, "invoice", None) is not None
    words = _("Credit note missing") if credit else _("Own number missing")
    return {
        "number": _("Add the number") if issued else _("To come"),
        "href": _place(milestone, issued=issued),
        "kind": "",
        "other": name_of(milestone.project, "client" if issued else "freelancer"),
        "project": milestone.project.name,
        "milestone": milestone.said.title,
        "issued_on": None,
        "issued": issued,
        "amount": milestone.amount,
        "state": {
            "words": words
            if issued
            else _("To come from %(name)s") % {"name": name_of(milestone.project, "freelancer")},
            "icon": ICONS["missing"],
            "colour": "overdue" if issued else "",
            "name": "missing",
        },
    }


def _place(milestone: Milestone, *, issued: bool) -> str:
    return reverse("milestone-invoices" if issued else "milestone", args=[milestone.pk])
