"""The authenticator app and the recovery codes: set up, asked for, used once, switched off."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.test import Client

from milepost.models import Mail, User
from tests.cast import NOON, Person
from tests.web import apps
from tests.web.entering import APP, RECOVERY, enter

SignedIn = Callable[..., Client]
SECOND_STEP = "/accounts/login/second-step/"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=True) as clock:
        yield clock


def later(clock: time_machine.Traveller, seconds: float = apps.PERIOD) -> None:
    """The app shows another code."""
    clock.shift(seconds)


def is_in(browser: Client) -> bool:
    return "_auth_user_id" in browser.session


def test_our_app_shows_what_the_standard_says() -> None:
    # RFC 6238, appendix B, the last six of eight digits.
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    assert [apps.digits(secret, at=at) for at in (59, 1111111109, 1234567890)] == ["287082", "081804", "005924"]


def test_with_the_app_the_code_from_the_mail_is_not_enough(
    ada: Person, signed_in: SignedIn, clock: time_machine.Traveller
) -> None:
    secret, _codes = apps.switch_on(signed_in(ada))
    later(clock)
    browser = Client()
    assert apps.mailed(browser, ada.user.email).headers["Location"] == SECOND_STEP
    assert not is_in(browser)
    assert browser.get("/settings").status_code == 302
    wrong = browser.post(SECOND_STEP, {"code": apps.wrong(secret)})
    assert "Incorrect code" in wrong.content.decode()
    assert not is_in(browser)
    browser.post(SECOND_STEP, {"code": apps.digits(secret)})
    assert is_in(browser)


def test_a_code_of_the_app_is_good_once(ada: Person, signed_in: SignedIn, clock: time_machine.Traveller) -> None:
    secret, _codes = apps.switch_on(signed_in(ada))
    later(clock)
    seen = apps.digits(secret)
    first, second = Client(), Client()
    for browser in (first, second):
        apps.mailed(browser, ada.user.email)
        browser.post(SECOND_STEP, {"code": seen})
    assert is_in(first)
    assert not is_in(second)


@pytest.mark.parametrize("seconds", [-apps.PERIOD, apps.PERIOD])
def test_a_code_of_another_half_minute_is_none(
    ada: Person, signed_in: SignedIn, clock: time_machine.Traveller, seconds: float
) -> None:
    secret, _codes = apps.switch_on(signed_in(ada))
    later(clock, 600)
    browser = Client()
    apps.mailed(browser, ada.user.email)
    browser.post(SECOND_STEP, {"code": apps.digits(secret, at=(NOON + timedelta(seconds=600 + seconds)).timestamp())})
    assert not is_in(browser)


def test_tries_at_the_second_step_have_an_end(ada: Person, signed_in: SignedIn, clock: time_machine.Traveller) -> None:
    secret, _codes = apps.switch_on(signed_in(ada))
    later(clock)
    browser = Client()
    apps.mailed(browser, ada.user.email)
    for _try in range(5):
        browser.post(SECOND_STEP, {"code": apps.wrong(secret)})
    refused = browser.post(SECOND_STEP, {"code": apps.digits(secret)})
    assert "Too many" in refused.content.decode()
    assert not is_in(browser)


def test_a_recovery_code_lets_in_once(ada: Person, signed_in: SignedIn, clock: time_machine.Traveller) -> None:
    _secret, codes = apps.switch_on(signed_in(ada))
    assert len(set(codes)) == 10
    assert all(re.fullmatch(r"\d{8}", code) for code in codes)
    first, second = Client(), Client()
    for browser in (first, second):
        apps.mailed(browser, ada.user.email)
        browser.post(SECOND_STEP, {"code": codes[3]})
    assert is_in(first)
    assert not is_in(second)


def test_recovery_codes_are_shown_once(ada: Person, signed_in: SignedIn) -> None:
    browser = signed_in(ada)
    _secret, codes = apps.switch_on(browser)
    again = browser.get("/accounts/recovery-codes/").content.decode()
    assert not [code for code in codes if code in again]
    assert "Make new ones" in again


def test_new_recovery_codes_end_the_old_ones(ada: Person, clock: time_machine.Traveller) -> None:
    browser = enter(Client(), ada.user)
    _secret, old = apps.switch_on(browser)
    enter(browser, ada.user, APP)
    assert browser.post("/accounts/recovery-codes/new/").headers["Location"] == "/accounts/recovery-codes/"
    new = browser.get("/accounts/recovery-codes/").context["unused_codes"]
    assert not set(new) & set(old)
    other = Client()
    apps.mailed(other, ada.user.email)
    other.post(SECOND_STEP, {"code": old[0]})
    assert not is_in(other)
    other.post(SECOND_STEP, {"code": new[0]})
    assert is_in(other)


def test_no_secret_lies_open_in_the_database_or_in_a_mail(ada: Person, signed_in: SignedIn) -> None:
    secret, codes = apps.switch_on(signed_in(ada))
    kept = str(list(Authenticator.objects.values_list("data", flat=True)))
    mails = "".join(Mail.objects.values_list("text", flat=True)) + "".join(Mail.objects.values_list("html", flat=True))
    for each in (secret, *codes):
        assert each not in kept + mails
    assert (settings.DATA / "keys" / "vault").exists()


def test_each_change_is_told_to_the_mailbox(
    ada: Person, signed_in: SignedIn, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    browser = signed_in(ada)
    with django_capture_on_commit_callbacks(execute=True):
        apps.switch_on(browser)
        browser.post("/accounts/recovery-codes/new/")
    browser.post("/accounts/app/removals/")
    told = list(Mail.objects.filter(to=ada.user.email).order_by("written_at"))
    assert {mail.subject for mail in told} == {
        "Your account asks for an authenticator app now",
        "New recovery codes were made",
        "Your account no longer asks for an authenticator app",
    }
    assert len(told) == 3
    for mail in told:
        assert "127.0.0.1" in mail.text
        assert f"{settings.BASE_URL}/accounts/signing-in/" in mail.html


def test_without_the_app_its_recovery_codes_are_gone_too(ada: Person, clock: time_machine.Traveller) -> None:
    browser = enter(Client(), ada.user)
    apps.switch_on(browser)
    enter(browser, ada.user, APP)
    assert browser.post("/accounts/app/removals/").headers["Location"] == "/accounts/signing-in/"
    assert not Authenticator.objects.exists()
    other = Client()
    assert apps.mailed(other, ada.user.email).headers["Location"] == "/"


def test_who_has_lost_the_phone_takes_it_off_with_a_recovery_code(ada: Person, clock: time_machine.Traveller) -> None:
    apps.switch_on(enter(Client(), ada.user))
    browser = enter(Client(), ada.user, RECOVERY)
    assert browser.post("/accounts/app/removals/").status_code == 302
    assert not Authenticator.objects.exists()


def test_a_wrong_first_code_switches_nothing_on(ada: Person, signed_in: SignedIn) -> None:
    browser = signed_in(ada)
    secret = browser.get("/accounts/app/").context["form"].secret
    refused = browser.post("/accounts/app/", {"code": apps.wrong(secret)})
    assert refused.status_code == 422
    assert refused.context["form"].secret == secret
    assert not Authenticator.objects.exists()
    assert refused.headers["Cache-Control"] == "no-store"


def test_an_account_that_was_closed_has_no_second_step(
    ada: Person, signed_in: SignedIn, clock: time_machine.Traveller
) -> None:
    secret, _codes = apps.switch_on(signed_in(ada))
    later(clock)
    browser = Client()
    apps.mailed(browser, ada.user.email)
    User.objects.filter(pk=ada.user.pk).update(is_active=False)
    browser.post(SECOND_STEP, {"code": apps.digits(secret)})
    assert browser.get("/settings").status_code == 302


def test_the_picture_says_the_key_and_no_style(ada: Person, signed_in: SignedIn) -> None:
    page = signed_in(ada).get("/accounts/app/")
    html = page.content.decode()
    assert page.context["totp_url"].startswith("otpauth://totp/")
    assert page.context["form"].secret in html
    assert page.context["code"].path in html
    assert "style=" not in html


# -- when everything is lost ---------------------------------------------------------------------------------------


def test_the_operator_lets_somebody_begin_anew_who_has_lost_everything(ada: Person, mallory: Person) -> None:
    hers = enter(Client(), ada.user)
    apps.switch_on(hers)
    path = f"/installation/people/{ada.user.pk}/factor-endings"
    assert enter(Client(), mallory.user).post(path).status_code == 404
    User.objects.filter(pk=mallory.user.pk).update(is_operator=True)
    old = enter(Client(), mallory.user, ago=timedelta(hours=1))
    assert "Confirm that it is you" in old.post(path).content.decode()
    assert Authenticator.objects.filter(user=ada.user).exists()
    olga = enter(Client(), mallory.user)
    assert "Take off passkeys and app" in olga.get("/installation/people").content.decode()
    assert olga.post(path).headers["Location"] == "/installation/people"
    assert not Authenticator.objects.filter(user=ada.user).exists()
    assert hers.get("/settings").status_code == 302
    assert Mail.objects.get(to=ada.user.email).subject == "Signing in needs no second step any more"
    olga.post(path)
    assert Mail.objects.count() == 1


def test_an_operator_takes_off_the_own_factors_elsewhere(ada: Person) -> None:
    User.objects.filter(pk=ada.user.pk).update(is_operator=True)
    browser = enter(Client(), ada.user)
    apps.switch_on(browser)
    browser.post(f"/installation/people/{ada.user.pk}/factor-endings")
    assert Authenticator.objects.filter(user=ada.user).exists()
