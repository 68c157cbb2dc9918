"""“Confirm that it is you”: asked in place, before what a thief would do first; everything typed goes along."""

from __future__ import annotations

import functools
import struct
from collections.abc import Callable
from typing import Any, Final

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.base.internal.flows import check_rate_limit, post_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import ReauthenticateWebAuthnForm
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from milepost.actions import people
from milepost.core.actors import Actor
from milepost.core.refusals import Refused
from milepost.web.access.door import FACTORS, actor, factors, now, person, recent

View = Callable[..., HttpResponse]

# The inputs of `people/confirm.html`; whatever else was posted belongs to the page that asks.
APP, PASSKEY, MAILED, SEND, ASKED = INPUTS = (
    "confirm_app",
    "confirm_passkey",
    "confirm_mailed",
    "confirm_send",
    "confirm_asked",
)  # fmt: skip
# The act of a mailed code that shows who changes how somebody signs in.
ACT: Final = "sign_in"
_TOTP, _CODES = Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES


class NotConfirmed(Refused):
    """What was shown is not what was asked for."""


def confirmed(view: View) -> View:
    """For pages on which one changes how one signs in: signed in just now, and with the second factor where there is
    one. A recovery code counts here, because what was lost has to be taken off the account."""
    return _guarded(view, recovery=True)


def strongly_confirmed(view: View) -> View:
    """The same, for what a recovery code is not enough for."""
    return _guarded(view, recovery=False)


def _guarded(view: View, *, recovery: bool) -> View:
    """A page that was only to be looked at is led to again once it is known that it is they; a post is done then."""

    @functools.wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "POST" and SEND in request.POST:
            return _mailed(request, recovery)
        if request.method == "POST" and {APP, PASSKEY, MAILED} & request.POST.keys():
            try:
                confirm(request, actor(request), recovery=recovery)
            except Refused as refusal:
                return page(request, recovery=recovery, refusal=refusal, sent=MAILED in request.POST)
            if request.POST.get(ASKED) == "GET":
                return redirect(request.get_full_path())
        if not _confirmed(request, recovery):
            return page(request, recovery=recovery)
        return view(request, *args, **kwargs)

    return guarded


def answered(request: HttpRequest) -> bool:
    """Whether this post brings what the page asked for. A guest has no second factor to show."""
    return request.user.is_authenticated and bool({APP, PASSKEY} & request.POST.keys())


def confirm(request: HttpRequest, by: Actor, *, recovery: bool) -> None:
    """The session knows from now on that it is they. Refuses a wrong, used or foreign proof, and too many tries."""
    try:
        if PASSKEY in request.POST:
            _use_passkey(request)
        elif APP in request.POST:
            _use_digits(request, [_TOTP, _CODES] if recovery else [_TOTP])
        elif not factors(request):
            people.use_code(by=by, act=ACT, subject=by.person, digits=request.POST[MAILED], at=now())
            record_authentication(request, person(request), "code", email=by.email, reauthenticated=True)
        else:
            # A forged post: where there is a second factor, a mailed code is none.
            raise NotConfirmed(_("Use your passkey or your authenticator app."))
    except ValidationError as error:
        raise NotConfirmed(" ".join(error.messages), field=APP) from error


def shown_now(request: HttpRequest, kind: str, digits: str = "") -> None:
    """Whoever has just added a factor has shown it by that: nothing more is asked of them."""
    added = Authenticator.objects.filter(user=person(request), type=kind).latest("created_at")
    if digits:
        added.wrap().validate_code(digits)
    post_authentication(request, added, reauthenticated=True)


def page(
    request: HttpRequest,
    *,
    recovery: bool,
    refusal: Refused | None = None,
    sent: bool = False,
    without: tuple[str, ...] = (),
    status: int = 0,
) -> HttpResponse:
    """Asks; what was posted goes along in hidden fields (but for `without`), so that nothing typed is lost."""
    kept = [
        (name, value)
        for name, values in request.POST.lists()
        if name not in (*INPUTS, *without, "csrfmiddlewaretoken")
        for value in values
    ]
    facts = {
        "kept": kept,
        "asked": request.POST.get(ASKED) or request.method,
        "refusal": refusal,
        "wrong": refusal.sentence if refusal and refusal.field == APP else "",
        "factors": factors(request),
        "has_app": _TOTP in factors(request),
        "recovery": recovery,
        "sent": sent,
        "email": person(request).email,
    }
    answer = render(request, "people/confirm.html", facts, status=status or (422 if refusal else 200))
    answer["Cache-Control"] = "no-store"
    return answer


def _confirmed(request: HttpRequest, recovery: bool) -> bool:
    shown = recent(request, person(request))
    if not factors(request):
        return bool(shown)
    return any(record["method"] == "mfa" and (recovery or record["type"] in FACTORS) for record in shown)


def _mailed(request: HttpRequest, recovery: bool) -> HttpResponse:
    by = actor(request)
    if by.has_factor:
        return page(request, recovery=recovery)
    try:
        people.send_code(by=by, act=ACT, subject=by.person, at=now())
    except Refused as refusal:
        return page(request, recovery=recovery, refusal=refusal, sent=True, status=429)
    return page(request, recovery=recovery, sent=True)


def _use_passkey(request: HttpRequest) -> None:
    form = ReauthenticateWebAuthnForm(user=person(request), data={"credential": request.POST[PASSKEY]})
    try:
        known = form.is_valid()
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, struct.error):
        # No answer of a browser at all: its readers stumble over it.
        known = False
    if not known:
        raise NotConfirmed(_("That passkey is not one of yours, or it took too long. Try again."))
    form.save()


def _use_digits(request: HttpRequest, kinds: list[str]) -> None:
    user = person(request)
    forget = check_rate_limit(user)
    for found in Authenticator.objects.filter(user=user, type__in=kinds):
        if found.wrap().validate_code(request.POST[APP]):
            forget()
            found.user = user
            return post_authentication(request, found, reauthenticated=True)  # type: ignore[no-any-return]
    raise NotConfirmed(_("That is not the code that the app shows now. Each is good once."), field=APP)
