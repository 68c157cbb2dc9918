"""Who of those who hold or owe money an event is about, and whether it says anything new to somebody."""

from __future__ import annotations

from typing import Literal

from milepost.core.catalogue import Holder
from milepost.events.story import Story
from milepost.models import Refund, Said


def mover(story: Story) -> Holder | None:
    """Who moves the money that the event is about: of a refund whoever sends it, else the milestone's holder."""
    if "refund" not in story.data:
        return story.holder
    found: str = Refund.objects.values_list("holder", flat=True).get(pk=story.data["refund"])
    return found.partition("/")[0]  # type: ignore[return-value]  # a branch begins with its holder


def part(story: Story) -> Literal["custodian", "freelancer"] | None:
    """Whose people move it by hand; None where a provider does, or nobody holds anything."""
    found = mover(story)
    return found if found in ("custodian", "freelancer") else None


def concerned(story: Story, part: str) -> bool:
    """Whether this part has to hear of it, given who it is that moves the money."""
    kind = story.event.kind
    match kind, part:
        case "milestone.approved", "holder":
            # A payout to make.
            return mover(story) == "custodian"
        case "milestone.cancelled", "holder":
            # Money that will not come.
            return mover(story) == "custodian" and "funding" in story.data
        case "milestone.cancelled", _:
            return not story.project.events.filter(kind="project.stopped", at=story.event.at).exists()
        case "funding.confirmed", "freelancer":
            return mover(story) != "freelancer"
        case "refund.requested", "holder":
            return mover(story) == "custodian" or story.event.actor != story.project.freelancer_id
        case (("refund.sent" | "refund.unsent"), _):
            return part == ("client" if mover(story) == "freelancer" else "holder")
        case "refund.confirmed", _:
            return part == ("freelancer" if mover(story) == "freelancer" else "client")
        case (("payout.failed" | "refund.failed"), "operator"):
            return mover(story) not in ("custodian", "freelancer")
    return True


def asked_anew(story: Story) -> bool:
    """They have just said that they could not: that it is to be done all the same stands on their page."""
    noun = story.event.kind.partition(".")[0]
    before = story.project.events.filter(number=story.event.number - 1, at=story.event.at, kind=f"{noun}.failed")
    return part(story) is not None and before.exists()


def said_already(story: Story) -> set[str]:
    """The addresses of those whose word it is: a second person is asked for another."""
    noun = story.event.kind.partition(".")[0]
    if story.event.kind not in ("payout.sent", "refund.sent"):
        return set()
    said = Said.objects.filter(taken_back_at=None, word="sent", **{noun: story.data[noun]})
    return set(said.filter(user__isnull=False).values_list("user__email", flat=True))
