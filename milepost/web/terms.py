"""A proposal and the agreement that it becomes: read, signed, answered, taken back, downloaded."""

from __future__ import annotations

from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from milepost.actions import answers as verbs
from milepost.actions import invitations, members, signing
from milepost.core import rights
from milepost.core.actors import Actor
from milepost.core.catalogue import SIDES, Side
from milepost.core.lifecycle import TERMS
from milepost.core.lifecycle import verbs as verbs_of
from milepost.core.refusals import Refused
from milepost.documents import contract
from milepost.models import Mail, Party, Terms, User
from milepost.web import access, answers, files, offered, projects, signatures, uploads
from milepost.web.deeds import acting, deed
from milepost.web.road import name_of

# What somebody has to be in the party for each verb of the table.
RIGHTS: Final[dict[str, rights.Act]] = {
    "sign": "sign",
    "ask_change": "ask_change",
    "forward": "forward",
    "decline": "decline",
    "withdraw": "withdraw",
}


@require_safe
@access.known
def terms(request: HttpRequest, id: str) -> HttpResponse:
    """GET /terms/<id>."""
    found = access.terms(request, id)
    if projects.unchanged(request, found.project):
        return HttpResponseNotModified()
    return page(request, found)


def again(request: HttpRequest, id: str, refusal: Refused) -> HttpResponse:
    """The page of the terms, after something asked for there did not happen."""
    return page(request, access.terms(request, id), refusal)


def page(request: HttpRequest, terms: Terms, refusal: Refused | None = None) -> HttpResponse:
    """The terms as they stand now, with the contract in full."""
    project, by = terms.project, acting(request)
    side = project.side_of(by)
    part = "sender" if side == terms.sender else "recipient"
    may = dict.fromkeys(verbs_of(TERMS, terms.status, {side, part}), True)
    # Sending the link again only prepares; what is on the page beside it ends what was sent.
    sent = "withdraw" in may
    rows = list(terms.signatures.order_by("signed_at"))
    signed = {row.side for row in rows}
    if side in signed:
        # Whoever has signed is bound; the sender may still take it back.
        may = {verb: True for verb in may if verb == "withdraw"}
    may = {verb: True for verb in may if access.may(request, RIGHTS[verb])}
    if terms.sign_until <= access.now():
        may = {verb: True for verb in may if verb not in ("sign", "forward")}
    context = projects.frame(request, project, side) | {
        "terms": terms,
        "part": part,
        "may": may,
        "step": offered.step(terms, side, access.now(), here=True, role=access.role(request))
        if terms.status != "in_force"
        else None,
        "answers": list(terms.answers.order_by("given_at")) if terms.status != "in_force" else [],
        "signatures": rows,
        "unsigned": _unsigned(terms, side, signed),
        "newer": project.terms if project.terms_id != terms.pk else None,
    }
    if terms.body is not None:
        own = uploads.of_terms(terms)
        whole = contract.content(terms.said, own_pages=own.count if own else 0)
        context |= {"contract": whole, "said": terms.said, "own": own}
    if "sign" in may:
        context["sign"] = signatures.form(request, project.party(side), refusal is not None, terms.document.kind)
    if "forward" in may:
        context["colleagues"] = _colleagues(request, project.party(side))
    if sent:
        lost = terms.recipient not in signed and _lost(terms)
        context |= {"invited": project.party(terms.recipient).email, "lost": lost, "signed": terms.recipient in signed}
    # An account goes with the party's own address, not with one that a proposal was passed on to.
    if terms.status == "in_force" and by.person == "" and by.email == project.party(side).email:
        context["may_claim"] = by.email
    return answers.page(request, "terms/terms.html", context, refusal)


def _colleagues(request: HttpRequest, party: Party) -> list[User]:
    """Those of the same party who may sign, where the reader may not: a proposal is passed on to one of them."""
    return [] if access.may(request, "sign") else [member.user for member in members.signatories(party)]


def _unsigned(terms: Terms, side: Side, signed: set[str]) -> list[str]:
    """Whose signatures are missing, by name; the reader's own as such."""
    if terms.status != "offered" or terms.body is None:
        return []
    names = {signer: name_of(terms.project, signer) for signer in SIDES} | {side: _("You")}
    custodian = terms.said.custodian
    return [
        names[signer] if signer != "custodian" else custodian.name if custodian else ""
        for signer in terms.said.signatures
        if signer not in signed
    ]


