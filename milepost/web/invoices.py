"""Invoices, payment requests and credit notes: all of them as a list, each as a page that prints, and as its PDF."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, cast
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from milepost.core.invoicing import contained_tax, percent
from milepost.core.money import Money
from milepost.core.references import grouped
from milepost.models import Invoice
from milepost.web import access, answers, files, invoicing, papers
from milepost.web.invoicing import Asked, Counted, Sums
from milepost.web.lists import paged, sought

# -- all of them -----------------------------------------------------------------------------------


@require_safe
@access.signed_in
def invoices(request: HttpRequest) -> HttpResponse:
    """GET /invoices?show=overdue&side=received&party=par_...&q=INV&before=inv_..."""
    own, asked = access.parties(request), asked_of(request)
    if asked.show == "missing":
        related = ("project__terms", "project__client", "project__freelancer", "invoice")
        found, pager = paged(request, invoicing.missing(asked).select_related(*related))
        rows = [papers.missing_row(milestone, own) for milestone in found]
    else:
        found, pager = paged(request, invoicing.chosen(asked))
        rows = [papers.row(invoice) for invoice in found]
    counted = invoicing.counted(asked)
    context = {
        "places": _places(),
        "filters": _filters(asked, counted),
        "sides": _sides(asked),
        "parties": own if len(own) > 1 else [],
        "asked": asked,
        "invoices": rows,
        "figures": [figure for sums in counted.sums for figure in _figures(sums)],
        "q": asked.words,
        "nothing": not (any(counted.counts.values()) or asked.words or asked.side or asked.party),
        "pager": pager,
        "nav": "projects",
        "export": "" if asked.show == "missing" else _href(asked, asked.show, "invoices-table"),
    }
    return answers.page(request, "lists/invoices.html", context)


def asked_of(request: HttpRequest) -> Asked:
    """What the address asks for; what it does not know means everything."""
    own = access.parties(request)
    given = {name: request.GET.get(name, "") for name in ("show", "side", "party")}
    return Asked(
        own=tuple(party.pk for party in own),
        today=_today(access.now(), own[0].time_zone),
        show=given["show"] if given["show"] in invoicing.SHOWN else "all",
        side=given["side"] if given["side"] in ("issued", "received") else "",
        party=given["party"] if given["party"] in {party.pk for party in own} else "",
        words=sought(request),
    )


def _today(at: datetime, zone: str) -> date:
    return at.astimezone(ZoneInfo(zone)).date()


def _places() -> list[dict[str, Any]]:
    """Projects and invoices are two lists of one place."""
    return [
        {"label": _("Projects"), "href": reverse("projects"), "count": None, "current": False},
        {"label": _("Invoices"), "href": reverse("invoices"), "count": None, "current": True},
    ]


def _filters(asked: Asked, counted: Counted) -> list[dict[str, Any]]:
    """An empty filter leads nowhere; the first and the current one always stand."""
    words = {
        "all": _("All"),
        "open": _("To be paid"),
        "overdue": _("Overdue"),
        "paid": _("Paid"),
        "credited": _("Credited"),
        "notes": _("Credit notes"),
        "missing": _("Own number missing"),
    }
    kept = [show for show in words if counted.counts[show] or show in ("all", asked.show)]
    return [
        {
            "label": words[show],
            "href": _href(asked, show),
            "count": counted.counts[show],
            "current": show == asked.show,
        }
        for show in kept
    ]


def _sides(asked: Asked) -> list[dict[str, Any]]:
    words = {"": _("Issued and received"), "issued": _("Issued"), "received": _("Received")}
    return [{"value": side, "words": words[side], "selected": side == asked.side} for side in words]


def _href(asked: Asked, show: str, name: str = "invoices") -> str:
    given = {"show": show if show != "all" else "", "side": asked.side, "party": asked.party, "q": asked.words}
    query = urlencode({name: value for name, value in given.items() if value})
    return f"{reverse(name)}?{query}" if query else reverse(name)


def _figures(sums: Sums) -> list[dict[str, Any]]:
    """What the papers shown come to; what is nothing is left out."""
    if sums.issued:
        words = (_("to be paid to you"), _("paid to you"), _("given back by you"))
    else:
        words = (_("to be paid by you"), _("paid by you"), _("given back to you"))
    amounts = (sums.to_pay, sums.paid, sums.credited)
    return [{"words": said, "amount": amount} for said, amount in zip(words, amounts, strict=True) if amount]


# -- one of them -----------------------------------------------------------------------------------


@require_safe
@access.known
def invoice(request: HttpRequest, id: str) -> HttpResponse:
    """GET /invoices/<id>: what was known when it was issued, and how it stands by now."""
    found = access.invoice(request, id)
    return answers.page(request, "invoices/invoice.html", _shown(request, found))


@require_safe
@access.known
def paper(request: HttpRequest, id: str) -> HttpResponse:
    """GET /invoices/<id>/paper: the PDF, which is made shortly after the invoice is issued, or came with it."""
    return files.attached(access.invoice(request, id).paper)


def _shown(request: HttpRequest, invoice: Invoice) -> dict[str, Any]:
    facts, today = (
        cast(dict[str, Any], invoice.facts),
        _today(access.now(), invoice.about.project.agreed.said.time_zone),
    )
    stated: Any = invoicing.with_state(Invoice.objects.filter(pk=invoice.pk), today).get()
    own = {party.pk for party in access.parties(request)} if request.user.is_authenticated else set()
    issued = invoice.issuer_id in own
    return {
        "invoice": invoice,
        "kind": papers.kind_words(invoice),
        "facts": facts,
        "issued_on": date.fromisoformat(facts["issued_on"]),
        "amount": Money(invoice.amount_minor, invoice.currency),
        "tax": tax_of(invoice, facts),
        "corrects": _corrected(facts["corrects"], invoice.currency) if invoice.corrects_id else None,
        "credit_notes": list(invoice.credit_notes.order_by("pk")),
        "credited": Money(stated.credited_minor, invoice.currency),
        "state": papers.standing(stated, issued=issued),
        "to_pay": stated.state in invoicing.TO_PAY,
        "reference": grouped(facts["reference"]) if invoice.due_on and facts.get("reference") else "",
        "could_be_invoice": issued and invoice.kind == "payment_request",
        "back": _back(request, invoice),
        "nav": "projects",
        "pretend_money": settings.DEMO or facts["holder"] == "sandbox",
    }


def tax_of(invoice: Invoice, facts: dict[str, Any]) -> dict[str, Any]:
    """Amounts are what is payable: the tax is contained in them."""
    kind = facts["corrects"]["kind"] if invoice.corrects_id else invoice.kind
    if kind != "invoice":
        return {}
    if facts["tax"]["treatment"] != "standard":
        return {"words": facts["tax"]["reason"]}
    amount, rate = Money(invoice.amount_minor, invoice.currency), facts["tax"]["rate_basis_points"]
    contained = contained_tax(amount, rate)[1]
    if "tax_minor" in facts:
        contained = Money(facts["tax_minor"], invoice.currency)
    words = _("Tax included, %(percent)s %%") % {"percent": percent(rate)}
    return {"words": words, "amount": contained, "net": amount - contained}


def _corrected(paper: dict[str, Any], currency: str) -> dict[str, Any]:
    kind = _("Invoice") if paper["kind"] == "invoice" else _("Payment request")
    issued_on, whole = date.fromisoformat(paper["issued_on"]), Money(paper["whole_minor"], currency)
    return {"kind": kind, "number": paper["number"], "issued_on": issued_on, "whole": whole}


def _back(request: HttpRequest, invoice: Invoice) -> dict[str, str]:
    """A guest has one project and no lists."""
    if request.user.is_authenticated:
        return {"href": reverse("invoices"), "words": _("Invoices")}
    return {"href": reverse("project", args=[invoice.about.project_id]), "words": invoice.about.project.name}
