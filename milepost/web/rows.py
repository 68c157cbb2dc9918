"""What the lists show of each project and draft."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from milepost.models import Draft, Milestone, Party
from milepost.web import prompts, turns
from milepost.web.road import name_of, other_side
from milepost.web.templatetags.milepost import day_words


def project_rows(rows: list[Any], own: list[Party], waits: list[turns.Turn], at: datetime) -> list[dict[str, Any]]:
    """As `parts/project.html` shows them; two statements for all."""
    milestones: dict[str, list[Milestone]] = {}
    for milestone in Milestone.objects.filter(project__in=[row.pk for row in rows]).order_by("number"):
        milestones.setdefault(milestone.project_id, []).append(milestone)
    planned = [each.pk for some in milestones.values() for each in some if each.status == "planned"]
    held, first = turns.held_of(planned), _first(waits)
    return [_project_row(row, own, milestones.get(row.pk, []), held, first.get(row.pk), at) for row in rows]


def _first(waits: Iterable[turns.Turn]) -> dict[str, turns.Turn]:
    """The most pressing turn of each project."""
    found: dict[str, turns.Turn] = {}
    for turn in waits:
        found.setdefault(turn.project.pk, turn)
    return found


def _project_row(
    row: Any, own: list[Party], milestones: list[Milestone], held: dict[str, int], turn: turns.Turn | None, at: datetime
) -> dict[str, Any]:
    said = row.terms.said if row.terms is not None and row.terms.body is not None else None
    side = turns.side_of(row, own)
    ended = {"declined", "withdrawn", "expired"} & {row.terms.status if row.terms else ""}
    return {
        "title": row.name,
        "href": reverse("project", args=[row.pk]),
        "other": name_of(row, other_side(side)),
        "state": ended.pop() if ended else row.state,
        "words": "",
        "states": [_state(milestone, said, held) for milestone in milestones],
        "amount": said.total if said else None,
        "next": prompts.short(turn, at) if turn else _next(milestones, said),
        "mine": turn is not None,
    }


def _state(milestone: Milestone, said: Any, held: dict[str, int]) -> str:
    """The status; `funded` for one that is planned and held in full."""
    funded = milestone.status == "planned" and held.get(milestone.pk, 0) >= said.milestone(milestone.pk).amount_minor
    return "funded" if funded else milestone.status


def _next(milestones: list[Milestone], said: Any) -> str:
    """What is under way, when it waits for somebody else."""
    ahead = next((each for each in milestones if each.status not in ("closed", "cancelled")), None)
    if ahead is None or said is None:
        return ""
    each = said.milestone(ahead.pk)
    words = {
        "planned": _("“%(title)s” comes next"),
        "open": _("“%(title)s” due %(day)s"),
        "delivered": _("“%(title)s” is being reviewed"),
        "approved": _("“%(title)s” is approved and being paid"),
    }
    return words[ahead.status] % {"title": each.title, "day": day_words(each.due_on)}


def draft_row(draft: Draft) -> dict[str, Any]:
    other = str(draft.body.get("other_name") or draft.body.get("other_email") or "")
    return {
        "title": str(draft.body.get("project_name") or "") or _("Without a name yet"),
        "href": reverse("proposal", args=[draft.pk]),
        "other": other,
        "saved_at": draft.saved_at,
    }
