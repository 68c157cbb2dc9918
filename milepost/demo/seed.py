"""The demo's first day: projects in every state and with every holder, told side by side in the order of time."""

from __future__ import annotations

import heapq
from datetime import datetime, timedelta
from typing import Final

from milepost.core.refusals import Refused
from milepost.demo import cast
from milepost.demo.deeds import Deeds
from milepost.demo.stories import STORIES
from milepost.jobs.worker import settle
from milepost.models import User

# How long ago the demo's installation was set up.
BEGUN: Final = timedelta(days=121)


class NotEmpty(Refused):
    """There are people in this database."""


def seed(*, at: datetime) -> None:
    """Fills an empty database; `at` is now. Refuses any other database."""
    if User.objects.exists():
        raise NotEmpty("The demo is only made in an empty database.")
    cast.owner(at - BEGUN)
    people = cast.everybody(at - timedelta(days=120))
    _tell(Deeds(*people, now=at))


def _tell(deeds: Deeds) -> None:
    """Of all stories the one whose next deed comes first goes on; then the house does what is to be done about it.

    A story yields the instant of its next deed before it does it.
    """
    stories = [story(deeds) for story in STORIES]
    ahead = [(next(story), number) for number, story in enumerate(stories)]
    heapq.heapify(ahead)
    while ahead:
        at, number = ahead[0]
        following = next(stories[number], None)
        settle(at)
        if following is None:
            heapq.heappop(ahead)
        else:
            assert at <= following <= deeds.now, "a story goes forward, up to now"
            heapq.heapreplace(ahead, (following, number))
    settle(deeds.now)
