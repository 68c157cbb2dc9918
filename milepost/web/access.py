"""Who is at the door, and what they may see. Every object is loaded here, by `visible_to`, or it is a 404."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.db.models import Model, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from milepost.actions import people
from milepost.core.actors import Actor, Proof
from milepost.core.refusals import NotProved, Refused
from milepost.models import (
    Arrival,
    Draft,
    File,
    Funding,
    Intent,
    Invitation,
    Invoice,
    Milestone,
    Party,
    Payout,
    Project,
    Refund,
    Terms,
    User,
)

View = Callable[..., HttpResponse]
Row = TypeVar("Row", bound=Model)
AnIntent = TypeVar("AnIntent", bound=Intent)

# What a session remembers: the link that a guest opened, the party that a member chose to act for.
GUEST = "guest_invitation"
PARTY = "party"


def now() -> datetime:
    """The clock is read at the door, and passed on."""
    return timezone.now()


def guest(request: HttpRequest) -> Invitation | None:
    """The living invitation whose link this browser opened, if any."""
    id = request.session.get(GUEST)
    if not id or request.user.is_authenticated:
        return None
    return Invitation.objects.alive(now()).select_related("party").filter(pk=id).first()


def actor(request: HttpRequest, project: Project | None = None) -> Actor:
    """The party that this person acts for (in that project), and how it is known that it is they. 404 for nobody."""
    if request.user.is_authenticated:
        return _member(request, request.user, project)
    invitation = guest(request)
    if invitation is None or (project is not None and invitation.project_id != project.pk):
        raise Http404
    return Actor("party", invitation.party_id, "", invitation.email, "link", **_where(request))


def person(request: HttpRequest) -> User:
    """Who is signed in; our own mistake where that is not known yet."""
    assert isinstance(request.user, User), "nobody is signed in"
    return request.user


def parties(request: HttpRequest) -> list[Party]:
    """The parties that the signed-in person acts for, the one chosen in settings first; read once a request."""
    found: list[Party] | None = getattr(request, "own_parties", None)
    if found is None:
        chosen = request.session.get(PARTY)
        found = sorted(Party.objects.of(person(request)), key=lambda party: party.pk != chosen)
        request.own_parties = found  # type: ignore[attr-defined]
    return found


def _member(request: HttpRequest, user: User, project: Project | None) -> Actor:
    own = [party.pk for party in parties(request)]
    if project is not None:
        own = [id for id in own if id in (project.client_id, project.freelancer_id, project.custodian_id)]
    if not own and project is not None:
        raise Http404
    fresh = user.last_login and now() - user.last_login < timedelta(minutes=settings.FRESH_LOGIN_MINUTES)
    proof: Proof = "fresh" if fresh else "login"
    return Actor("party", own[0] if own else "", user.pk, user.email, proof, **_where(request))


def _where(request: HttpRequest) -> dict[str, str]:
    return {"address": request.META.get("REMOTE_ADDR", ""), "agent": request.headers.get("User-Agent", "")[:300]}


# -- decorators --------------------------------------------------------------------------------


def signed_in(view: View) -> View:
    """For people with an account; others sign in first and come back. Without a party they are asked for it."""

    @functools.wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if not parties(request) and request.path != reverse("welcome"):
            return redirect_to_login(request.get_full_path(), reverse("welcome"))
        return view(request, *args, **kwargs)

    return guarded


def known(view: View) -> View:
    """For people with an account and for guests who opened their link."""

    @functools.wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated and guest(request) is None:
            return redirect_to_login(request.get_full_path())
        return view(request, *args, **kwargs)

    return guarded


def binds(act: str) -> Callable[[View], View]:
    """For a POST that binds: the view is called with `request.actor`; when the action asks for proof, a code is
    mailed and typed on a page that keeps everything that was posted, and the view is called again with it."""

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def guarded(request: HttpRequest, id: str, **kwargs: Any) -> HttpResponse:
            by = request.actor = _acting(request, id)  # type: ignore[attr-defined]
            if "code" in request.POST:
                try:
                    request.actor = people.use_code(  # type: ignore[attr-defined]
                        by=by, act=act, subject=id, digits=request.POST["code"], at=now()
                    )
                except Refused as refusal:
                    return _code_page(request, refusal, status=422)
            elif "new_code" in request.POST:
                return _send_code(request, act, id)
            try:
                return view(request, id, **kwargs)
            except NotProved:
                return _send_code(request, act, id)

        return guarded

    return decorate


def _acting(request: HttpRequest, id: str) -> Actor:
    loaders: dict[str, Callable[[HttpRequest, str], Any]] = {
        "mil": milestone,
        "trm": terms,
        "drf": draft,
        "prj": project,
        "par": party,
        "fun": funding,
        "pay": payout,
        "ref": refund,
        "arr": arrival,
    }
    loader = loaders.get(id.split("_")[0])
    if loader is None:
        raise Http404
    loader(request, id)
    return request.actor  # type: ignore[attr-defined,no-any-return]


def _send_code(request: HttpRequest, act: str, subject: str) -> HttpResponse:
    try:
        people.send_code(by=request.actor, act=act, subject=subject, at=now())  # type: ignore[attr-defined]
    except Refused as refusal:
        return _code_page(request, refusal, status=429)
    return _code_page(request, None)


def _code_page(request: HttpRequest, refusal: Refused | None, status: int = 200) -> HttpResponse:
    """Asks for the code; everything that was posted goes along in hidden fields."""
    kept = [
        (name, value)
        for name, values in request.POST.lists()
        if name not in ("code", "new_code", "csrfmiddlewaretoken")
        for value in values
    ]
    facts = {"kept": kept, "refusal": refusal, "email": request.actor.email}  # type: ignore[attr-defined]
    return render(request, "people/code.html", facts, status=status)


# -- objects, each as far as this person may see it --------------------------------------------


def project(request: HttpRequest, id: str) -> Project:
    """Sets `request.actor` to the party that the person acts for in it."""
    found = _one(_projects(request).select_related("client", "freelancer", "terms"), id)
    request.actor = actor(request, found)  # type: ignore[attr-defined]
    return found


def terms(request: HttpRequest, id: str) -> Terms:
    rows = Terms.objects.filter(project__in=_projects(request))
    found = _one(rows.select_related("project__client", "project__freelancer", "project__terms"), id)
    request.actor = actor(request, found.project)  # type: ignore[attr-defined]
    return found


def milestone(request: HttpRequest, id: str) -> Milestone:
    rows = Milestone.objects.filter(project__in=_projects(request))
    found = _one(rows.select_related("project__client", "project__freelancer", "project__terms"), id)
    request.actor = actor(request, found.project)  # type: ignore[attr-defined]
    return found


def file(request: HttpRequest, id: str) -> File:
    return _one(File.objects.filter(project__in=_projects(request)), id)


def invoice(request: HttpRequest, id: str) -> Invoice:
    rows = Invoice.objects.filter(milestone__project__in=_projects(request))
    return _one(rows.select_related("issuer", "recipient", "milestone__project__terms", "paper"), id)


def funding(request: HttpRequest, id: str) -> Funding:
    """Both sides see it, and the people of the custodian that is to receive it."""
    return _intent(Funding, request, id)


def payout(request: HttpRequest, id: str) -> Payout:
    return _intent(Payout, request, id)


def refund(request: HttpRequest, id: str) -> Refund:
    return _intent(Refund, request, id)


def arrival(request: HttpRequest, id: str) -> Arrival:
    """What has arrived on a holder's account is the business of its people alone."""
    own = parties(request) if request.user.is_authenticated else []
    found = _one(Arrival.objects.filter(holder__in=own).select_related("holder", "funding__milestone"), id)
    request.actor = _as(request, found.holder_id)  # type: ignore[attr-defined]
    return found


