"""The step of the contract: what is worked on, how long a review takes, which law applies."""

from __future__ import annotations

from typing import Any, Final

from milepost.core import entries
from milepost.core.readings.reading import Reading
from milepost.core.readings.windows import windows

PROSE_MAX: Final = 20_000
SIGN_DAYS_MAX: Final = 90


def contract(reading: Reading) -> dict[str, Any]:
    days = reading.take("sign_within_days", lambda typed: entries.whole(typed, least=1, most=SIGN_DAYS_MAX, of="days"))
    return {
        "scope": reading.take("scope", lambda typed: entries.prose(typed, most=PROSE_MAX)),
        "exclusions": reading.take("exclusions", lambda typed: entries.prose(typed, most=PROSE_MAX)),
        **windows(reading),
        "law": reading.line("law", "Say which law applies; there is no preset that would be right for everybody."),
        "venue": reading.line("venue", "Say where a dispute would be heard: a city, or the courts of a country."),
        "sign_within_days": days,
    }
