"""Payouts: the holder pays the freelancer what was released. A provider answers; a custodian's people say so."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from milepost.actions import books, holding, intents, milestones, releases
from milepost.actions.rights import must_be
from milepost.core import postings
from milepost.core.actors import HOUSE, Actor
from milepost.core.lifecycle import INTENT, step
from milepost.core.refusals import Refused, Stale
from milepost.events.record import record
from milepost.models import Milestone, Payout, Project
from milepost.models.money import LIVE

# How long after a provider's failed payout the house asks again.
AGAIN_AFTER = timedelta(hours=1)


def again(*, milestone: Milestone, at: datetime) -> Payout | None:
    """Asks once more for what is payable after a payout failed. None when nothing is, or one is under way."""
    with transaction.atomic():
        _project, milestone = milestones.locked(milestone)
        return _again(milestone, at)


def _again(milestone: Milestone, at: datetime) -> Payout | None:
    money = books.money_of(milestone.project)[milestone.pk]
    if not money.payable or milestone.payouts.filter(status__in=LIVE).exists():
        return None
    payout = releases.request_payout(milestone, money.payable, "payout.requested", [], at)
    record(milestone.project, "payout.requested", by=HOUSE, at=at, milestone=milestone.pk, payout=payout.pk)
    return payout


# -- by a provider -----------------------------------------------------------------------------


def confirm(*, payout: Payout, reference: str, at: datetime) -> Payout:
    """The provider paid out; the milestone is closed when that was all. `Stale` for a second answer."""
    with transaction.atomic():
        _project, milestone, payout = _locked(payout)
        intents.settle(payout, "confirm", at=at, reference=reference[:200])
        _book(payout, milestone, by=HOUSE, at=at)
    return payout


def fail(*, payout: Payout, reason: str, at: datetime) -> Payout:
    """The provider could not pay out: the amount is payable again, and both the payout and its reason stay."""
    with transaction.atomic():
        _project, milestone, payout = _locked(payout)
        intents.settle(payout, "fail", at=at, reason=reason[:500])
        _put_back(payout, milestone, by=HOUSE, at=at)
    return payout


# -- by hand -----------------------------------------------------------------------------------


def say_paid(*, payout: Payout, by: Actor, at: datetime) -> Payout:
    """A custodian's people say that it was paid out. Above its limit the second person's word settles it.

    Refuses a person who has said so already, and (`Stale`) what is settled.
    """
    holding.speaker(payout.holder, by)
    by.must_have_proved()
    with transaction.atomic():
        project, milestone, payout = _locked(payout)
        must_be(by=by, act="confirm")
        _must_be_live(payout)
        people = holding.say("sent", payout, branch=payout.holder, by=by, at=at)
        if people:
            intents.settle_by_hand(payout, "confirm", at=at)
            _book(payout, milestone, by=by, at=at, people=people)
        elif payout.status == "requested":
            payout.move(step(INTENT, payout.status, "send", {"house"}))
            record(project, "payout.sent", by=by, at=at, milestone=milestone.pk, payout=payout.pk)
    return payout


def could_not(*, payout: Payout, reason: str, by: Actor, at: datetime) -> Payout:
    """A custodian's people could not pay out: the amount is payable again, and asked of them anew at once.

    The reason is for the freelancer to read. Answers with the payout that failed.
    """
    if not reason.strip():
        raise Refused(_("Say why, in a few words: the freelancer reads it and can put it right."), field="reason")
    if len(reason) > 500:
        raise Refused(_("At most %(most)d characters.") % {"most": 500}, field="reason")
    holding.speaker(payout.holder, by)
    by.must_have_proved()
    with transaction.atomic():
        _project, milestone, payout = _locked(payout)
        must_be(by=by, act="confirm")
        _must_be_live(payout)
        intents.settle_by_hand(payout, "fail", at=at, reason=reason.strip())
        holding.take_back_words(payout, at=at)
        _put_back(payout, milestone, by=by, at=at)
        _again(milestone, at)
    return payout


# -- what they share ---------------------------------------------------------------------------


def _locked(payout: Payout) -> tuple[Project, Milestone, Payout]:
    """The project row first, then milestone and payout as they stand now."""
    project, milestone = milestones.locked(payout.milestone)
    fresh = Payout.objects.select_for_update().get(pk=payout.pk)
    fresh.milestone = milestone
    return project, milestone, fresh


def _book(payout: Payout, milestone: Milestone, *, by: Actor, at: datetime, **facts: Any) -> None:
    project = milestone.project
    entries = postings.confirm_payout(payout.holder, payout.pk, project.freelancer_id, payout.amount)
    books.post("payout.confirmed", f"{payout.pk}/confirmed", milestone, entries, at=at)
    record(project, "payout.confirmed", by=by, at=at, milestone=milestone.pk, payout=payout.pk, **facts)
    milestones.close_done(milestone=milestone, at=at)


def _put_back(payout: Payout, milestone: Milestone, *, by: Actor, at: datetime) -> None:
    entries = postings.fail_payout(payout.holder, milestone.pk, payout.pk, payout.amount)
    books.post("payout.failed", f"{payout.pk}/failed", milestone, entries, at=at)
    record(milestone.project, "payout.failed", by=by, at=at, milestone=milestone.pk, payout=payout.pk)


def _must_be_live(payout: Payout) -> None:
    if payout.status not in LIVE:
        raise Stale(_("This payout is settled already."))
