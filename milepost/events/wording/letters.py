"""What a mail says, before it is laid out. No amounts and no bank details: a mail is read by many machines."""

from __future__ import annotations

from dataclasses import dataclass

from milepost.core.terms import Milestone
from milepost.events.story import Story

# Put in place of a link, until it is minted as the mail is sent.
LINK_PLACE = "[[link]]"

# The name of a page and the id of what it shows.
Page = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """`subject` says who did what; `next` what happens now and by when. Plain texts, each one line or paragraph."""

    subject: str
    opening: tuple[str, ...]
    next: str
    # Other people's words, set apart.
    quote: str = ""
    # Pairs of a label and a text.
    facts: tuple[tuple[str, str], ...] = ()
    # Drawn as a road, each with the day it is due.
    milestones: tuple[Milestone, ...] = ()
    # Six digits, large.
    code: str = ""
    button: str = ""
    page: Page | None = None
    # Printed small at the end.
    notes: tuple[str, ...] = ()
    # Ids of files that go along.
    attachments: tuple[str, ...] = ()
    # For a first-time reader: what this house is.
    explains: bool = False


def project(story: Story) -> Page:
    return ("project", story.project.pk)


def milestone(story: Story) -> Page:
    return ("milestone", story.data["milestone"])


def mandate(story: Story) -> Page:
    """For a custodian: the terms, as far as they are its business."""
    return ("mandate", story.data["terms"])


def terms(story: Story) -> Page:
    return ("terms", story.data["terms"])
