"""What every template may use: money, days, instants, states, icons. `docs/look.md` shows each."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_timedelta
from babel.numbers import format_currency
from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext, pgettext, to_locale
from django.utils.translation import gettext as _
from heroicons.templatetags.heroicons import heroicon_mini

from milepost.core import calendars
from milepost.core.money import Money, plain
from milepost.core.terms import Window

register = template.Library()

# Beyond these the relative words would be no help beside the date itself.
RELATIVE_DAYS_MAX = 60

# The shape that stands beside the words, so that no state is told by colour alone (heroicons, 16 px).
SHAPES = {
    "draft": "pencil",
    "offered": "paper-airplane",
    "active": "play",
    "completed": "check-circle",
    "ended": "minus-circle",
    "declined": "x-circle",
    "withdrawn": "arrow-uturn-left",
    "expired": "clock",
    "planned": "calendar",
    "funded": "lock-closed",
    "open": "play",
    "delivered": "inbox-arrow-down",
    "reviewing": "inbox-arrow-down",
    "approved": "check",
    "closed": "check-circle",
    "cancelled": "x-circle",
    "disputed": "exclamation-triangle",
}


@register.filter(name="window")
def window_words(window: Window) -> str:
    """`7 days`, `1 hour`, `5 business days (Sweden)`."""
    counted = {"length": window.length}
    match window.unit:
        case "hours":
            return ngettext("%(length)d hour", "%(length)d hours", window.length) % counted
        case "days":
            return ngettext("%(length)d day", "%(length)d days", window.length) % counted
    words = ngettext("%(length)d business day (%(where)s)", "%(length)d business days (%(where)s)", window.length)
    return words % (counted | {"where": calendars.name(window.calendar, _locale())})


@register.filter(name="money")
def money_words(amount: Money) -> str:
    """`$2,000.00` in the reader's language, as plain text, with a true minus sign."""
    words = format_currency(Decimal(plain(amount)), amount.currency, locale=_locale()).replace("-", "\u2212")
    # CLDR wants a space between a code of letters and the figures; Babel leaves it out.
    return re.sub(r"(?<=[A-Za-z])(?=[0-9])", "\u00a0", words)


@register.simple_tag
def money(amount: Money) -> SafeString:
    """The amount with figures of one width, kept on one line."""
    return format_html('<span class="num">{}</span>', money_words(amount))


@register.filter(name="day")
def day_words(day: date) -> str:
    """`Fri 4 Dec`, with the year when it is another one than this, as plain text."""
    # Translators: a date pattern of Unicode CLDR for "Fri 4 Dec".
    short = pgettext("date", "EEE d MMM")
    # Translators: a date pattern of Unicode CLDR for "Fri 4 Dec 2027".
    long = pgettext("date", "EEE d MMM y")
    return format_date(day, short if day.year == timezone.localdate().year else long, locale=_locale())


@register.simple_tag(name="day")
def day_tag(day: date, today: date | None = None, relative: bool = True) -> SafeString:
    """`Fri 4 Dec, in 12 days`; `today` is that of the zone that counts, by default the server's."""
    time = format_html('<time datetime="{}">{}</time>', day.isoformat(), day_words(day))
    distance = relative_days(day, today or timezone.localdate()) if relative else ""
    return format_html("{}, {}", time, distance) if distance else time


def relative_days(day: date, today: date) -> str:
    """`today`, `in 12 days`, `3 days ago`; nothing when it is more than 60 days away."""
    days = (day - today).days
    if days in (-1, 0, 1):
        return {-1: _("yesterday"), 0: _("today"), 1: _("tomorrow")}[days]
    if abs(days) > RELATIVE_DAYS_MAX:
        return ""
    if days > 0:
        return ngettext("in %(days)d day", "in %(days)d days", days) % {"days": days}
    return ngettext("%(days)d day ago", "%(days)d days ago", -days) % {"days": -days}


@register.simple_tag
def instant(at: datetime, zone: str = "UTC", relative: bool = False) -> SafeString:
    """`Fri 4 Dec, 17:00 CET`: an aware instant in the zone given, which is named."""
    local = at.astimezone(ZoneInfo(zone))
    words = f"{day_words(local.date())}, {format_datetime(local, 'HH:mm', locale=_locale())} {_zone_words(local)}"
    time = format_html('<time datetime="{}">{}</time>', at.astimezone(ZoneInfo("UTC")).isoformat(), words)
    if not relative:
        return time
    ago = format_timedelta(at - timezone.now(), add_direction=True, threshold=1.2, locale=_locale())
    return format_html("{}, {}", time, ago)


def _zone_words(local: datetime) -> str:
    """`CET`; where a zone has no letters of its own, `UTC+05:30`."""
    name = local.tzname() or ""
    return name if name.isalpha() else f"UTC{local.isoformat()[-6:]}"


@register.filter
def state_words(state: str) -> str:
    """The state in the reader's words; a page that knows more (who, when) says that instead."""
    words = {
        "draft": _("Draft"),
        "offered": _("Waiting to be signed"),
        "active": _("In force"),
        "completed": _("Completed"),
        "ended": _("Ended"),
        "declined": _("Declined"),
        "withdrawn": _("Withdrawn"),
        "expired": _("Expired"),
        "planned": _("Planned"),
        "funded": _("Funded"),
        "open": _("Being worked on"),
        "delivered": _("Delivered"),
        "reviewing": _("Being reviewed"),
        "approved": _("Approved"),
        "closed": _("Paid"),
        "cancelled": _("Cancelled"),
        "disputed": _("In dispute"),
    }
    return words[state]


@register.simple_tag
def state(state: str, words: str = "") -> SafeString:
    """Shape, words and colour of a state: `{% state "delivered" words=... %}`."""
    return format_html('<span class="state {}">{}{}</span>', state, icon(SHAPES[state]), words or state_words(state))


@register.simple_tag
@lru_cache(maxsize=128)
def icon(name: str, label: str = "") -> str:
    """A heroicon; it says nothing to a screen reader unless it has a label."""
    spoken: dict[str, object] = {"role": "img", "aria_label": label} if label else {"aria_hidden": "true"}
    return heroicon_mini(name, size=20, **{"class": "icon"}, **spoken)


@register.simple_tag
def shares(*parts: Any) -> list[dict[str, str]]:
    """Where each part of a bar begins and how wide it is: `{% shares "paid" paid "held" held whole as segments %}`.

    Pairs of a kind and an amount, then the whole; percentages as text, for SVG, in every language alike.
    """
    *pairs, whole = parts
    segments, start = [], 0
    for kind, amount in zip(pairs[::2], pairs[1::2], strict=True):
        if amount and whole:
            segments.append({"kind": kind, "x": _percent(start, whole), "width": _percent(amount.minor, whole)})
            start += amount.minor
    return segments


def _percent(minor: int, whole: Money) -> str:
    return f"{100 * minor / whole.minor:.3f}%"


@register.filter
def initials(name: str) -> str:
    """`AL` of “Ada Lindqvist”: the first letters of the first and the last word."""
    words = name.split()
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


def _locale() -> str:
    return to_locale(get_language() or "en")
