"""The form by which somebody signs, on a proposal that came and on one's own before it is sent."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from milepost.actions.signing import Signing
from milepost.core.catalogue import DocumentKind
from milepost.core.refusals import Refused
from milepost.documents.consents import CONSENTS, CURRENT, GOVERNS, MANDATE
from milepost.documents.signatures import STROKES_BOX, BadDrawing, read_strokes
from milepost.models import Party

# The inputs of `terms/_sign.html`.
TYPED, DRAWN = "signature_typed", "signature_strokes"
# A line of some minutes; what is longer is no signature.
DRAWING_CHARACTERS_MAX = 500_000


def read(post: QueryDict) -> Signing:
    """What was given, not yet checked. Refuses a drawing that is none."""
    return Signing(
        name=post.get(TYPED, ""),
        legal_name=post.get("legal_name", ""),
        capacity=post.get("capacity", ""),
        postal_address=post.get("postal_address", ""),
        strokes=_drawn(post.get(DRAWN, "")),
        consent=post.get("consent") == "yes",
        governs=post.get("governs") == "yes",
    )


def form(request: HttpRequest, party: Party, refused: bool, document: DocumentKind = "template") -> dict[str, Any]:
    """What stands in the form: what was typed, and before that what the party has said of itself."""
    typed = request.POST if refused else QueryDict()
    name = "" if request.user.is_anonymous else request.user.name
    return {
        "name": typed.get(TYPED, name),
        "legal_name": typed.get("legal_name", party.legal_name),
        "capacity": typed.get("capacity", ""),
        "postal_address": typed.get("postal_address", party.postal_address),
        "consent": typed.get("consent") == "yes",
        # What the box of its own says stands not twice.
        "consent_words": CONSENTS[CURRENT[document]].removeprefix(f"{GOVERNS} "),
        "governs": typed.get("governs") == "yes",
        "governs_words": GOVERNS if document == "upload" else "",
    }


def mandate(request: HttpRequest, party: Party, refused: bool) -> dict[str, Any]:
    """The same for the people of a custodian, who agree to its mandate alone."""
    return form(request, party, refused) | {"consent_words": CONSENTS[MANDATE]}


def _drawn(text: str) -> list[object]:
    """The lines of the drawing, in the box that the signature page has for them."""
    if not text.strip():
        return []
    try:
        if len(text) > DRAWING_CHARACTERS_MAX:
            raise ValueError("too long")
        lines = [[(float(point[0]), float(point[1])) for point in line] for line in json.loads(text)]
        fitted = json.dumps([[_within(x, y, _scale(lines)) for x, y in line] for line in lines])
    except (ValueError, TypeError, KeyError, IndexError, OverflowError, RecursionError) as error:
        sentence = _("The drawing did not arrive. Draw it again, or type your name alone.")
        raise Refused(sentence, field="strokes") from error
    try:
        return [[list(point) for point in line] for line in read_strokes(fitted)]
    except BadDrawing as refusal:
        raise Refused(refusal.sentence, field="strokes") from refusal


def _scale(lines: list[list[tuple[float, float]]]) -> float:
    """How much smaller the drawing has to be: the page's pad is as wide as the reader's screen."""
    width = max((x for line in lines for x, _y in line), default=0)
    height = max((y for line in lines for _x, y in line), default=0)
    return min(1, STROKES_BOX[0] / max(width, 1), STROKES_BOX[1] / max(height, 1))


def _within(x: float, y: float, scale: float) -> tuple[int, int]:
    return max(0, int(x * scale)), max(0, int(y * scale))
