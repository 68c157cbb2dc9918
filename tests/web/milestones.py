"""Milestones as their pages are tested: where they are, how they stand, what is handed over."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from milepost.models import Milestone, Project
from tests import cast
from tests.cast import Person


def at(milestone: Milestone, deed: str = "") -> str:
    return f"/milestones/{milestone.pk}" + (f"/{deed}" if deed else "")


def status(milestone: Milestone) -> str:
    return Milestone.objects.get(pk=milestone.pk).status


def opened(ada: Person, **typed: Any) -> tuple[Project, Milestone]:
    """A project that needs no money in advance, whose first milestone is open."""
    project = cast.in_force(ada, holder="nobody", **typed)
    return project, cast.milestone(project)


def upload(
    name: str = "posts.zip", content: bytes = b"bytes", media_type: str = "application/zip"
) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, media_type)
