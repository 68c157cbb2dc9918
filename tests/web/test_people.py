"""A person's own pages: who one is, settings, several parties, the look."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape

from milepost.models import Code, Member, Party, User
from tests import cast
from tests.cast import Person

SignedIn = Callable[..., Client]
CANARY = '<img src=x onerror="alert(1)">{{ 7|add:7 }}'
FACTS = {
    "kind": "organisation",
    "legal_name": "Lindqvist AB",
    "postal_address": "2 Main Street\r\nStockholm",
    "tax_id": "SE556000-0001",
    "time_zone": "Europe/Stockholm",
}
SETTINGS = FACTS | {
    "name": "Ada L.",
}


def save(browser: Client, person: Person, **changes: str) -> Any:
    return browser.post(f"/parties/{person.party.pk}", SETTINGS | changes)


def newcomer() -> User:
    return User.objects.create_user("new@example.org")


# -- who one is -------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_facts_are_asked_once(signed_in: SignedIn) -> None:
    browser = signed_in(newcomer())
    assert browser.get("/invoices").headers["Location"] == "/welcome?next=/invoices"
    page = browser.get("/welcome?next=/invoices").content.decode()
    assert 'name="next" value="/invoices"' in page
    assert "data-guess-zone" in page
    kept = browser.post("/welcome", FACTS | {"next": "/invoices"})
    assert kept.headers["Location"] == "/invoices"
    party = Party.objects.get()
    assert (party.legal_name, party.email, party.time_zone) == ("Lindqvist AB", "new@example.org", "Europe/Stockholm")
    assert party.postal_address == "2 Main Street\nStockholm"
    assert browser.get("/welcome").headers["Location"] == "/"
    assert browser.get("/invoices").status_code == 200


@pytest.mark.django_db
def test_what_is_missing_is_said_at_its_field_and_nothing_typed_is_lost(signed_in: SignedIn) -> None:
    browser = signed_in(newcomer())
    refused = browser.post("/welcome", FACTS | {"legal_name": " ", "time_zone": "Mars/Olympus", "tax_id": "keep me"})
    page = refused.content.decode()
    assert refused.status_code == 422
    assert 'id="legal_name_error"' in page
    assert 'href="#time_zone"' in page
    assert "<title>Error: " in page
    assert "keep me" in page
    assert re.search(r'value="organisation" checked', page)
    assert not Party.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_nobody_is_led_out_of_the_house(signed_in: SignedIn, elsewhere: str) -> None:
    browser = signed_in(newcomer())
    assert browser.post("/theme", {"theme": "dark", "next": elsewhere}).headers["Location"] == "/"
    assert 'name="next" value="/"' in browser.get("/welcome", {"next": elsewhere}).content.decode()
    assert browser.post("/welcome", FACTS | {"next": elsewhere}).headers["Location"] == "/"


def test_a_guests_party_is_filled_in_not_made_again(ada: Person, signed_in: SignedIn) -> None:
    party = cast.offered(ada, other_email="new@example.org").project.client
    user = newcomer()
    Member.objects.create(party=party, user=user)
    browser = signed_in(user)
    assert browser.get("/").headers["Location"] == "/welcome"
    browser.post("/welcome", FACTS)
    party.refresh_from_db()
    assert party.legal_name == "Lindqvist AB"
    assert Member.objects.filter(user=user).count() == 1


# -- settings -----------------------------------------------------------------------------------------------------


def test_everything_is_kept_at_once(ada: Person, signed_in: SignedIn) -> None:
    browser = signed_in(ada)
    assert save(browser, ada).headers["Location"] == "/settings"
    ada.party.refresh_from_db()
    ada.user.refresh_from_db()
    assert (ada.user.name, ada.party.legal_name, ada.party.kind) == ("Ada L.", "Lindqvist AB", "organisation")
    page = browser.get("/settings").content.decode()
    assert "Saved." in page
    assert ada.user.email in page


def test_a_party_of_somebody_else_is_not_there(ada: Person, mallory: Person, signed_in: SignedIn) -> None:
    browser = signed_in(mallory)
    assert save(browser, ada, legal_name="Mallory").status_code == 404
    assert browser.get(f"/parties/{ada.party.pk}").headers["Location"] == "/settings"
    assert browser.post("/parties/acting", {"party": ada.party.pk}).status_code == 404
    ada.party.refresh_from_db()
    assert ada.party.legal_name == "Ada Lindqvist"


def test_all_that_is_wrong_is_said_together(ada: Person, signed_in: SignedIn) -> None:
    wrong = {"legal_name": "x" * 201, "postal_address": " ", "name": "y" * 201}
    refused = save(signed_in(ada), ada, **wrong)
    page = refused.content.decode()
    assert refused.status_code == 422
    for field in wrong:
        assert f'id="{field}_error"' in page
    assert "x" * 201 in page
    ada.party.refresh_from_db()
    assert ada.party.legal_name == "Ada Lindqvist"


def test_what_a_party_says_of_itself_needs_no_code(ada: Person, signed_in: SignedIn) -> None:
    assert save(signed_in(ada, fresh=False), ada).status_code == 302
    assert not Code.objects.exists()


# -- several parties ---------------------------------------------------------------------------------------------------


def test_one_acts_for_the_party_that_one_chose(ada: Person, signed_in: SignedIn) -> None:
    browser = signed_in(ada)
    made = browser.post("/parties/new", FACTS | {"legal_name": "Second AB", "next": "/settings"})
    assert made.headers["Location"] == "/settings"
    page = browser.get("/settings").content.decode()
    assert 'value="Second AB"' in page
    browser.post("/parties/acting", {"party": ada.party.pk})
    page = browser.get("/settings").content.decode()
    assert 'value="Ada Lindqvist"' in page
    assert "Act for Second AB" in page


# -- the look -------------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_look_is_kept_in_a_cookie_and_one_is_back_where_one_was(client: Client) -> None:
    response = client.post("/theme", {"theme": "dark", "next": "/accounts/login/?next=/invoices"})
    assert response.headers["Location"] == "/accounts/login/?next=/invoices"
    assert response.cookies["theme"]["httponly"]
    assert 'data-theme="dark"' in client.get("/").content.decode()
    client.post("/theme", {"theme": "neon"})
    assert 'data-theme="dark"' in client.get("/").content.decode()
    assert client.get("/theme").status_code == 405


# -- of every page here ------------------------------------------------------------------------------------------------------


def test_what_people_typed_is_text(ada: Person, signed_in: SignedIn) -> None:
    browser = signed_in(ada)
    save(browser, ada, legal_name=CANARY, postal_address=CANARY, name=CANARY, tax_id=CANARY[:40])
    for page in (browser.get("/settings"), save(browser, ada, legal_name=CANARY, tax_id="x" * 41)):
        assert escape(CANARY) in page.content.decode()
        assert "<img src=x" not in page.content.decode()


def test_looking_changes_nothing_and_asks_little(ada: Person, signed_in: SignedIn) -> None:
    browser = signed_in(ada)
    for path in ("/settings", "/parties/new", "/welcome"):
        with CaptureQueriesContext(connection) as seen:
            browser.get(path)
        assert not [query["sql"] for query in seen if not query["sql"].startswith("SELECT")]
        assert len(seen) <= 12


@pytest.mark.parametrize("path", ["/settings", "/parties/new", "/parties/par_x", "/welcome"])
@pytest.mark.django_db
def test_others_sign_in_first(client: Client, path: str) -> None:
    assert client.get(path).status_code in (302, 405)
    assert client.post(path, FACTS).status_code in (302, 405)
    assert not Party.objects.exists()
