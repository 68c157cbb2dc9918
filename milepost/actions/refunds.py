"""Refunds: money of a milestone that goes back to the client.

A provider sends it and answers. A custodian's people send it and their word counts. A freelancer says sent, and it
counts once the client says received.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from milepost.actions import books, holding, intents, milestones
from milepost.actions.rights import must_be
from milepost.core import postings
from milepost.core.actors import HOUSE, Actor
from milepost.core.lifecycle import INTENT, step
from milepost.core.money import Money
from milepost.core.refusals import NotAllowed, Refused, Stale
from milepost.events.record import record
from milepost.models import Milestone, Project, Refund
from milepost.models.money import LIVE

# How long after a provider's failed refund the house asks again.
AGAIN_AFTER: Final = timedelta(hours=1)
# A freelancer owes a refund: asked for again after so long, so many times, then no more.
OWED_FOR: Final = timedelta(days=7)
NOTICES_MAX: Final = 3


def request(*, milestone: Milestone, source: str, amount: Money, by: Actor, at: datetime) -> Refund:
    """Sets the amount aside and asks the holder to send it back. In the caller's transaction, project locked.

    `source` is the path it is taken from; the books refuse more than is there.
    """
    refund = _intend(milestone, milestone.branch, source, amount, at)
    entries = postings.request_refund(refund.holder, source, refund.pk, amount)
    books.post("refund.requested", f"{refund.pk}/requested", milestone, entries, at=at)
    record(milestone.project, "refund.requested", by=by, at=at, **_facts(refund))
    return refund


def return_unapplied(*, milestone: Milestone, at: datetime) -> Refund | None:
    """Asks for whatever arrived for this milestone and was too much or too late. In the caller's transaction.

    None when nothing is, or a refund of such money is under way: what came since is asked for when that has ended.
    """
    source = postings.unapplied(milestone.branch, milestone.amount.currency)
    left = books.left(milestone, source)
    if not left or milestone.refunds.filter(source=source, status__in=LIVE).exists():
        return None
    return request(milestone=milestone, source=source, amount=left, by=HOUSE, at=at)


def again(*, refund: Refund, at: datetime) -> Refund | None:
    """Asks once more for a refund that failed. None when another one for the same money is under way or done."""
    with transaction.atomic():
        _project, milestone = milestones.locked(refund.milestone)
        return _again(Refund.objects.get(pk=refund.pk), milestone, at)


def _again(refund: Refund, milestone: Milestone, at: datetime) -> Refund | None:
    if refund.status != "failed" or refund.given_back:
        return None
    if refund.source == postings.unapplied(refund.holder, refund.currency):
        return return_unapplied(milestone=milestone, at=at)
    later = Q(requested_at__gt=refund.requested_at) | Q(requested_at=refund.requested_at, pk__gt=refund.pk)
    if milestone.refunds.filter(later, source=refund.source).exists():
        return None
    return request(milestone=milestone, source=refund.source, amount=refund.amount, by=HOUSE, at=at)


# -- by a provider -----------------------------------------------------------------------------


def confirm(*, refund: Refund, reference: str, at: datetime) -> Refund:
    """The provider sent it back. `Stale` for a second answer."""
    with transaction.atomic():
        _project, milestone, refund = _locked(refund)
        intents.settle(refund, "confirm", at=at, reference=reference[:200])
        _book(refund, milestone, by=HOUSE, at=at)
    return refund


def fail(*, refund: Refund, reason: str, at: datetime) -> Refund:
    """The provider could not send it back: it is where it was, and is asked for again."""
    with transaction.atomic():
        _project, milestone, refund = _locked(refund)
        intents.settle(refund, "fail", at=at, reason=reason[:500])
        _put_back(refund, milestone, by=HOUSE, at=at)
    return refund


# -- by hand -----------------------------------------------------------------------------------


def give_back(*, milestone: Milestone, money: Money, reason: str, by: Actor, at: datetime) -> Refund:
    """The freelancer wants to give back what was paid out, whole or in part, whoever held it before.

    It is booked once the client says received. A second click answers with the one under way. Refuses more than was
    paid out and not given back yet.
    """
    _check_reason(reason)
    _must_be_freelancer(milestone, by)
    by.must_have_proved()
    with transaction.atomic():
        project, milestone = milestones.locked(milestone)
        must_be(by=by, act="say_sent")
        source = postings.outside(project.freelancer_id)
        live = milestone.refunds.filter(source=source, status__in=LIVE).first()
        if live is not None and live.amount == money:
            return live
        if live is not None:
            raise Stale(_("You are giving back another amount already. Say first what became of that."))
        paid_out = books.money_of(project)[milestone.pk].paid_out
        if money.currency != paid_out.currency or not 0 < money.minor <= paid_out.minor:
            raise Refused(_("You can give back what was paid to you for this milestone, and no more."), field="amount")
        refund = _intend(milestone, postings.branch("freelancer", project.freelancer_id), source, money, at)
        facts = _facts(refund) | {"given_back": 1}
        record(project, "refund.requested", by=by, at=at, personal={"reason": reason.strip()}, **facts)
    return refund


def say_sent(*, refund: Refund, by: Actor, at: datetime) -> Refund:
    """The holder's people say that it was sent. Of a custodian that settles it, above its limit with the second
    person's word; of a freelancer the client's word does. A freelancer's second click answers with the first."""
    holding.speaker(refund.holder, by)
    by.must_have_proved()
    with transaction.atomic():
        project, milestone, refund = _locked(refund)
        must_be(by=by, act=holding.said_by(refund.holder, "say_sent"))
        alone = holding.speaker(refund.holder, by) == "freelancer"
        if alone and refund.status == "sent":
            return refund
        _must_be_live(refund)
        people = holding.say("sent", refund, branch=refund.holder, by=by, at=at)
        if people and not alone:
            intents.settle_by_hand(refund, "confirm", at=at)
            _book(refund, milestone, by=by, at=at, people=people)
        elif refund.status == "requested":
            refund.move(step(INTENT, refund.status, "send", {"house"}))
            record(project, "refund.sent", by=by, at=at, milestone=milestone.pk, refund=refund.pk)
    return refund


