"""The second factor, with django-allauth: the authenticator app and the recovery codes."""

from __future__ import annotations

import base64
from typing import Any, Final

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base import views as base
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from milepost.actions import factors
from milepost.core.refusals import Refused
from milepost.documents import codes as codes_of
from milepost.gateways import vault
from milepost.models import Installation, User
from milepost.web import access, answers

# What closes a secret says what it is: bytes closed for something else do not open as one.
ABOUT: Final = "authenticator"


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """What of allauth's second factor is ours: the names, the picture, the lock on what is secret."""

    def encrypt(self, text: str) -> str:
        vault.ensure(settings.DATA / "keys")
        closed = vault.close(text.encode(), about=ABOUT, keys=settings.DATA / "keys")
        return base64.b64encode(closed).decode()

    def decrypt(self, encrypted_text: str) -> str:
        closed = base64.b64decode(encrypted_text)
        return vault.open_(closed, about=ABOUT, keys=settings.DATA / "keys").decode()

    def build_totp_svg(self, url: str) -> str:
        """None: the page draws it, from what is no markup."""
        return ""

    def generate_authenticator_name(self, user: AbstractBaseUser, type: str) -> str:
        return _("Passkey")

    def _get_site_name(self) -> str:
        """The house: it stands in the app's list and in the browser's question."""
        return Installation.objects.values_list("name", flat=True).first() or "Milepost"


class _SecondStep(base.AuthenticateView):  # type: ignore[misc]
    """After the code from the mail, for whoever has a passkey or the app."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        facts: dict[str, Any] = super().get_context_data(**kwargs)
        return facts | {"has_app": is_mfa_enabled(self.stage.login.user, [Authenticator.Type.TOTP])}


second_step = _SecondStep.as_view()


class _SettingUp(totp.ActivateTOTPView):  # type: ignore[misc]
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        facts: dict[str, Any] = super().get_context_data(**kwargs)
        return facts | {"code": codes_of.qr(facts["totp_url"])}


@access.signed_in
@access.confirmed
def app(request: HttpRequest) -> HttpResponse:
    """Sets up the authenticator app: a picture to scan, and the first code as proof that it was, used up by that."""
    response = answers.private(_SettingUp.as_view()(request))
    if request.method == "POST" and response.status_code == 302:
        access.shown_now(request, Authenticator.Type.TOTP, request.POST.get("code", ""))
    return response


@access.signed_in
@access.confirmed
def app_removal(request: HttpRequest) -> HttpResponse:
    return answers.private(totp.deactivate_totp(request))


@access.signed_in
@access.confirmed
def codes(request: HttpRequest) -> HttpResponse:
    """The recovery codes, readable once."""
    return answers.private(recovery_codes.view_recovery_codes(request))


@access.signed_in
@access.confirmed
def new_codes(request: HttpRequest) -> HttpResponse:
    return answers.private(recovery_codes.generate_recovery_codes(request))


@require_POST
@access.signed_in
@access.strongly_confirmed
def taken_off(request: HttpRequest, id: str) -> HttpResponse:
    """POST /installation/people/<id>/factor-endings: the operator helps somebody who has lost everything."""
    by = access.person(request)
    user = User.objects.filter(pk=id).first() if by.is_operator and "\x00" not in id else None
    if user is None:
        raise Http404
    try:
        factors.take_off(user=user, by=by, at=access.now())
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, _("%(person)s signs in with the code from the mail alone now.") % {"person": user})
    return redirect("installation-people")
