"""Money under every holder: the deposit, the custodian's mandate, and what differs with them in the other clauses."""

from __future__ import annotations

from collections.abc import Iterator

from milepost.core.catalogue import Holder
from milepost.core.terms import Custodian, Terms
from milepost.documents import figures
from milepost.documents.blocks import Block, Bullets, Callout, Paragraph, Quoted
from milepost.documents.clauses.mandates import no_money
from milepost.documents.clauses.register import clause
from milepost.documents.holders import applies_to, milestones_of, uses


@clause(
    "funding.freelancer",
    version=1,
    heading="A deposit, paid to the freelancer in advance",
    needed=lambda terms: uses(terms, "freelancer"),
)
def funding_freelancer(terms: Terms) -> Iterator[Block]:
    yield Paragraph(
        f"For {applies_to(terms, 'freelancer')} the client pays the amount to the freelancer in advance, by bank "
        "transfer to the account that the freelancer shows in Milepost. Nobody else has the money."
    )
    yield Callout(
        "Owed back until approval",
        (
            "Until the milestone is approved, the freelancer owes the deposit back to the client.",
            "With the approval the deposit is the freelancer’s, and nothing more is owed for the milestone.",
            "A refund depends on the freelancer alone: if it cannot pay, the deposit can be lost.",
        ),
    )
    yield Paragraph(
        "The client says in Milepost that the deposit was sent, and the freelancer says what has arrived. Less than the "
        "amount does not open the milestone. What is more than the amount the freelancer sends back without delay."
    )
    yield Paragraph(no_money(terms))


@clause(
    "funding.custodian",
    version=1,
    heading="Held by a custodian",
    needed=lambda terms: uses(terms, "custodian"),
)
def funding_custodian(terms: Terms) -> Iterator[Block]:
    custodian = _custodian(terms)
    yield Paragraph(
        f"For {applies_to(terms, 'custodian')} the money is held by {figures.said(custodian.name)} ({custodian.email}), "
        "“the custodian”. It states on what legal ground it may hold money for others:"
    )
    yield Quoted(tuple(line.strip() for line in custodian.legal_ground.splitlines() if line.strip()))
    yield Paragraph(
        "The custodian accepts this mandate by signing these terms. Without its signature they do not come into force. "
        "It is a party to this clause and to no other part of the agreement. The custodian:"
    )
    yield Bullets(
        (
            "receives the amount of each of these milestones from the client, by bank transfer;",
            "holds it for both parties, and does not use it for itself;",
            "pays it out to the freelancer when the milestone is approved, by the client or by the clock;",
            "pays it back to the client when the milestone is cancelled;",
            "pays back what is more than the amount, and what arrives after a milestone was cancelled;",
            "says in Milepost, truly and without delay, what has arrived and what it has paid.",
        )
    )
    yield Paragraph(
        "Less than the amount does not open the milestone. The custodian decides nothing between the parties: it acts on "
        "what Milepost shows as approved or cancelled, and not on what one party tells it."
    )
    yield Paragraph(f"{_account(custodian)} Neither party relies on bank details that come by e-mail.")
    yield Paragraph(no_money(terms))


def _custodian(terms: Terms) -> Custodian:
    assert terms.custodian is not None, "terms that use a custodian name one"
    return terms.custodian


def _account(custodian: Custodian) -> str:
    """The account as a paper may show it that goes out by mail; in full it stands in the terms alone."""
    name, ending = figures.said(custodian.payee.name), custodian.payee.ending
    which = f"an account of {name} that ends in {ending}" if ending else f"an account of {name}"
    return (
        f"The client pays to {which}. The whole account is part of these terms, under their fingerprint; it is shown in "
        "Milepost to those who have proved who they are, and is never sent by e-mail."
    )


@clause("order", version=2, heading="Start and order of the work")
def order(terms: Terms) -> Iterator[Block]:
    yield Paragraph(
        f"The work starts on {figures.day(terms.start_on)} at the earliest. A milestone is open for work as soon as "
        "all of this is so:"
    )
    conditions = ["these terms are in force;", "the day of the start has come;", *_funded(terms)]
    if not terms.parallel and len(terms.milestones) > 1:
        conditions.append("the milestone before it in the schedule is approved, or is cancelled;")
    yield Bullets((*conditions[:-1], conditions[-1].removesuffix(";") + "."))
    if terms.parallel and len(terms.milestones) > 1:
        yield Paragraph("Several milestones may be open at once; none waits for the approval of another.")
    yield Paragraph("Nobody has to work on a milestone that is not open.")


