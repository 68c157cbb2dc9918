"""Rights in the work, secrets, standing, data, warranties, liability."""

from __future__ import annotations

from collections.abc import Iterator

from milepost.core.catalogue import Holder
from milepost.core.terms import Terms
from milepost.documents import figures
from milepost.documents.blocks import Block, Bullets, Callout, Paragraph
from milepost.documents.clauses.register import clause
from milepost.documents.holders import applies_to, uses


@clause("rights", version=1, heading="Rights pass on payment")
def rights(terms: Terms) -> Iterator[Block]:
    yield Callout("What “on payment” means here", tuple(_on_payment(terms)))
    yield from _what_passes()


@clause("rights", version=2, heading="Rights pass on payment")
def rights_under_every_holder(terms: Terms) -> Iterator[Block]:
    yield Callout("What “on payment” means here", tuple(_on_payment_to_each(terms)))
    yield from _what_passes()


def _what_passes() -> Iterator[Block]:
    """The same words in both versions: they are never edited."""
    yield Paragraph(
        "On payment of a milestone the freelancer assigns to the client all rights in its deliverables that can be "
        "assigned, for every use, everywhere and for as long as they last. Where the law does not let a right be "
        "assigned, the client receives an exclusive licence of the same extent, which it may pass on."
    )
    yield Paragraph("Until then the client may use a deliverable to review it, and for nothing else.")
    yield Paragraph(
        "What the freelancer had before or made outside this work stays the freelancer’s. As far as it is part of a "
        "deliverable, the client may use it with the deliverable, without limit of time or place."
    )
    yield Paragraph(
        "Materials of others, open source among them, keep their own licences. The freelancer names them with the "
        "delivery."
    )
    yield Paragraph(
        "What the client provides stays the client’s. Rights of an author that the law does not let go of remain with "
        "the author."
    )


def _on_payment(terms: Terms) -> Iterator[str]:
    if uses(terms, "nobody"):
        yield (
            f"For {applies_to(terms, 'nobody')}, rights pass when the amount of the milestone has been received by the "
            "freelancer."
        )
    if uses(terms, "sandbox"):
        yield (
            f"For {applies_to(terms, 'sandbox')}, rights pass when the amount of the milestone is released, as far as "
            "a demonstration passes any."
        )


def _on_payment_to_each(terms: Terms) -> Iterator[str]:
    when: dict[Holder, str] = {
        "nobody": "rights pass when the amount of the milestone has been received by the freelancer.",
        "freelancer": "rights pass when the milestone is approved: the deposit is the freelancer’s from then on.",
        "custodian": "rights pass when the amount of the milestone is released, which is when it is approved.",
        "sandbox": "rights pass when the amount of the milestone is released, as far as a demonstration passes any.",
    }
    for holder, words in when.items():
        if uses(terms, holder):
            yield f"For {applies_to(terms, holder)}, {words}"


@clause("confidentiality", version=1, heading="Confidentiality")
def confidentiality(terms: Terms) -> Iterator[Block]:
    yield Paragraph(
        "What a party learns from the other that is marked as confidential or is plainly meant to be, it uses for this "
        "work alone and shows only to those who need it for the work and are bound in the same way."
    )
    yield Paragraph("This does not hold for what is:")
    yield Bullets(
        (
            "public, or becomes so without a breach of this agreement;",
            "known to the receiving party already, or found by it independently;",
            "received from somebody who may pass it on;",
            "to be disclosed by law, by a court or by an authority, as far as it has to be.",
        )
    )
    yield Paragraph("It holds for as long as the matter is confidential, also after the work has ended.")


@clause("independence", version=1, heading="Independent parties")
def independence(terms: Terms) -> Iterator[Block]:
    yield Paragraph(
        "The freelancer works as an independent business. It decides how, where and when it works, within the dates "
        "agreed, may work for others, and sees to its own tax, social security and insurance."
    )
    yield Paragraph("This agreement makes nobody an employee, a partner or an agent of the other.")


@clause("data", version=1, heading="Data protection")
def data(terms: Terms) -> Iterator[Block]:
    yield Paragraph(
        "Each party keeps the data protection law that applies to it, and uses personal data that it receives from the "
        "other for this work alone."
    )
    yield Paragraph(
        "If the freelancer is to process personal data on behalf of the client, the parties first make the agreement "
        "on it that the law asks for."
    )


@clause("warranties", version=1, heading="Warranties")
def warranties(terms: Terms) -> Iterator[Block]:
    yield Paragraph("The freelancer warrants that:")
    yield Bullets(
        (
            "it does the work with the care and skill of its trade;",
            "what it delivers meets the criteria agreed;",
            "it may pass on the rights that this agreement passes, and knows of no right of others against it.",
        )
    )
    yield Paragraph("The client warrants that the freelancer may use what the client provides, for this work.")
    yield Paragraph(
        "If a deliverable does not meet what was agreed, the client says so without delay, and the freelancer first has "
        "the occasion to put it right without charge. What the law gives beyond that, and does not allow to be set "
        "aside, remains."
    )


@clause("liability", version=1, heading="Liability")
def liability(terms: Terms) -> Iterator[Block]:
    yield Paragraph(
        f"The liability of each party under this agreement is limited to {figures.amount(terms.total)} in all, which "
        "is the total of these terms. Neither party is liable for lost profit or other indirect loss."
    )
    yield Paragraph("These limits do not hold for:")
    yield Bullets(
        (
            "intent and gross negligence;",
            "harm to life, body or health;",
            "the breach of confidentiality, and the infringement of rights of others;",
            "the duty to pay what is due;",
            "anything for which the law does not allow a limit.",
        )
    )
    yield Paragraph("Neither party is liable for what it could not prevent, for as long as it lasts.")
