"""A turn in words: what it is, by when, what happens if nobody answers, and the one button for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import gettext as _

from milepost.actions.rights import left_to
from milepost.core import rights
from milepost.core.catalogue import SIDES
from milepost.core.waiting import Act
from milepost.web.road import name_of, other_side
from milepost.web.templatetags.milepost import day_words, money_words, relative_days, window_words
from milepost.web.turns import Turn
from milepost.web.waiting import when


@dataclass(frozen=True, slots=True)
class Prompt:
    """As the first page shows it; `actions` as in `parts/next.html`."""

    title: str
    words: str
    # Whose, and in which project; empty where the title says it.
    project: str
    actions: list[dict[str, Any]]


def prompt(turn: Turn, at: datetime, kind: str) -> Prompt:
    """For the one whose turn it is. `kind` of the button: `main`, or nothing."""
    facts = _facts(turn, at)
    title, words, label = _said(turn)
    project = f"{turn.project.name} · {facts['other']}" if turn.milestone else ""
    said = (words % facts).strip()
    if not turn.theirs:
        return Prompt(title % facts, f"{said} {_left_to(turn)}".strip(), project, _look(turn))
    return Prompt(title % facts, said, project, [_action(turn, label % facts, kind)])


def short(turn: Turn, at: datetime) -> str:
    """For a line of a list, below the name of the project."""
    facts = _facts(turn, at)
    words: dict[Act, str] = {"sign": _("Sign by %(until)s"), "revise": _("%(other)s asks for a change")}
    return (words.get(turn.waiting.act) or _said(turn)[0]) % facts


def _facts(turn: Turn, at: datetime) -> dict[str, str]:
    said = turn.project.terms.said  # type: ignore[union-attr]
    until, today = turn.waiting.until, at.astimezone(ZoneInfo(said.time_zone)).date()
    day = until.astimezone(ZoneInfo(said.time_zone)).date() if isinstance(until, datetime) else until
    distance = relative_days(day, today) if day else ""
    return {
        "other": _other(turn),
        "title": turn.milestone.said.title if turn.milestone else turn.project.name,
        "amount": money_words(turn.amount),
        "until": _until(until, said.time_zone),
        "distance": f"{distance[:1].upper()}{distance[1:]}." if distance else "",
        "window": window_words(said.review_of(turn.milestone.said)) if turn.milestone else "",
        "overdue": _("That day has passed.") if day and day < today else "",
        "part": _part(turn),
        "begins": _("Work begins %(day)s.") % {"day": day_words(day)} if day and day > today else "",
    }


def _other(turn: Turn) -> str:
    """The other side; for a custodian both of them."""
    if turn.waiting.side == "custodian":
        names = {side: name_of(turn.project, side) for side in SIDES}
        return _("%(client)s and %(freelancer)s") % names
    return name_of(turn.project, other_side(turn.waiting.side))


def _until(until: datetime | date | None, zone: str) -> str:
    match until:
        case datetime():
            return when(until, zone)
        case date():
            return day_words(until)
        case None:
            return ""


def _said(turn: Turn) -> tuple[str, str, str]:
    """Title, what comes of silence, and the button's label."""
    if turn.waiting.silence == "window_not_begun":
        words = _("Delivered. If you don’t answer within %(window)s of your first look, the clock approves it.")
        return _("Review “%(title)s”"), words, _("Review the delivery")
    deposit = turn.milestone is not None and turn.milestone.holder == "freelancer"
    return (_agreeing() | _working(deposit) | _funding(deposit) | _owed() | _paying())[turn.waiting.act]


def _part(turn: Turn) -> str:
    """Of a payment in advance that has come in part."""
    if turn.waiting.act not in ("pay_in", "say_arrived") or not turn.arrived:
        return ""
    return _("%(part)s has arrived; this is the rest.") % {"part": money_words(turn.arrived)}


def _agreeing() -> dict[Act, tuple[str, str, str]]:
    """Of terms, and of what should end."""
    return {
        "sign": (
            _("Sign “%(title)s” by %(until)s"),
            _("%(amount)s, from %(other)s. If you don’t answer, it expires."),
            _("Read and sign"),
        ),
        "accept": (
            _("Accept the mandate for “%(title)s” by %(until)s"),
            _("%(other)s have signed terms that name you as custodian. If you don’t answer, they expire."),
            _("Read and accept"),
        ),
        "revise": (
            _("%(other)s asks for a change to “%(title)s”"),
            _("If nobody signs by %(until)s, it expires."),
            _("See it and revise"),
        ),
        "answer_cancel": (
            _("%(other)s asks to cancel “%(title)s”"),
            _("Until you answer, it goes on as agreed."),
            _("See and answer"),
        ),
        "answer_stop": (
            _("%(other)s asks to stop “%(title)s”"),
            _("Until you answer, everything goes on as agreed."),
            _("See and answer"),
        ),
    }


def _working(deposit: bool) -> dict[Act, tuple[str, str, str]]:
    """Of the work. `deposit`: the freelancer has the money already."""
    paid = _("%(distance)s You have the deposit, and owe it back until it is approved.")
    return {
        "deliver": (
            _("Deliver “%(title)s” by %(until)s"),
            paid if deposit else _("%(distance)s Nothing is paid before it is delivered."),
            _("Deliver"),
        ),
        "approve": (
            _("Approve “%(title)s” by %(until)s"),
            _("%(distance)s If nobody answers, the clock approves it, as both signed."),
            _("Review the delivery"),
        ),
    }


