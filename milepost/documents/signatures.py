"""The facts of a signature, and the pages that show them in the executed copy."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final, Literal

from django.utils.translation import gettext as _

from milepost.core.catalogue import Signer
from milepost.core.refusals import Refused
from milepost.core.terms import Terms
from milepost.documents import figures, fonts
from milepost.documents.blocks import Fact
from milepost.documents.consents import CONSENTS

# A drawn signature: lines of points (x, y), whole units in a box of this width and height, y downward.
STROKES_BOX: Final = (600, 200)
POINTS_MAX: Final = 5000
# The record keeps all that the browser said; the page shows so many characters of it.
USER_AGENT_MAX: Final = 300
Strokes = tuple[tuple[tuple[int, int], ...], ...]

IDENTIFIED: Final[dict[str, str]] = {
    "code": "a code sent to this e-mail address, typed in for this signature",
    "login": "signed in with this e-mail address shortly before",
    "factor": "signed in with this e-mail address, and used a passkey or an authenticator app shortly before",
}


class BadDrawing(Refused):
    """What came as a drawn signature is not one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureFacts:
    """One signature as its page shows it. `signed_at` is UTC; `strokes` are empty when the name was typed."""

    side: Signer
    # The person who signed, the party it signed for (its legal name), and as what ("managing director").
    name: str
    legal_name: str
    capacity: str
    postal_address: str
    email: str
    manner: Literal["typed", "drawn"]
    strokes: Strokes = ()
    consent_version: int
    identified: Literal["code", "login", "factor"]
    ip: str
    user_agent: str
    signed_at: datetime


def read_strokes(text: str) -> Strokes:
    """A drawing as the page sends it: JSON, a list of lines, each a list of [x, y] within `STROKES_BOX`.

    Refuses anything else, a drawing without a line, and one of more than 5,000 points.
    """
    try:
        lines = tuple(tuple((x, y) for x, y in line) for line in json.loads(text))
    except (ValueError, TypeError, RecursionError) as error:
        raise BadDrawing(_("The drawing did not arrive. Draw it again, or type your name.")) from error
    points = [point for line in lines for point in line]
    width, height = STROKES_BOX
    if not all(type(x) is int and type(y) is int and 0 <= x <= width and 0 <= y <= height for x, y in points):
        raise BadDrawing(_("The drawing did not arrive whole. Draw it again, or type your name."))
    if not any(len(set(line)) > 1 for line in lines):
        raise BadDrawing(_("There is no line yet. Draw your signature, or type your name."))
    if len(points) > POINTS_MAX:
        raise BadDrawing(_("The drawing has too many points. Draw it again more simply, or type your name."))
    return tuple(line for line in lines if line)


def panels(terms: Terms, signatures: Sequence[SignatureFacts]) -> list[dict[str, Any]]:
    """What the signature page shows of each signature, as plain values for the template."""
    return [
        {
            "role": f"The {signature.side}",
            "name": signature.name,
            "manner": signature.manner,
            "strokes": signature.strokes,
            "box": STROKES_BOX,
            "facts": [asdict(fact) for fact in _facts(terms, signature)],
        }
        for signature in signatures
    ]


def consents(signatures: Sequence[SignatureFacts]) -> list[dict[str, Any]]:
    """The words agreed to, once for each version that somebody signed under."""
    return [
        {"version": version, "text": CONSENTS[version]}
        for version in sorted({signature.consent_version for signature in signatures})
    ]


def hashes(fingerprint: str, reading_sha256: str, chain_head: str) -> list[dict[str, str]]:
    """What ties the page to the terms, to the reading copy and to the record."""
    facts = (
        Fact("Fingerprint of the terms (SHA-256)", fingerprint),
        Fact("Reading copy (SHA-256)", reading_sha256),
        Fact("Chain of events at the last signature (SHA-256)", chain_head),
    )
    return [asdict(fact) for fact in facts]


def _facts(terms: Terms, signature: SignatureFacts) -> tuple[Fact, ...]:
    meanings = {terms.sender: "agreed to the terms by sending them", "custodian": "accepted the mandate in the terms"}
    meaning = meanings.get(signature.side, "agreed to the terms sent")
    address = ", ".join(line.strip(" ,") for line in signature.postal_address.splitlines() if line.strip(" ,"))
    return (
        Fact("For", signature.legal_name),
        Fact("As", signature.capacity),
        Fact("Address", address),
        Fact("E-mail", signature.email),
        Fact("Meaning", f"{meaning}; consent, version {signature.consent_version}"),
        Fact("Identified by", IDENTIFIED[signature.identified]),
        Fact("Signed", figures.instant_utc(signature.signed_at, terms.time_zone)),
        Fact("From", f"{signature.ip}; {_readable(signature.user_agent)}"),
    )


def _readable(user_agent: str) -> str:
    """What a browser says of itself, with what can't be printed written out: it must not keep a contract unsealed."""
    short = user_agent if len(user_agent) <= USER_AGENT_MAX else user_agent[:USER_AGENT_MAX] + "…"
    for character in fonts.missing_characters(short):
        short = short.replace(character, f"<U+{ord(character):04X}>")
    return short
