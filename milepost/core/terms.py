"""Terms: the whole of what is agreed, as one canonical document under one fingerprint.

Fingerprint = SHA-256 over the JSON Canonicalization Scheme (RFC 8785) of
`{"format": 2, "terms": {...}, "document": {"kind": ..., "sha256": ...}}`, where the document's sha256
is that of the reading copy, byte for byte. Terms of format 1 lack what came with format 2 (the fields with a
preset here); they are read for ever, and their bytes are never written anew.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from dataclasses import asdict, dataclass, field, fields
from datetime import date, datetime
from typing import Any

import rfc8785

from milepost.core.catalogue import (
    ClientType,
    DocumentKind,
    Holder,
    PaymentType,
    Side,
    Signer,
    TaxTreatment,
    WindowUnit,
)
from milepost.core.money import Money, total

FORMAT = 2
FORMATS = (1, 2)


@dataclass(frozen=True, slots=True)
class Named:
    """A party as the sender typed it. Legal name, capacity and address are facts of its signature."""

    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Deliverable:
    """An item that the freelancer hands over. `id` is minted in the draft and never reused."""

    id: str
    title: str
    criteria: str = ""


@dataclass(frozen=True, slots=True)
class Window:
    """How long the client may review a delivery, from its notice, before the clock approves it.

    `calendar` names the working days that business days are counted by: an ISO 3166 country, or one with a
    subdivision (`SE`, `DE-BY`); empty for the other units.
    """

    length: int
    unit: WindowUnit
    calendar: str = ""


@dataclass(frozen=True, slots=True)
class Payee:
    """An account that money is sent to: an IBAN with its BIC, or in `lines` what a bank there asks for instead."""

    name: str
    # Kept out of whatever prints a row: a log, a traceback.
    iban: str = field(default="", repr=False)
    bic: str = field(default="", repr=False)
    lines: str = field(default="", repr=False)

    @property
    def ending(self) -> str:
        """The last four characters of the account: what a paper shows that goes out by mail."""
        return self.iban[-4:]


@dataclass(frozen=True, slots=True)
class Custodian:
    """The third party that receives and pays out, once it has accepted the mandate by signing these terms.

    `party` is its id here; `legal_ground` is why it may hold money for others, in its own words.
    """

    party: str
    name: str
    email: str
    legal_ground: str
    payee: Payee


@dataclass(frozen=True, slots=True)
class Milestone:
    """A checkpoint: `amount_minor` is the total payable, in minor units of the terms' currency."""

    id: str
    title: str
    due_on: date
    amount_minor: int
    deliverables: tuple[Deliverable, ...]
    # Where they differ from those of the terms; None: as the terms say.
    holder: Holder | None = None
    review: Window | None = None


