"""Passkeys, with django-allauth: added, named, removed, and what the browser has to sign."""

from __future__ import annotations

import struct
from typing import Any, Final

from allauth.core.internal import ratelimit
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn import forms, views
from allauth.mfa.webauthn.internal import auth
from django.core.exceptions import ValidationError
from django.forms import CharField
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from milepost.web import access, answers

NAME_MAX = 60


# What the readers of the standard's structures raise on bytes that are none of it.
GARBAGE: Final = (KeyError, TypeError, ValueError, AttributeError, IndexError, struct.error)


class PasskeyForm(forms.AddWebAuthnForm):  # type: ignore[misc]
    """A passkey always asks who holds it, so that it signs in alone."""

    name = CharField(required=False, max_length=NAME_MAX)

    def clean(self) -> dict[str, Any]:
        self.cleaned_data["passwordless"] = True
        try:
            cleaned: dict[str, Any] = super().clean()
        except GARBAGE as error:
            raise _unknown() from error
        return cleaned


class _Read:
    """What a browser answered to a challenge; what is no such answer is refused, not broken."""

    def clean_credential(self) -> Authenticator:
        try:
            return super().clean_credential()  # type: ignore[misc]
        except ValidationError as error:
            if error.code != "incorrect_code":
                raise
            raise _unknown() from error
        except GARBAGE as error:
            raise _unknown() from error


def _unknown() -> ValidationError:
    return ValidationError(_("This passkey is not known here, or it took too long. Try again, or use another way."))


class SignInForm(_Read, forms.LoginWebAuthnForm):  # type: ignore[misc]
    pass


class SecondStepForm(_Read, forms.AuthenticateWebAuthnForm):  # type: ignore[misc]
    pass


class NameForm(forms.EditWebAuthnForm):  # type: ignore[misc]
    name = CharField(required=True, max_length=NAME_MAX)


class _Adding(views.AddWebAuthnView):  # type: ignore[misc]
    """The challenge is asked for when the button is pressed: looking at the page writes nothing."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super(views.AddWebAuthnView, self).get_context_data(**kwargs)  # type: ignore[no-any-return]


class _Naming(views.EditWebAuthnView):  # type: ignore[misc]
    success_url = reverse_lazy("signing-in")


class _Removing(views.RemoveWebAuthnView):  # type: ignore[misc]
    success_url = reverse_lazy("signing-in")


@access.signed_in
@access.confirmed
def new(request: HttpRequest) -> HttpResponse:
    response = answers.private(_Adding.as_view()(request))
    if request.method == "POST" and response.status_code == 302:
        access.shown_now(request, Authenticator.Type.WEBAUTHN)
    return response


@access.signed_in
@access.confirmed
def passkey(request: HttpRequest, pk: int) -> HttpResponse:
    """The name by which its owner knows it."""
    return answers.private(_Naming.as_view()(request, pk=pk))


@access.signed_in
@access.confirmed
def removal(request: HttpRequest, pk: int) -> HttpResponse:
    return answers.private(_Removing.as_view()(request, pk=pk))


# -- what the browser has to sign -----------------------------------------------------------------


@require_POST
@never_cache
@ratelimit.decorator(app="allauth.mfa", action="webauthn_login")  # type: ignore[untyped-decorator]
def challenges(request: HttpRequest) -> HttpResponse:
    """For signing in, nobody's; for saying again that it is they, with their own passkeys alone."""
    user = request.user if request.user.is_authenticated else None
    return JsonResponse(dict(auth.begin_authentication(user)))


@require_POST
@never_cache
@access.signed_in
@access.confirmed
def creations(request: HttpRequest) -> HttpResponse:
    """For a new passkey: kept by the device, and asking who holds it."""
    return JsonResponse(dict(auth.begin_registration(access.person(request), True)))
