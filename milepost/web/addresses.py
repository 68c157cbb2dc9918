"""Another e-mail address: asked, proved by a code sent to it, and put back from the old mailbox."""

from __future__ import annotations

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth import HASH_SESSION_KEY
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from milepost.actions import addresses
from milepost.core.refusals import Refused, Stale
from milepost.models import EmailChange
from milepost.web import access, answers


@access.signed_in
@access.strongly_confirmed
@require_http_methods(["GET", "POST"])
def address(request: HttpRequest) -> HttpResponse:
    """Which address it shall be. The page says the same of one that has an account."""
    if request.method == "GET":
        return answers.page(request, "account/address.html", {})
    user, by = access.person(request), access.actor(request)
    try:
        change = addresses.ask(email=request.POST.get("email", ""), user=user, by=by, at=access.now())
    except Refused as refusal:
        return answers.refused(request, refusal, "account/address.html", {})
    return redirect("address-code", change.pk)


@access.signed_in
@access.strongly_confirmed
@require_http_methods(["GET", "POST"])
def code(request: HttpRequest, id: str) -> HttpResponse:
    """The code from the new mailbox."""
    change, by = _change(request, id), access.actor(request)
    if request.method == "GET":
        return _asked(request, change)
    try:
        if "new_code" in request.POST:
            addresses.send_again(change=change, by=by, at=access.now())
            return _asked(request, change)
        user = addresses.confirm(change=change, digits=request.POST.get("code", ""), by=by, at=access.now())
    except Stale as refusal:
        messages.error(request, refusal.sentence)
        return redirect("signing-in")
    except Refused as refusal:
        return _asked(request, change, refusal)
    # Every session ended with the change; this one goes on.
    request.session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    request.session.cycle_key()
    UserSession.objects.create_from_request(request)
    messages.success(request, _("Your address is %(email)s from now on.") % {"email": user.email})
    return redirect("signing-in")


@require_http_methods(["GET", "HEAD", "POST"])
def undo(request: HttpRequest, token: str) -> HttpResponse:
    """/accounts/address/undo/<token>. GET says what it does, as mail scanners may see too; POST does it."""
    try:
        if request.method == "POST":
            user = addresses.undo(token=token, at=access.now())
            return _quiet(answers.page(request, "account/address_undone.html", {"email": user.email}))
        change = addresses.undoable(token=token, at=access.now())
    except Refused as refusal:
        page = answers.page(request, "account/address_undo.html", {"sentence": refusal.sentence})
        page.status_code = 409 if isinstance(refusal, Stale | addresses.Taken) else 404
        return _quiet(page)
    return _quiet(answers.page(request, "account/address_undo.html", {"change": change}))


def _asked(request: HttpRequest, change: EmailChange, refusal: Refused | None = None) -> HttpResponse:
    return answers.page(request, "account/address_code.html", {"change": change, "refusal": refusal}, refusal)


def _change(request: HttpRequest, id: str) -> EmailChange:
    rows = EmailChange.objects.select_related("user").filter(user=access.person(request), made_at=None)
    found = rows.filter(pk=id).first() if "\x00" not in id else None
    if found is None:
        raise Http404
    return found


def _quiet(response: HttpResponse) -> HttpResponse:
    """The address holds the token: no other page hears of it."""
    response["Referrer-Policy"] = "strict-origin"
    return response