def take_back(*, refund: Refund, by: Actor, at: datetime) -> Refund:
    """They said sent by mistake; possible until it is confirmed."""
    holding.speaker(refund.holder, by)
    with transaction.atomic():
        project, milestone, refund = _locked(refund)
        must_be(by=by, act=holding.said_by(refund.holder, "say_sent"))
        refund.move(step(INTENT, refund.status, "unsend", {"house"}))
        holding.take_back_words(refund, at=at)
        record(project, "refund.unsent", by=by, at=at, milestone=milestone.pk, refund=refund.pk)
    return refund


def say_received(*, refund: Refund, by: Actor, at: datetime) -> Refund:
    """The client says that a freelancer's refund arrived, whether or not it was said to be sent; once."""
    _must_be_client(refund, by)
    by.must_have_proved()
    with transaction.atomic():
        _project, milestone, refund = _locked(refund)
        must_be(by=by, act="say_received")
        _must_be_live(refund)
        holding.take_down("received", refund, by=by, at=at)
        intents.settle_by_hand(refund, "confirm", at=at)
        _book(refund, milestone, by=by, at=at, people=1)
    return refund


def could_not(*, refund: Refund, reason: str, by: Actor, at: datetime) -> Refund:
    """The holder's people could not send it: it is where it was, and is asked of them anew at once, with the reason.

    What the freelancer wanted to give back is not asked for again. Answers with the one that failed.
    """
    _check_reason(reason, most=500)
    holding.speaker(refund.holder, by)
    by.must_have_proved()
    with transaction.atomic():
        _project, milestone, refund = _locked(refund)
        must_be(by=by, act=holding.said_by(refund.holder, "say_sent"))
        _must_be_live(refund)
        intents.settle_by_hand(refund, "fail", at=at, reason=reason.strip())
        holding.take_back_words(refund, at=at)
        _put_back(refund, milestone, by=by, at=at)
        _again(refund, milestone, at)
    return refund


