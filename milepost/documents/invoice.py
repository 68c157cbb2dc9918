"""An invoice, a payment request where the issuer has no tax data, or what takes one back, as one page of PDF.

Never with bank details: papers are mailed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final, Literal

from milepost.core.catalogue import Holder
from milepost.core.money import Money, total
from milepost.core.references import grouped
from milepost.documents import figures, fonts
from milepost.documents.blocks import Fact
from milepost.gateways import renderer

TEMPLATE: Final = Path(__file__).parent / "invoice.typ"


@dataclass(frozen=True, slots=True)
class InvoiceParty:
    """Who issues or receives it. `tax_id` may be empty; `postal_address` may have several lines."""

    name: str
    postal_address: str
    email: str
    tax_id: str = ""


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    """What is charged for; `details` stand small under the title."""

    title: str
    amount: Money
    details: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class InvoiceTax:
    """The tax contained in the total, or, with no `amount`, the sentence that says why there is none."""

    text: str
    amount: Money | None = None


@dataclass(frozen=True, slots=True)
class Corrected:
    """The paper that this one takes back, whole or in part: an invoice, or a payment request."""

    kind: Literal["invoice", "payment_request"]
    number: str
    issued_on: date
    whole: Money

    @property
    def name(self) -> str:
        """`Invoice INV-0007`."""
        return f"{'Invoice' if self.kind == 'invoice' else 'Payment request'} {self.number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceFacts:
    """All that the paper says. `tax` None makes it a payment request, which is not an invoice; `corrects` a credit
    note, or a refund note where there was no invoice to be credited.

    `state` is the sentence on payment, "Payment received on ..." or how it is paid, fit for both readers.
    """

    number: str
    issued_on: date
    due_on: date | None = None
    issuer: InvoiceParty
    recipient: InvoiceParty
    project: str
    milestone: str
    lines: Sequence[InvoiceLine]
    tax: InvoiceTax | None
    holder: Holder
    state: str
    # The structured reference that a transfer should name; empty where none is to be made.
    reference: str = ""
    corrects: Corrected | None = None
    language: str = "en"

    @property
    def total(self) -> Money:
        return total((line.amount for line in self.lines), self.lines[0].amount.currency)

    @property
    def title(self) -> str:
        if self.corrects is not None:
            return "Credit note" if self.corrects.kind == "invoice" else "Refund note"
        return "Payment request" if self.tax is None else "Invoice"


def render(facts: InvoiceFacts) -> bytes:
    """PDF/A-3a and PDF/UA-1; the same facts give the same bytes. Raises `CannotSet` and `RenderingFailed`."""
    return renderer.render(TEMPLATE, _data(facts), fonts=fonts.folders())


def _data(facts: InvoiceFacts) -> dict[str, Any]:
    return {
        "title": facts.title,
        "number": facts.number,
        "language": facts.language,
        "made_on": facts.issued_on.isoformat(),
        "warning": "Pretend money: a demonstration. Nothing is to be paid." if facts.holder == "sandbox" else "",
        "issuer": _party("From", facts.issuer),
        "recipient": _party("To", facts.recipient),
        "facts": [asdict(fact) for fact in _dates(facts)],
        "columns": ["For", "Amount"],
        "lines": [
            {"title": line.title, "details": line.details, "amount": figures.amount(line.amount)}
            for line in facts.lines
        ],
        "sums": _tax(facts),
        "total": {
            "label": "Credited" if facts.title == "Credit note" else "Refunded" if facts.corrects else "Total",
            "text": figures.amount(facts.total),
        },
        "notes": _notes(facts),
    }


def _party(role: str, party: InvoiceParty) -> dict[str, Any]:
    tax_id = f"Tax number {party.tax_id}" if party.tax_id else ""
    lines = [*party.postal_address.splitlines(), party.email, tax_id]
    return {"role": role, "name": party.name, "lines": [line.strip() for line in lines if line.strip()]}


def _dates(facts: InvoiceFacts) -> list[Fact]:
    dates = [Fact("Date", figures.day(facts.issued_on))]
    if facts.due_on:
        dates.append(Fact("Due", figures.day(facts.due_on)))
    if facts.reference:
        dates.append(Fact("Reference", grouped(facts.reference)))
    if facts.corrects:
        dates.append(Fact("For", f"{facts.corrects.name} of {figures.day(facts.corrects.issued_on)}"))
    return [*dates, Fact("Project", facts.project), Fact("Milestone", facts.milestone)]


def _tax(facts: InvoiceFacts) -> list[dict[str, str]]:
    if facts.tax is None or facts.tax.amount is None:
        return []
    net = Fact("Without tax", figures.amount(facts.total - facts.tax.amount))
    return [asdict(net), asdict(Fact(facts.tax.text, figures.amount(facts.tax.amount)))]


def _notes(facts: InvoiceFacts) -> list[str]:
    if facts.corrects is not None:
        return [facts.state, *_corrected(facts, facts.corrects)]
    notes = [facts.state]
    if facts.tax is None:
        notes.append("This is a payment request and not an invoice: what an invoice must say of tax is not known here.")
    elif facts.tax.amount is None:
        notes.append(facts.tax.text)
    return notes


def _corrected(facts: InvoiceFacts, corrects: Corrected) -> list[str]:
    what, whole = corrects.name[0].lower() + corrects.name[1:], facts.total == corrects.whole
    if corrects.kind == "payment_request":
        part = "All" if whole else f"A part of the {figures.amount(corrects.whole)}"
        return [f"{part} that {what} asked for was refunded. It was not an invoice, so this is not a credit note."]
    part = "in full" if whole else f"in part: it was for {figures.amount(corrects.whole)}"
    exempt = [facts.tax.text] if facts.tax is not None and facts.tax.amount is None else []
    return [f"This credits {what} {part}.", *exempt]
