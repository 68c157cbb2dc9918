"""What a custodian changes in clauses that speak of two parties; for terms without one the words are those of before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from milepost.core.terms import Terms
from milepost.documents.blocks import Block, Fact, Facts, Paragraph
from milepost.documents.clauses import agreement, endings, law
from milepost.documents.clauses.register import clause
from milepost.documents.holders import applies_to, milestones_of, uses


def operator(terms: Terms) -> str:
    """What the operator is under these terms: it may be the custodian itself, on the ground that it states there."""
    runs = "Whoever runs the installation is the operator."
    if terms.custodian is None:
        return f"{runs} The operator is not a party to this agreement and decides nothing under it."
    return (
        f"{runs} The operator decides nothing under this agreement, and has no part in it unless it is the custodian."
    )


def no_money(terms: Terms) -> str:
    """That nobody but a custodian who is named touches the money."""
    unless = ", unless the operator is the custodian named in these terms" if terms.custodian else ""
    return f"Neither Milepost nor its operator receives, holds or passes on money{unless}."


@clause("words", version=2, heading="Meaning of words, and what governs")
def words(terms: Terms) -> Iterator[Block]:
    for block in agreement.words(terms):
        yield _with_custodian(terms, block) if isinstance(block, Facts) and terms.custodian else block


def _with_custodian(terms: Terms, facts: Facts) -> Facts:
    known = [fact for fact in facts.items if fact.label != "Milepost"]
    return Facts(
        (
            *known,
            Fact("Custodian", "who is named in these terms to hold money for both parties; see “Held by a custodian”."),
            Fact("Milepost", f"the software in which these terms were made and signed. {operator(terms)}"),
        )
    )


@clause(
    "funding.nobody",
    version=2,
    heading="Nobody holds money: pay on approval",
    needed=lambda terms: uses(terms, "nobody"),
)
def funding_nobody(terms: Terms) -> Iterator[Block]:
    about = applies_to(terms, "nobody")
    yield Paragraph(
        f"For {about} nobody holds money. The client pays the freelancer directly after approval, by invoice and bank "
        "transfer."
    )
    deposit = "No deposit is asked for."
    if len(milestones_of(terms, "nobody")) < len(terms.milestones):
        deposit = f"For {about} no deposit is asked for."
    yield Paragraph(
        f"{deposit} Until payment arrives, the freelancer bears the risk that it does not; "
        "the client is not asked to pay for what it has not approved."
    )
    yield Paragraph(no_money(terms))


@clause("changes", version=2, heading="Changes to this agreement")
def changes(terms: Terms) -> Iterator[Block]:
    yield from endings.changes(terms)
    if terms.custodian:
        yield Paragraph(
            "New terms that name a custodian are in force only when it has accepted its mandate under them, too."
        )


@clause("signature", version=2, heading="Electronic signature and records")
def signature(terms: Terms) -> Iterator[Block]:
    if terms.custodian is None:
        yield from law.signature(terms)
        return
    signs, kind, _sealed, *records = law.signature(terms)
    assert isinstance(signs, Paragraph), "the first says who signs how"
    accepts = "The custodian accepts its mandate in the same way and within the same time, with words of its own."
    yield replace(signs, text=f"{signs.text} {accepts}")
    yield kind
    yield Paragraph(
        "When both parties and the custodian have signed, the installation seals the contract with its signature page. "
        "Any alteration can be found with a copy that any of them holds."
    )
    yield from records
    yield Paragraph(
        "The custodian receives the sealed contract in the same way. The deliveries, the files and the invoices are the "
        "parties’ business alone, and are not shown to it."
    )
