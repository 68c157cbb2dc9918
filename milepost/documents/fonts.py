"""Which characters the papers can print: asked at the form, so that a contract never fails at the end.

Cheap: no typst, no font file is opened unless the operator has put some under DATA/fonts.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Final

from django.conf import settings

from milepost.gateways.renderer import CannotSet

# The characters that typst's own fonts print, as ranges; `tests/documents/test_characters.py` writes it.
_OWN: Final = Path(__file__).parent / "characters.txt"
_ENDINGS: Final = {".ttf", ".otf", ".ttc", ".otc"}
# What joins and parts letters needs no picture of its own: line ends, tab, soft hyphen, joiners, marks of direction,
# variation selectors. Marks that turn the order of what follows them are refused: they could disguise an amount.
_INVISIBLE: Final = frozenset("\n\r\t\u00ad\u200b\u200c\u200d\u200e\u200f\ufe0e\ufe0f")


def folders() -> tuple[Path, ...]:
    """Where the operator puts further fonts."""
    return (Path(settings.DATA) / "fonts",)


def missing_characters(text: str) -> list[str]:
    """Those that no font has, each once, in the order in which they stand."""
    if text.isascii() and text.isprintable():
        return []
    characters = dict.fromkeys(unicodedata.normalize("NFC", text))
    return [character for character in characters if not _prints(character)]


def refuse_missing(text: str, *, field: str | None = None) -> None:
    """Refuses `CannotSet`, which names the characters, for the input `field`."""
    if missing := missing_characters(text):
        raise CannotSet(missing, field=field)


def _prints(character: str) -> bool:
    if character in _INVISIBLE or _within(_own(), character):
        return True
    return any(_within(_of_file(path, changed), character) for path, changed in _files())


# First and last code point of each range, one after the other: a character lies within at an odd place.
Ranges = tuple[int, ...]


def _within(ranges: Ranges, character: str) -> bool:
    return bisect_right(ranges, ord(character)) % 2 == 1


@lru_cache(maxsize=1)
def _own() -> Ranges:
    ends: list[int] = []
    for line in _OWN.read_text(encoding="ascii").splitlines():
        first, _, last = line.partition("-")
        ends += [int(first, 16), int(last or first, 16) + 1]
    return tuple(ends)


def _files() -> Iterator[tuple[Path, int]]:
    for folder in folders():
        if folder.is_dir():
            paths = (path for path in sorted(folder.rglob("*")) if path.suffix.lower() in _ENDINGS)
            yield from ((path, path.stat().st_mtime_ns) for path in paths)


@lru_cache(maxsize=64)
def _of_file(path: Path, changed: int) -> Ranges:
    """The ranges of a font file, read again when it has `changed`; one that can't be read prints nothing."""
    # Most installations have no fonts of their own: then fontTools is never loaded.
    from fontTools.ttLib import TTCollection, TTFont, TTLibError

    try:
        with path.open("rb") as file:
            fonts = TTCollection(file).fonts if path.suffix.lower() in {".ttc", ".otc"} else [TTFont(file)]
            points = {point for font in fonts for point in font.getBestCmap() or {}}
    except (TTLibError, OSError):
        return ()
    return _ranges(sorted(points))


def _ranges(points: list[int]) -> Ranges:
    ends: list[int] = []
    for point in points:
        if ends and ends[-1] == point:
            ends[-1] = point + 1
        else:
            ends += [point, point + 1]
    return tuple(ends)
