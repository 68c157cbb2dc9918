"""The first start, the operator's page, and what whoever watches from outside is told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape

from milepost.actions import people
from milepost.models import Installation, Mail, Party, User
from milepost.web import access
from tests import cast
from tests.cast import Person

SignedIn = Callable[..., Client]
CANARY = '<img src=x onerror="alert(1)">{{ 7|add:7 }}'
TYPED = {
    "owner": "Olga Berg",
    "email": "Olga@Example.org",
    "kind": "person",
    "legal_name": "Olga Berg",
    "postal_address": "3 Main Street",
    "time_zone": "Europe/Oslo",
    "house": "Berg’s Milepost",
    "minimum_policy": "advise",
    "minimum_USD": "1,500.00",
    "minimum_EUR": "",
}

pytestmark = pytest.mark.django_db


def path() -> str:
    printed = people.first_start(at=cast.NOON)
    assert printed
    return printed


@pytest.fixture
def olga() -> Person:
    made = cast.person("Olga", "olga@example.org")
    User.objects.filter(pk=made.user.pk).update(is_operator=True)
    made.user.refresh_from_db()
    return made


def house() -> Installation:
    return Installation.objects.get(pk=1)


# -- the first start ---------------------------------------------------------------------------------------------


def test_the_owner_is_made_once_and_the_door_closes(client: Client) -> None:
    door = path()
    assert b"Welcome to your Milepost" in client.get(door).content
    done = client.post(door, TYPED)
    assert done.headers["Location"] == "/"
    owner = User.objects.get()
    assert (owner.email, owner.name, owner.is_operator) == ("olga@example.org", "Olga Berg", True)
    assert Party.objects.get().time_zone == "Europe/Oslo"
    assert (house().name, house().minimum_policy, house().minimums_minor) == (
        "Berg’s Milepost",
        "advise",
        {"USD": 150_000},
    )
    assert client.get("/installation").status_code == 200
    assert people.first_start(at=cast.NOON) is None
    for browser in (client, Client()):
        assert browser.get(door).status_code == 404
        assert browser.post(door, TYPED | {"email": "mallory@example.org"}).status_code == 404
    assert User.objects.count() == 1


@pytest.mark.parametrize("token", ["x", "x" * 43, "%00", "ünïcode"])
def test_another_token_opens_nothing(client: Client, token: str) -> None:
    assert client.get(f"/setup/{token}").status_code == 404
    assert client.post(f"/setup/{token}", TYPED).status_code == 404
    assert not User.objects.exists()


def test_all_that_is_wrong_is_said_together_and_nothing_is_done(client: Client) -> None:
    wrong = {"owner": "", "email": "olga", "legal_name": "", "house": " ", "minimum_USD": "1,2,3", "time_zone": "?"}
    refused = client.post(path(), TYPED | wrong)
    page = refused.content.decode()
    assert refused.status_code == 422
    for field in wrong:
        assert f'id="{field}_error"' in page, field
    assert 'value="1,2,3"' in page
    assert not User.objects.exists()
    assert house().owned_at is None
    assert house().name == "Milepost"


def test_looking_at_the_door_changes_nothing(client: Client) -> None:
    with CaptureQueriesContext(connection) as seen:
        client.get(path())
    assert not [query["sql"] for query in seen if not query["sql"].startswith("SELECT")]


# -- the operator's page --------------------------------------------------------------------------------------------


def test_for_everybody_else_there_is_no_such_page(client: Client, ada: Person, signed_in: SignedIn) -> None:
    for verb in ("get", "post"):
        assert getattr(signed_in(ada), verb)("/installation").status_code == 404
        assert getattr(client, verb)("/installation").status_code == 302
    assert b"/installation" not in signed_in(ada).get("/settings").content


def test_the_operator_sets_name_and_policy(olga: Person, signed_in: SignedIn) -> None:
    browser = signed_in(olga)
    kept = browser.post(
        "/installation", {"house": "Ours", "minimum_policy": "off", "minimum_USD": "", "minimum_JPY": "5"}
    )
    assert kept.headers["Location"] == "/installation"
    assert (house().name, house().minimum_policy, house().minimums_minor) == ("Ours", "off", {"JPY": 5})
    assert 'name="minimum_JPY"' in browser.get("/installation").content.decode()


@pytest.mark.parametrize(("field", "typed"), [("minimum_USD", "-5"), ("minimum_policy", "never"), ("house", "x" * 101)])
def test_what_is_wrong_is_said_and_kept(olga: Person, signed_in: SignedIn, field: str, typed: str) -> None:
    whole = {"house": "Ours", "minimum_policy": "off", "minimum_USD": "1"} | {field: typed}
    refused = signed_in(olga).post("/installation", whole)
    assert refused.status_code == 422
    assert f'href="#{field}"' in refused.content.decode()
    assert house().name == "Milepost"


def test_the_operator_sees_what_is_stuck(olga: Person, signed_in: SignedIn) -> None:
    facts: dict[str, Any] = {"subject": "Hello", "text": "Secret text", "written_at": cast.NOON, "due_at": cast.NOON}
    Mail.objects.create(to="a@example.org", attempts=2, last_error="the server did not answer", **facts)
    Mail.objects.create(to="b@example.org", attempts=9, dead_at=cast.NOON, last_error=CANARY, **facts)
    Mail.objects.create(to="c@example.org", **facts)
    Installation.objects.filter(pk=1).update(audited_at=cast.NOON, audit_findings=3)
    page = signed_in(olga).get("/installation/health").content.decode()
    assert "1 of them failed" in page
    assert "the server did not answer" in page
    assert "3 findings" in page
    assert "not seen yet" in page
    assert escape(CANARY) in page
    assert "Secret text" not in page


# -- from outside -----------------------------------------------------------------------------------------------------


def test_healthz_says_whether_the_database_answers(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    assert client.get("/healthz").status_code == 200
    assert client.post("/healthz").status_code == 405

    def down() -> None:
        raise DatabaseError("password=secret")

    monkeypatch.setattr("milepost.web.health.connection.cursor", down)
    response = client.get("/healthz")
    assert response.status_code == 503
    assert b"secret" not in response.content


@pytest.mark.parametrize(
    ("hours", "findings", "status"), [(None, 0, 503), (1, 0, 200), (1, 2, 503), (35, 0, 200), (37, 0, 503)]
)
def test_integrity_is_a_recent_audit_that_found_nothing(
    client: Client, hours: int | None, findings: int, status: int
) -> None:
    at = access.now() - timedelta(hours=hours) if hours else None
    Installation.objects.filter(pk=1).update(audited_at=at, audit_findings=findings)
    assert client.get("/healthz/integrity").status_code == status
