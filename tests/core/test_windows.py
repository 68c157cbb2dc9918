"""Review windows as they are typed: units, calendars, extensions, and one milestone's own."""

from __future__ import annotations

from typing import Any

import pytest

from milepost.core import calendars, drafts, terms
from milepost.core.readings.windows import understood
from milepost.core.terms import Window
from tests.core.bodies import TODAY, body, composed, with_row, wrong

BUSINESS = {"review_unit": "business_days", "review_length": "5", "review_calendar": "SE"}


@pytest.mark.parametrize(
    ("typed", "review", "extension"),
    [
        ({}, Window(7, "days"), Window(3, "days")),
        ({"extension_length": "0"}, Window(7, "days"), None),
        ({"extension_length": ""}, Window(7, "days"), None),
        ({"review_unit": "hours", "review_length": "48"}, Window(48, "hours"), Window(3, "hours")),
        (BUSINESS, Window(5, "business_days", "SE"), Window(3, "business_days", "SE")),
        (
            BUSINESS | {"review_calendar": "DE", "review_region": "DE-BY", "extension_length": "1"},
            Window(5, "business_days", "DE-BY"),
            Window(1, "business_days", "DE-BY"),
        ),
        # A calendar that stands there while days are counted means nothing.
        ({"review_calendar": "SE", "review_region": "DE-BY"}, Window(7, "days"), Window(3, "days")),
    ],
)
def test_what_is_typed_becomes_the_windows_of_the_terms(
    typed: dict[str, str], review: Window, extension: Window | None
) -> None:
    made = composed(body(**typed))
    assert (made.review, made.extension) == (review, extension)
    assert understood(body(**typed), TODAY).review == review
    read_back, _document = terms.read(terms.canonical(made, terms.Document("template", "00" * 32)))
    assert (read_back.review, read_back.extension) == (review, extension)


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"review_length": "0"}, "review_length", "from 1 to 90"),
        ({"review_length": "91"}, "review_length", "from 1 to 90"),
        ({"review_unit": "hours", "review_length": "23"}, "review_length", "from 24 to 720"),
        (BUSINESS | {"review_length": "61"}, "review_length", "whole number of business days, from 1 to 60"),
        ({"review_unit": "weeks"}, "review_unit", "Choose hours, days or business days."),
        ({"extension_length": "-1"}, "extension_length", "from 0 to 90"),
        ({"extension_length": "many"}, "extension_length", "from 0 to 90"),
        (BUSINESS | {"review_calendar": ""}, "review_calendar", "Choose the country"),
        (BUSINESS | {"review_calendar": "XX"}, "review_calendar", "Choose the country"),
        (BUSINESS | {"review_calendar": "DE-BY"}, "review_calendar", "Choose the country"),
        # The part of a country that was chosen before another country was.
        (BUSINESS | {"review_region": "DE-BY"}, "review_region", "no part of Sweden"),
        (BUSINESS | {"review_calendar": "BR", "review_region": "US-AL"}, "review_region", "no part of Brazil"),
        (BUSINESS | {"review_calendar": "LK"}, "review_calendar", "up to 2026 only, and this project is due in 2027"),
    ],
)
def test_what_can_t_be_a_window_is_refused_at_its_field(typed: dict[str, str], field: str, sentence: str) -> None:
    refused = wrong(body(**typed))
    assert set(refused) == {field}
    assert sentence in refused[field]


@pytest.mark.parametrize(
    ("length", "unit", "more", "window"),
    [
        ("48", "hours", {}, Window(48, "hours")),
        ("14", "days", BUSINESS, Window(14, "days")),
        ("3", "business_days", BUSINESS, Window(3, "business_days", "SE")),
        ("3", "business_days", {"review_calendar": "SE"}, Window(3, "business_days", "SE")),
        ("", "hours", {}, None),
    ],
)
def test_one_milestone_may_have_a_window_of_its_own(
    length: str, unit: str, more: dict[str, str], window: Window | None
) -> None:
    made = composed(with_row(review_length=length, review_unit=unit) | more)
    assert [each.review for each in made.milestones] == [None, window, None]
    assert made.review_of(made.milestones[1]) == (window or made.review)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"review_length": "2", "review_unit": "hours"}, "milestones.1.review_length"),
        ({"review_length": "2", "review_unit": ""}, "milestones.1.review_unit"),
        ({"review_length": "2", "review_unit": "years"}, "milestones.1.review_unit"),
        # Its business days are counted in the contract's calendar, and there is none.
        ({"review_length": "2", "review_unit": "business_days"}, "review_calendar"),
    ],
)
def test_a_window_of_one_milestone_is_refused_at_its_own_field(changes: dict[str, str], field: str) -> None:
    assert set(wrong(with_row(**changes))) == {field}


def test_a_draft_from_before_has_no_extension_and_asks_for_no_calendar() -> None:
    typed = body()
    for name in ("extension_length", "review_calendar", "review_region"):
        del typed[name]
    for row in typed["milestones"]:
        del row["review_length"], row["review_unit"]
    assert wrong(typed) == {}
    assert composed(typed).extension is None


@pytest.mark.parametrize(
    "typed", [{"review_length": "x"}, BUSINESS | {"review_calendar": "nowhere"}, {"review_unit": ""}]
)
def test_what_is_not_understood_yet_is_left_out_of_the_preview(typed: dict[str, Any]) -> None:
    assert understood(body(**typed), TODAY).review is None
    assert understood(body(**typed), TODAY).extension is None
    half = with_row(review_length="3", review_unit="business_days")
    assert understood(half, TODAY).rows == (None, None, None)


def test_one_payment_for_all_has_the_window_of_all() -> None:
    typed = with_row()
    typed["milestones"][0] |= {"review_length": "48", "review_unit": "hours"}
    assert drafts.in_one(typed)["milestones"][0]["review_length"] == ""


# -- the calendars -----------------------------------------------------------------------------------


def test_every_country_has_a_name_and_a_year_of_weekends_and_holidays() -> None:
    named = calendars.choices()
    assert len(named) == len({name for _code, name in named}) > 200
    assert [name for _code, name in named] == sorted((name for _code, name in named), key=str.casefold)
    assert dict(calendars.choices("de"))["SE"] == "Schweden"
    assert ("DE-BY", "Bayern") in calendars.parts_of("DE")
    assert calendars.name("US-NY") == "United States, New York"
    assert calendars.parts_of("SE") == calendars.parts_of("XX") == []


@pytest.mark.parametrize("calendar", ["", "XX", "de", "DE-XX", "DE-", "DE-BY-", "\x00"])
def test_unknown_calendars_are_refused(calendar: str) -> None:
    assert not calendars.known(calendar)
    with pytest.raises(calendars.UnknownCalendar):
        calendars.is_working(calendar, TODAY)


@pytest.mark.parametrize(
    ("zone", "country"),
    [("Europe/Stockholm", "SE"), ("Asia/Kolkata", "IN"), ("America/New_York", "US"), ("UTC", ""), ("", ""), ("x", "")],
)
def test_a_time_zone_says_its_country_where_that_is_certain(zone: str, country: str) -> None:
    assert calendars.country_of_zone(zone) == country