@dataclass(frozen=True, slots=True)
class Tax:
    """How the amounts, which are what is payable, stand to tax. `rate_basis_points`: 1900 is 19 %."""

    treatment: TaxTreatment = "none"
    rate_basis_points: int = 0
    included: bool = True
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause of the template, by id and version, so that its words can be found again."""

    id: str
    version: int


@dataclass(frozen=True, slots=True)
class Terms:
    """Everything that both sides sign and the software executes; nothing else is executed."""

    project_name: str
    payment_type: PaymentType
    client: Named
    client_type: ClientType
    freelancer: Named
    sender: Side
    signatures: tuple[Signer, ...]
    currency: str
    tax: Tax
    holder: Holder
    start_on: date
    time_zone: str
    language: str
    review: Window
    parallel: bool
    sign_until: datetime
    scope: str
    exclusions: str
    law: str
    venue: str
    milestones: tuple[Milestone, ...]
    clauses: tuple[Clause, ...] = ()
    answers: str = ""
    # -- with format 2 --
    custodian: Custodian | None = None
    # By how much the client may extend the review window of a delivery, once; None: it may not.
    extension: Window | None = None
    # Holder `nobody`: how many days after approval the payment is due.
    payment_days: int = 0

    @property
    def total(self) -> Money:
        """The sum of all milestones."""
        return total((self.amount(milestone) for milestone in self.milestones), self.currency)

    def amount(self, milestone: Milestone) -> Money:
        return Money(milestone.amount_minor, self.currency)

    def milestone(self, id: str) -> Milestone:
        return next(milestone for milestone in self.milestones if milestone.id == id)

    def holder_of(self, milestone: Milestone) -> Holder:
        return milestone.holder or self.holder

    def review_of(self, milestone: Milestone) -> Window:
        return milestone.review or self.review

    def named(self, side: Side) -> Named:
        return self.client if side == "client" else self.freelancer

    def uses(self, holder: Holder) -> bool:
        """Does any milestone have this holder?"""
        return any(self.holder_of(milestone) == holder for milestone in self.milestones)


@dataclass(frozen=True, slots=True)
class Document:
    """What is read and signed beside the terms; `sha256` of the reading copy (hex)."""

    kind: DocumentKind
    sha256: str


def as_dict(terms: Terms) -> dict[str, Any]:
    """The terms as plain JSON values: dates as ISO 8601, instants in UTC with Z, text in NFC."""
    plain: dict[str, Any] = _plain(asdict(terms))
    plain["total_minor"] = terms.total.minor
    return plain


def canonical(terms: Terms, document: Document) -> bytes:
    """The bytes that the fingerprint is taken over (RFC 8785)."""
    return rfc8785.dumps({"format": FORMAT, "terms": as_dict(terms), "document": asdict(document)})


def fingerprint(body: bytes) -> str:
    """SHA-256 of the canonical bytes, in hex."""
    return hashlib.sha256(body).hexdigest()


def read(body: bytes) -> tuple[Terms, Document]:
    """The terms and document of canonical bytes; the inverse of `canonical`."""
    whole = json.loads(body)
    assert whole["format"] in FORMATS, "terms of another format"
    return _terms(whole["terms"]), Document(**whole["document"])


def _plain(value: Any) -> Any:
    match value:
        case str():
            return unicodedata.normalize("NFC", value)
        case datetime():
            return value.strftime("%Y-%m-%dT%H:%M:%SZ")
        case date():
            return value.isoformat()
        case dict():
            return {key: _plain(item) for key, item in value.items()}
        case tuple() | list():
            return [_plain(item) for item in value]
        case _:
            return value


def _terms(plain: dict[str, Any]) -> Terms:
    known = {field.name for field in fields(Terms)}
    # What came with a later format is not in the bytes of an earlier one: there its preset holds.
    values: dict[str, Any] = {name: plain[name] for name in known if name in plain}
    values |= {
        "client": Named(**plain["client"]),
        "freelancer": Named(**plain["freelancer"]),
        "signatures": tuple(plain["signatures"]),
        "tax": Tax(**plain["tax"]),
        "start_on": date.fromisoformat(plain["start_on"]),
        "review": Window(**plain["review"]),
        "sign_until": datetime.fromisoformat(plain["sign_until"]),
        "milestones": tuple(_milestone(milestone) for milestone in plain["milestones"]),
        "clauses": tuple(Clause(**clause) for clause in plain["clauses"]),
        "custodian": _custodian(plain.get("custodian")),
        "extension": Window(**plain["extension"]) if plain.get("extension") else None,
    }
    return Terms(**values)


def _custodian(plain: dict[str, Any] | None) -> Custodian | None:
    return Custodian(**{**plain, "payee": Payee(**plain["payee"])}) if plain else None


def _milestone(plain: dict[str, Any]) -> Milestone:
    return Milestone(
        id=plain["id"],
        title=plain["title"],
        due_on=date.fromisoformat(plain["due_on"]),
        amount_minor=plain["amount_minor"],
        deliverables=tuple(Deliverable(**deliverable) for deliverable in plain["deliverables"]),
        holder=plain["holder"],
        review=Window(**plain["review"]) if plain["review"] else None,
    )
