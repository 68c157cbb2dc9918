"""The calendars that business days are counted by: a country's weekends and public holidays, or those of a part of it.

A calendar is named by its ISO 3166 country, or by that and a part (`SE`, `DE-BY`), as the `holidays` package knows them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from babel import Locale
from babel.core import get_global

from milepost.core.refusals import Refused

if TYPE_CHECKING:
    from holidays.holiday_base import HolidayBase


class UnknownCalendar(Refused):
    """No calendar of that name is known here."""


@lru_cache(maxsize=1)
def countries() -> frozenset[str]:
    """The countries whose holidays are known, by their two letters."""
    # Here and below inside a function: the package takes 30 MB, and most projects count days.
    from holidays.registry import COUNTRIES

    return frozenset(codes[1] for codes in COUNTRIES.values())


@lru_cache(maxsize=64)
def parts(country: str) -> tuple[str, ...]:
    """The calendars of a country's parts that have holidays of their own: `DE-BB`, `DE-BE`, ..."""
    return tuple(f"{country}-{part}" for part in _opened(country).subdivisions)


def known(calendar: str) -> bool:
    country = calendar.partition("-")[0]
    return country in countries() and (country == calendar or calendar in parts(country))


def last_year(calendar: str) -> int:
    """The last year whose holidays are known; after it only weekends are days off. Refuses unknown calendars."""
    return _opened(calendar).end_year


def is_working(calendar: str, day: date) -> bool:
    """Neither a weekend, as the country had them in that year, nor a public holiday. Refuses unknown calendars.

    A holiday that fell on a weekend counts where the law moves it to; a weekend that was made a day of work is one.
    """
    return day not in _days_off(calendar, day.year)


def name(calendar: str, locale: str = "en") -> str:
    """`Sweden`, `Germany, Bayern`; the part as it is called there."""
    country, _, part = calendar.partition("-")
    named: str = Locale.parse(locale).territories.get(country, country)
    if not part:
        return named
    aliases: dict[str, str] = getattr(_opened(country), "subdivisions_aliases", {}) or {}
    return f"{named}, {next((alias for alias, code in aliases.items() if code == part), part)}"


def choices(locale: str = "en") -> list[tuple[str, str]]:
    """Every country's calendar with its name, by name."""
    return sorted(((code, name(code, locale)) for code in countries()), key=lambda choice: choice[1].casefold())


def parts_of(country: str, locale: str = "en") -> list[tuple[str, str]]:
    """The calendars of a country's parts with their names, by name; none for what is no country."""
    found = parts(country) if country in countries() else ()
    named = ((code, name(code, locale).partition(", ")[2]) for code in found)
    return sorted(named, key=lambda choice: choice[1].casefold())


def country_of_zone(time_zone: str) -> str:
    """The country that a time zone lies in; empty where it is in none (`UTC`), or its holidays are not known."""
    zones, aliases = get_global("zone_territories"), get_global("zone_aliases")
    found: str = zones.get(time_zone) or zones.get(aliases.get(time_zone, ""), "")
    return found if found in countries() else ""


@lru_cache(maxsize=256)
def _days_off(calendar: str, year: int) -> frozenset[date]:
    opened = _opened(calendar, year)
    return frozenset(day for day in _days(year) if not opened.is_working_day(day))


def _days(year: int) -> Iterator[date]:
    first = date(year, 1, 1)
    yield from (first + timedelta(days=number) for number in range((date(year, 12, 31) - first).days + 1))


def _opened(calendar: str, *years: int) -> HolidayBase:
    """One of the package's own, for whoever asked alone: it changes as it is asked about another year."""
    from holidays import country_holidays

    country, dash, part = calendar.partition("-")
    if country not in countries() or (dash and not part):
        raise UnknownCalendar(f"No holidays of “{country[:40]}” are known here.")
    try:
        return country_holidays(country, subdiv=part or None, years=years or None, expand=False)
    except NotImplementedError:
        raise UnknownCalendar(f"No part “{part[:40]}” of {name(country)} is known here.") from None
