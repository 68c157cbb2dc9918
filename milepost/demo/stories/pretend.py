"""Pretend money: as a provider would move it."""

from __future__ import annotations

from milepost.actions import cancelling
from milepost.demo import proposals
from milepost.demo.deeds import Deeds
from milepost.demo.stories.story import Told


def social_content(deeds: Deeds) -> Told:
    """One milestone paid, one delivered, one planned."""
    yield deeds.ago(47)
    terms = deeds.offers(proposals.social_content, deeds.ago(47))
    yield deeds.ago(46)
    project = deeds.signs(terms, deeds.ago(46))
    yield deeds.ago(45)
    deeds.funds(project, 1, deeds.ago(45))
    yield deeds.ago(19)
    deeds.delivers(project, 1, deeds.ago(19), note="All twelve, and the reel. The captions are in the file.")
    yield deeds.ago(18)
    deeds.approves(project, 1, deeds.ago(18))
    yield deeds.ago(17)
    deeds.funds(project, 2, deeds.ago(17))
    yield deeds.ago(2)
    deeds.delivers(project, 2, deeds.ago(2), note="Month two is ready. The reel is my favourite so far.")


def podcast(deeds: Deeds) -> Told:
    """The first milestone was cancelled, and its money went back; the second is being worked on."""
    yield deeds.ago(33)
    terms = deeds.offers(proposals.podcast, deeds.ago(33))
    yield deeds.ago(32)
    project = deeds.signs(terms, deeds.ago(32))
    for number in (1, 2):
        yield deeds.ago(31)
        deeds.funds(project, number, deeds.ago(31))
    yield deeds.ago(24)
    cancelling.cancel(
        milestone=deeds.milestone(project, 1),
        reason="The studio burnt down; we go straight to the second season.",
        by=deeds.ada.actor,
        at=deeds.ago(24),
    )