def _lost(terms: Terms) -> bool:
    """Could the last mail to the other side not be delivered?"""
    party = terms.project.party(terms.recipient)
    last = Mail.objects.filter(to=party.email, written_at__gte=terms.offered_at).order_by("-written_at").first()
    return last is not None and last.dead_at is not None


@require_safe
@access.known
def paper(request: HttpRequest, id: str) -> HttpResponse:
    """GET /terms/<id>/paper: the executed copy once there is one, before that what is read; `?copy=reading`."""
    found = access.terms(request, id)
    executed = None if request.GET.get("copy") == "reading" else found.executed_copy
    return files.attached(executed or found.reading_copy)


# -- the other side ------------------------------------------------------------------------------


@deed(access.terms, shown=again, leads_to="terms", binds="sign")
def signed(request: HttpRequest, terms: Terms, by: Actor) -> HttpResponse:
    """POST /terms/<id>/signatures."""
    given = signatures.read(request.POST)
    now_signed = signing.sign(terms=terms, signing=given, by=by, at=access.now())
    if now_signed.status == "in_force":
        messages.success(request, _("Signed by both. The agreement is in force."))
    else:
        custodian = now_signed.said.custodian
        assert custodian is not None, "only a custodian's acceptance is still missing"
        messages.success(request, _("Signed. It is in force once %(name)s accepts.") % {"name": custodian.name})
        return redirect("terms", terms.pk)
    # A guest is offered an account beside what they have just signed.
    return redirect("project", terms.project_id) if by.person else redirect("terms", terms.pk)


@deed(access.terms, shown=again, leads_to="terms")
def change_requests(request: HttpRequest, terms: Terms, by: Actor) -> HttpResponse:
    """POST /terms/<id>/change-requests."""
    verbs.ask_change(terms=terms, words=request.POST.get("words", ""), by=by, at=access.now())
    messages.success(request, _("Sent. You get a mail when there is a revised proposal."))
    return redirect("terms", terms.pk)


@deed(access.terms, shown=again, leads_to="terms")
def refusals(request: HttpRequest, terms: Terms, by: Actor) -> HttpResponse:
    """POST /terms/<id>/refusals."""
    try:
        verbs.decline(terms=terms, words=request.POST.get("reason", ""), by=by, at=access.now())
    except Refused as refusal:
        # Two forms on one page: what is wrong is said at the one that was sent.
        refusal.field = "reason" if refusal.field else None
        raise
    messages.info(request, _("You have declined. Nothing was agreed."))
    return redirect("terms", terms.pk)


@deed(access.terms, shown=again, leads_to="terms")
def forwards(request: HttpRequest, terms: Terms, by: Actor) -> HttpResponse:
    """POST /terms/<id>/forwards: to the person of the same side who signs."""
    email, words = request.POST.get("forward_email", ""), request.POST.get("forward_words", "")
    invitations.forward(terms=terms, email=email, words=words, by=by, at=access.now())
    messages.success(request, _("Passed on. You go on reading here; either of you may sign, once."))
    return redirect("terms", terms.pk)


# -- the sender ----------------------------------------------------------------------------------


@deed(access.terms, shown=again, leads_to="terms")
def withdrawals(request: HttpRequest, terms: Terms, by: Actor) -> HttpResponse:
    """POST /terms/<id>/withdrawals."""
    verbs.withdraw(terms=terms, by=by, at=access.now())
    messages.success(request, _("Taken back. The link that was mailed does not work any more."))
    return redirect("terms", terms.pk)


@deed(access.terms, shown=again, leads_to="terms")
def resent(request: HttpRequest, terms: Terms, by: Actor) -> HttpResponse:
    """POST /terms/<id>/invitations: the link again; with another `email`, a draft for that address instead."""
    email = request.POST.get("email", "").strip()
    if email and email.lower() != terms.project.party(terms.recipient).email.lower():
        draft = verbs.correct_address(terms=terms, email=email, by=by, at=access.now())
        messages.info(
            request, _("Taken back. The address is part of what is signed: look it over, then sign and send.")
        )
        return redirect("proposal", draft.pk)
    invitations.renew(project=terms.project, by=by, at=access.now())
    messages.success(request, _("A new link is on its way. The one before does not work any more."))
    return redirect("terms", terms.pk)