def _funded(terms: Terms) -> Iterator[str]:
    words: dict[Holder, tuple[str, str]] = {
        "freelancer": ("its money is a deposit", "its whole deposit has arrived at the freelancer;"),
        "custodian": ("its money is held by the custodian", "its whole amount has arrived at the custodian;"),
        "sandbox": ("its money is pretend money", "its whole amount is funded;"),
    }
    for holder, (condition, then) in words.items():
        if uses(terms, holder):
            alone = len(milestones_of(terms, holder)) == len(terms.milestones)
            yield then if alone else f"if {condition}, {then}"


@clause("payment", version=2, heading="Amounts and payment")
def payment(terms: Terms) -> Iterator[Block]:
    yield Paragraph(
        f"The amount of each milestone stands in the schedule. Together they make {figures.amount(terms.total)}. "
        "They are all that is payable for the work; expenses are included."
    )
    if uses(terms, "nobody"):
        yield from _paid_directly(terms)
    if uses(terms, "freelancer"):
        yield Paragraph(
            f"For {applies_to(terms, 'freelancer')}, the deposit is the freelancer’s when the milestone is approved. With "
            "that the milestone is paid and closed."
        )
    if uses(terms, "custodian"):
        yield Paragraph(
            f"For {applies_to(terms, 'custodian')}, the amount is released to the freelancer when the milestone is "
            "approved. The custodian then pays it out to the account that the freelancer shows in Milepost. The milestone "
            "is closed when the custodian has confirmed the payout."
        )
    if uses(terms, "sandbox"):
        yield Paragraph(
            f"For {applies_to(terms, 'sandbox')}, the amount is released to the freelancer when the milestone is "
            "approved. The milestone is closed when the payout is confirmed."
        )
    yield Paragraph(
        "The freelancer may give back what was paid, whole or in part. It counts as given back when the client says "
        "that it was received."
    )
    yield Paragraph("What the law gives to somebody who is paid late remains as it is.")


def _paid_directly(terms: Terms) -> Iterator[Block]:
    days = terms.payment_days
    within = (
        f"within {days}{figures.TIE}day{'s' if days > 1 else ''} after the day of the approval"
        if days
        else ("on the day of the approval")
    )
    yield Paragraph(
        f"For {applies_to(terms, 'nobody')}, the amount is to be paid {within}. The client pays by bank transfer to the "
        "account that the freelancer shows in Milepost."
    )
    yield Paragraph(
        "If neither party has said by then that it was sent or received, Milepost asks the client again by e-mail, a few "
        "times, and then no more."
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


@clause("ending", version=2, heading="Ending")
def ending(terms: Terms) -> Iterator[Block]:
    yield Paragraph("The agreement ends when every milestone is closed or cancelled.")
    if uses(terms, "nobody"):
        yield Paragraph(
            f"For {applies_to(terms, 'nobody')}: before a milestone is open for work, either party may cancel it. "
            "While it is open or delivered, both together may cancel it, or the freelancer alone. Nothing is owed for "
            "a milestone that is cancelled."
        )
    returned: dict[Holder, str] = {
        "freelancer": "The freelancer then sends back to the client, without delay, whatever has arrived for it.",
        "custodian": "The custodian then pays back to the client whatever has arrived for it.",
        "sandbox": "What is held for it is then refunded to the client in full.",
    }
    for holder, words in returned.items():
        if uses(terms, holder):
            yield Paragraph(
                f"For {applies_to(terms, holder)}: before any money for a milestone is sent, either party may cancel it. "
                "After that, and while it is open or delivered, both together may cancel it, or the freelancer alone. "
                f"{words}"
            )
    yield Paragraph(
        "An approved milestone cannot be cancelled. Cancelling one milestone leaves the others as they are."
    )
    yield Paragraph("The right to end the agreement for a serious reason, where the law gives it, remains.")
    yield Paragraph(
        "What is written here about rights that have passed, confidentiality, liability, disputes and law outlasts the "
        "end."
    )
