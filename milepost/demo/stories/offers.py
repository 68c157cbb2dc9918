"""Proposals that are not in force: waiting, answered, taken back, too late, or still being written."""

from __future__ import annotations

from milepost.actions import answers
from milepost.demo import proposals
from milepost.demo.contract import pdf
from milepost.demo.deeds import Deeds
from milepost.demo.stories.story import Told


def catalogue(deeds: Deeds) -> Told:
    """Sent yesterday; Carl has not answered yet."""
    yield deeds.ago(1)
    deeds.offers(proposals.catalogue, deeds.ago(1))


def maintenance(deeds: Deeds) -> Told:
    """A contract of Ada's own; Carl asks for a change."""
    yield deeds.ago(5)
    terms = deeds.offers(proposals.maintenance, deeds.ago(5), contract=pdf())
    yield deeds.ago(4)
    words = "Could the second half be due a month later? We move office in between."
    answers.ask_change(terms=terms, words=words, by=deeds.carl.actor, at=deeds.ago(4))


def workshop(deeds: Deeds) -> Told:
    """Declined."""
    yield deeds.ago(30)
    terms = deeds.offers(proposals.workshop, deeds.ago(30))
    yield deeds.ago(29)
    words = "Thank you, but we have no room for it this year."
    answers.decline(terms=terms, words=words, by=deeds.carl.actor, at=deeds.ago(29))


def leaflet(deeds: Deeds) -> Told:
    """Taken back."""
    yield deeds.ago(26)
    terms = deeds.offers(proposals.leaflet, deeds.ago(26))
    yield deeds.ago(25)
    answers.withdraw(terms=terms, by=deeds.ada.actor, at=deeds.ago(25))


def app_texts(deeds: Deeds) -> Told:
    """Nobody signed in time: the clock ended it."""
    yield deeds.ago(23)
    deeds.offers(proposals.app_texts, deeds.ago(23))


def film(deeds: Deeds) -> Told:
    """Begun this morning."""
    yield deeds.ago(0, 180)
    deeds.drafts(proposals.film, deeds.ago(0, 180))
