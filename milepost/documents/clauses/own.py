"""What stands at the head of the schedule that is bound with a contract of one's own."""

from __future__ import annotations

from collections.abc import Iterator

from milepost.core.terms import Terms
from milepost.documents.blocks import Block, Bullets, Callout, Fact, Facts, Paragraph
from milepost.documents.clauses.mandates import operator
from milepost.documents.clauses.register import clause


@clause("own", version=1, heading="This schedule, and the contract before it")
def own(terms: Terms) -> Iterator[Block]:
    yield Paragraph(
        f"The pages before this schedule are the contract that the {terms.sender} has uploaded. The contract and this "
        "schedule are one: what each party signs is a single fingerprint, computed from both."
    )
    yield Callout(
        "This schedule governs",
        (
            (
                "Where the contract and this schedule contradict each other, this schedule governs the amounts and how "
                "they are paid, the dates, delivery, review and acceptance, who holds the money, and how a milestone "
                "is cancelled."
            ),
            "In everything else the contract governs.",
        ),
    )
    yield Paragraph(
        "What Milepost carries out by itself, it reads from this schedule and from nowhere else. What stands in the "
        "contract alone the parties carry out themselves. In particular, Milepost carries out:"
    )
    yield Bullets(
        (
            "the opening of milestones in their order, from the day of the start on;",
            "the review window, its reminders, and approval by the clock when it ends in silence;",
            "the record of what is paid, held and refunded;",
            "cancellation, as far as this schedule allows it;",
            "an invoice or a payment request for each approved milestone.",
        )
    )
    yield Facts(
        (
            Fact("Terms", "the whole of what is agreed: the contract, this schedule and the figures and dates in it."),
            Fact("Milestone", "a checkpoint in the schedule that says when its deliverables are complete."),
            Fact("Deliverable", "an item that the freelancer hands over; each belongs to a milestone."),
            Fact("Delivery", "the act of handing over the deliverables of a milestone through Milepost."),
            Fact("Milepost", f"the software in which these terms were made and signed. {operator(terms)}"),
        )
    )
