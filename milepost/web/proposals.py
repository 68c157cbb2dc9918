"""Send proposal: the wizard's steps, what is saved as one types, copies, and the review that ends with sending."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from milepost.actions import drafts, members, offers
from milepost.core import steps
from milepost.core import terms as core
from milepost.core.actors import Actor
from milepost.core.drafts import advice
from milepost.core.refusals import NotAllowed, NotProved, Refused, Several, Stale
from milepost.core.steps import Step
from milepost.models import Draft, Terms
from milepost.models.base import new_id
from milepost.web import access, answers, signatures, uploads, wizard
from milepost.web.deeds import acting

COPIES_OFFERED = 3


@require_http_methods(["GET", "POST"])
@access.signed_in
def new(request: HttpRequest) -> HttpResponse:
    """The first step of a proposal that is not there yet: it is made when something has been typed."""
    by, at = access.actor(request), access.now()
    if request.method == "POST":
        try:
            draft = drafts.start(by=by, at=at, id=request.POST.get("draft", ""))
        except NotAllowed as refusal:
            raise Http404 from refusal
        return _posted(request, draft, "project", by)
    named = request.GET.get("draft", "")
    if Draft.objects.filter(pk=named).exists():
        return redirect("proposal", named)
    party = next(party for party in access.parties(request) if party.pk == by.party)
    # Its id is in the address of the form already: after a new login one comes back to the same draft.
    minted = named if drafts.ID.fullmatch(named) else new_id("drf")
    draft = Draft(id=minted, party=party, body=steps.blank(), started_at=at, saved_at=at)
    before = Draft.objects.filter(party=party, deleted_at=None, version__gt=0).order_by("-saved_at")
    return wizard.page(request, draft, "project", copies=before[:COPIES_OFFERED])


@require_GET
@access.signed_in
def proposal(request: HttpRequest, id: str) -> HttpResponse:
    """Goes on where something is missing."""
    draft = access.draft(request, id)
    if draft.sent_as_id:
        return redirect("terms", draft.sent_as_id)
    wrong = drafts.check(draft=draft, step="review", at=access.now())
    return _to(draft, steps.step_of(wrong[0].field or "") if wrong else "review")


@require_http_methods(["GET", "POST"])
@access.signed_in
def step(request: HttpRequest, id: str, step: str) -> HttpResponse:
    """One step: shown, or kept as typed and then checked."""
    name = next((name for name in steps.STEPS[:-1] if name == step), None)
    if name is None:
        raise Http404
    draft = access.draft(request, id)
    if draft.sent_as_id:
        return redirect("terms", draft.sent_as_id)
    if request.method == "POST":
        return _posted(request, draft, name, acting(request))
    # Who comes from the review's list sees at each field what is missing there.
    refusal = _missing(draft, name) if "checked" in request.GET else None
    response = wizard.page(request, draft, name, refusal)
    response.status_code = 200
    return response


def _posted(request: HttpRequest, draft: Draft, name: Step, by: Actor) -> HttpResponse:
    act = request.POST.get("do", "next")
    leads_to = _leads_to(act, name)
    try:
        own = name == "contract" and act in (uploads.TAKE, uploads.REMOVE)
        draft = _save(request, draft, name, by, "" if leads_to or own else act)
        if name == "contract":
            draft = uploads.posted(request, draft, by, act)
    except drafts.Gone:
        return redirect("proposal", draft.pk)
    except Refused as refusal:
        draft.refresh_from_db()
        if isinstance(refusal, drafts.SavedElsewhere):
            draft.body = steps.fill(draft.body, name, request.POST.dict())
        return wizard.page(request, draft, name, refusal)
    if own:
        return redirect(f"{reverse('proposal-step', args=[draft.pk, name])}#own")
    if not leads_to:
        return redirect(f"{reverse('proposal-step', args=[draft.pk, name])}#{_row(draft, act)}")
    if act == "next" and (refused := _missing(draft, name)):
        return wizard.page(request, draft, name, refused)
    return _to(draft, leads_to)


def _leads_to(act: str, name: Step) -> Step | None:
    """The step that a button leads to: on, back, or to the one it names. Other buttons change rows."""
    place = steps.STEPS.index(name)
    if act in ("next", "back"):
        return steps.STEPS[max(0, place + (1 if act == "next" else -1))]
    return next((step for step in steps.STEPS if act == f"to-{step}"), None)


def _save(request: HttpRequest, draft: Draft, name: Step, by: Actor, act: str = "") -> Draft:
    version = request.POST.get("version", "")
    return drafts.save(
        draft=draft,
        step=name,
        typed=request.POST.dict(),
        version=int(version) if version.isdecimal() and len(version) < 10 else 0,
        page=request.POST.get("page", "")[:32],
        by=by,
        at=access.now(),
        act=act,
    )


def _missing(draft: Draft, name: Step) -> Several | None:
    wrong = drafts.check(draft=draft, step=name, at=access.now())
    return Several(wrong) if wrong else None


def _row(draft: Draft, act: str) -> str:
    """Where the reader goes on after a row was added, moved or removed."""
    count = len(draft.body["milestones"])
    numbers = [int(part) for part in act.split("-") if part.isdecimal()]
    place = numbers[0] + {"up": -1, "down": 1}.get(act.split("-")[1], 0) if numbers else count
    return f"milestones.{max(0, min(place, count - 1))}"


def _to(draft: Draft, name: Step) -> HttpResponse:
    return redirect("proposal-review", draft.pk) if name == "review" else redirect("proposal-step", draft.pk, name)


# -- kept as one types, copied, deleted ------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@access.signed_in
def saves(request: HttpRequest, id: str) -> HttpResponse:
    """What autosave sends. The first one makes the draft."""
    name = next((name for name in steps.STEPS[:-1] if name == request.POST.get("step")), None)
    if request.method == "GET" or name is None:
        return redirect("proposal", id)
    try:
        if not Draft.objects.filter(pk=id).exists():
            drafts.start(by=access.actor(request), at=access.now(), id=id)
        draft = _save(request, access.draft(request, id), name, acting(request))
    except Stale as refusal:
        return JsonResponse({"sentence": refusal.sentence}, status=409)
    except NotAllowed as refusal:
        raise Http404 from refusal
    return JsonResponse(wizard.told(draft))


@require_http_methods(["GET", "POST"])
@access.signed_in
def copies(request: HttpRequest) -> HttpResponse:
    """A draft from another one, or from terms that were sent: those are answered."""
    if request.method == "GET":
        return redirect("proposal-new")
    at = access.now()
    try:
        if "terms" in request.POST:
            terms = access.terms(request, request.POST["terms"])
            return _to(drafts.again(terms=terms, by=acting(request), at=at), "project")
        draft = access.draft(request, request.POST.get("draft", ""))
        copy = drafts.copy(draft=draft, by=acting(request), at=at, id=request.POST.get("copy", ""))
        return _to(copy, "project")
    except NotAllowed as refusal:
        raise Http404 from refusal


@require_http_methods(["GET", "POST"])
@access.signed_in
def deletions(request: HttpRequest, id: str) -> HttpResponse:
    """Deletes at once, and leads to the page with the way back."""
    draft, by = _own(request, id)
    if draft.sent_as_id:
        return redirect("terms", draft.sent_as_id)
    if request.method == "POST" and draft.deleted_at is None:
        drafts.delete(draft=draft, by=by, at=access.now())
    if request.method == "POST":
        return redirect("proposal-deletions", id)
    if draft.deleted_at is None:
        return redirect("proposal", id)
    return answers.page(request, "proposals/deleted.html", {"draft": draft})


@require_http_methods(["GET", "POST"])
@access.signed_in
def undo(request: HttpRequest, id: str) -> HttpResponse:
    """Brings a deleted draft back."""
    draft, by = _own(request, id)
    if request.method == "POST":
        drafts.restore(draft=draft, by=by, at=access.now())
    return redirect("proposal", id)


def _own(request: HttpRequest, id: str) -> tuple[Draft, Actor]:
    """One's own draft, also a deleted one."""
    draft = get_object_or_404(Draft.objects.select_related("party"), pk=id, party__in=access.parties(request))
    return draft, replace(access.actor(request), party=draft.party_id)


