"""The languages that the template exists in, by their code in the terms."""

from __future__ import annotations

from typing import Final

LANGUAGE_NAMES: Final[dict[str, str]] = {"en": "English"}
