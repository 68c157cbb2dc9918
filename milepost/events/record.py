"""The one writer of events: appends a deed to its project's chain, with what is to be announced of it."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from milepost.core import chain
from milepost.core.actors import Actor
from milepost.core.catalogue import EVENTS
from milepost.core.refusals import Stale
from milepost.models import Announcement, Event, Personal, Project


def record(
    project: Project, kind: str, *, by: Actor, at: datetime, personal: dict[str, str] | None = None, **data: Any
) -> Event:
    """Appends one event and its announcement, in the caller's transaction and behind its lock on the project.

    `data` holds ids, integers and texts that are not personal; `personal` values enter the chain as salted
    commitments and lie beside it in rows that can be erased.
    """
    assert kind in EVENTS, f"{kind} is not in the catalogue"
    salted = {name: (secrets.token_bytes(16), value) for name, value in (personal or {}).items()}
    whole = data | {name: chain.commitment(salt, value) for name, (salt, value) in salted.items()}
    event = _append(project, kind, by.name, at, whole)
    Personal.objects.bulk_create(
        Personal(event=event, name=name, salt=salt, value=value) for name, (salt, value) in salted.items()
    )
    Announcement.objects.create(event=event, due_at=at)
    return event


def _append(project: Project, kind: str, actor: str, at: datetime, data: dict[str, Any]) -> Event:
    before, number = project.events_hash, project.events_number + 1
    link = chain.Link(project.id, number, kind, at, actor, data)
    event = Event(
        version=chain.VERSION,
        project=project,
        number=number,
        kind=kind,
        at=at,
        actor=actor,
        data=chain.canonical(data),
        hash=chain.digest(before, link),
    )
    event.save(force_insert=True)
    head = Project.objects.filter(pk=project.pk, events_number=number - 1, events_hash=before)
    if head.update(events_number=number, events_hash=event.hash) != 1:
        raise Stale("Something else happened in this project at the same moment. Try again.")
    project.events_number, project.events_hash = number, event.hash
    return event
