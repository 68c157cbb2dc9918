"""Asks typst which characters its own fonts print: `python -m tests.documents.characters` writes the package's list.

The fonts are inside typst's library, where their character maps are found by the headers of font files; then each
character is set alone, in roman and in bold, because a map may promise what the font does not keep.
"""

from __future__ import annotations

import importlib.util
import io
import json
import struct
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import typst
from fontTools.ttLib import TTFont

from milepost.documents import fonts

LIST = Path(fonts.__file__).parent / "characters.txt"
TEMPLATE = b"""#set document(title: "x", date: datetime(year: 2000, month: 1, day: 1))
#set text(lang: "en", font: "Libertinus Serif")
#for each in json(bytes(sys.inputs.data)) { par(text(each)); par(strong(each)); par(emph(each)) }"""
REFUSED_CATEGORIES = ("Cc", "Cf", "Co", "Cs", "Cn")


def ask() -> list[int]:
    own = typst.Fonts(include_system_fonts=False)
    candidates = [chr(point) for point in sorted(promised())]
    visible = [each for each in candidates if unicodedata.category(each) not in REFUSED_CATEGORIES]
    return [ord(each) for each in printed(visible, own)]


def promised() -> set[int]:
    found = importlib.util.find_spec("typst._typst")
    assert found and found.origin
    library = Path(found.origin).read_bytes()
    return {point for font in embedded(library) for point in font.getBestCmap()}


def embedded(library: bytes) -> Iterator[TTFont]:
    for magic in (b"OTTO", b"\x00\x01\x00\x00"):
        start = -1
        while (start := library.find(magic, start + 1)) >= 0:
            (tables,) = struct.unpack_from(">H", library, start + 4)
            if not 8 <= tables <= 40 or start + 12 + 16 * tables > len(library):
                continue
            entries = [struct.unpack_from(">4sIII", library, start + 12 + 16 * place) for place in range(tables)]
            if {b"cmap", b"head"} <= {tag for tag, *_ in entries}:
                end = start + max(offset + length for _, _, offset, length in entries)
                yield TTFont(io.BytesIO(library[start:end]), lazy=True)


def printed(characters: list[str], own: typst.Fonts) -> list[str]:
    """Halves what fails until the characters that fail stand alone."""
    try:
        typst.compile(
            TEMPLATE,
            format="pdf",
            font_paths=own,
            sys_inputs={"data": json.dumps(characters)},
            pdf_standards=["a-3a", "ua-1"],
        )
    except typst.TypstError:
        half = len(characters) // 2
        return printed(characters[:half], own) + printed(characters[half:], own) if half else []
    return characters


def written(points: list[int]) -> str:
    ends = fonts.ranges(points)
    pairs = zip(ends[::2], ends[1::2], strict=True)
    return "".join(f"{first:X}-{last - 1:X}\n" if last - 1 > first else f"{first:X}\n" for first, last in pairs)


if __name__ == "__main__":
    LIST.write_text(written(ask()), encoding="ascii")
