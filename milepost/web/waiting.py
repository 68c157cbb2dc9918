"""What comes next in a project, and whom it waits for: in words, with a date, and with the button for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from milepost.core.catalogue import Side
from milepost.core.terms import Window
from milepost.models import Project
from milepost.web.road import Stop, day_of, name_of, other_side
from milepost.web.templatetags.milepost import day_words, instant, money_words, relative_days


@dataclass(frozen=True, slots=True)
class Step:
    """As `parts/next.html` shows it. `kind`: empty waits for the reader; calm for somebody else; done; stop."""

    title: str
    words: str = ""
    actions: list[dict[str, Any]] = field(default_factory=list)
    kind: str = ""


def action(label: str, name: str, id: str, kind: str = "main", *, post: bool = False, at: str = "") -> dict[str, Any]:
    """One thing to do, as `parts/action.html` shows it; `at` is a place on the page."""
    return {"label": label, "href": reverse(name, args=[id]) + at, "kind": kind, "post": post}


def when(at: datetime, zone: str, *, relative: bool = False) -> str:
    """`Fri 6 March, 17:00 CET`, as plain text."""
    return strip_tags(instant(at, zone, relative))


def window_words(window: Window) -> str:
    """`7 days`, `1 hour`."""
    if window.unit == "hours":
        return ngettext("%(length)d hour", "%(length)d hours", window.length) % {"length": window.length}
    return ngettext("%(length)d day", "%(length)d days", window.length) % {"length": window.length}


def steps(project: Project, side: Side, stops: list[Stop], at: datetime) -> list[Step]:
    """What waits for this side, the most pressing first; when nothing does, one calm sentence about what does."""
    reader = _Reader(project, side, at)
    own = [reader.client, reader.freelancer][side == "freelancer"]
    waiting = [step for stop in stops for step in own(stop, stops)]
    if waiting:
        return waiting
    calm = [step for stop in stops if (step := reader.others(stop))]
    if calm:
        return calm[:1]
    if all(stop.milestone.status == "cancelled" for stop in stops):
        return [Step(_("This project has ended"), _("All its milestones were cancelled."), kind="calm")]
    return [Step(_("Everything is done"), _("All milestones are delivered, approved and paid."), kind="done")]


class _Reader:
    """Who reads, with what every sentence needs."""

    def __init__(self, project: Project, side: Side, at: datetime) -> None:
        self.project, self.side, self.at = project, side, at
        self.zone = project.agreed.said.time_zone
        self.other = name_of(project, other_side(side))
        self.today = day_of(at, self.zone)

    # -- what waits for the reader --------------------------------------------------------------

    def client(self, stop: Stop, stops: list[Stop]) -> list[Step]:
        status = stop.milestone.status
        if status == "delivered":
            return [self._review(stop)]
        if status == "approved" and stop.holder == "nobody" and stop.sent_at is None and stop.received_at is None:
            title = _("Pay %(amount)s to %(other)s for “%(title)s”")
            label = _("Pay “%(title)s”") % {"title": stop.title}
            return [
                Step(self._say(title, stop), _("You approved it."), [action(label, "milestone", stop.id, at="#pay")])
            ]
        if stop.wants_funding and self._blocks(stop, stops):
            words = _("Work on it begins once the money is held.")
            if stop.funding == "failed":
                words = _("The last try failed. Nothing was taken; try again.")
            label = self._say(_("Fund %(amount)s"), stop)
            title = self._say(_("Fund “%(title)s”"), stop)
            return [Step(title, words, [action(label, "milestone-fundings", stop.id, post=True)])]
        return []

    def _review(self, stop: Stop) -> Step:
        assert stop.delivery is not None, "delivered without a delivery"
        ends_at, asks = (
            stop.delivery.review_ends_at,
            action(_("Ask for changes"), "milestone", stop.id, "plain", at="#changes"),
        )
        if ends_at is None:
            window = self.project.agreed.said.review_of(stop.said)
            look = action(_("Review the delivery"), "milestone-views", stop.id, post=True)
            words = _(
                "Delivered %(day)s. If you don’t answer within %(window)s of your first look, the clock approves it, as both signed."
            )
            facts = {"day": self._day(stop.delivery.delivered_at), "window": window_words(window)}
            return Step(self._say(_("Review “%(title)s”"), stop), words % facts, [look, asks])
        title = _("Approve “%(title)s” by %(when)s") % {"title": stop.title, "when": when(ends_at, self.zone)}
        words = _("%(distance)s. If nobody answers, the clock approves it, as both signed.")
        distance = relative_days(day_of(ends_at, self.zone), self.today) or self._day(ends_at)
        look = action(_("Review the delivery"), "milestone", stop.id, at="#delivery")
        return Step(title, words % {"distance": _capital(distance)}, [look, asks])

    def freelancer(self, stop: Stop, stops: list[Stop]) -> list[Step]:
        found, status = [], stop.milestone.status
        if stop.cancel_reason is not None and status in ("planned", "open", "delivered"):
            look = action(_("See and answer"), "milestone", stop.id, at="#cancel")
            found.append(Step(self._say(_("%(other)s asks to cancel “%(title)s”"), stop), stop.cancel_reason, [look]))
        if status == "open":
            title, words = self._due(stop)
            if stop.changes_asked:
                title = self._say(_("%(other)s asks for changes to “%(title)s”"), stop)
                words = stop.review_of_last.words
            found.append(Step(title, words, [action(_("Deliver"), "milestone", stop.id, at="#deliver")]))
        if status == "approved" and stop.holder == "nobody" and stop.sent_at and stop.received_at is None:
            title = self._say(_("%(other)s says that %(amount)s was sent. Has it arrived?"), stop)
            look = action(_("Look and answer"), "milestone", stop.id, at="#pay")
            found.append(
                Step(
                    title,
                    _("For “%(title)s”, sent %(day)s.") % {"title": stop.title, "day": self._day(stop.sent_at)},
                    [look],
                )
            )
        return found

    def _due(self, stop: Stop) -> tuple[str, str]:
        facts = {"title": stop.title, "day": day_words(stop.said.due_on)}
        distance = relative_days(stop.said.due_on, self.today)
        if stop.said.due_on < self.today:
            words = _("It was due %(day)s") % facts + (f", {distance}." if distance else ".")
            return _("Deliver “%(title)s”") % facts, words
        return _("Deliver “%(title)s” by %(day)s") % facts, _capital(distance)

    # -- what waits for somebody else -----------------------------------------------------------

    def others(self, stop: Stop) -> Step | None:
        """One calm sentence about a milestone that is under way and waits for others."""
        match stop.milestone.status:
            case "delivered":
                return self._under_review(stop)
            case "open":
                due = _("Due %(day)s.") % {"day": day_words(stop.said.due_on)}
                return Step(self._say(_("%(other)s works on “%(title)s”"), stop), due, kind="calm")
            case "approved":
                return self._being_paid(stop)
            case "planned":
                return self._to_begin(stop)
        return None

    def _under_review(self, stop: Stop) -> Step:
        ends_at = stop.delivery.review_ends_at if stop.delivery else None
        if ends_at is None:
            words = _("The review window begins when the notice has reached %(other)s.") % {"other": self.other}
            return Step(self._say(_("“%(title)s” is with %(other)s for review"), stop), words, kind="calm")
        title = _("%(other)s reviews “%(title)s” until %(when)s")
        facts = {"other": self.other, "title": stop.title, "when": when(ends_at, self.zone)}
        return Step(title % facts, _("If nobody answers, the clock approves it, as both signed."), kind="calm")

    def _being_paid(self, stop: Stop) -> Step:
        if stop.holder != "nobody":
            title = (
                _("%(amount)s is on its way to you")
                if self.side == "freelancer"
                else _("%(amount)s is on its way to %(other)s")
            )
            words = self._say(_("For “%(title)s”, approved and released."), stop)
            if stop.payout == "failed":
                title, words = (
                    _("The payout of %(amount)s failed"),
                    _("It is tried again; the amount stays reserved for it."),
                )
            return Step(self._say(title, stop), words, kind="calm")
        if self.side == "freelancer":
            return Step(
                self._say(_("Waiting for %(other)s to pay %(amount)s"), stop),
                self._say(_("For “%(title)s”, approved."), stop),
                kind="calm",
            )
        return Step(
            self._say(_("Waiting for %(other)s to say that %(amount)s arrived"), stop),
            self._say(_("For “%(title)s”."), stop),
            kind="calm",
        )

    def _to_begin(self, stop: Stop) -> Step:
        starts_on = self.project.agreed.said.start_on
        if stop.wants_funding:
            return Step(
                self._say(_("Waiting for %(other)s to fund “%(title)s”"), stop),
                _("Work begins once the money is held."),
                kind="calm",
            )
        if stop.funding_underway:
            return Step(
                self._say(_("The payment of %(amount)s for “%(title)s” is under way"), stop),
                _("Work begins once the money is held."),
                kind="calm",
            )
        if starts_on > self.today:
            return Step(
                _("Work starts %(day)s") % {"day": day_words(starts_on)},
                self._say(_("With “%(title)s”."), stop),
                kind="calm",
            )
        return Step(self._say(_("“%(title)s” comes next"), stop), kind="calm")

    def _blocks(self, stop: Stop, stops: list[Stop]) -> bool:
        """Does work stand still until this one is funded? One at a time is asked for; the road offers the others."""
        first = next(each for each in stops if each.wants_funding)
        busy = any(each.milestone.status in ("open", "delivered") for each in stops)
        return stop is first and (self.project.agreed.said.parallel or not busy)

    # -- words ----------------------------------------------------------------------------------

    def _say(self, words: str, stop: Stop) -> str:
        return words % {"other": self.other, "title": stop.title, "amount": money_words(stop.amount)}

    def _day(self, at: datetime) -> str:
        return day_words(day_of(at, self.zone))


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
