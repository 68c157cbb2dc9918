"""Holder `nobody`: the client pays the freelancer directly. Sent by the payer's word, received by the payee's."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from milepost.actions import books, milestones
from milepost.actions.rights import must_be
from milepost.core import postings
from milepost.core.actors import Actor
from milepost.core.refusals import NotAllowed, Refused, Stale
from milepost.events.record import record
from milepost.models import Milestone, Payment, Project


class NothingToPay(Refused):
    """The milestone is not paid directly, or not approved."""


def say_sent(*, milestone: Milestone, by: Actor, at: datetime) -> Payment:
    """The client says that the payment was sent. A second click answers with the first."""
    project = milestone.project
    _check(milestone, project, by, "client", _("Only the client can say that the payment was sent."))
    by.must_have_proved()
    with transaction.atomic():
        project, milestone = milestones.locked(milestone)
        _check(milestone, project, by, "client", _("Only the client can say that the payment was sent."))
        must_be(by=by, act="say_sent")
        payment = milestone.payments.filter(unsent_at=None).first()
        if payment is not None:
            return payment
        payment = Payment.objects.create(milestone=milestone, sent_by_id=by.party, sent_at=at)
        record(project, "payment.sent", by=by, at=at, milestone=milestone.pk, payment=payment.pk)
    return payment


def take_back(*, milestone: Milestone, by: Actor, at: datetime) -> Payment:
    """The client said sent by mistake; possible until the freelancer has said received."""
    with transaction.atomic():
        project, milestone = milestones.locked(milestone)
        _check(milestone, project, by, "client", _("Only the client can take this back."))
        must_be(by=by, act="say_sent")
        open_payments = milestone.payments.filter(unsent_at=None, received_at=None, sent_at__isnull=False)
        payment = open_payments.first()
        if payment is None or open_payments.filter(pk=payment.pk).update(unsent_at=at) != 1:
            raise Stale(_("There is nothing to take back: the freelancer has said received, or nothing was sent."))
        record(project, "payment.unsent", by=by, at=at, milestone=milestone.pk, payment=payment.pk)
        payment.unsent_at = at
    return payment


def say_received(*, milestone: Milestone, by: Actor, at: datetime) -> Payment:
    """The freelancer says that the money arrived: booked from one to the other, and the milestone closes.

    Possible whether or not the client has said sent; once.
    """
    project = milestone.project
    _check(milestone, project, by, "freelancer", _("Only the freelancer can say that the payment arrived."))
    by.must_have_proved()
    with transaction.atomic():
        project, milestone = milestones.locked(milestone)
        _check(milestone, project, by, "freelancer", _("Only the freelancer can say that the payment arrived."))
        must_be(by=by, act="say_received")
        payment = milestone.payments.filter(unsent_at=None).first() or Payment.objects.create(milestone=milestone)
        if Payment.objects.filter(pk=payment.pk, received_at=None).update(received_at=at, received_by=by.party) != 1:
            raise Stale(_("This payment was noted as received already."))
        payment.refresh_from_db()
        entries = postings.payment_received(milestone.pk, project.client_id, project.freelancer_id, milestone.amount)
        books.post("payment.received", f"{payment.pk}/received", milestone, entries, at=at)
        record(project, "payment.received", by=by, at=at, milestone=milestone.pk, payment=payment.pk)
        milestones.close_done(milestone=milestone, at=at)
    return payment


def _check(milestone: Milestone, project: Project, by: Actor, side: str, sentence: str) -> None:
    if project.role_of(by) != side:
        raise NotAllowed(sentence)
    if milestone.holder != "nobody":
        raise NothingToPay(_("This milestone's money is with its holder: nothing is paid directly."))
    if milestone.status == "closed":
        raise Stale(_("This milestone is paid and closed."))
    if milestone.status != "approved":
        raise NothingToPay(_("It is paid once it is approved."))
