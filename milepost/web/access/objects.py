"""Objects, each as far as this person may see it; the others are not there (404). Each sets `request.actor`."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from django.db.models import Model, Q, QuerySet
from django.http import Http404, HttpRequest

from milepost.core.actors import Actor
from milepost.models import (
    Arrival,
    Draft,
    File,
    Funding,
    Intent,
    Invoice,
    Milestone,
    Party,
    Payout,
    Project,
    Refund,
    Terms,
)
from milepost.web.access.door import actor, guest, parties, person

Row = TypeVar("Row", bound=Model)
AnIntent = TypeVar("AnIntent", bound=Intent)


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


def mandate(request: HttpRequest, id: str) -> Terms:
    """Terms that name a party of this person as custodian: their text and their signatures, not the work."""
    if not request.user.is_authenticated:
        raise Http404
    rows = Terms.objects.filter(project__in=Project.objects.held_by_user(person(request)))
    related = ("client", "freelancer", "custodian", "terms")
    rows = rows.select_related(*(f"project__{part}" for part in related))
    found = _one(rows, id)
    # A project's custodian is that of its newest terms; older ones may have named another.
    if found.body is None or found.said.custodian is None or found.said.custodian.party != found.project.custodian_id:
        raise Http404
    request.actor = _as(request, found.said.custodian.party)  # type: ignore[attr-defined]
    return found


def terms_or_mandate(request: HttpRequest, id: str) -> Terms:
    """For whoever may sign them: one of the two sides, or the custodian that they name."""
    try:
        return terms(request, id)
    except Http404:
        return mandate(request, id)


def milestone(request: HttpRequest, id: str) -> Milestone:
    rows = Milestone.objects.filter(project__in=_projects(request))
    found = _one(rows.select_related("project__client", "project__freelancer", "project__terms"), id)
    request.actor = actor(request, found.project)  # type: ignore[attr-defined]
    return found


def file(request: HttpRequest, id: str) -> File:
    return _one(File.objects.filter(project__in=_projects(request)), id)


def invoice(request: HttpRequest, id: str) -> Invoice:
    """Papers, and the credit notes of papers."""
    projects = _projects(request)
    rows = Invoice.objects.filter(Q(milestone__project__in=projects) | Q(corrects__milestone__project__in=projects))
    about = ("milestone__project__terms", "corrects__milestone__project__terms")
    return _one(rows.select_related("issuer", "recipient", *about, "paper", "payee"), id)


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
