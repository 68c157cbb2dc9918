"""Who agrees on what: parties, words, scope, inputs, the schedule."""

from __future__ import annotations

from collections.abc import Iterator

from milepost.core.terms import Milestone, Terms
from milepost.documents import figures
from milepost.documents.blocks import Block, Bullets, Fact, Facts, Item, Paragraph, Quoted, Row, Schedule
from milepost.documents.clauses.register import clause
from milepost.documents.holders import holder_name


@clause("parties", version=1, heading="Parties")
def parties(terms: Terms) -> Iterator[Block]:
    client, freelancer = figures.said(terms.client.name), figures.said(terms.freelancer.name)
    yield Paragraph(
        f"This agreement is made between {client} ({terms.client.email}), “the client”, "
        f"and {freelancer} ({terms.freelancer.email}), “the freelancer”. "
        "Both act in the course of a business, a trade or a profession."
    )
    yield Paragraph(
        f"The names stand here as the {terms.sender} typed them. Each party’s legal name, its postal address and the "
        "capacity in which somebody signs for it are stated with its signature and are part of this agreement. "
        "Another legal person than the one named needs new terms."
    )
    yield Paragraph("Whoever signs for a party states that they may bind it.")


@clause("parties", version=2, heading="Parties")
def parties_and_custodian(terms: Terms) -> Iterator[Block]:
    yield from parties(terms)
    if terms.custodian:
        custodian = f"{figures.said(terms.custodian.name)} ({terms.custodian.email})"
        yield Paragraph(
            f"{custodian} is named as custodian. It signs for the mandate that these terms give it, and for nothing else."
        )


@clause("words", version=1, heading="Meaning of words, and what governs")
def words(terms: Terms) -> Iterator[Block]:
    yield Paragraph("In this agreement these words have one meaning each:")
    yield Facts(
        (
            Fact("Terms", "the whole of what is agreed: this document and the figures and dates printed in it."),
            Fact(
                "Fingerprint",
                "a value computed from the terms, this document included. If anything in them is altered, "
                "the value is another one. What each party signs is the fingerprint.",
            ),
            Fact("Milestone", "a checkpoint in the schedule that says when its deliverables are complete."),
            Fact("Deliverable", "an item that the freelancer hands over; each belongs to a milestone."),
            Fact("Delivery", "the act of handing over the deliverables of a milestone through Milepost."),
            Fact("Review window", "the time that the client has to review a delivery; see “Review and acceptance”."),
            Fact(
                "Milepost",
                "the software in which these terms were made and signed. Whoever runs the installation is the "
                "operator. The operator is not a party to this agreement and decides nothing under it.",
            ),
        )
    )
    yield Paragraph(
        "Where parts of the terms contradict each other, the schedule of milestones governs the amounts, the dates, "
        "the criteria of acceptance, who holds the money and the review window; the other clauses come after it."
    )
    yield Paragraph(
        "What Milepost carries out by itself, it reads from the terms that both parties have signed and from nowhere "
        "else."
    )


@clause("scope", version=1, heading="Scope")
def scope(terms: Terms) -> Iterator[Block]:
    yield Paragraph(
        f"The freelancer carries out the project {figures.quoted(terms.project_name)} "
        "and hands over the deliverables that the schedule names."
    )
    if lines := _lines(terms.scope):
        yield Paragraph("The parties describe the work in these words:")
        yield Quoted(lines)
    if lines := _lines(terms.exclusions):
        yield Paragraph("Not part of the work is:")
        yield Quoted(lines)
    yield Paragraph(
        "What these terms do not name is not part of the work. It can be added as “Changes to this agreement” says."
    )


@clause("inputs", version=1, heading="What the client provides")
def inputs(terms: Terms) -> Iterator[Block]:
    yield Paragraph("The client provides, in good time and without charge:")
    yield Bullets(
        (
            "the information, the materials and the access that the work needs;",
            "somebody who can answer questions and decide for the client;",
            "the right for the freelancer to use what the client provides, for this work.",
        )
    )
    yield Paragraph("The freelancer is not late for as long as the work has to wait for any of these.")


@clause("schedule", version=1, heading="Schedule of milestones")
def schedule(terms: Terms) -> Iterator[Block]:
    several = len(terms.milestones) > 1
    yield Paragraph(
        "The work is divided into these milestones. Each is delivered, approved and paid by itself:"
        if several
        else "The work is one milestone:"
    )
    yield Schedule(
        columns=("Milestone and deliverables", "Due", "Amount"),
        rows=tuple(_row(terms, place, milestone) for place, milestone in enumerate(terms.milestones, start=1)),
        sums=(Fact("Total payable", figures.amount(terms.total)),),
    )
    yield Paragraph("The due date is the date by which the freelancer delivers.")


def _row(terms: Terms, place: int, milestone: Milestone) -> Row:
    notes = []
    if terms.holder_of(milestone) != terms.holder:
        notes.append(f"Money: {holder_name(terms, terms.holder_of(milestone))}")
    if terms.review_of(milestone) != terms.review:
        notes.append(f"Review window: {figures.span(terms.review_of(milestone))}")
    return Row(
        number=str(place),
        title=milestone.title,
        items=tuple(Item(item.title, item.criteria) for item in milestone.deliverables),
        due=figures.day(milestone.due_on),
        amount=figures.amount(terms.amount(milestone)),
        notes=tuple(notes),
    )


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())
