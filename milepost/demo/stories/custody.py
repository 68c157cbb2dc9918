"""Held by Cora: she receives and pays out; above her limit Nils has to say the same."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from milepost.actions import arrivals, cancelling
from milepost.core.money import Money
from milepost.demo import proposals
from milepost.demo.deeds import Deeds
from milepost.demo.stories.story import Told


def online_shop(deeds: Deeds) -> Told:
    """One milestone paid out, one approved and to be paid out, one delivered, one funded in part, one to be sent back."""
    yield deeds.ago(60)
    terms = deeds.offers(proposals.online_shop, deeds.ago(60))
    yield deeds.ago(59)
    deeds.signs(terms, deeds.ago(59))
    yield deeds.ago(58)
    project = deeds.accepts(terms, deeds.ago(58))
    for number, asked in ((1, 57), (2, 41)):
        yield deeds.ago(asked)
        funding = deeds.funds(project, number, deeds.ago(asked), sent=True)
        yield deeds.ago(asked - 2)
        deeds.receives(funding, deeds.ago(asked - 2))
        if number == 1:
            yield deeds.ago(47)
            deeds.delivers(project, 1, deeds.ago(47), note="Eight pages, to be clicked through on the test server.")
            yield deeds.ago(44)
            deeds.approves(project, 1, deeds.ago(44))
            yield deeds.ago(43)
            deeds.pays_out(project, 1, deeds.ago(43))
    yield deeds.ago(15)
    funding = deeds.funds(project, 3, deeds.ago(15), sent=True)
    yield deeds.ago(13)
    deeds.receives(funding, deeds.ago(13))
    yield deeds.ago(13)
    training = deeds.funds(project, 5, deeds.ago(13), sent=True)
    yield deeds.ago(12)
    deeds.receives(training, deeds.ago(12))
    deeds.delivers(project, 2, deeds.ago(12), note="All products are in. Try the search with a typing mistake.")
    yield deeds.ago(3)
    deeds.approves(project, 2, deeds.ago(3))
    yield deeds.ago(1)
    deeds.delivers(project, 3, deeds.ago(1), note="Ten orders went through; the list of them is in the file.")
    yield deeds.ago(1)
    cancelling.cancel(
        milestone=deeds.milestone(project, 5),
        reason="Carl's people have found their way around by themselves.",
        by=deeds.ada.actor,
        at=deeds.ago(1),
    )
    funding = deeds.funds(project, 4, deeds.ago(1), sent=True)
    yield deeds.ago(0, 90)
    deeds.receives(funding, deeds.ago(0, 90), minor=150_000)


def photo_archive(deeds: Deeds) -> Told:
    """Every milestone with another holder, all at once. Something has arrived that Cora can't place."""
    yield deeds.ago(12)
    terms = deeds.offers(proposals.photo_archive, deeds.ago(12))
    yield deeds.ago(11)
    deeds.signs(terms, deeds.ago(11))
    yield deeds.ago(10)
    project = deeds.accepts(terms, deeds.ago(10))
    for number, asked in ((2, 9), (3, 7)):
        yield deeds.ago(asked)
        funding = deeds.funds(project, number, deeds.ago(asked), sent=True)
        yield deeds.ago(asked - 1)
        deeds.receives(funding, deeds.ago(asked - 1))
    yield deeds.ago(2)
    for number in (1, 2):
        deeds.delivers(project, number, deeds.ago(2), note="Have a look; the list is in the file.")
    yield deeds.ago(1)
    arrivals.note(
        holder=deeds.cora.party,
        money=Money(31_500, "EUR"),
        arrived_on=deeds.ago(1).astimezone(ZoneInfo(deeds.cora.party.time_zone)).date(),
        reference="THANK YOU",
        payer="C OLSEN",
        funding=None,
        by=deeds.cora.actor,
        at=deeds.ago(1),
    )


def trade_fair(deeds: Deeds) -> Told:
    """Both have signed; Cora has not accepted yet."""
    yield deeds.ago(3)
    terms = deeds.offers(proposals.trade_fair, deeds.ago(3))
    yield deeds.ago(1) - timedelta(hours=4)
    deeds.signs(terms, deeds.ago(1) - timedelta(hours=4))
