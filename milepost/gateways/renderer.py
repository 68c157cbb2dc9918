"""Papers as PDF: a template of ours and plain values, set by typst in a confined process, without network."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from milepost.core.refusals import Refused
from milepost.gateways import confinement


class RenderingFailed(Exception):
    """The paper could not be set; the message is for the operator. The same call may be made again."""


class CannotSet(Refused):
    """The text has characters that no font of the installation has. They are never replaced in silence."""

    def __init__(self, characters: Sequence[str], *, field: str | None = None) -> None:
        named = ", ".join(character_name(character) for character in characters)
        super().__init__(
            _("No font here can print %(characters)s. Leave it out, or say it in words.") % {"characters": named},
            field=field,
        )
        self.characters = tuple(characters)


def render(template: Path, data: Mapping[str, Any], *, fonts: Sequence[Path] = ()) -> bytes:
    """PDF/A-3a and PDF/UA-1; the same input gives the same bytes. `fonts`: folders, beside typst's own.

    Refuses `CannotSet`; raises `RenderingFailed` when the process crashed, met a limit or took too long.
    """
    folders = [str(folder) for folder in fonts if folder.is_dir()]
    try:
        return confinement.ask("typesetting", {"template": str(template), "data": data, "fonts": folders})
    except confinement.No as no:
        if no.reason["characters"]:
            raise CannotSet(no.reason["characters"]) from no
        raise RenderingFailed(no.reason["message"]) from no
    except confinement.Unanswered as unanswered:
        raise RenderingFailed(str(unanswered)) from unanswered


def character_name(text: str) -> str:
    """How a person is told of a character: as it is with its Unicode name, or the name alone if it can't be seen."""
    names = ", ".join(_name(character) for character in text)
    return f"“{text}” ({names})" if text.isprintable() else names


def _name(character: str) -> str:
    return unicodedata.name(character, "").lower() or f"U+{ord(character):04X}"
