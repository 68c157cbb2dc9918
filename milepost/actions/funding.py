"""Funding: the client asks for a milestone's amount to be collected; its holder confirms that it arrived.

A provider collects and answers. Where people move the money, the client pays by bank transfer and says sent, and the
holder's people say what arrived (`arrivals`).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from milepost.actions import books, holding, intents, milestones, payee, refunds
from milepost.actions.rights import must_be
from milepost.core import postings
from milepost.core.actors import HOUSE, Actor
from milepost.core.lifecycle import INTENT, MILESTONE, step
from milepost.core.money import Money
from milepost.core.refusals import NotAllowed, Refused, Stale
from milepost.events.record import record
from milepost.models import Arrival, Funding, Milestone, Project
from milepost.models.money import LIVE


class NothingToFund(Refused):
    """The milestone needs no money in advance, or has it."""


def fund(*, milestone: Milestone, by: Actor, at: datetime) -> Funding:
    """An intent for the whole amount, or for what is missing; funding ahead of the start is allowed.

    A second click answers with the funding that is under way. Refuses what is funded, holder `nobody`, and a deposit
    to a freelancer who has not said where to pay (`payee.NoPayee`).
    """
    with transaction.atomic():
        project, milestone = milestones.locked(milestone)
        step(MILESTONE, milestone.status, "fund", {project.role_of(by)})
        must_be(by=by, act="fund")
        if milestone.holder == "nobody":
            raise NothingToFund(_("Nobody holds the money here: it is paid on approval."))
        live = milestone.fundings.filter(status__in=LIVE).first()
        if live is not None:
            return live
        wanted = milestone.amount - books.held(milestone)
        if not wanted:
            raise NothingToFund(_("This milestone is funded already."))
        funding = Funding.objects.create(
            milestone=milestone,
            holder=milestone.branch,
            amount_minor=wanted.minor,
            currency=wanted.currency,
            # A custodian's account stands in the terms.
            payee=payee.needed(project.freelancer, at) if milestone.holder == "freelancer" else None,
            requested_at=at,
            due_at=at,
        )
        record(project, "funding.requested", by=by, at=at, **_facts(funding, wanted))
    return funding


# -- by a provider -----------------------------------------------------------------------------


def confirm(*, funding: Funding, arrived: Money, reference: str, at: datetime) -> Funding:
    """The provider says what arrived. What is too much, or comes too late, is booked as unapplied and refunded.

    `Stale` when the funding was settled before; nothing moves twice.
    """
    if arrived.currency != funding.currency:
        raise Refused(_("The money came in another currency than the one agreed."))
    with transaction.atomic():
        project, milestone, funding = _locked(funding)
        intents.settle(funding, "confirm", at=at, reference=reference[:200], arrived_minor=arrived.minor)
        wanted = _wanted(milestone) if milestone.status == "planned" else None
        books.post("funding.confirmed", f"{funding.pk}/confirmed", milestone, _entries(funding, arrived, wanted), at=at)
        record(project, "funding.confirmed", by=HOUSE, at=at, **_facts(funding, arrived))
        if wanted is None or arrived > wanted:
            refunds.return_unapplied(milestone=milestone, at=at)
        milestones.open_ready(project=project, at=at)
    return funding


def fail(*, funding: Funding, reason: str, at: datetime) -> Funding:
    """The provider could not collect; nothing was booked, and the client may try again."""
    with transaction.atomic():
        project, milestone, funding = _locked(funding)
        intents.settle(funding, "fail", at=at, reason=reason[:500])
        record(project, "funding.failed", by=HOUSE, at=at, milestone=milestone.pk, funding=funding.pk)
    return funding


# -- by hand: the client's word ----------------------------------------------------------------


def say_sent(*, funding: Funding, by: Actor, at: datetime) -> Funding:
    """The client says that the money is on its way to the holder. A second click answers with the first."""
    _must_be_client(funding, by)
    by.must_have_proved()
    with transaction.atomic():
        project, milestone, funding = _locked(funding)
        must_be(by=by, act="say_sent")
        if funding.status == "sent":
            return funding
        funding.move(step(INTENT, funding.status, "send", {"house"}))
        holding.take_down("sent", funding, by=by, at=at)
        record(project, "funding.sent", by=by, at=at, milestone=milestone.pk, funding=funding.pk)
    return funding


def take_back(*, funding: Funding, by: Actor, at: datetime) -> Funding:
    """The client said sent by mistake; possible until something has arrived."""
    _must_be_client(funding, by)
    with transaction.atomic():
        project, milestone, funding = _locked(funding)
        must_be(by=by, act="say_sent")
        status = step(INTENT, funding.status, "unsend", {"house"})
        _must_not_have_arrived(funding)
        funding.move(status)
        holding.take_back_words(funding, at=at)
        record(project, "funding.unsent", by=by, at=at, milestone=milestone.pk, funding=funding.pk)
    return funding


def withdraw(*, funding: Funding, by: Actor, at: datetime) -> Funding:
    """The client asks no more for it; possible while nothing was said to be sent and nothing has arrived.

    What arrives for it all the same is late, and goes back.
    """
    _must_be_client(funding, by)
    with transaction.atomic():
        project, milestone, funding = _locked(funding)
        must_be(by=by, act="fund")
        status = step(INTENT, funding.status, "withdraw", {"house"})
        _must_not_have_arrived(funding)
        funding.move(status, settled_at=at, reason=_("The client took it back."))
        record(project, "funding.withdrawn", by=by, at=at, milestone=milestone.pk, funding=funding.pk)
    return funding


# -- by hand: what arrived, and what ends it ---------------------------------------------------


def take(*, arrival: Arrival, funding: Funding, by: Actor, at: datetime, people: int) -> Funding:
    """Books an arrival for its funding. In the caller's transaction, project locked; both rows as they stand now.

    A part is held until the rest has come, and the client says anew that that was sent; what is too much, or too late,
    goes back by a refund.
    """
    milestone = funding.milestone
    project, arrived = milestone.project, arrival.amount
    live = funding.status in LIVE and milestone.status == "planned"
    wanted = _wanted(milestone) if live else None
    whole = wanted is not None and arrived >= wanted
    kind = "funding.confirmed" if whole else "funding.arrived" if live else "funding.late"
    arrived_minor = (funding.arrived_minor or 0) + arrived.minor
    if whole:
        reference = arrival.reference
        intents.settle_by_hand(funding, "confirm", at=at, reference=reference, arrived_minor=arrived_minor)
    else:
        Funding.objects.filter(pk=funding.pk).update(arrived_minor=arrived_minor)
        funding.arrived_minor = arrived_minor
        if live and funding.status == "sent":
            # What was said to be sent has come; the rest is asked for.
            funding.move(step(INTENT, funding.status, "unsend", {"house"}))
            holding.take_back_words(funding, at=at)
    books.post(kind, f"{arrival.pk}/applied", milestone, _entries(funding, arrived, wanted), at=at)
    record(project, kind, by=by, at=at, arrival=arrival.pk, people=people, **_facts(funding, arrived))
    if wanted is None or arrived > wanted:
        refunds.return_unapplied(milestone=milestone, at=at)
    if whole:
        milestones.open_ready(project=project, at=at)
    return funding


def under_way(milestone: Milestone) -> bool:
    """Whether the client may have sent money for it: then both have to agree to cancel.

    Asked for by hand, and neither said to be sent nor arrived in part, it is not.
    """
    return any(not _untouched(funding) for funding in milestone.fundings.filter(status__in=LIVE))


def end(*, milestone: Milestone, at: datetime) -> str:
    """The milestone is cancelled: nothing is expected any more, and what comes is late. In the caller's transaction.

    Answers with the id of the funding that ended by it; empty when none did. A provider's goes on: it may have the
    money already, and says so.
    """
    for funding in milestone.fundings.filter(status__in=LIVE):
        if holding.by_hand(funding.holder):
            verb = "withdraw" if funding.status == "requested" else "fail"
            status = step(INTENT, funding.status, verb, {"house"})
            funding.move(status, settled_at=at, reason=_("The milestone was cancelled."))
            return str(funding.pk)
    return ""


def _locked(funding: Funding) -> tuple[Project, Milestone, Funding]:
    """The project row first, then milestone and funding as they stand now."""
    project, milestone = milestones.locked(funding.milestone)
    fresh = Funding.objects.select_for_update().get(pk=funding.pk)
    fresh.milestone = milestone
    return project, milestone, fresh


def _wanted(milestone: Milestone) -> Money:
    return milestone.amount - books.held(milestone)


def _entries(funding: Funding, arrived: Money, wanted: Money | None) -> list[postings.Entry]:
    """`wanted` None: it comes too late."""
    client = funding.milestone.project.client_id
    if wanted is None:
        return postings.late_arrival(funding.holder, client, arrived)
    return postings.confirm_funding(funding.holder, funding.milestone_id, client, arrived, wanted)


def _facts(funding: Funding, money: Money) -> dict[str, Any]:
    return {
        "milestone": funding.milestone_id,
        "funding": funding.pk,
        "amount": money.minor,
        "currency": money.currency,
    }


def _must_be_client(funding: Funding, by: Actor) -> None:
    if funding.milestone.project.role_of(by) != "client":
        raise NotAllowed(_("Only the client can say that it was sent, or take that back."))
    if not holding.by_hand(funding.holder):
        raise NotAllowed(_("Its provider collects the money here, and says so itself."))


def _must_not_have_arrived(funding: Funding) -> None:
    if not _nothing_arrived(funding):
        raise Stale(_("Money for it has arrived by now, or is being looked at. So this can't be taken back."))


def _nothing_arrived(funding: Funding) -> bool:
    return not funding.arrived_minor and not funding.arrivals.filter(status="noted").exists()


def _untouched(funding: Funding) -> bool:
    return holding.by_hand(funding.holder) and funding.status == "requested" and _nothing_arrived(funding)
