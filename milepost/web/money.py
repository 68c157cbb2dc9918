"""Deeds about money: the client funds, or says sent; the freelancer says received. Nobody sets `paid` alone."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from milepost.actions import funding, payments
from milepost.core.actors import Actor
from milepost.core.catalogue import BY_HAND
from milepost.core.refusals import Refused
from milepost.models import Funding, Milestone
from milepost.web import access, milestones
from milepost.web.deeds import deed


def _funding_again(request: HttpRequest, id: str, refusal: Refused) -> HttpResponse:
    """The page of the milestone that a funding is for, after something asked for there did not happen."""
    return milestones.again(request, access.funding(request, id).milestone_id, refusal)


@deed(access.milestone, shown=milestones.again, leads_to="milestone", binds="fund")
def fundings(request: HttpRequest, milestone: Milestone, by: Actor) -> HttpResponse:
    """POST /milestones/<id>/fundings."""
    asked = funding.fund(milestone=milestone, by=by, at=access.now())
    if milestone.holder in BY_HAND:
        return redirect("funding", asked.pk)
    messages.success(request, _("The payment for “%(title)s” is under way.") % {"title": milestone.said.title})
    return redirect("project", milestone.project_id)


@deed(access.funding, shown=_funding_again, leads_to="funding")
def withdrawals(request: HttpRequest, found: Funding, by: Actor) -> HttpResponse:
    """POST /fundings/<id>/withdrawals: asked for, and not sent: the client thinks better of it."""
    funding.withdraw(funding=found, by=by, at=access.now())
    messages.success(request, _("Taken back: nothing is expected any more."))
    return redirect("milestone", found.milestone_id)


@deed(access.milestone, shown=milestones.again, leads_to="milestone", binds="sent")
def sent(request: HttpRequest, milestone: Milestone, by: Actor) -> HttpResponse:
    """POST /milestones/<id>/payments: the client says that the payment was sent."""
    payments.say_sent(milestone=milestone, by=by, at=access.now())
    messages.success(request, _("Noted as sent. The freelancer says when it has arrived."))
    return redirect("milestone-account", milestone.pk)


@deed(access.milestone, shown=milestones.again, leads_to="milestone")
def unsent(request: HttpRequest, milestone: Milestone, by: Actor) -> HttpResponse:
    """POST /milestones/<id>/payments/undo."""
    payments.take_back(milestone=milestone, by=by, at=access.now())
    messages.success(request, _("Taken back: the payment is not noted as sent any more."))
    return redirect("milestone-account", milestone.pk)


@deed(access.milestone, shown=milestones.again, leads_to="milestone", binds="received")
def received(request: HttpRequest, milestone: Milestone, by: Actor) -> HttpResponse:
    """POST /milestones/<id>/receipts: the freelancer says that the payment arrived."""
    payments.say_received(milestone=milestone, by=by, at=access.now())
    messages.success(request, _("Noted as received. “%(title)s” is paid.") % {"title": milestone.said.title})
    return redirect("milestone", milestone.pk)
