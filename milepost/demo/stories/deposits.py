"""Deposits: Ada has the money in advance, and owes it back until approval."""

from __future__ import annotations

from milepost.actions import cancelling
from milepost.demo import proposals
from milepost.demo.deeds import Deeds
from milepost.demo.stories.story import Told


def brand_book(deeds: Deeds) -> Told:
    """One milestone earned, one being worked on, one cancelled; Carl says that he has sent the deposit for the third."""
    yield deeds.ago(40)
    terms = deeds.offers(proposals.brand_book, deeds.ago(40))
    yield deeds.ago(39)
    project = deeds.signs(terms, deeds.ago(39))
    for number, (asked, arrived) in enumerate(((38, 36), (21, 20)), start=1):
        yield deeds.ago(asked)
        funding = deeds.funds(project, number, deeds.ago(asked), sent=True)
        yield deeds.ago(arrived)
        deeds.receives(funding, deeds.ago(arrived))
        if number == 1:
            yield deeds.ago(25)
            deeds.delivers(project, 1, deeds.ago(25), note="Three directions, as agreed. I would take the second.")
            yield deeds.ago(22)
            deeds.approves(project, 1, deeds.ago(22))
    yield deeds.ago(12)
    cancelling.cancel(
        milestone=deeds.milestone(project, 4),
        reason="We print nothing on paper any more.",
        by=deeds.carl.actor,
        at=deeds.ago(12),
    )
    yield deeds.ago(1)
    deeds.funds(project, 3, deeds.ago(1), sent=True)


def drawings(deeds: Deeds) -> Told:
    """Carl has sent too much: Ada owes him the difference."""
    yield deeds.ago(9)
    terms = deeds.offers(proposals.drawings, deeds.ago(9))
    yield deeds.ago(8)
    project = deeds.signs(terms, deeds.ago(8))
    yield deeds.ago(7)
    funding = deeds.funds(project, 1, deeds.ago(7), sent=True)
    yield deeds.ago(5)
    deeds.receives(funding, deeds.ago(5), minor=250_000)
