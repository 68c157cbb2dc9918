"""The Milepost service agreement: its content as values, its reading copy and its executed copy as PDF.

For a contract of one's own the same words make the schedule that is bound behind it; which of the two, its clauses say.

Rendering takes a process of its own and about half a second: never call `render` inside a database transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Final

from django.utils.translation import gettext as _

from milepost.core.catalogue import DocumentKind, Side
from milepost.core.refusals import Refused
from milepost.core.terms import Clause, Terms
from milepost.documents import clauses, figures, fonts
from milepost.documents import signatures as _signatures
from milepost.documents.blocks import Block, Callout, Fact, Paragraph, Section
from milepost.documents.holders import holder_name, uses
from milepost.documents.signatures import STROKES_BOX, SignatureFacts, Strokes
from milepost.gateways import renderer

__all__ = [
    "STROKES_BOX",
    "Contract",
    "NotForConsumers",
    "PartyBlock",
    "SignatureFacts",
    "Strokes",
    "clauses_for",
    "content",
    "render",
    "render_executed",
]

TEMPLATE: Final = Path(__file__).parent / "contract.typ"


class NotForConsumers(Refused):
    """The template is written for businesses."""


@dataclass(frozen=True, slots=True)
class PartyBlock:
    """A party at the head of the contract, as the sender typed it."""

    side: Side
    role: str
    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Contract:
    """The agreement, ready to be drawn. `warning` is empty or must be in sight on every page."""

    title: str
    # At the foot of each page.
    foot: str
    project: str
    language: str
    warning: str
    parties: tuple[PartyBlock, PartyBlock]
    summary: tuple[Fact, ...]
    sections: tuple[Section, ...]


def clauses_for(terms: Terms, document: DocumentKind = "template") -> tuple[Clause, ...]:
    """The clauses, with the newest version of each, that these terms need; they go into `terms.clauses`.

    Beside a contract of one's own: those of the schedule.

    Refuses a client who is a consumer.
    """
    if terms.client_type == "consumer":
        sentence = _("The Milepost service agreement is written for businesses. For a consumer it can't be used.")
        raise NotForConsumers(sentence, field="client_type")
    left_out = clauses.LEFT_TO_OWN if document == "upload" else {clauses.OWN}
    newest = (clauses.newest(id) for id in clauses.ORDER if id not in left_out)
    return tuple(Clause(wording.id, wording.version) for wording in newest if wording.needed(terms))


def content(terms: Terms, *, own_pages: int = 0) -> Contract:
    """The agreement for these terms, in the versions that `terms.clauses` names (empty: the newest).

    `own_pages`: how many pages the contract of one's own has, where this is its schedule.
    """
    chosen = terms.clauses or clauses_for(terms)
    schedule = clauses.OWN in {clause.id for clause in chosen}
    return Contract(
        title="Schedule to the contract" if schedule else "Service agreement",
        foot="Schedule to the contract" if schedule else "Milepost service agreement",
        project=terms.project_name,
        language=terms.language,
        warning=_warning(terms),
        parties=(_party(terms, "client"), _party(terms, "freelancer")),
        summary=(*_summary(terms), *([_own(own_pages)] if own_pages else [])),
        sections=tuple(_section(terms, clause, str(place)) for place, clause in enumerate(chosen, start=1)),
    )


def render(terms: Terms, *, own_pages: int = 0) -> bytes:
    """The reading copy, PDF/A-3a and PDF/UA-1; the same terms give the same bytes.

    Of a contract of one's own it is the schedule alone, to be bound behind its `own_pages`.

    Raises `CannotSet` (a refusal that names the characters) and `RenderingFailed`.
    """
    return _set(terms, own_pages, made_on=terms.start_on, execution=None)


def render_executed(
    terms: Terms,
    *,
    fingerprint: str,
    reading_sha256: str,
    signatures: Sequence[SignatureFacts],
    chain_head: str,
    own_pages: int = 0,
) -> bytes:
    """The executed copy, not yet sealed: the same contract with the signature pages. Hashes are in hex."""
    execution = {
        "panels": _signatures.panels(terms, signatures),
        "consents": _signatures.consents(signatures),
        "hashes": _signatures.hashes(fingerprint, reading_sha256, chain_head),
    }
    made_on = max(signature.signed_at for signature in signatures).date()
    return _set(terms, own_pages, made_on=made_on, execution=execution)


def _set(terms: Terms, own_pages: int, *, made_on: date, execution: dict[str, Any] | None) -> bytes:
    whole = content(terms, own_pages=own_pages)
    data = {"contract": asdict(whole), "made_on": made_on.isoformat(), "execution": execution}
    return renderer.render(TEMPLATE, data, fonts=fonts.folders())


def _party(terms: Terms, side: Side) -> PartyBlock:
    party = terms.named(side)
    return PartyBlock(side, f"The {side}", party.name, party.email)


def _warning(terms: Terms) -> str:
    if uses(terms, "sandbox"):
        return "Pretend money: a demonstration. No real money is held or paid."
    return ""


def _summary(terms: Terms) -> list[Fact]:
    several = len(terms.milestones) > 1
    holders = "; ".join(dict.fromkeys(holder_name(terms, terms.holder_of(each)) for each in terms.milestones))
    windows = list(dict.fromkeys(figures.span(terms.review_of(each)) for each in terms.milestones))
    together = "they may overlap" if terms.parallel else "one after the other"
    return [
        Fact("Total payable", figures.amount(terms.total)),
        Fact("Money", holders),
        Fact("Milestones", f"{len(terms.milestones)}, {together}")
        if several
        else Fact("Due", figures.day(terms.milestones[0].due_on)),
        Fact("Work starts", figures.day(terms.start_on)),
        Fact("Review window", figures.listed(windows)),
        Fact("To be signed until", figures.instant(terms.sign_until, terms.time_zone)),
    ]


def _own(pages: int) -> Fact:
    return Fact("The contract", f"{pages}{figures.TIE}page{'s' if pages > 1 else ''}, before this schedule")


def _section(terms: Terms, clause: Clause, number: str) -> Section:
    wording = clauses.WORDINGS[clause.id, clause.version]
    blocks: list[Block] = []
    numbered = 0
    for block in wording.body(terms):
        if isinstance(block, Paragraph | Callout):
            numbered += 1
            blocks.append(replace(block, number=f"{number}.{numbered}"))
        else:
            blocks.append(block)
    return Section(wording.id, wording.version, number, wording.heading, tuple(blocks))
