"""The characters that papers print: the list in the package is what typst's own fonts print, asked of typst itself.

`python tests/documents/test_characters.py` writes the list anew.
"""

from __future__ import annotations

import importlib.util
import io
import json
import shutil
import struct
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
import typst
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

import milepost.documents

LIST = Path(milepost.documents.__path__[0]) / "characters.txt"
TEMPLATE = b"""#set document(title: "x", date: datetime(year: 2000, month: 1, day: 1))
#set text(lang: "en", font: ("Libertinus Serif", "New Computer Modern", "DejaVu Sans Mono"))
#for each in json(bytes(sys.inputs.data)) { par(text(each)); par(strong(each)); par(emph(each)) }"""


def test_the_list_is_what_typst_prints():
    """Unassigned to this Python is left out: what a later Unicode adds can't be judged here."""
    assert LIST.read_text(encoding="ascii") == written(ask()), "run: python tests/documents/test_characters.py"


@pytest.mark.parametrize(
    "text",
    [
        "Ada Lindqvist, 12 posts at 5 € – “done” ✓ → 100 % ½ ₹ ₿",
        "Łukasz Żółć, Nguyễn Thị Hương, İstanbul, Þórður",
        "Αθηνά, Київ, ქართული, Հայաստան, हिन्दी में काम",
        "שלום, العربية, آدا ليندكفيست",
        "line one\r\nline two\ttabbed, soft\u00adhyphen, zero\u200bwidth, می\u200cخواهم",
        "e\u0301, n\u0303, a\u030a",
    ],
)
def test_scripts_of_the_fonts_are_printed(text):
    from milepost.documents import fonts

    assert fonts.missing_characters(text) == []


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("Party 🎉 and 🎉 cake 🍰", ["🎉", "🍰"]),
        ("漢字 hello", ["漢", "字"]),
        ("한국어", ["한", "국", "어"]),
        ("ไทย", ["ไ", "ท", "ย"]),
        ("bell \x07 and null \x00", ["\x07", "\x00"]),
        ("pay 0002 \u202e USD", ["\u202e"]),
        ("\u2066hidden order\u2069", ["\u2066", "\u2069"]),
        ("\ue000 private, \ufeff mark, \ud800 half", ["\ue000", "\ufeff", "\ud800"]),
        ("unassigned \U0003ffff", ["\U0003ffff"]),
    ],
)
def test_what_no_font_has_is_said_once_each_in_order(text, missing):
    from milepost.documents import fonts

    assert fonts.missing_characters(text) == missing


def test_the_refusal_names_the_character_at_its_field():
    from milepost.documents import fonts
    from milepost.gateways.renderer import CannotSet

    with pytest.raises(CannotSet) as refused:
        fonts.refuse_missing("Launch 🎉\u202e", field="project_name")
    assert "🎉" in refused.value.sentence and "party popper" in refused.value.sentence
    assert "right-to-left override" in refused.value.sentence and "\u202e" not in refused.value.sentence
    assert refused.value.field == "project_name"


def test_a_font_that_the_operator_adds_is_honoured(settings, tmp_path, monkeypatch):
    from milepost.documents import fonts

    settings.DATA = tmp_path
    assert fonts.missing_characters("漢") == ["漢"]
    (tmp_path / "fonts").mkdir()
    build_font(tmp_path / "fonts" / "one.ttf", "漢")
    assert fonts.missing_characters("漢字") == ["字"]
    (tmp_path / "fonts" / "broken.ttf").write_bytes(b"not a font")
    assert fonts.missing_characters("漢字") == ["字"]
    shutil.rmtree(tmp_path / "fonts")
    assert fonts.missing_characters("漢") == ["漢"]


def test_the_contract_is_set_in_a_font_that_the_operator_adds(settings, tmp_path, make_terms):
    from milepost.documents import contract
    from milepost.gateways.renderer import CannotSet

    settings.DATA = tmp_path
    terms = make_terms(project_name="Project 漢")
    with pytest.raises(CannotSet):
        contract.render(terms)
    (tmp_path / "fonts").mkdir()
    build_font(tmp_path / "fonts" / "one.ttf", "漢")
    assert contract.render(terms).startswith(b"%PDF-")


def build_font(path: Path, character: str) -> None:
    """A font with one square."""
    pen = TTGlyphPen(None)
    for x, y in ((0, 0), (0, 700), (700, 700), (700, 0)):
        (pen.lineTo if (x, y) != (0, 0) else pen.moveTo)((x, y))
    pen.closePath()
    square = pen.glyph()
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder([".notdef", "square"])
    builder.setupCharacterMap({ord(character): "square"})
    builder.setupGlyf({".notdef": square, "square": square})
    builder.setupHorizontalMetrics({".notdef": (800, 0), "square": (800, 0)})
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": "One Square", "styleName": "Regular", "psName": "OneSquare-Regular"})
    builder.setupOS2(sTypoAscender=800, usWinAscent=800, usWinDescent=200)
    builder.setupPost()
    builder.save(path)


def ask() -> list[int]:
    own = typst.Fonts(include_system_fonts=False)
    candidates = [chr(point) for point in sorted(promised())]
    visible = [each for each in candidates if not unicodedata.category(each).startswith("C")]
    return [ord(each) for each in printed(visible, own)]


def promised() -> set[int]:
    """What the character maps of the fonts inside typst's library say they have."""
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
    """Halves what fails until the characters that fail stand alone: a map may promise what its font does not keep."""
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
    runs: list[list[int]] = []
    for point in points:
        if runs and runs[-1][1] == point - 1:
            runs[-1][1] = point
        else:
            runs.append([point, point])
    return "".join(f"{first:X}-{last:X}\n" if last > first else f"{first:X}\n" for first, last in runs)


if __name__ == "__main__":
    LIST.write_text(written(ask()), encoding="ascii")
