"""How one signs in, on one page; and the browsers that are signed in, each of which can be signed out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth import HASH_SESSION_KEY, logout
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from milepost.actions import addresses
from milepost.web import access, agents, answers


@dataclass(frozen=True, slots=True)
class Browser:
    """One session in words."""

    id: int
    browser: str
    place: str
    since: datetime
    here: bool


@require_GET
@access.signed_in
def signing_in(request: HttpRequest) -> HttpResponse:
    """The address, the passkeys, the app, the recovery codes, the sessions."""
    user = access.person(request)
    found = list(Authenticator.objects.filter(user=user).order_by("created_at"))
    codes = next((each for each in found if each.type == Authenticator.Type.RECOVERY_CODES), None)
    facts = {
        "passkeys": [each for each in found if each.type == Authenticator.Type.WEBAUTHN],
        "app": next((each for each in found if each.type == Authenticator.Type.TOTP), None),
        "codes_left": len(codes.wrap().get_unused_codes()) if codes else None,
        "browsers": _browsers(request),
        "zone": access.parties(request)[0].time_zone,
    }
    return answers.page(request, "account/signing_in.html", facts)


@require_POST
@access.signed_in
def ending(request: HttpRequest, pk: int) -> HttpResponse:
    """That browser is signed out at its next request."""
    session = UserSession.objects.filter(pk=pk, user=access.person(request)).first()
    if session is None:
        raise Http404
    if session.session_key == request.session.session_key:
        session.delete()
        logout(request)
        return redirect("account_login")
    session.end()
    messages.success(request, _("That browser is signed out."))
    return redirect("signing-in")


@require_POST
@access.signed_in
def endings(request: HttpRequest) -> HttpResponse:
    """Every browser but this one, also such as no list knows."""
    user = access.person(request)
    addresses.sign_out_everywhere(user=user, but=request.session.session_key or "")
    request.session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    messages.success(request, _("Every other browser is signed out."))
    return redirect("signing-in")


def _browsers(request: HttpRequest) -> list[Browser]:
    """This one first, then the newest; those that have ended by themselves are left out."""
    here = request.session.session_key
    user = access.person(request)
    rows = [row for row in UserSession.objects.filter(user=user).order_by("-created_at") if row.exists()]
    known = [
        Browser(row.pk, agents.words(row.user_agent), agents.place(row.ip), row.created_at, row.session_key == here)
        for row in rows
    ]
    return sorted(known, key=lambda browser: not browser.here)
