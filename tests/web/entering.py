"""Being signed in, without the way through the mail, which has its own tests."""

from __future__ import annotations

import time
from datetime import timedelta

from allauth.account.internal.flows.login import (
    _AUTHENTICATION_METHODS_USER_SESSION_KEY,
    AUTHENTICATION_METHODS_SESSION_KEY,
)
from django.test import Client

from milepost.models import User

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
# What a session remembers of each way to sign in.
CODE = {"method": "code"}
PASSKEY = {"method": "mfa", "type": "webauthn", "passwordless": True}
APP = {"method": "mfa", "type": "totp"}
RECOVERY = {"method": "mfa", "type": "recovery_codes"}


def enter(browser: Client, user: User, *shown: dict[str, object], ago: timedelta = timedelta()) -> Client:
    """Somebody has signed in so long ago, by a code from the mail or by what is `shown`."""
    browser.force_login(User.objects.get(pk=user.pk), BACKEND)
    session = browser.session
    at = time.time() - ago.total_seconds()
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [way | {"at": at} for way in shown or (CODE,)]
    session[_AUTHENTICATION_METHODS_USER_SESSION_KEY] = user.pk
    session.save()
    return browser