def remind(*, refund: Refund, at: datetime) -> bool:
    """A refund that a freelancer owes and has not sent is asked for again, for both to see; three times at most.

    Answers whether this was the time for it.
    """
    with transaction.atomic():
        project, milestone, refund = _locked(refund)
        owed = refund.status == "requested" and refund.holder.startswith("freelancer/") and not refund.given_back
        if not owed or refund.due_at > at or refund.attempts >= NOTICES_MAX:
            return False
        number = refund.attempts + 1
        Refund.objects.filter(pk=refund.pk).update(attempts=number, due_at=at + OWED_FOR)
        facts: dict[str, Any] = {"milestone": milestone.pk, "refund": refund.pk, "number": number}
        record(project, "refund.overdue", by=HOUSE, at=at, **facts)
    return True


# -- what they share ---------------------------------------------------------------------------


def _intend(milestone: Milestone, holder: str, source: str, amount: Money, at: datetime) -> Refund:
    return Refund.objects.create(
        milestone=milestone,
        holder=holder,
        source=source,
        amount_minor=amount.minor,
        currency=amount.currency,
        requested_at=at,
        due_at=at + OWED_FOR if holding.by_hand(holder) else at,
    )


def _facts(refund: Refund) -> dict[str, Any]:
    return {
        "milestone": refund.milestone_id,
        "refund": refund.pk,
        "amount": refund.amount_minor,
        "currency": refund.currency,
    }


def _locked(refund: Refund) -> tuple[Project, Milestone, Refund]:
    """The project row first, then milestone and refund as they stand now."""
    project, milestone = milestones.locked(refund.milestone)
    fresh = Refund.objects.select_for_update().get(pk=refund.pk)
    fresh.milestone = milestone
    return project, milestone, fresh


def _book(refund: Refund, milestone: Milestone, *, by: Actor, at: datetime, **facts: Any) -> None:
    """It is with the client; what came too much since is asked for next."""
    project = milestone.project
    if refund.given_back:
        parties = project.client_id, project.freelancer_id
        entries = postings.give_back(refund.holder, refund.pk, *parties, refund.amount)
    else:
        entries = postings.confirm_refund(refund.holder, refund.pk, project.client_id, refund.amount)
    books.post("refund.confirmed", f"{refund.pk}/confirmed", milestone, entries, at=at)
    record(project, "refund.confirmed", by=by, at=at, milestone=milestone.pk, refund=refund.pk, **facts)
    if refund.source == postings.unapplied(refund.holder, refund.currency):
        return_unapplied(milestone=milestone, at=at)


def _put_back(refund: Refund, milestone: Milestone, *, by: Actor, at: datetime) -> None:
    if not refund.given_back:
        entries = postings.fail_refund(refund.holder, refund.source, refund.pk, refund.amount)
        books.post("refund.failed", f"{refund.pk}/failed", milestone, entries, at=at)
    record(milestone.project, "refund.failed", by=by, at=at, milestone=milestone.pk, refund=refund.pk)


def _must_be_live(refund: Refund) -> None:
    if refund.status not in LIVE:
        raise Stale(_("This refund is settled already."))


def _must_be_freelancer(milestone: Milestone, by: Actor) -> None:
    if milestone.project.role_of(by) != "freelancer":
        raise NotAllowed(_("Only the freelancer can give back what was paid out."))


def _must_be_client(refund: Refund, by: Actor) -> None:
    if refund.milestone.project.role_of(by) != "client":
        raise NotAllowed(_("Only the client can say that the refund arrived."))
    if not refund.holder.startswith("freelancer/"):
        raise NotAllowed(_("Whoever holds the money says that it was sent back: nothing is left for you to say."))


def _check_reason(reason: str, most: int = 5000) -> None:
    if not reason.strip():
        raise Refused(_("Say why, in a few words: it stays in the record."), field="reason")
    if len(reason) > most:
        raise Refused(_("At most %(most)d characters.") % {"most": most}, field="reason")
