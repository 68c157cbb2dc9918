"""How a milestone or the agreement ends, how the agreement changes, what happens in a dispute."""

from __future__ import annotations

from collections.abc import Iterator

from milepost.core.terms import Terms
from milepost.documents.blocks import Block, Paragraph
from milepost.documents.clauses.register import clause
from milepost.documents.holders import applies_to, uses


@clause("ending", version=1, heading="Ending")
def ending(terms: Terms) -> Iterator[Block]:
    yield Paragraph("The agreement ends when every milestone is closed or cancelled.")
    if uses(terms, "nobody"):
        yield Paragraph(
            f"For {applies_to(terms, 'nobody')}: before a milestone is open for work, either party may cancel it. "
            "While it is open or delivered, both together may cancel it, or the freelancer alone. Nothing is owed for "
            "a milestone that is cancelled."
        )
    if uses(terms, "sandbox"):
        yield Paragraph(
            f"For {applies_to(terms, 'sandbox')}: before a milestone is funded, either party may cancel it. Once it is "
            "funded, and while it is open or delivered, both together may cancel it, or the freelancer alone. What is "
            "held for it is then refunded to the client in full."
        )
    yield Paragraph(
        "An approved milestone cannot be cancelled. Cancelling one milestone leaves the others as they are."
    )
    yield Paragraph("The right to end the agreement for a serious reason, where the law gives it, remains.")
    yield Paragraph(
        "What is written here about rights that have passed, confidentiality, liability, disputes and law outlasts the "
        "end."
    )


@clause("changes", version=1, heading="Changes to this agreement")
def changes(terms: Terms) -> Iterator[Block]:
    yield Paragraph(
        "This agreement is changed only by new terms that both parties have signed. Until then it stays in force as it "
        "is. Conversations, messages and e-mails do not change it."
    )


@clause("disputes", version=1, heading="Disputes")
def disputes(terms: Terms) -> Iterator[Block]:
    yield Paragraph(
        "If the parties disagree, they first talk with each other and try in good faith to find a solution. If they "
        "find none, either may go to court."
    )
    yield Paragraph(
        "The operator of the installation decides nothing between the parties, and moves no money for one against the "
        "other."
    )
