"""Who holds the money, in the words that the papers use."""

from __future__ import annotations

from typing import Final

from milepost.core.catalogue import Holder
from milepost.core.terms import Milestone, Terms
from milepost.documents import figures

_NAMES: Final[dict[Holder, str]] = {
    "nobody": "Pay on approval",
    "freelancer": "Deposit, paid to {freelancer} in advance",
    "custodian": "Held by {custodian}",
    "sandbox": "Pretend money",
}


def holder_name(terms: Terms, holder: Holder) -> str:
    """Who has the money, by name; a deposit is not called held."""
    custodian = terms.custodian.name if terms.custodian else "the custodian"
    return _NAMES[holder].format(freelancer=figures.said(terms.freelancer.name), custodian=figures.said(custodian))


def uses(terms: Terms, holder: Holder) -> bool:
    """Does any milestone have this holder?"""
    return bool(milestones_of(terms, holder))


def milestones_of(terms: Terms, holder: Holder) -> tuple[Milestone, ...]:
    return tuple(milestone for milestone in terms.milestones if terms.holder_of(milestone) == holder)


def applies_to(terms: Terms, holder: Holder) -> str:
    """Which milestones a rule of one holder is about, as the subject of a sentence."""
    if len(terms.milestones) == len(milestones_of(terms, holder)):
        return "all milestones" if len(terms.milestones) > 1 else "the milestone"
    places = [place for place, milestone in enumerate(terms.milestones) if terms.holder_of(milestone) == holder]
    return figures.listed([milestone_name(terms, place) for place in places])


def milestone_name(terms: Terms, place: int) -> str:
    """A milestone by its number in the schedule and its title; two may have the same title."""
    return f"milestone{figures.TIE}{place + 1} ({figures.quoted(terms.milestones[place].title)})"