def _intent(kind: type[AnIntent], request: HttpRequest, id: str) -> AnIntent:
    seen = Q(milestone__project__in=_projects(request))
    if request.user.is_authenticated:
        seen |= Q(milestone__project__in=Project.objects.held_by_user(person(request)))
    project = "milestone__project"
    related = (f"{project}__{part}" for part in ("client", "freelancer", "custodian", "terms"))
    found = _one(kind._default_manager.filter(seen).select_related(*related), id)
    request.actor = actor(request, found.milestone.project)  # type: ignore[attr-defined]
    return found


def draft(request: HttpRequest, id: str) -> Draft:
    """A draft is seen by the members of the party that writes it, by nobody else."""
    if not request.user.is_authenticated:
        raise Http404
    own = parties(request)
    found = _one(Draft.objects.filter(party__in=own, deleted_at=None).select_related("party", "project"), id)
    request.actor = _as(request, found.party_id)  # type: ignore[attr-defined]
    return found


def party(request: HttpRequest, id: str) -> Party:
    """A party's own facts are its members' business alone."""
    own = parties(request) if request.user.is_authenticated else []
    found = next((party for party in own if party.pk == id), None)
    if found is None:
        raise Http404
    request.actor = _as(request, found.pk)  # type: ignore[attr-defined]
    return found


def _as(request: HttpRequest, party_id: str) -> Actor:
    return replace(actor(request), party=party_id)


def _projects(request: HttpRequest) -> QuerySet[Project]:
    if request.user.is_authenticated:
        return Project.objects.visible_to_user(person(request))
    invitation = guest(request)
    if invitation is None:
        raise Http404
    return Project.objects.filter(pk=invitation.project_id)


def _one(rows: QuerySet[Row], id: str) -> Row:
    # PostgreSQL takes no NUL in a text, and no id has one.
    found = rows.filter(pk=id).first() if "\x00" not in id else None
    if found is None:
        raise Http404
    return found
