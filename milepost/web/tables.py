"""The lists as tables to keep, for a spreadsheet."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from milepost.core.money import Money, plain
from milepost.models import Party
from milepost.web import access, invoicing, lists, papers, turns
from milepost.web.invoices import asked_of, tax_of
from milepost.web.road import name_of, other_side

# Spreadsheets take a cell that begins with one of these for a formula; an apostrophe before it makes it text.
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


@require_safe
@access.signed_in
def projects(request: HttpRequest) -> HttpResponse:
    """GET /projects.csv: what the page shows, all of it."""
    own, show = access.parties(request), request.GET.get("show", "all")
    rows = turns.with_change(lists.chosen(request, own, show, turns.of(own) if show == "waiting" else []))
    head = (_("Project"), _("With"), _("As"), _("State"), _("Currency"), _("Total"), _("Started"))
    return _table("projects.csv", head, rows.order_by("-pk").iterator(500), lambda row: _project_cells(row, own))


@require_safe
@access.signed_in
def invoices(request: HttpRequest) -> HttpResponse:
    """GET /invoices.csv: what the page shows, all of it."""
    rows = invoicing.chosen(asked_of(request)).order_by("-pk").iterator(500)
    return _table("invoices.csv", _invoice_head(), rows, _invoice_cells)


def _invoice_head() -> tuple[str, ...]:
    words = (
        _("Number"),
        _("Kind"),
        _("As"),
        _("With"),
        _("Project"),
        _("Milestone"),
        _("Issued"),
        _("Due"),
        _("State"),
    )
    return (*words, _("Currency"), _("Amount"), _("Tax"), _("Credited"), _("Corrects"))


def _project_cells(row: Any, own: list[Party]) -> tuple[str, ...]:
    side = turns.side_of(row, own)
    said = row.terms.said if row.terms is not None and row.terms.body is not None else None
    money = (said.currency, plain(said.total)) if said else ("", "")
    other = name_of(row, other_side(side))
    return (row.name, other, side, row.state, *money, row.started_at.date().isoformat())


def _invoice_cells(invoice: Any) -> tuple[str, ...]:
    row, tax = papers.row(invoice), tax_of(invoice, invoice.facts).get("amount")
    side = _("issuer") if invoice.issued else _("recipient")
    words = (row["number"], row["kind"], side, row["other"], row["project"], row["milestone"])
    days = (row["issued_on"].isoformat(), invoice.due_on.isoformat() if invoice.due_on else "")
    money = (plain(row["amount"]), plain(tax) if tax else "", plain(Money(invoice.credited_minor, invoice.currency)))
    corrects = invoice.facts["corrects"]["number"] if invoice.corrects_id else ""
    return (*words, *days, row["state"]["name"], invoice.currency, *money, corrects)


def _table(
    name: str, head: tuple[str, ...], rows: Iterable[Any], cells: Callable[[Any], tuple[str, ...]]
) -> HttpResponse:
    lines = csv.writer(_Echo())

    def text() -> Iterator[str]:
        # The mark by which spreadsheets know that the letters are Unicode.
        yield "\ufeff" + lines.writerow(head)
        for row in rows:
            yield lines.writerow([defused(cell) for cell in cells(row)])

    response = StreamingHttpResponse(text(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    # By its type a stream is no HttpResponse; whoever passes it on treats it as one.
    return response  # type: ignore[return-value]


def defused(cell: str) -> str:
    """Text of people is never a formula."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell


class _Echo:
    """Lets the csv writer answer with the line instead of writing it somewhere."""

    def write(self, line: str) -> str:
        return line
