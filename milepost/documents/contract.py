"""The Milepost service agreement: its content as values, its reading copy and its executed copy as PDF.

Rendering takes a process of its own and about half a second: never call `render` inside a database transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from milepost.core.catalogue import Side
from milepost.core.terms import Clause, Terms
from milepost.documents.blocks import Fact, Section

# A drawn signature: lines of points (x, y), whole units in a box of this width and height, y downward.
STROKES_BOX = (600, 200)
Strokes = tuple[tuple[tuple[int, int], ...], ...]


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


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureFacts:
    """One signature as its page shows it. `signed_at` is UTC; `strokes` are empty when the name was typed."""

    side: Side
    # The person who signed, the party it signed for (its legal name), and as what ("managing director").
    name: str
    legal_name: str
    capacity: str
    postal_address: str
    email: str
    manner: Literal["typed", "drawn"]
    strokes: Strokes = ()
    consent_version: int
    identified: Literal["code", "login"]
    ip: str
    user_agent: str
    signed_at: datetime


def clauses_for(terms: Terms) -> tuple[Clause, ...]:
    """The clauses, with the newest version of each, that these terms need; they go into `terms.clauses`."""
    raise NotImplementedError


def content(terms: Terms) -> Contract:
    """The agreement for these terms, in the versions that `terms.clauses` names (empty: the newest)."""
    raise NotImplementedError


def render(terms: Terms) -> bytes:
    """The reading copy, PDF/A-3a and PDF/UA-1; the same terms give the same bytes.

    Raises `CannotSet` (a refusal that names the characters) and `RenderingFailed`.
    """
    raise NotImplementedError


def render_executed(
    terms: Terms,
    *,
    fingerprint: str,
    reading_sha256: str,
    signatures: Sequence[SignatureFacts],
    chain_head: str,
) -> bytes:
    """The executed copy, not yet sealed: the same contract with the signature pages. Hashes are in hex."""
    raise NotImplementedError