def _funding(deposit: bool) -> dict[Act, tuple[str, str, str]]:
    """Of money that somebody has meanwhile; a deposit is never called held."""
    held = _("%(begins)s Until the money is held, no work begins.")
    return {
        "fund": (
            _("Fund “%(title)s”"),
            _("%(begins)s Until the deposit has arrived, no work begins.") if deposit else held,
            _("Fund %(amount)s"),
        ),
        "pay_in": (
            _("Send %(amount)s for “%(title)s”"),
            _("%(part)s %(begins)s Work begins once it has arrived."),
            _("See how to pay"),
        ),
        "say_arrived": (
            _("Has the deposit of %(amount)s arrived?"),
            _("%(part)s %(other)s says that it was sent. Work on “%(title)s” begins once you say what arrived."),
            _("Say what arrived"),
        ),
    }


def _owed() -> dict[Act, tuple[str, str, str]]:
    """Of what goes back, and of where money is to go."""
    return {
        "say_where": (
            _("Say where you are paid"),
            _("You are paid by bank transfer. Without your account nobody can pay you."),
            _("State the account"),
        ),
        "send_refund": (
            _("Send %(amount)s back to %(other)s"),
            _("For “%(title)s”. You owe it until it has arrived."),
            _("See where to"),
        ),
        "say_refunded": (
            _("Has the refund of %(amount)s from %(other)s arrived?"),
            _("%(other)s says that it was sent, for “%(title)s”."),
            _("Look and say"),
        ),
    }


def _paying() -> dict[Act, tuple[str, str, str]]:
    """Of what is paid directly, and of papers."""
    return {
        "say_sent": (
            _("Pay %(amount)s to %(other)s by %(until)s"),
            _("%(overdue)s You approved “%(title)s”. It stays open until the payment has arrived."),
            _("See how to pay"),
        ),
        "say_received": (
            _("Has %(amount)s from %(other)s arrived?"),
            _("%(other)s says that it was sent. “%(title)s” stays open until you say received."),
            _("Say received"),
        ),
        "add_invoice": (
            _("Add your invoice for “%(title)s”"),
            _("You number your invoices yourself. %(other)s can pay meanwhile."),
            _("Add the invoice"),
        ),
        "add_credit_note": (
            _("Add your credit note for “%(title)s”"),
            _("Money was given back to %(other)s after you had invoiced it."),
            _("Add the credit note"),
        ),
    }


def _action(turn: Turn, label: str, kind: str) -> dict[str, Any]:
    places: dict[Act, str] = {"approve": "#delivery", "deliver": "#deliver", "answer_cancel": "#cancel"}
    places |= {"say_received": "#pay"}
    if turn.waiting.act == "answer_stop":
        return {"label": label, "href": reverse("project-stops", args=[turn.waiting.subject]), "kind": kind}
    if turn.waiting.act == "say_where":
        return {"label": label, "href": reverse("party-payee", args=[turn.party.pk]), "kind": kind}
    if turn.waiting.act == "accept":
        return {"label": label, "href": reverse("mandate", args=[turn.waiting.subject]), "kind": kind}
    if turn.milestone is None:
        return {"label": label, "href": reverse("terms", args=[turn.waiting.subject]), "kind": kind}
    if turn.waiting.act == "fund":
        return {
            "label": label,
            "href": reverse("milestone-fundings", args=[turn.milestone.pk]),
            "kind": kind,
            "post": True,
        }
    if turn.waiting.act in ("add_invoice", "add_credit_note"):
        return {"label": label, "href": reverse("milestone-invoices", args=[turn.milestone.pk]), "kind": kind}
    if turn.waiting.act == "say_sent":
        return {"label": label, "href": reverse("milestone-account", args=[turn.milestone.pk]), "kind": kind}
    if turn.waiting.act in ("pay_in", "say_arrived"):
        page = "funding" if turn.waiting.act == "pay_in" else "funding-arrivals"
        return {"label": label, "href": reverse(page, args=[_newest(turn, "last_funding_id")]), "kind": kind}
    if turn.waiting.act in ("send_refund", "say_refunded"):
        return {"label": label, "href": reverse("refund", args=[_newest(turn, "last_refund_id")]), "kind": kind}
    href = reverse("milestone", args=[turn.milestone.pk]) + places.get(turn.waiting.act, "")
    return {"label": label, "href": href, "kind": kind}


def _left_to(turn: Turn) -> str:
    """Whose it is to do, for a reader who may not."""
    if turn.role is None:
        return _("Take an account first: bank details are for people who sign in.")
    return left_to(turn.party, rights.TURNS[turn.waiting.act])


def _look(turn: Turn) -> list[dict[str, Any]]:
    """For a reader who may not do it: only the page that it is about; a guest is led to an account."""
    if turn.role is None:
        address = urlencode({"email": turn.party.email})
        href = f"{reverse('account_signup')}?{address}"
        return [{"label": _("Take an account"), "href": href, "kind": "main"}]
    if turn.waiting.act == "say_where":
        return []
    if turn.waiting.act in ("accept", "answer_stop"):
        return [_action(turn, _("See it"), "")]
    place = ("milestone", turn.milestone.pk) if turn.milestone else ("terms", turn.waiting.subject)
    return [{"label": _("See it"), "href": reverse(place[0], args=[place[1]]), "kind": ""}]


def _newest(turn: Turn, which: str) -> str:
    """The id that came along with the milestone (`turns.milestones_of`, `road`)."""
    return str(getattr(turn.milestone, which))
