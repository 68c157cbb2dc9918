"""The step of the contract: the template or one of one's own, what is worked on, how long a review takes, which law
applies."""

from __future__ import annotations

from typing import Any, Final

from milepost.core import entries
from milepost.core.readings.reading import Reading
from milepost.core.readings.windows import windows
from milepost.core.refusals import Refused
from milepost.core.steps import UPLOAD, at, document

PROSE_MAX: Final = 20_000
SIGN_DAYS_MAX: Final = 90


def contract(reading: Reading) -> dict[str, Any]:
    own = document(reading.body) == "upload"
    if own and not at(reading.body, UPLOAD):
        reading.refusals.append(Refused("Choose the PDF of your contract, or take the template.", field=UPLOAD))
    days = reading.take("sign_within_days", lambda typed: entries.whole(typed, least=1, most=SIGN_DAYS_MAX, of="days"))
    return {
        **(dict.fromkeys(("scope", "exclusions", "law", "venue"), "") if own else _words(reading)),
        **windows(reading),
        "sign_within_days": days,
    }


def _words(reading: Reading) -> dict[str, Any]:
    """What the template prints as it was typed; a contract of one's own says these things itself."""
    return {
        "scope": reading.take("scope", lambda typed: entries.prose(typed, most=PROSE_MAX)),
        "exclusions": reading.take("exclusions", lambda typed: entries.prose(typed, most=PROSE_MAX)),
        "law": reading.line("law", "Say which law applies; there is no preset that would be right for everybody."),
        "venue": reading.line("venue", "Say where a dispute would be heard: a city, or the courts of a country."),
    }
