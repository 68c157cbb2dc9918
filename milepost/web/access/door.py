"""Who is at the door: the party that a person acts for, and how it is known that it is they."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.http import Http404, HttpRequest
from django.utils import timezone

from milepost.core.actors import Actor, Proof
from milepost.models import (
    Invitation,
    Party,
    Project,
    User,
)

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
