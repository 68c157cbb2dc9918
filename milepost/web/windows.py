"""The review windows of a proposal while it is written: what is asked, what was understood, and an example of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.template.loader import render_to_string
from django.utils.translation import get_language, to_locale
from django.utils.translation import gettext as _

from milepost.core import calendars, steps
from milepost.core.deadlines import review_ends_at
from milepost.core.readings.windows import Understood, understood
from milepost.core.steps import Body
from milepost.core.terms import Terms, Window
from milepost.models import Draft
from milepost.web.templatetags.milepost import window_words
from milepost.web.waiting import when

# The time of day at which the example is delivered.
_AFTERNOON: Final = time(15)


def asked(draft: Draft, at: datetime) -> dict[str, Any]:
    """What the step of the contract asks of the windows, and what was understood of them."""
    country = steps.at(draft.body, "review_calendar") or calendars.country_of_zone(draft.party.time_zone)
    return {
        "units": units(),
        "countries": calendars.choices(_locale()),
        # Said by the time zone of the sender's own party, until it is chosen.
        "country": country,
        "needs_calendar": _counts(draft.body),
        **shown(draft, at),
    }


def known(draft: Draft, at: datetime) -> Understood:
    return understood(draft.body, _today(draft, at))


def shown(draft: Draft, at: datetime) -> dict[str, Any]:
    """What changes while one types: the parts of the country chosen, and the windows in words."""
    found = known(draft, at)
    country = steps.at(draft.body, "review_calendar") if _counts(draft.body) else ""
    words = _in_words(found, draft, at) if found.review else ""
    return {"regions": calendars.parts_of(country, _locale()), "window_words": words}


def parts(draft: Draft, at: datetime) -> dict[str, str]:
    """The same as HTML, for a page that is being typed into."""
    context = shown(draft, at) | {"chosen": steps.at(draft.body, "review_region")}
    return {
        "regions": render_to_string("proposals/_regions.html", context),
        "window": render_to_string("proposals/_window_words.html", context),
    }


def units() -> list[tuple[str, str]]:
    return [("days", _("days")), ("business_days", _("business days")), ("hours", _("hours"))]


def examples(said: Terms) -> list[str]:
    """A sentence for each review window in the terms, of the first milestone that has it."""
    first: dict[Window, date] = {}
    for milestone in said.milestones:
        first.setdefault(said.review_of(milestone), milestone.due_on)
    return [_example(window, said.extension, due_on, said.time_zone) for window, due_on in first.items()]


def _in_words(known: Understood, draft: Draft, at: datetime) -> str:
    assert known.review is not None, "understood"
    return _example(known.review, known.extension, _day(draft, at), draft.party.time_zone)


def _example(window: Window, extension: Window | None, due_on: date, time_zone: str) -> str:
    begins = datetime.combine(due_on, _AFTERNOON, ZoneInfo(time_zone)).astimezone(UTC)
    ends_at = review_ends_at(begins, window, time_zone)
    facts = {"window": window_words(window), "begins": when(begins, time_zone), "ends": when(ends_at, time_zone)}
    words = _("%(window)s: if the notice of a delivery arrives on %(begins)s, the review ends on %(ends)s.") % facts
    if extension is None:
        return words
    later = when(review_ends_at(ends_at, extension, time_zone), time_zone)
    extended = _("Extended once by %(more)s, it ends on %(later)s.")
    return f"{words} {extended % {'more': window_words(extension), 'later': later}}"


def _counts(body: Body) -> bool:
    rows: Iterable[Body] = body["milestones"]
    units = [steps.at(body, "review_unit"), *(row.get("review_unit") for row in rows if row.get("review_length"))]
    return "business_days" in units


def _day(draft: Draft, at: datetime) -> date:
    """The day on which the first milestone is due, as far as that can be read; else today."""
    for row in draft.body["milestones"]:
        try:
            return date.fromisoformat(str(row.get("due_on", "")).strip())
        except ValueError:
            continue
    return _today(draft, at)


def _today(draft: Draft, at: datetime) -> date:
    return at.astimezone(ZoneInfo(draft.party.time_zone)).date()


def _locale() -> str:
    return to_locale(get_language() or "en")
