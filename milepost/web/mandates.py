"""A custodian's mandate: the terms that name it, read, accepted by a signature, or declined."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from milepost.actions import answers as verbs
from milepost.actions import signing
from milepost.core import banking
from milepost.core.actors import Actor
from milepost.core.money import total
from milepost.core.refusals import Refused
from milepost.documents import contract
from milepost.models import Terms
from milepost.web import access, answers, files, offered, signatures, uploads
from milepost.web.deeds import deed
from milepost.web.road import name_of


@require_safe
@access.signed_in
def mandate(request: HttpRequest, id: str) -> HttpResponse:
    """GET /mandates/<id of the terms>."""
    return _page(request, access.mandate(request, id))


def _again(request: HttpRequest, id: str, refusal: Refused) -> HttpResponse:
    return _page(request, access.mandate(request, id), refusal)


def _page(request: HttpRequest, terms: Terms, refusal: Refused | None = None) -> HttpResponse:
    """The contract in full, and the account that money will be sent to; the work itself is not shown."""
    said, project = terms.said, terms.project
    rows = list(terms.signatures.order_by("signed_at"))
    mine = [each for each in said.milestones if said.holder_of(each) == "custodian"]
    accepted = next((row for row in rows if row.side == "custodian"), None)
    own = uploads.of_terms(terms, "mandate")
    may_sign = terms.status == "offered" and accepted is None and terms.sign_until > access.now()
    context: dict[str, Any] = {
        "terms": terms,
        "said": said,
        "project": project,
        "client": name_of(project, "client"),
        "freelancer": name_of(project, "freelancer"),
        "both_signed": {row.side for row in rows} >= {"client", "freelancer"},
        "accepted": accepted,
        "signatures": rows,
        "may": {"sign": True} if may_sign and access.may(request, "sign") else {},
        "waits": may_sign,
        "mine": mine,
        "together": total((said.amount(each) for each in mine), said.currency),
        "iban": banking.grouped(said.custodian.payee.iban) if said.custodian else "",
        "own": own,
        "contract": contract.content(said, own_pages=own.count if own else 0),
        "zone": offered.zone_of(terms),
        "nav": "holdings",
    }
    if may_sign:
        party = project.custodian
        assert party is not None, "terms that name a custodian have its party"
        context["sign"] = signatures.mandate(request, party, refusal is not None)
    return answers.page(request, "mandates/mandate.html", context, refusal)


@require_safe
@access.signed_in
def paper(request: HttpRequest, id: str) -> HttpResponse:
    """GET /mandates/<id>/paper: the executed copy once there is one, before that what is read."""
    found = access.mandate(request, id)
    return files.attached(found.executed_copy or found.reading_copy)


@deed(access.mandate, shown=_again, leads_to="mandate", binds="sign")
def acceptances(request: HttpRequest, terms: Terms, by: Actor) -> HttpResponse:
    """POST /mandates/<id>/signatures: the mandate is accepted; with the last signature the terms are in force."""
    signed = signing.sign(terms=terms, signing=signatures.read(request.POST), by=by, at=access.now())
    if signed.status == "in_force":
        messages.success(request, _("Accepted. The agreement is in force."))
    else:
        messages.success(request, _("Accepted. It comes into force once both sides have signed."))
    return redirect("mandate", terms.pk)


@deed(access.mandate, shown=_again, leads_to="mandate")
def refusals(request: HttpRequest, terms: Terms, by: Actor) -> HttpResponse:
    """POST /mandates/<id>/refusals: declined, with a reason."""
    try:
        verbs.decline(terms=terms, words=request.POST.get("reason", ""), by=by, at=access.now())
    except Refused as refusal:
        refusal.field = "reason" if refusal.field else None
        raise
    messages.info(request, _("You have declined. Both sides are told, with your reason."))
    return redirect("mandate", terms.pk)
