"""Cancelling a milestone: by either before it is funded; later by the freelancer, with full refund."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from milepost.actions import books, funding, milestones, refunds
from milepost.actions.rights import must_be
from milepost.core import postings
from milepost.core.actors import Actor
from milepost.core.lifecycle import MILESTONE, step
from milepost.core.refusals import NotAllowed, Refused
from milepost.events.record import record
from milepost.models import Cancellation, Milestone


def ask_cancel(*, milestone: Milestone, reason: str, by: Actor, at: datetime) -> Cancellation:
    """The client asks; the milestone is cancelled when the freelancer agrees by cancelling it."""
    _reason(reason)
    with transaction.atomic():
        project, milestone = milestones.locked(milestone)
        step(MILESTONE, milestone.status, "ask_cancel", {project.role_of(by)})
        must_be(by=by, act="cancel")
        asked = milestone.cancellations.filter(cancelled_at=None).first()
        if asked is not None:
            return asked
        asked = Cancellation.objects.create(milestone=milestone, party_id=by.party, reason=reason.strip(), asked_at=at)
        personal = {"reason": asked.reason}
        record(project, "milestone.cancel_asked", by=by, at=at, personal=personal, milestone=milestone.pk)
    return asked


def cancel(*, milestone: Milestone, reason: str, by: Actor, at: datetime) -> Cancellation:
    """Cancelled, with a reason; everything held goes back to the client, by an intent.

    Refuses a client once money is held or under way: then both are needed, and `ask_cancel` is the way.
    """
    _reason(reason)
    step(MILESTONE, milestone.status, "cancel", {milestone.project.role_of(by)})
    by.must_have_proved()
    with transaction.atomic():
        project, milestone = milestones.locked(milestone)
        step(MILESTONE, milestone.status, "cancel", {project.role_of(by)})
        must_be(by=by, act="cancel")
        if project.role_of(by) == "client" and (books.held(milestone) or funding.under_way(milestone)):
            raise NotAllowed(_("This milestone is funded, so both have to agree. Ask the freelancer to cancel it."))
        cancellation = cancel_locked(milestone=milestone, reason=reason, by=by, at=at)
        milestones.open_ready(project=project, at=at)
    return cancellation


def cancel_locked(*, milestone: Milestone, reason: str, by: Actor, at: datetime) -> Cancellation:
    """Cancels and asks for the refund, whoever it is that may: the caller has seen to that, and has the project locked.

    Money that people were to send is not expected any more, and goes back if it comes. What opens by it is left to the
    caller, who may cancel more. Refuses (`Stale`) what is approved or cancelled.
    """
    milestone.move(step(MILESTONE, milestone.status, "cancel", {"freelancer"}), moved_at=at)
    cancellation = Cancellation.objects.create(
        milestone=milestone, party_id=by.party, reason=reason.strip(), cancelled_at=at
    )
    personal = {"reason": cancellation.reason}
    facts = {"milestone": milestone.pk}
    if ended := funding.end(milestone=milestone, at=at):
        facts["funding"] = ended
    record(milestone.project, "milestone.cancelled", by=by, at=at, personal=personal, **facts)
    held = books.held(milestone)
    if held:
        source = postings.held(milestone.branch, milestone.pk)
        refunds.request(milestone=milestone, source=source, amount=held, by=by, at=at)
    return cancellation


def _reason(reason: str) -> None:
    if not reason.strip():
        raise Refused(_("Say why, in a few words: it stays in the record."), field="reason")
    if len(reason) > 5000:
        raise Refused(_("At most 5,000 characters."), field="reason")
