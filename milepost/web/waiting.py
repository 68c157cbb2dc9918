"""What a step is made of: words, a date, a button."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.html import strip_tags

from milepost.web.templatetags.milepost import instant


@dataclass(frozen=True, slots=True)
class Step:
    """As `parts/next.html` shows it. `kind`: empty waits for the reader; calm for somebody else; done; stop."""

    title: str
    words: str = ""
    actions: list[dict[str, Any]] = field(default_factory=list)
    kind: str = ""


def looking(step: Step) -> Step:
    """For a member who may not bind the party: what leads somewhere, without what does something."""
    return replace(step, actions=[action for action in step.actions if not action.get("post")])


def action(label: str, name: str, id: str, kind: str = "main", *, post: bool = False, at: str = "") -> dict[str, Any]:
    """One thing to do, as `parts/action.html` shows it; `at` is a place on the page."""
    return {"label": label, "href": reverse(name, args=[id]) + at, "kind": kind, "post": post}


def when(at: datetime, zone: str, *, relative: bool = False) -> str:
    """`Fri 6 March, 17:00 CET`, as plain text."""
    return strip_tags(instant(at, zone, relative))
