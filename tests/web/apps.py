"""An authenticator app: the codes of RFC 6238, computed here and not by what is tried."""

from __future__ import annotations

import base64
import hashlib
import hmac
import struct
import time

from django.http import HttpResponse
from django.test import Client

PERIOD = 30


def digits(secret: str, *, at: float | None = None) -> str:
    """The six digits that the app shows at that moment."""
    counter = struct.pack(">Q", int(time.time() if at is None else at) // PERIOD)
    whole = hmac.new(base64.b32decode(secret), counter, hashlib.sha1).digest()
    start = whole[-1] & 15
    return f"{(int.from_bytes(whole[start : start + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06}"


def wrong(secret: str) -> str:
    return f"{(int(digits(secret)) + 1) % 1_000_000:06}"


def switch_on(browser: Client) -> tuple[str, list[str]]:
    """Sets the app up as a person does; answers its secret and the recovery codes that were shown."""
    page = browser.get("/accounts/app/")
    assert page.status_code == 200, page.content.decode()
    secret: str = page.context["form"].secret
    done = browser.post("/accounts/app/", {"code": digits(secret)})
    assert done.headers["Location"] == "/accounts/recovery-codes/", done.content.decode()
    return secret, browser.get("/accounts/recovery-codes/").context["unused_codes"]


def mailed(browser: Client, email: str) -> HttpResponse:
    """The first step: the code from the mail."""
    from tests.web.test_accounts import ask_code, code_in

    mail = ask_code(browser, email)
    return browser.post("/accounts/login/code/", {"code": code_in(mail)})  # type: ignore[return-value]
