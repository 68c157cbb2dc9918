"""How long a review may take: that of every milestone, that of one, and by how much the client may extend it once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from milepost.core import calendars, entries
from milepost.core.readings.reading import Policy, Reading
from milepost.core.refusals import Refused
from milepost.core.steps import Body, at
from milepost.core.terms import Named, Window

# How short and how long a review window may be. Shorter than a day would be no review.
WINDOWS: Final[dict[str, tuple[int, int]]] = {"hours": (24, 720), "days": (1, 90), "business_days": (1, 60)}
_UNIT: Final = "Choose hours, days or business days."
_NONE: Final = ("", "0")


def windows(reading: Reading) -> dict[str, Any]:
    """The review window of the terms, and their extension; none when its length is 0 or was left out."""
    unit = reading.choice("review_unit", tuple(WINDOWS), _UNIT) or "days"
    calendar = _calendar(reading) if _counts_business_days(reading.body) else ""
    least = WINDOWS[unit][0]
    length = reading.take("review_length", lambda typed: _length(typed, unit, least))
    more = None
    if at(reading.body, "extension_length").strip() not in _NONE:
        more = reading.take("extension_length", lambda typed: _length(typed, unit, 0))
    own = calendar if unit == "business_days" else ""
    return {
        "review": _window(length or least, unit, own),
        "extension": _window(more, unit, own) if more else None,
    }


def window_of(reading: Reading, row: Body, path: str) -> Window | None:
    """The window of one milestone, where another one was typed than that of the terms. Its business days are those of
    the calendar in the step of the contract, which says when there is none."""
    if not str(row.get("review_length", "")).strip():
        return None
    if not row.get("review_unit"):
        reading.refusals.append(Refused(_UNIT, field=f"{path}.review_unit"))
        return None
    unit = reading.choice(f"{path}.review_unit", tuple(WINDOWS), _UNIT)
    if unit is None:
        return None
    length = reading.take(f"{path}.review_length", lambda typed: _length(typed, unit, WINDOWS[unit][0]))
    return _window(length, unit, named(reading.body) if unit == "business_days" else "") if length else None


@dataclass(frozen=True, slots=True)
class Understood:
    """What was understood of the windows while they are typed; None where nothing was, or where there is none.

    `rows`: of each milestone, where it has one of its own.
    """

    review: Window | None
    extension: Window | None
    rows: tuple[Window | None, ...]


def understood(body: Body, today: date) -> Understood:
    """As far as it can be read. Refuses nothing."""
    reading = Reading(body, today, Policy("off", {}, ()), Named("", ""))
    found = windows(reading)
    wrong = {refusal.field for refusal in reading.refusals}
    review = (
        None if wrong & {f"review_{part}" for part in ("length", "unit", "calendar", "region")} else found["review"]
    )
    rows = [window_of(reading, row, f"milestones.{number}") for number, row in enumerate(body["milestones"])]
    known = (window if window and _is_known(window) else None for window in rows)
    return Understood(review, found["extension"] if review and "extension_length" not in wrong else None, tuple(known))


def _is_known(window: Window) -> bool:
    return window.unit != "business_days" or calendars.known(window.calendar)


def named(body: Body) -> str:
    """The calendar as it was chosen: the part of a country, else the country; unread."""
    return at(body, "review_region").strip() or at(body, "review_calendar").strip()


def _length(typed: str, unit: str, least: int) -> int:
    return entries.whole(typed, least=least, most=WINDOWS[unit][1], of=unit.replace("_", " "))


def _window(length: int, unit: str, calendar: str) -> Window:
    return Window(length, unit, calendar)  # type: ignore[arg-type] # one of WINDOW_UNITS, or refused


def _counts_business_days(body: Body) -> bool:
    rows: list[Body] = [row for row in body["milestones"] if str(row.get("review_length", "")).strip()]
    return "business_days" in (at(body, "review_unit"), *(row.get("review_unit") for row in rows))


def _calendar(reading: Reading) -> str:
    country = reading.take("review_calendar", lambda typed: _country(typed, _ends_in(reading)))
    region = at(reading.body, "review_region").strip()
    if country is None or not region:
        return country or ""
    if region not in calendars.parts(country):
        sentence = f"This is no part of {calendars.name(country)}. Choose one that is, or the whole country."
        reading.refusals.append(Refused(sentence, field="review_region"))
        return country
    return region


def _country(typed: str, year: int) -> str:
    missing = "Choose the country whose working days are counted."
    country = entries.one_of(typed.strip(), calendars.countries(), missing=missing)
    last = calendars.last_year(country)
    if last < year:
        raise Refused(
            f"The holidays of {calendars.name(country)} are known here up to {last} only, and this project is due "
            f"in {year}. Choose another calendar, or count days."
        )
    return country


def _ends_in(reading: Reading) -> int:
    """The year in which the last milestone is due, as far as that can be read."""
    years = [reading.today.year]
    for row in reading.body["milestones"]:
        try:
            years.append(date.fromisoformat(str(row.get("due_on", "")).strip()).year)
        except ValueError:
            continue
    return max(years)
