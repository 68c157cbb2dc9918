"""One event with what its words are made of. Needs no query when `project` came with its terms and both parties."""

from __future__ import annotations

import json
import unicodedata
from datetime import date, datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from django.utils.translation import get_language, ngettext, pgettext, to_locale
from django.utils.translation import gettext as _

from milepost.core import calendars
from milepost.core import terms as core
from milepost.core.actors import CLOCK, HOUSE
from milepost.core.catalogue import SIDES, Holder, Side
from milepost.models import Event, Terms

# What a person typed is cut here, in subjects and sentences.
LINE_MAX = 80
# Joins emoji and letters of some scripts; every other invisible character is dropped.
_JOINERS = "\u200c\u200d"


def line(typed: str, most: int = LINE_MAX) -> str:
    """A person's words as a part of one line: no line breaks, no invisible or direction-changing characters."""
    seen = "".join(
        character if character.isprintable() or character in _JOINERS else " "
        for character in unicodedata.normalize("NFC", typed)
    )
    whole = " ".join(seen.split())
    return whole if len(whole) <= most else whole[: most - 1].rstrip() + "…"


def quoted(typed: str) -> str:
    return _("“%(words)s”") % {"words": line(typed)}


def day(on: date) -> str:
    """`Fri 4 Dec 2026`."""
    # Translators: a date pattern of Unicode CLDR for "Fri 4 Dec 2027".
    return format_date(on, pgettext("date", "EEE d MMM y"), locale=_locale())


def moment(at: datetime, time_zone: str) -> str:
    """`Fri 4 Dec 2026, 17:00 CET`."""
    local = at.astimezone(ZoneInfo(time_zone))
    name = local.tzname() or ""
    return f"{day(local.date())}, {format_datetime(local, 'HH:mm', locale=_locale())} " + (
        name if name.isalpha() else f"UTC{local.isoformat()[-6:]}"
    )


def span(window: core.Window) -> str:
    """`7 days`, `5 business days (Sweden)`."""
    counted = {"length": window.length}
    match window.unit:
        case "hours":
            return ngettext("%(length)d hour", "%(length)d hours", window.length) % counted
        case "days":
            return ngettext("%(length)d day", "%(length)d days", window.length) % counted
    words = ngettext("%(length)d business day (%(where)s)", "%(length)d business days (%(where)s)", window.length)
    return words % (counted | {"where": calendars.name(window.calendar, _locale())})


def _locale() -> str:
    return to_locale(get_language() or "en")


class Story:
    """Who did what to what, as words. Asks the rows lazily: a sentence needs few of them."""

    def __init__(self, event: Event) -> None:
        self.event = event
        self.project = event.project

    @cached_property
    def data(self) -> dict[str, Any]:
        whole: dict[str, Any] = json.loads(self.event.data)
        return whole

    @property
    def terms(self) -> Terms | None:
        """The terms that the event is about; else those of the project."""
        own = self.project.terms
        named = self.data.get("terms")
        if named is None or (own is not None and own.pk == named):
            return own
        return Terms.objects.filter(pk=named).first()

    @cached_property
    def said(self) -> core.Terms | None:
        """What the project's terms say; None when they were purged."""
        terms = self.project.terms
        return terms.said if terms is not None and terms.body is not None else None

    @cached_property
    def agreed(self) -> core.Terms:
        """What the project's terms say, where there must be some."""
        assert self.said is not None, "these terms were purged"
        return self.said

    @property
    def project_name(self) -> str:
        return quoted(self.project.name)

    @property
    def milestone(self) -> core.Milestone | None:
        found = [each for each in (self.said.milestones if self.said else ()) if each.id == self.data.get("milestone")]
        return found[0] if found else None

    @property
    def title(self) -> str:
        """The milestone's title, quoted."""
        return quoted(self.milestone.title) if self.milestone else _("a milestone")

    @property
    def who(self) -> str:
        """Who did it, by name; the clock and the house are named so."""
        sides: dict[str, Side] = {self.project.client_id: "client", self.project.freelancer_id: "freelancer"}
        match self.event.actor:
            case CLOCK.kind:
                return _("The clock")
            case HOUSE.kind:
                return _("Milepost")
            case actor if actor in sides:
                return self.name(sides[actor])
            case actor if actor == self.project.custodian_id:
                return self.custodian
            case _:
                return _("Somebody")

    @property
    def by_custodian(self) -> bool:
        return self.project.custodian_id is not None and self.event.actor == self.project.custodian_id

    @property
    def custodian(self) -> str:
        """Its name as the terms say it."""
        return line(self.said.custodian.name) if self.said and self.said.custodian else _("The custodian")

    @property
    def holder(self) -> Holder | None:
        """Of the milestone that it is about."""
        return self.said.holder_of(self.milestone) if self.said and self.milestone else None

    @property
    def actor_side(self) -> Side | None:
        return next((side for side in SIDES if self.party_id(side) == self.event.actor), None)

    def party_id(self, side: Side) -> str:
        return self.project.client_id if side == "client" else self.project.freelancer_id

    def name(self, side: Side) -> str:
        """The party's own name, else as the sender of the terms typed it."""
        party = self.project.party(side)
        return line(party.legal_name or (self.said.named(side).name if self.said else "") or party.email)

    def fill(self, pattern: str) -> str:
        """Puts in names: `%(who)s`, `%(client)s`, `%(freelancer)s`, `%(custodian)s`, `%(milestone)s`, `%(project)s`."""
        names = {"who": self.who, "client": self.name("client"), "freelancer": self.name("freelancer")}
        names["custodian"] = self.custodian
        return pattern % (names | {"milestone": self.title, "project": self.project_name})

    def words(self, name: str = "words") -> str:
        """What a person wrote with it; empty when that was erased."""
        return self.event.personal.filter(name=name).values_list("value", flat=True).first() or ""

    def moment(self, at: datetime) -> str:
        """In the time zone of the terms: that is the one that counts."""
        return moment(at, self.agreed.time_zone)

    @property
    def ends(self) -> str:
        """The end of the review window that the event states."""
        return self.moment(datetime.fromtimestamp(self.data["ends"], ZoneInfo("UTC")))

    @property
    def ended_before(self) -> str:
        """The end that an extension moved."""
        return self.moment(datetime.fromtimestamp(self.data["before"], ZoneInfo("UTC")))
