"""Payouts and refunds that people carry out by bank transfer: to whom, how much, under which reference; and their word."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from milepost.actions import holding, payee, payouts, refunds
from milepost.core import banking
from milepost.core.actors import Actor
from milepost.core.catalogue import Side
from milepost.core.money import parse
from milepost.core.references import grouped, structured_reference
from milepost.core.refusals import NotAllowed, NotProved, Refused, Stale
from milepost.documents import codes
from milepost.models import Milestone, Payout, Refund
from milepost.models.money import LIVE
from milepost.web import access, answers, milestones
from milepost.web.deeds import acting, deed
from milepost.web.road import name_of

# -- payouts: by the custodian's people ----------------------------------------------------------------


def _paid_by(request: HttpRequest, id: str) -> Payout:
    """One that these people pay: for both sides of the project there is no such page."""
    payout = access.payout(request, id)
    if acting(request).party != payout.milestone.project.custodian_id:
        raise Http404
    return payout


@require_safe
@access.signed_in
def payout(request: HttpRequest, id: str) -> HttpResponse:
    """GET /payouts/<id>: for the people of the custodian."""
    return _payout(request, id)


@access.signed_in
def _payout(request: HttpRequest, id: str, refusal: Refused | None = None) -> HttpResponse:
    found = _paid_by(request, id)
    context = _facts(request, found, "freelancer")
    context |= {"details": _details(found.milestone, "freelancer", found)}
    return answers.page(request, "holdings/payout.html", context, refusal)


@deed(_paid_by, shown=_payout, leads_to="payout", binds="paid")
def payments(request: HttpRequest, payout: Payout, by: Actor) -> HttpResponse:
    """POST /payouts/<id>/payments: paid; above the limit a second person says the same."""
    said = payouts.say_paid(payout=payout, by=by, at=access.now())
    _told(request, said.status == "confirmed")
    return redirect("payout", payout.pk)


@deed(_paid_by, shown=_payout, leads_to="payout", binds="paid")
def failures(request: HttpRequest, payout: Payout, by: Actor) -> HttpResponse:
    """POST /payouts/<id>/failures: it could not be paid, or came back."""
    payouts.could_not(payout=payout, reason=request.POST.get("reason", ""), by=by, at=access.now())
    messages.success(request, _("Noted. The amount stays reserved, and is asked for again."))
    return redirect("payout", payout.pk)


# -- refunds: by the custodian's people, or by the freelancer who took a deposit ---------------------------


@require_safe
@access.known
def refund(request: HttpRequest, id: str) -> HttpResponse:
    """GET /refunds/<id>: for those who send it, and for the client who says that it arrived."""
    return _refund(request, id)


def _left_to(request: HttpRequest, refund: Refund, sends: bool) -> str:
    """For a plain member of the side that has to say something."""
    if sends:
        return access.left_to(request, holding.said_by(refund.holder, "say_sent"))
    theirs = acting(request).party == refund.milestone.project.client_id and refund.holder.startswith("freelancer/")
    return access.left_to(request, "say_received") if theirs else ""


@access.known
def _refund(request: HttpRequest, id: str, refusal: Refused | None = None) -> HttpResponse:
    found = access.refund(request, id)
    project, by = found.milestone.project, acting(request)
    sends = holding.by_hand(found.holder) and found.holder.endswith(f"/{by.party}")
    context = _facts(request, found, "client") | {
        "sends": sends,
        # Of a freelancer's refund the client's word counts, of the others that of whoever holds the money.
        "receives": by.party == project.client_id and found.holder.startswith("freelancer/"),
        "details": _details(found.milestone, "client", found) if sends else None,
        "left_to": _left_to(request, found, sends),
    }
    return answers.page(request, "holdings/refund.html", context, refusal)


@deed(access.refund, shown=_refund, leads_to="refund", binds="refunded")
def refund_payments(request: HttpRequest, refund: Refund, by: Actor) -> HttpResponse:
    """POST /refunds/<id>/payments: those who send it say that it was sent."""
    said = refunds.say_sent(refund=refund, by=by, at=access.now())
    if said.status == "sent" and by.party == refund.milestone.project.freelancer_id:
        messages.success(request, _("Noted as sent. It counts once the client says that it arrived."))
    else:
        _told(request, said.status == "confirmed")
    return redirect("refund", refund.pk)


@deed(access.refund, shown=_refund, leads_to="refund")
def refund_undo(request: HttpRequest, refund: Refund, by: Actor) -> HttpResponse:
    """POST /refunds/<id>/payments/undo: said by mistake."""
    refunds.take_back(refund=refund, by=by, at=access.now())
    messages.success(request, _("Taken back: the refund is not noted as sent any more."))
    return redirect("refund", refund.pk)


@deed(access.refund, shown=_refund, leads_to="refund", binds="received")
def refund_receipts(request: HttpRequest, refund: Refund, by: Actor) -> HttpResponse:
    """POST /refunds/<id>/receipts: the client says that it arrived."""
    refunds.say_received(refund=refund, by=by, at=access.now())
    messages.success(request, _("Noted as received."))
    return redirect("refund", refund.pk)


@deed(access.refund, shown=_refund, leads_to="refund", binds="refunded")
def refund_failures(request: HttpRequest, refund: Refund, by: Actor) -> HttpResponse:
    """POST /refunds/<id>/failures: it could not be sent, or came back."""
    refunds.could_not(refund=refund, reason=request.POST.get("reason", ""), by=by, at=access.now())
    messages.success(request, _("Noted. The amount is where it was, and is asked for again."))
    return redirect("refund", refund.pk)


# -- the freelancer gives back what was paid ----------------------------------------------------------------


@deed(access.milestone, shown=milestones.again, leads_to="milestone", binds="give-back")
def give_backs(request: HttpRequest, milestone: Milestone, by: Actor) -> HttpResponse:
    """POST /milestones/<id>/refunds: by the freelancer alone, whole or in part."""
    # The page has two fields for a reason: that of cancelling is another one.
    fields = {"reason": "give_back_reason", "money": "amount", None: "amount"}
    try:
        money = parse(request.POST.get("amount", ""), milestone.amount.currency)
        reason = request.POST.get("reason", "")
        made = refunds.give_back(milestone=milestone, money=money, reason=reason, by=by, at=access.now())
    except (NotAllowed, NotProved, Stale):
        raise
    except Refused as refusal:
        raise Refused(refusal.sentence, field=fields.get(refusal.field, refusal.field)) from refusal
    messages.success(request, _("Noted. Send it now, then say so here."))
    return redirect("refund", made.pk)


def _facts(request: HttpRequest, intent: Payout | Refund, side: Side) -> dict[str, Any]:
    """What both pages show. `side`: who is paid."""
    project, me = intent.milestone.project, acting(request).person
    said = list(intent.said.filter(taken_back_at=None).select_related("user").order_by("said_at"))
    return {
        "intent": intent,
        "project": project,
        "milestone": intent.milestone,
        "payee": name_of(project, side),
        "sender": name_of(project, "freelancer"),
        "reference": grouped(structured_reference(intent.pk)),
        "reference_plain": structured_reference(intent.pk),
        "said": said,
        "mine": any(one.user_id == me for one in said),
        "live": intent.status in LIVE,
        "two": holding.people_needed(intent.holder, intent.amount) > 1,
        "zone": project.agreed.said.time_zone,
        "at_custodian": acting(request).party == project.custodian_id,
        "nav": "holdings" if acting(request).party == project.custodian_id else "projects",
    }


def _details(milestone: Milestone, side: Side, intent: Payout | Refund) -> dict[str, Any]:
    """Where that side is paid, as far as it has said; another account that waits for its cool-down is named."""
    party, at = milestone.project.party(side), access.now()
    stated, pending = payee.in_force(party, at), payee.pending(party, at)
    account = payee.reveal(stated) if stated else None
    iban = banking.grouped(account.iban) if account else ""
    epc = banking.epc(account, intent.amount, structured_reference(intent.pk)) if account else None
    return {
        "account": account,
        "iban": iban,
        "changes_at": pending.takes_effect_at if pending else None,
        "code": codes.qr(epc) if epc and intent.status in LIVE else None,
    }


def _told(request: HttpRequest, settled: bool) -> None:
    if settled:
        messages.success(request, _("Confirmed, and booked."))
    else:
        messages.success(request, _("Noted. A second person has to say the same before it counts."))
