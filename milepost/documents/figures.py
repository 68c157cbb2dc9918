"""How a paper prints what the terms say in figures: amounts, dates, windows, rates. English; the same everywhere.

A contract is read by both sides in one wording, so nothing here follows the reader's locale.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from milepost.core import calendars
from milepost.core.money import Money, plain
from milepost.core.terms import Window

# A figure and its unit stay on one line.
TIE = "\N{NO-BREAK SPACE}"

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def amount(money: Money) -> str:
    """`USD 6,000.00`: the currency's code, thousands by commas, decimals after a point."""
    whole, point, fraction = plain(money).partition(".")
    return f"{money.currency}{TIE}{int(whole):,}{point}{fraction}"


def day(on: date) -> str:
    """`31 January 2027`."""
    return f"{on.day}{TIE}{_MONTHS[on.month - 1]}{TIE}{on.year}"


def instant(at: datetime, time_zone: str) -> str:
    """`4 December 2026, 17:00 (Europe/Berlin)`: the wall time of the zone."""
    wall = at.astimezone(ZoneInfo(time_zone))
    return f"{day(wall.date())}, {wall:%H:%M} ({time_zone})"


def instant_utc(at: datetime, time_zone: str) -> str:
    """To the second in UTC, then the wall time of the zone."""
    whole = at.astimezone(ZoneInfo("UTC"))
    return f"{day(whole.date())}, {whole:%H:%M:%S} UTC; {instant(at, time_zone)}"


def span(window: Window) -> str:
    """`7 days`, `1 hour`, `5 business days`."""
    unit = window.unit.replace("_", " ")
    return f"{window.length}{TIE}{unit if window.length != 1 else unit.removesuffix('s')}"


def calendar(code: str) -> str:
    """`Germany, Bayern (DE-BY)`: the code is what counts, should a name ever change."""
    return f"{calendars.name(code)} ({code})"


def rate(basis_points: int) -> str:
    """`19 %`, `7.25 %`."""
    whole, hundredths = divmod(basis_points, 100)
    return f"{whole}{f'.{hundredths:02}'.rstrip('0').rstrip('.')}{TIE}%"


def said(text: str) -> str:
    """Words of a party inside ours: from right to left, they are kept from turning ours around."""
    if any(unicodedata.bidirectional(character) in ("R", "AL", "AN") for character in text):
        return f"\N{FIRST STRONG ISOLATE}{text}\N{POP DIRECTIONAL ISOLATE}"
    return text


def quoted(text: str) -> str:
    return f"“{said(text)}”"


def listed(texts: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    *head, last = texts
    return f"{', '.join(head)} and {last}" if head else last
