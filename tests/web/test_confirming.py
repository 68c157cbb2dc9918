"""“Confirm that it is you”: who has to, with what, and that nothing typed is lost by it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import override_settings
from django.urls import path

from milepost.config import urls
from milepost.core.actors import Actor
from milepost.models import Code, Mail, PayeeDetails, User
from milepost.web import access, answers
from milepost.web.deeds import acting
from tests import cast
from tests.cast import NOON, Person
from tests.web import apps
from tests.web.entering import APP, CODE, PASSKEY, RECOVERY, enter
from tests.web.readers import digits, guest, text
from tests.web.test_accounts import open_account

SignedIn = Callable[..., Client]
TYPED = {"words": '  Bank of Åland, "quoted" <b>&amp;</b>\r\nsecond line', "many": ["one", "two"], "empty": ""}
PAGES = ["/accounts/passkeys/new/", "/accounts/app/", "/accounts/recovery-codes/new/", "/accounts/address/"]

pytestmark = pytest.mark.django_db


@access.known
@access.binds("strong_act")
def strong_act(request: HttpRequest, id: str) -> HttpResponse:
    """What a verb does that a thief would do first."""
    by = acting(request)
    by.must_have_proved_strongly()
    words = request.POST.get("words", "")
    return answers.HttpResponse(f"{by.proof}|{words}|{request.POST.getlist('many')}|{request.POST.get('empty')!r}")


class Routes:
    urlpatterns = [*urls.urlpatterns, path("strong/<str:id>", strong_act, name="strong-act")]
    handler404 = urls.handler404


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=True) as clock, override_settings(ROOT_URLCONF=Routes):
        yield clock


@pytest.fixture
def secret(ada: Person, clock: time_machine.Traveller) -> str:
    """Ada has an authenticator app since a while."""
    found, _codes = apps.switch_on(enter(Client(), ada.user))
    clock.shift(3600)
    return found


def kept(page: Any) -> dict[str, list[str]]:
    """What the page carries along in hidden fields."""
    found: dict[str, list[str]] = {}
    for name, value in page.context["kept"]:
        found.setdefault(name, []).append(value)
    return found


# -- how it is known that it is they ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shown", "minutes", "proof"),
    [
        ((CODE,), 0, "fresh"), ((CODE,), 14, "fresh"), ((CODE,), 16, "login"),
        ((APP,), 0, "strong"), ((CODE, APP), 14, "strong"), ((APP,), 16, "login"),
        ((PASSKEY,), 1, "strong"), ((PASSKEY,), 16, "login"), ((RECOVERY,), 1, "fresh"),
    ],
)  # fmt: skip
def test_what_a_session_has_shown_and_how_long_it_counts(
    ada: Person, shown: tuple[dict[str, object], ...], minutes: int, proof: str
) -> None:
    browser = enter(Client(), ada.user, *shown, ago=timedelta(minutes=minutes))
    assert _actor(browser, ada.user).proof == proof


def test_signing_in_elsewhere_does_not_freshen_an_old_session(ada: Person) -> None:
    stolen = enter(Client(), ada.user, ago=timedelta(days=1))
    apps.mailed(Client(), ada.user.email)
    assert _actor(stolen, ada.user).proof == "login"


def test_what_somebody_else_has_shown_in_this_browser_counts_for_nothing(ada: Person, mallory: Person) -> None:
    browser = enter(Client(), ada.user, PASSKEY)
    session = browser.session
    session["account_authentication_methods_user"] = mallory.user.pk
    session.save()
    assert _actor(browser, ada.user).proof == "login"


def _actor(browser: Client, user: User) -> Actor:
    request = RequestFactory().post("/")
    request.session, request.user = browser.session, user  # type: ignore[assignment]
    return access.actor(request)


def test_who_has_just_opened_an_account_has_shown_it(db: None) -> None:
    browser = Client()
    open_account(browser, "new@example.org")
    assert _actor(browser, User.objects.get()).proof == "fresh"


# -- a strong act ------------------------------------------------------------------------------------------------


def test_nothing_typed_is_lost_while_the_app_is_asked(ada: Person, secret: str) -> None:
    browser = enter(Client(), ada.user)
    asked = browser.post(f"/strong/{ada.party.pk}", TYPED)
    assert "Confirm that it is you" in text(asked)
    assert kept(asked)["words"] == [TYPED["words"]]
    wrong = browser.post(
        f"/strong/{ada.party.pk}", kept(asked) | {"confirm_app": apps.wrong(secret), "confirm_asked": "POST"}
    )
    assert wrong.status_code == 422
    done = browser.post(f"/strong/{ada.party.pk}", kept(wrong) | {"confirm_app": apps.digits(secret)})
    assert text(done) == f"strong|{TYPED['words']}|['one', 'two']|''"


def test_for_a_while_it_is_not_asked_again(ada: Person, secret: str, clock: time_machine.Traveller) -> None:
    browser = enter(Client(), ada.user)
    browser.post(f"/strong/{ada.party.pk}", {"confirm_app": apps.digits(secret)})
    assert text(browser.post(f"/strong/{ada.party.pk}")).startswith("strong")
    clock.shift(16 * 60)
    assert "Confirm that it is you" in text(browser.post(f"/strong/{ada.party.pk}"))


def test_who_has_the_app_gets_nowhere_with_a_mailed_code(ada: Person, secret: str) -> None:
    browser = enter(Client(), ada.user, ago=timedelta(days=1))
    browser.post(f"/strong/{ada.party.pk}", {"new_code": "yes"})
    asked = browser.post(f"/strong/{ada.party.pk}", {"code": digits(), "words": "kept"})
    assert "Confirm that it is you" in text(asked)
    assert kept(asked) == {"words": ["kept"]}


def test_a_recovery_code_is_not_enough_and_is_not_used_up(ada: Person, clock: time_machine.Traveller) -> None:
    _secret, codes = apps.switch_on(enter(Client(), ada.user))
    for browser in (enter(Client(), ada.user), enter(Client(), ada.user, RECOVERY)):
        refused = browser.post(f"/strong/{ada.party.pk}", {"confirm_app": codes[0]})
        assert refused.status_code == 422
    assert len(Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()) == 10


def test_who_has_no_second_factor_uses_the_code_from_the_mail(ada: Person) -> None:
    stale = enter(Client(), ada.user, ago=timedelta(days=1))
    asked = stale.post(f"/strong/{ada.party.pk}", TYPED)
    assert "Type the code from your mail" in text(asked)
    assert text(stale.post(f"/strong/{ada.party.pk}", kept(asked) | {"code": digits()})).startswith("code|")
    assert text(enter(Client(), ada.user).post(f"/strong/{ada.party.pk}")).startswith("fresh|")


def test_a_guest_shows_no_second_factor(ada: Person) -> None:
    project = cast.in_force(ada)
    browser = guest(project)
    asked = browser.post(f"/strong/{project.pk}", {"confirm_app": "123456", "confirm_passkey": "{}"})
    assert "Type the code from your mail" in text(asked)


def test_tries_have_an_end_and_hit_the_account_not_the_browser(ada: Person, secret: str) -> None:
    for _try in range(5):
        enter(Client(), ada.user).post(f"/strong/{ada.party.pk}", {"confirm_app": apps.wrong(secret)})
    refused = enter(Client(), ada.user).post(f"/strong/{ada.party.pk}", {"confirm_app": apps.digits(secret)})
    assert "Too many" in text(refused)
    cache.clear()
    assert text(enter(Client(), ada.user).post(f"/strong/{ada.party.pk}", {"confirm_app": apps.digits(secret)}))


@pytest.mark.parametrize(
    "credential", ["", "{}", "[]", "null", '"x"', "{", '{"id": "x"}', '{"response": {"userHandle": "e"}}']
)
def test_what_is_no_passkey_is_refused_calmly(ada: Person, secret: str, credential: str) -> None:
    refused = enter(Client(), ada.user).post(f"/strong/{ada.party.pk}", {"confirm_passkey": credential})
    assert refused.status_code == 422


def test_a_stolen_session_names_no_bank_account_and_its_owner_types_hers_once(ada: Person, secret: str) -> None:
    typed = {"kind": "iban", "name": "Ada Lindqvist", "iban": "SE35 5000 0000 0549 1000 0003", "bic": ""}
    page = f"/parties/{ada.party.pk}/payee"
    stolen = enter(Client(), ada.user, ago=timedelta(hours=3))
    asked = stolen.post(page, typed)
    assert "Confirm that it is you" in text(asked)
    assert kept(asked) == {name: [value] for name, value in typed.items()}
    stolen.post(page, typed | {"new_code": "yes"})
    assert "Confirm that it is you" in text(stolen.post(page, typed | {"code": digits()}))
    assert not PayeeDetails.objects.exists()
    hers = enter(Client(), ada.user).post(page, kept(asked) | {"confirm_app": apps.digits(secret)})
    assert hers.headers["Location"] == page
    assert PayeeDetails.objects.get().ending == "0003"


# -- the pages on which one changes how one signs in ---------------------------------------------------------------


@pytest.mark.parametrize("page", PAGES)
def test_an_old_session_alone_changes_nothing(ada: Person, page: str) -> None:
    stolen = enter(Client(), ada.user, ago=timedelta(days=1))
    for asked in (stolen.get(page), stolen.post(page, {"email": "thief@example.org", "code": "123456"})):
        assert "Confirm that it is you" in text(asked)
    assert not Authenticator.objects.exists()
    assert not Mail.objects.exists()


def test_looking_mails_nothing_and_a_press_does(ada: Person) -> None:
    browser = enter(Client(), ada.user, ago=timedelta(days=1))
    asked = browser.get("/accounts/app/")
    assert not Code.objects.exists()
    sent = browser.post("/accounts/app/", {"confirm_send": "yes", "confirm_asked": asked.context["asked"]})
    assert Code.objects.get().act == "sign_in"
    wrong = browser.post("/accounts/app/", {"confirm_mailed": "000000", "confirm_asked": sent.context["asked"]})
    assert wrong.status_code == 422
    right = browser.post("/accounts/app/", {"confirm_mailed": digits(), "confirm_asked": wrong.context["asked"]})
    assert right.headers["Location"] == "/accounts/app/"
    assert browser.get("/accounts/app/").context["form"].secret


@pytest.mark.parametrize("page", ["/accounts/app/removals/", "/accounts/address/", "/accounts/passkeys/new/"])
def test_with_the_app_a_fresh_code_from_the_mail_changes_nothing(ada: Person, secret: str, page: str) -> None:
    browser = enter(Client(), ada.user)
    asked = browser.post(page, {"email": "new@example.org"})
    assert "Confirm that it is you" in text(asked)
    browser.post(page, {"confirm_send": "yes"})
    assert not Code.objects.exists()
    forged = browser.post(page, {"confirm_mailed": "123456"})
    assert forged.status_code == 422
    assert Authenticator.objects.filter(type="totp").exists()
    shown = browser.post(page, kept(asked) | {"confirm_app": apps.digits(secret), "confirm_asked": "GET"})
    assert shown.headers["Location"] == page


def test_the_code_of_one_person_confirms_no_other(ada: Person, mallory: Person) -> None:
    thief = enter(Client(), mallory.user, ago=timedelta(days=1))
    thief.post("/accounts/app/", {"confirm_send": "yes"})
    hers = digits()
    victim = enter(Client(), ada.user, ago=timedelta(days=1))
    assert victim.post("/accounts/app/", {"confirm_mailed": hers}).status_code == 422


def test_the_page_works_without_a_script_and_is_kept_by_no_cache(ada: Person, secret: str) -> None:
    page = enter(Client(), ada.user).get("/accounts/app/removals/")
    assert page.headers["Cache-Control"] == "no-store"
    assert re.search(r'<input class="code" id="confirm_app"', text(page))
    assert "passkeys.js" not in text(page)
