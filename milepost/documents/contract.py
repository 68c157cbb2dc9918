"""The Milepost service agreement: its content as values, its reading copy and its executed copy as PDF.

Rendering takes a process of its own and about half a second: never call `render` inside a database transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Final

from django.utils.translation import gettext as _

from milepost.core.catalogue import Side
from milepost.core.refusals import Refused
from milepost.core.terms import Clause, Terms
from milepost.documents import clauses, figures, fonts
from milepost.documents import signatures as _signatures
from milepost.documents.blocks import Block, Callout, Fact, Paragraph, Section
from milepost.documents.holders import HOLDER_NAMES, uses
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
    project: str
    language: str
    warning: str
    parties: tuple[PartyBlock, PartyBlock]
    summary: tuple[Fact, ...]
    sections: tuple[Section, ...]


def clauses_for(terms: Terms) -> tuple[Clause, ...]:
    """The clauses, with the newest version of each, that these terms need; they go into `terms.clauses`.

    Refuses a client who is a consumer.
    """
    if terms.client_type == "consumer":
        sentence = _("The Milepost service agreement is written for businesses. For a consumer it can't be used.")
        raise NotForConsumers(sentence, field="client_type")
    newest = map(clauses.newest, clauses.ORDER)
    return tuple(Clause(wording.id, wording.version) for wording in newest if wording.needed(terms))


def content(terms: Terms) -> Contract:
    """The agreement for these terms, in the versions that `terms.clauses` names (empty: the newest)."""
    chosen = terms.clauses or clauses_for(terms)
    return Contract(
        title="Service agreement",
        project=terms.project_name,
        language=terms.language,
        warning=_warning(terms),
        parties=(_party(terms, "client"), _party(terms, "freelancer")),
        summary=tuple(_summary(terms)),
        sections=tuple(_section(terms, clause, str(place)) for place, clause in enumerate(chosen, start=1)),
    )


def render(terms: Terms) -> bytes:
    """The reading copy, PDF/A-3a and PDF/UA-1; the same terms give the same bytes.

    Raises `CannotSet` (a refusal that names the characters) and `RenderingFailed`.
    """
    return _set(terms, made_on=terms.start_on, execution=None)


def render_executed(
    terms: Terms,
    *,
    fingerprint: str,
    reading_sha256: str,
    signatures: Sequence[SignatureFacts],
    chain_head: str,
) -> bytes:
    """The executed copy, not yet sealed: the same contract with the signature pages. Hashes are in hex."""
    execution = {
        "panels": _signatures.panels(terms, signatures),
        "consents": _signatures.consents(signatures),
        "hashes": _signatures.hashes(fingerprint, reading_sha256, chain_head),
    }
    made_on = max(signature.signed_at for signature in signatures).date()
    return _set(terms, made_on=made_on, execution=execution)


def _set(terms: Terms, *, made_on: date, execution: dict[str, Any] | None) -> bytes:
    data = {"contract": asdict(content(terms)), "made_on": made_on.isoformat(), "execution": execution}
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
    holders = figures.listed(list(dict.fromkeys(HOLDER_NAMES[terms.holder_of(each)] for each in terms.milestones)))
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
