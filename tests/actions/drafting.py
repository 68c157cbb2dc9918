"""A draft as it is typed and as it is stored."""

from __future__ import annotations

from typing import Any

from milepost.actions import drafts
from milepost.models import Draft
from tests.cast import NOON, Person


def save(
    draft: Draft,
    ada: Person,
    step: str = "project",
    *,
    version: int = 0,
    page: str = "one",
    act: str = "",
    **typed: str,
) -> Draft:
    return drafts.save(
        draft=draft,
        step=step,
        typed=typed,
        version=version,
        page=page,
        by=ada.actor(),
        at=NOON,
        act=act,  # type: ignore[arg-type]
    )


def stored(draft: Draft) -> dict[str, Any]:
    return Draft.objects.get(pk=draft.pk).body
