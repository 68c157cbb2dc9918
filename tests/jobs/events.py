"""Events as the record holds them, and as it might."""

from __future__ import annotations

import json

from milepost.models import Event, Project
from tests.cast import NOON


def events(kind: str) -> list[Event]:
    rows = Event.objects.select_related("project__terms", "project__client", "project__freelancer")
    return list(rows.filter(kind=kind).order_by("number"))


def event(project: Project, kind: str, actor: str = "house", **data: object) -> Event:
    """An event as the record might have it; nothing is written."""
    made = Event(project=project, number=99, kind=kind, at=NOON, actor=actor, data=json.dumps(data), hash="0" * 64)
    made.id = "evt_0"
    return made
