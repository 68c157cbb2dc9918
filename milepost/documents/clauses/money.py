"""Who holds the money, what is paid and when, tax and invoices."""

from __future__ import annotations

from collections.abc import Iterator

from milepost.core.terms import Terms
from milepost.documents import figures
from milepost.documents.blocks import Block, Bullets, Callout, Paragraph, Quoted
from milepost.documents.clauses.register import clause
from milepost.documents.holders import applies_to, uses


@clause(
    "funding.nobody",
    version=1,
    heading="Nobody holds money: pay on approval",
    needed=lambda terms: uses(terms, "nobody"),
)
def funding_nobody(terms: Terms) -> Iterator[Block]:
    yield Paragraph(
        f"For {applies_to(terms, 'nobody')} nobody holds money. The client pays the freelancer directly after approval, "
        "by invoice and bank transfer."
    )
    yield Paragraph(
        "No deposit is asked for. Until payment arrives, the freelancer bears the risk that it does not; "
        "the client is not asked to pay for what it has not approved."
    )
    yield Paragraph("Neither Milepost nor its operator receives, holds or passes on money.")


@clause(
    "funding.sandbox",
    version=1,
    heading="Pretend money: a demonstration",
    needed=lambda terms: uses(terms, "sandbox"),
)
def funding_sandbox(terms: Terms) -> Iterator[Block]:
    yield Callout(
        "Pretend money",
        (
            f"For {applies_to(terms, 'sandbox')} the money is pretend money, for demonstration and trial.",
            "No real money is collected, held, paid out or refunded.",
            "Neither party owes the other a real payment for it, whatever the other clauses say of payment.",
        ),
    )
    yield Paragraph("The steps are shown as they would be with real money:")
    yield Bullets(
        (
            "the client funds a milestone, and its amount is then shown as held;",
            "less than the amount does not open the milestone, and what is more than the amount is refunded;",
            "on approval the amount is released and paid out to the freelancer;",
            "on cancellation what is held is refunded to the client in full.",
        )
    )


@clause("payment", version=1, heading="Amounts and payment")
def payment(terms: Terms) -> Iterator[Block]:
    yield Paragraph(
        f"The amount of each milestone stands in the schedule. Together they make {figures.amount(terms.total)}. "
        "They are all that is payable for the work; expenses are included."
    )
    if uses(terms, "nobody"):
        yield Paragraph(
            f"For {applies_to(terms, 'nobody')}, the amount falls due when the milestone is approved. The client pays "
            "by bank transfer to the account that the freelancer shows in Milepost."
        )
        yield Paragraph(
            "The client says in Milepost that the payment was sent, and the freelancer says that it was received. The "
            "one does not stand for the other. The freelancer may not hold back the word that a payment was received. "
            "With it the milestone is closed."
        )
        yield Paragraph(
            "Bank details are shown in Milepost to the client who has proved who it is, and are never sent by e-mail. "
            "Neither party relies on bank details that come by e-mail."
        )
    if uses(terms, "sandbox"):
        yield Paragraph(
            f"For {applies_to(terms, 'sandbox')}, the amount is released to the freelancer when the milestone is "
            "approved. The milestone is closed when the payout is confirmed."
        )
    yield Paragraph("What the law gives to somebody who is paid late remains as it is.")


@clause("tax", version=1, heading="Tax")
def tax(terms: Terms) -> Iterator[Block]:
    assert terms.tax.included, "an amount of the terms is all that is payable"
    match terms.tax.treatment:
        case "standard":
            yield Paragraph(
                f"The amounts include tax on the supply (VAT, GST or sales tax) at {figures.rate(terms.tax.rate_basis_points)}."
            )
        case "exempt":
            yield Paragraph("No tax on the supply (VAT, GST or sales tax) is charged, for this reason:")
            yield Quoted((terms.tax.reason,))
        case "none":
            yield Paragraph(
                "These terms state no tax on the supply (VAT, GST or sales tax), and none is added to the amounts."
            )
    yield Paragraph("Each party pays the taxes on its own income and profit itself.")


@clause("invoices", version=1, heading="Invoices")
def invoices(terms: Terms) -> Iterator[Block]:
    yield Paragraph(
        "For each approved milestone the client receives an invoice of the freelancer, made in Milepost or by the "
        "freelancer itself. Where the freelancer has given no tax data, what Milepost makes is called a payment "
        "request and is not an invoice."
    )
    yield Paragraph(
        "The freelancer answers for what its invoice says. An invoice that has been issued is not altered afterwards."
    )