# -- review and send -------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@access.signed_in
@access.binds("offer")
def review(request: HttpRequest, id: str) -> HttpResponse:
    """Exactly what the other side will see; sending signs it."""
    by = acting(request)
    draft = access.draft(request, id)
    if draft.sent_as_id:
        return redirect("terms", draft.sent_as_id)
    if request.method == "GET":
        return _review(request, draft)
    try:
        terms = _sent(request, draft, by)
    except NotProved:
        raise
    except Refused as refusal:
        draft.refresh_from_db()
        # A second press while the first was under way: it is sent, once.
        return redirect("terms", draft.sent_as_id) if draft.sent_as_id else _review(request, draft, refusal)
    messages.success(request, _("Sent to %(name)s.") % {"name": wizard.other_name(draft.body)})
    return redirect("terms", terms.pk)


def _sent(request: HttpRequest, draft: Draft, by: Actor) -> Terms:
    at = access.now()
    if request.POST.get("seen") != _seen(draft, drafts.compose(draft=draft, at=at)):
        raise Stale(_("The proposal has changed since you opened this page. Read it again before you sign it."))
    return offers.offer(draft=draft, signing=signatures.read(request.POST), by=by, at=at)


def _review(request: HttpRequest, draft: Draft, refusal: Refused | None = None) -> HttpResponse:
    at = access.now()
    policy = drafts.allows(at)
    wrong, said = drafts.check(draft=draft, step="review", at=at, policy=policy), None
    # What only sending finds out is put right at its step like the rest.
    known = {one.field for one in wrong}
    late = [
        one for one in wizard.each(refusal) if one.field not in known and steps.step_of(one.field or "") != "review"
    ]
    wrong += late
    if not wrong:
        try:
            said = drafts.compose(draft=draft, at=at, policy=policy)
        except Refused as meanwhile:
            wrong += wizard.each(meanwhile)
    context: dict[str, Any] = {
        "draft": draft,
        "steps": wizard.stepper("review", wrong),
        "other": wizard.other_name(draft.body),
        "missing": wizard.by_step(wrong),
        "summary": wizard.summary(wizard.each(refusal)),
        "left_to": access.left_to(request),
        "sign": signatures.form(request, draft.party, refusal is not None, steps.document(draft.body)),
    }
    if said is not None:
        context |= {"said": said, "seen": _seen(draft, said), "advice": advice(draft.body, policy)}
        context |= wizard.in_short(said) | uploads.review(draft, said)
        context["deposit"] = wizard.deposit(said, draft.party, at)
    return answers.page(request, "proposals/review.html", context, refusal)


@require_http_methods(["GET", "POST"])
@access.signed_in
def requests(request: HttpRequest, id: str) -> HttpResponse:
    """POST /proposals/<id>/requests: a member who may not sign asks those who may to send it."""
    draft = access.draft(request, id)
    if request.method == "GET" or draft.sent_as_id:
        return redirect("proposal", id)
    try:
        asked = members.ask_to_send(draft=draft, by=acting(request), at=access.now())
    except Refused as refusal:
        return _review(request, draft, refusal)
    messages.success(request, _("Asked by mail: %(names)s.") % {"names": ", ".join(asked)})
    return redirect("proposal-review", draft.pk)


def _seen(draft: Draft, said: core.Terms) -> str:
    """Names what is on the page, so that nobody signs what another window has changed meanwhile."""
    return core.fingerprint(core.canonical(said, uploads.beside(draft)))
