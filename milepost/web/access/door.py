"""Who is at the door: the party that a person acts for, and how it is known that it is they."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db.models import Exists
from django.http import Http404, HttpRequest
from django.utils import timezone

from milepost.actions import joining
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
# What shows more than that one can read somebody's mail.
FACTORS = (Authenticator.Type.WEBAUTHN, Authenticator.Type.TOTP)


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
    return Actor("party", invitation.party_id, "", invitation.email, "link", *_where(request))


def person(request: HttpRequest) -> User:
    """Who is signed in; our own mistake where that is not known yet."""
    assert isinstance(request.user, User), "nobody is signed in"
    return request.user


def parties(request: HttpRequest) -> list[Party]:
    """The parties that the signed-in person acts for, the one chosen in settings first; read once a request."""
    found: list[Party] | None = getattr(request, "own_parties", None)
    if found is None:
        chosen = request.session.get(PARTY)
        user = person(request)
        # Whether the person is asked to join another comes along: the first page shows it.
        rows = Party.objects.of(user).annotate(invited=Exists(joining.addressed_to(user, now())))
        found = sorted(rows, key=lambda party: party.pk != chosen)
        request.own_parties = found  # type: ignore[attr-defined]
    return found


def _member(request: HttpRequest, user: User, project: Project | None) -> Actor:
    own = [party.pk for party in parties(request)]
    if project is not None:
        own = [id for id in own if id in (project.client_id, project.freelancer_id, project.custodian_id)]
    if not own and project is not None:
        raise Http404
    address, agent = _where(request)
    # Asked of the database only where something is done: a page that is looked at needs no proof.
    has_factor = request.method == "POST" and bool(factors(request))
    party = own[0] if own else ""
    return Actor("party", party, user.pk, user.email, proof(request, user), address, agent, has_factor)


def _where(request: HttpRequest) -> tuple[str, str]:
    return request.META.get("REMOTE_ADDR", ""), request.headers.get("User-Agent", "")[:300]


# -- how it is known -----------------------------------------------------------------------------


def proof(request: HttpRequest, user: User) -> Proof:
    """What this session has shown of late, by signing in or by saying again that it is they. That the same person
    signed in elsewhere proves nothing about this browser."""
    shown = recent(request, user)
    if any(record["method"] == "mfa" and record["type"] in FACTORS for record in shown):
        return "strong"
    return "fresh" if shown else "login"


def recent(request: HttpRequest, user: User) -> list[dict[str, Any]]:
    """The records of this session that are young enough: what was shown, and when."""
    since = now().timestamp() - settings.FRESH_LOGIN_MINUTES * 60
    return [record for record in get_authentication_records(request, user) if record["at"] > since]


def factors(request: HttpRequest) -> set[str]:
    """Which second factors the signed-in person has, recovery codes apart; read once a request."""
    found: set[str] | None = getattr(request, "own_factors", None)
    if found is None:
        rows = Authenticator.objects.filter(user=person(request), type__in=FACTORS)
        found = request.own_factors = set(rows.values_list("type", flat=True))  # type: ignore[attr-defined]
    return found
