"""One invoice or payment request: as a page that prints as it stands, and as the PDF to keep."""

from __future__ import annotations

from datetime import date
from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from milepost.core.invoicing import contained_tax, percent
from milepost.core.money import Money
from milepost.models import Invoice
from milepost.web import access, answers, files
from milepost.web.rows import kind_words, unpaid_words


@require_safe
@access.known
def invoice(request: HttpRequest, id: str) -> HttpResponse:
    """GET /invoices/<id>: what was known when it was issued, and whether it is paid by now."""
    found = access.invoice(request, id)
    return answers.page(request, "invoices/invoice.html", _shown(request, found))


@require_safe
@access.known
def paper(request: HttpRequest, id: str) -> HttpResponse:
    """GET /invoices/<id>/paper: the PDF, which is made shortly after the invoice is issued."""
    return files.attached(access.invoice(request, id).paper)


def _shown(request: HttpRequest, invoice: Invoice) -> dict[str, Any]:
    facts = cast(dict[str, Any], invoice.facts)
    amount = Money(invoice.amount_minor, invoice.currency)
    return {
        "invoice": invoice,
        "kind": kind_words(invoice.kind),
        "facts": facts,
        "issued_on": date.fromisoformat(facts["issued_on"]),
        "amount": amount,
        "tax": _tax(facts["tax"], amount) if invoice.kind == "invoice" else {},
        "paid": invoice.about.status == "closed",
        "unpaid": unpaid_words(facts["holder"]),
        "back": _back(request, invoice),
        "nav": "projects",
        "pretend_money": settings.DEMO or facts["holder"] == "sandbox",
    }


def _tax(tax: dict[str, Any], amount: Money) -> dict[str, Any]:
    """Amounts are what is payable: the tax is contained in them."""
    if tax["treatment"] != "standard":
        return {"words": tax["reason"]}
    net, contained = contained_tax(amount, tax["rate_basis_points"])
    words = _("Tax included, %(percent)s %%") % {"percent": percent(tax["rate_basis_points"])}
    return {"words": words, "amount": contained, "net": net}


def _back(request: HttpRequest, invoice: Invoice) -> dict[str, str]:
    """A guest has one project and no lists."""
    if request.user.is_authenticated:
        return {"href": reverse("invoices"), "words": _("Invoices")}
    return {"href": reverse("project", args=[invoice.about.project_id]), "words": invoice.about.project.name}
