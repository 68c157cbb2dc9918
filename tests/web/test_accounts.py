"""Signing in and opening an account: a code from the mail, no password, and no word about who has an account."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import Client

from milepost.models import Mail, Member, Party, User
from tests import cast
from tests.cast import Person

SignedIn = Callable[..., Client]
CODE = re.compile(r"^\d{4}-\d{4}$", re.MULTILINE)

pytestmark = pytest.mark.django_db


def code_in(mail: Mail) -> str:
    found = CODE.search(mail.text)
    assert found, mail.text
    return found.group()


def ask_code(browser: Client, email: str, following: str = "") -> Mail:
    query = f"?next={following}" if following else ""
    response = browser.post(f"/accounts/login/{query}", {"email": email})
    assert response.status_code == 302, response.content
    assert response.headers["Location"].startswith("/accounts/login/code/")
    return Mail.objects.latest("written_at")


# -- signing in ------------------------------------------------------------------------------------------------


def test_a_code_from_the_mail_signs_in_and_nothing_else_does(client: Client, ada: Person) -> None:
    mail = ask_code(client, ada.user.email.upper())
    assert (mail.to, mail.event, mail.done_at) == (ada.user.email, None, None)
    assert code_in(mail) in mail.html
    assert code_in(mail) not in mail.subject
    wrong = client.post("/accounts/login/code/", {"code": "0000-0000"})
    assert b"Incorrect code" in wrong.content
    right = client.post("/accounts/login/code/", {"code": code_in(mail).replace("-", " ")})
    assert right.headers["Location"] == "/"
    assert client.get("/").status_code == 200
    assert client.session["_auth_user_id"] == ada.user.pk


def test_the_session_has_another_key_after_signing_in(client: Client, ada: Person) -> None:
    mail = ask_code(client, ada.user.email)
    before = client.session.session_key
    client.post("/accounts/login/code/", {"code": code_in(mail)})
    assert client.session.session_key != before


def test_one_comes_back_to_where_one_wanted_to_be(client: Client, ada: Person) -> None:
    mail = ask_code(client, ada.user.email, following="/invoices")
    there = client.post("/accounts/login/code/?next=/invoices", {"code": code_in(mail)})
    assert there.headers["Location"] == "/invoices"


def test_nobody_is_led_elsewhere_after_signing_in(client: Client, ada: Person) -> None:
    mail = ask_code(client, ada.user.email, following="https://evil.example/")
    there = client.post("/accounts/login/code/?next=https://evil.example/", {"code": code_in(mail)})
    assert there.headers["Location"] == "/"


def test_three_wrong_codes_are_the_end_of_the_right_one(client: Client, ada: Person) -> None:
    mail = ask_code(client, ada.user.email)
    for _try in range(3):
        client.post("/accounts/login/code/", {"code": "0000-0000"})
    client.post("/accounts/login/code/", {"code": code_in(mail)})
    assert "_auth_user_id" not in client.session


def test_a_code_is_good_in_the_browser_that_asked_for_it_alone(client: Client, ada: Person) -> None:
    mail = ask_code(client, ada.user.email)
    other = Client()
    ask_code(other, "somebody@example.org")
    other.post("/accounts/login/code/", {"code": code_in(mail)})
    assert "_auth_user_id" not in other.session


def test_asking_for_codes_has_an_end(client: Client, ada: Person) -> None:
    for _time in range(3):
        ask_code(Client(), ada.user.email)
    assert Client().post("/accounts/login/", {"email": ada.user.email}).status_code == 200
    assert Mail.objects.filter(to=ada.user.email).count() == 3


def test_logging_out_needs_a_press_and_ends_the_session(ada: Person, signed_in: SignedIn) -> None:
    browser = signed_in(ada)
    assert browser.get("/accounts/logout/").status_code == 200
    assert browser.get("/settings").status_code == 200
    browser.post("/accounts/logout/")
    assert browser.get("/settings").status_code == 302


# -- nobody learns who has an account ----------------------------------------------------------------------------


def shape(browser: Client, path: str, email: str) -> tuple[object, ...]:
    """What somebody sees who types an address: everything but the address itself."""
    asked = browser.post(path, {"email": email})
    page = browser.get(asked.headers["Location"])
    body = re.sub(r'value="[A-Za-z0-9]{64}"|X-CSRFToken": "[^"]+"', "", page.content.decode()).replace(email, "")
    return asked.status_code, asked.headers["Location"], page.status_code, body


@pytest.mark.parametrize("path", ["/accounts/login/", "/accounts/signup/"])
def test_an_address_with_an_account_looks_like_one_without(ada: Person, path: str) -> None:
    known, unknown = shape(Client(), path, ada.user.email), shape(Client(), path, "nobody@example.org")
    assert known == unknown
    assert Mail.objects.count() == 2


def test_only_the_mailbox_is_told(client: Client, ada: Person) -> None:
    client.post("/accounts/signup/", {"email": ada.user.email})
    mail = Mail.objects.get(to=ada.user.email)
    assert "You have one already" in mail.text
    assert not CODE.search(mail.text)
    Client().post("/accounts/login/", {"email": "nobody@example.org"})
    mail = Mail.objects.get(to="nobody@example.org")
    assert f"{settings.BASE_URL}/accounts/signup/" in mail.text
    assert not CODE.search(mail.text)
    assert User.objects.count() == 1


# -- opening an account --------------------------------------------------------------------------------------------


def open_account(browser: Client, email: str) -> str:
    browser.post("/accounts/signup/", {"email": email})
    mail = Mail.objects.get(to=email.lower())
    response = browser.post("/accounts/signup/code/", {"code": code_in(mail)})
    return str(response.headers["Location"])


def test_a_new_account_is_asked_who_it_is(client: Client) -> None:
    assert open_account(client, "New@Example.org") == "/"
    assert client.get("/").headers["Location"] == "/welcome"
    user = User.objects.get()
    assert (user.email, user.has_usable_password()) == ("new@example.org", False)


def test_a_guest_who_opens_an_account_finds_the_project_there(client: Client, ada: Person) -> None:
    project = cast.in_force(ada, other_email="guest@example.org")
    assert not Member.objects.filter(party=project.client).exists()
    open_account(client, "guest@example.org")
    assert Member.objects.get(party=project.client).user.email == "guest@example.org"
    assert client.get(f"/projects/{project.pk}").status_code == 200
    assert "project.claimed" in project.events.values_list("kind", flat=True)


def test_an_address_that_is_not_proved_claims_nothing(client: Client, ada: Person) -> None:
    project = cast.in_force(ada, other_email="guest@example.org")
    client.post("/accounts/signup/", {"email": "guest@example.org"})
    assert not Member.objects.filter(party=project.client).exists()


def test_whoever_is_signed_in_has_no_use_for_the_pages_of_codes(ada: Person, signed_in: SignedIn) -> None:
    for path in ("/accounts/login/", "/accounts/signup/", "/accounts/signup/code/"):
        assert signed_in(ada).get(path).headers["Location"] == "/"


# -- no passwords ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    ["password/change/", "password/set/", "password/reset/", "password/reset/key/x-y/", "email/", "reauthenticate/", "inactive/", ""],
)  # fmt: skip
def test_there_is_nowhere_to_set_a_password(ada: Person, signed_in: SignedIn, path: str) -> None:
    for browser in (Client(), signed_in(ada)):
        assert browser.get(f"/accounts/{path}").status_code == 404
        assert browser.post(f"/accounts/{path}", {"password1": "x"}).status_code == 404


def test_a_password_signs_nobody_in(client: Client, ada: Person) -> None:
    ada.user.set_password("correct horse")
    ada.user.save()
    client.post("/accounts/login/", {"login": ada.user.email, "password": "correct horse", "email": ada.user.email})
    assert "_auth_user_id" not in client.session


def test_an_account_that_was_closed_is_like_none(client: Client, ada: Person) -> None:
    User.objects.filter(pk=ada.user.pk).update(is_active=False)
    assert not CODE.search(ask_code(client, ada.user.email).text)


# -- forged ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/accounts/login/", "/accounts/signup/", "/accounts/logout/", "/theme", "/welcome"])
def test_a_form_from_elsewhere_is_refused(ada: Person, signed_in: SignedIn, path: str) -> None:
    browser = signed_in(ada, enforce_csrf_checks=True)
    assert browser.post(path, {"email": "x@example.org", "theme": "dark"}).status_code == 403


def test_parties_without_an_account_are_nobodys_until_claimed(ada: Person) -> None:
    cast.offered(ada, other_email="guest@example.org")
    assert Party.objects.unclaimed("guest@example.org").count() == 1  # type: ignore[attr-defined]
