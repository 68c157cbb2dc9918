"""Paid on approval: nobody holds money."""

from __future__ import annotations

from datetime import timedelta

from milepost.actions import endings
from milepost.demo import proposals
from milepost.demo.deeds import Deeds
from milepost.demo.stories.story import Told
from milepost.models import Ending


def website(deeds: Deeds) -> Told:
    """Finished: two milestones, paid directly."""
    yield deeds.ago(90)
    terms = deeds.offers(proposals.website, deeds.ago(90))
    yield deeds.ago(89)
    project = deeds.signs(terms, deeds.ago(89))
    for number, (delivered, paid) in enumerate(((80, 78), (60, 55)), start=1):
        yield deeds.ago(delivered)
        deeds.delivers(project, number, deeds.ago(delivered), note="Have a look!")
        yield deeds.ago(delivered - 1)
        deeds.approves(project, number, deeds.ago(delivered - 1))
        yield deeds.ago(paid)
        deeds.says_sent(project, number, deeds.ago(paid))
        yield deeds.ago(paid) + timedelta(hours=20)
        deeds.says_received(project, number, deeds.ago(paid) + timedelta(hours=20))


def newsletter(deeds: Deeds) -> Told:
    """Stopped by both after the first issue: the rest is cancelled."""
    yield deeds.ago(75)
    terms = deeds.offers(proposals.newsletter, deeds.ago(75))
    yield deeds.ago(74)
    project = deeds.signs(terms, deeds.ago(74))
    yield deeds.ago(66)
    deeds.delivers(project, 1, deeds.ago(66), note="The first issue, ready to go out.")
    yield deeds.ago(64)
    deeds.approves(project, 1, deeds.ago(64))
    yield deeds.ago(62)
    deeds.says_sent(project, 1, deeds.ago(62))
    yield deeds.ago(61)
    deeds.says_received(project, 1, deeds.ago(61))
    yield deeds.ago(50)
    endings.ask_stop(
        project=deeds.milestone(project, 1).project,
        reason="We have hired somebody who will write it in house.",
        by=deeds.carl.actor,
        at=deeds.ago(50),
    )
    yield deeds.ago(49)
    endings.agree(ending=Ending.objects.get(project=project), by=deeds.ada.actor, at=deeds.ago(49))


def report(deeds: Deeds) -> Told:
    """The first part is approved and overdue; the second is being worked on."""
    yield deeds.ago(44)
    terms = deeds.offers(proposals.report, deeds.ago(44))
    yield deeds.ago(43)
    project = deeds.signs(terms, deeds.ago(43))
    yield deeds.ago(28)
    deeds.delivers(project, 1, deeds.ago(28), note="Interviews and outline. The figures are on page four.")
    yield deeds.ago(27)
    deeds.approves(project, 1, deeds.ago(27))
