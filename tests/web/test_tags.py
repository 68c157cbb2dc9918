"""The words of money, days and states, as every page says them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.utils import timezone, translation

from milepost.core.money import Money
from milepost.web.templatetags import milepost as tags


@pytest.mark.parametrize(
    ("minor", "currency", "language", "words"),
    [
        (200000, "USD", "en", "$2,000.00"),
        (-123456, "EUR", "en", "\u2212€1,234.56"),
        (1500, "JPY", "en", "¥1,500"),
        (1234005, "KWD", "en", "KWD\u00a01,234.005"),
        (123456, "EUR", "de", "1.234,56\u00a0€"),
    ],
)
def test_money_is_said_in_the_readers_language(minor: int, currency: str, language: str, words: str) -> None:
    with translation.override(language):
        assert tags.money_words(Money(minor, currency)) == words


def test_money_stands_in_figures_of_one_width() -> None:
    assert tags.money(Money(5, "USD")) == '<span class="num">$0.05</span>'


TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 11, 22), "today"),
        (date(2026, 11, 23), "tomorrow"),
        (date(2026, 11, 21), "yesterday"),
        (date(2026, 12, 4), "in 12 days"),
        (date(2026, 11, 19), "3 days ago"),
        (date(2027, 11, 19), ""),
    ],
)
def test_a_day_says_how_far_it_is(day: date, words: str) -> None:
    assert tags.relative_days(day, TODAY) == words


def test_a_day_of_another_year_names_it() -> None:
    this_year = timezone.localdate().year
    assert tags.day_words(date(this_year, 3, 5)).endswith("5 Mar")
    assert tags.day_words(date(this_year + 1, 3, 5)).endswith(f"5 Mar {this_year + 1}")


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        ("Europe/Berlin", "17:00 CET"),
        ("Asia/Kolkata", "21:30 IST"),
        ("Asia/Dubai", "20:00 UTC+04:00"),
        ("UTC", "16:00 UTC"),
    ],
)
def test_an_instant_names_its_zone(zone: str, words: str) -> None:
    said = tags.instant(datetime(2026, 12, 4, 16, 0, tzinfo=UTC), zone)
    assert words in said
    assert 'datetime="2026-12-04T16:00:00+00:00"' in said


@pytest.mark.parametrize("state", tags.SHAPES)
def test_a_state_has_words_and_a_shape(state: str) -> None:
    html = tags.state(state)
    assert tags.state_words(state) in html
    assert "<svg" in html and 'aria-hidden="true"' in html


def test_what_a_person_typed_stays_text() -> None:
    assert "&lt;b&gt;" in tags.state("open", "<b>")


def test_the_parts_of_a_bar_begin_where_the_one_before_ends() -> None:
    thirds = Money(100, "USD")
    segments = tags.shares("paid", thirds, "held", None, "due", thirds, Money(300, "USD"))
    assert segments == [
        {"kind": "paid", "x": "0.000%", "width": "33.333%"},
        {"kind": "due", "x": "33.333%", "width": "33.333%"},
    ]
    assert tags.shares("paid", thirds, Money(0, "USD")) == []


@pytest.mark.parametrize(
    ("name", "letters"), [("Ada Lindqvist", "AL"), ("ada", "A"), ("Ana de la Cruz", "AC"), ("", "")]
)
def test_a_face_has_the_first_letters(name: str, letters: str) -> None:
    assert tags.initials(name) == letters
