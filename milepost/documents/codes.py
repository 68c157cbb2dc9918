"""Codes that a telephone photographs, as shapes to be drawn: black on white, on whatever page they stand."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

import segno

# The white edge without which a camera does not find the code (ISO 18004), in modules.
EDGE = 4


@dataclass(frozen=True, slots=True)
class Code:
    """A square of `size` units on each side, the white edge included; `path` as SVG draws it."""

    size: int
    path: str


def qr(text: str) -> Code:
    """With the error correction that EPC069-12 asks for (M)."""
    made = segno.make(text, error="m", boost_error=False, micro=False, encoding="utf-8")
    rows = [[bool(module) for module in row] for row in made.matrix]
    return Code(len(rows) + 2 * EDGE, "".join(_row(row, EDGE + place) for place, row in enumerate(rows)))


def _row(modules: list[bool], y: int) -> str:
    drawn, x = "", EDGE
    for dark, run in groupby(modules):
        length = len(list(run))
        drawn += f"M{x} {y}h{length}v1h-{length}z" if dark else ""
        x += length
    return drawn
