"""The first page: what waits for whoever is signed in, their money, their projects; for others, what this is."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from milepost.actions import totals
from milepost.actions.totals import Totals
from milepost.core.money import Money
from milepost.models import Party
from milepost.web import access, answers, holdings, lists, members, prompts, turns
from milepost.web.rows import project_rows

# What stands in a box of its own; the rest follows as a list.
BOXES: Final = 3
MOST: Final = 12
PROJECTS: Final = 5
# Of a chart, in the units of its drawing.
BAR_HEIGHT: Final = 100


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """GET /: nobody is asked to sign in before they know what this is."""
    if not request.user.is_authenticated:
        if invitation := access.guest(request):
            return redirect("project", invitation.project_id)
        return answers.page(request, "home/landing.html", {"nav": "home"})
    own = access.parties(request)
    if not own or not own[0].legal_name:
        return redirect("welcome")
    invited = members.waiting(request) if own[0].invited else []  # type: ignore[attr-defined]
    return answers.page(request, "home/home.html", _facts(own, access.now()) | {"invited": invited})


def _facts(own: list[Party], at: datetime) -> dict[str, Any]:
    waits = turns.of(own)
    # What a plain member may not do comes last, and in no box: it waits for somebody else of theirs.
    waits = sorted(waits, key=lambda turn: not turn.theirs)
    # One button stands out: that of the most pressing.
    said = [prompts.prompt(turn, at, "main" if turn is waits[0] else "") for turn in waits[:MOST]]
    boxes = min(BOXES, sum(turn.theirs for turn in waits))
    rows, pick = lists.mine(own).order_by("-pk"), PROJECTS + 1
    projects = list(turns.with_change(rows)[:pick])
    # For the people of a custodian: what it holds has a page of its own, and one box here.
    held = holdings.waiting(own, "" if boxes else "main")
    return {
        "boxes": said[:boxes] + ([held] if held else []),
        "more": said[boxes:],
        "beyond": max(len(waits) - MOST, 0),
        "purses": _purses(totals.of(parties=own, at=at)),
        "projects": project_rows(projects[:PROJECTS], own, waits, at),
        "all_projects": len(projects) > PROJECTS,
        "begin": lists.begin("" if boxes or held else "main"),
    }


# -- money -----------------------------------------------------------------------------------------------


def _purses(sums: list[Totals]) -> list[dict[str, Any]]:
    """One per side and currency: currencies are never added up."""
    both = len({one.side for one in sums}) > 1
    return [
        {
            "title": _purse_title(one, both, len(sums) > 1),
            "figures": _figures(one),
            "chart": _chart(one),
        }
        for one in sums
    ]


def _purse_title(one: Totals, both: bool, several: bool) -> str:
    """Nothing where there is only one: its amounts say the currency."""
    if both:
        words = _("%(currency)s you pay") if one.side == "client" else _("%(currency)s for you")
        return words % {"currency": one.currency}
    return one.currency if several else ""


def _figures(one: Totals) -> list[dict[str, Any]]:
    """What is nothing is left out; there is always something, else there were no sums."""
    due = _("due to you") if one.side == "freelancer" else _("due, to be paid by you")
    ahead = _("deposits, owed back by you") if one.side == "freelancer" else _("deposits, owed back to you")
    words = ((_("held"), one.held), (ahead, one.deposits), (due, one.due), (_("paid in twelve months"), one.paid))
    return [{"words": said, "amount": amount} for said, amount in words if amount]


def _chart(one: Totals) -> dict[str, Any] | None:
    """Twelve bars to one scale, with the same numbers as a table; nothing when nothing was paid."""
    most = max(amount.minor for amount in one.months.values())
    if most == 0:
        return None
    bars = [_bar(month, amount, most) for month, amount in one.months.items()]
    return {"bars": bars, "most": Money(most, one.currency), "height": BAR_HEIGHT}


def _bar(month: date, amount: Money, most: int) -> dict[str, Any]:
    # A month in which little was paid is still seen.
    height = max(amount.minor * BAR_HEIGHT // most, 2 if amount else 0)
    return {"month": month, "amount": amount, "height": height, "y": BAR_HEIGHT - height}
