"""What has happened in a project, newest first, a page at a time by the number of the event."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from milepost.events.wording.sentences import sentence
from milepost.models import Event, Project

EVENTS_MAX = 8


def of(request: HttpRequest, project: Project) -> dict[str, Any]:
    """`events` as `parts/activity.html` shows them; `earlier` is the number that the next page begins below."""
    rows = project.events.order_by("-number")
    below = request.GET.get("before", "")
    if below.isdecimal():
        rows = rows.filter(number__lt=int(below[:9]))
    found = list(rows[: EVENTS_MAX + 1])
    return {
        "events": [_told(event, project) for event in found[:EVENTS_MAX]],
        "earlier": found[EVENTS_MAX - 1].number if len(found) > EVENTS_MAX else 0,
        "events_from_start": not below.isdecimal(),
    }


def _told(event: Event, project: Project) -> dict[str, Any]:
    # The same instance, with its terms and parties: the sentence asks nothing more of the database.
    event.project = project
    money = event.kind.startswith(("funding.", "payout.", "refund.", "payment."))
    return {"words": sentence(event), "at": event.at, "kind": "money" if money else _clock(event)}


def _clock(event: Event) -> str:
    return "clock" if event.actor == "clock" else ""
