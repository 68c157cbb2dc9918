"""The demo's own pages: be somebody else, read everybody's mail; and none of it outside the demo."""

from __future__ import annotations

import subprocess
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client, override_settings
from django.urls import get_resolver

from milepost.jobs.worker import settle
from milepost.models import Mail
from milepost.web import demo
from tests import cast
from tests.cast import NOON

pytestmark = pytest.mark.django_db

in_demo = override_settings(DEMO=True, ROOT_URLCONF="tests.demo.urls")


@pytest.fixture
def people() -> None:
    for name in ("ada", "carl", "olga"):
        cast.person(name.capitalize(), f"{name}@example.org")


def write(**facts: object) -> Mail:
    whole = {"to": "carl@example.org", "subject": "Hello", "text": "Text", "written_at": NOON, "due_at": NOON}
    return Mail.objects.create(**whole | facts)


def test_outside_the_demo_these_pages_do_not_exist(client: Client) -> None:
    for path in ("/outbox", "/outbox/msg_1", "/outbox/msg_1/letter", "/demo/switch", "/demo/reset"):
        assert client.get(path).status_code == 404
        assert client.post(path).status_code == 404
    assert not [name for name in get_resolver().reverse_dict if str(name).startswith(("outbox", "demo-"))]


@in_demo
@pytest.mark.usefixtures("people")
def test_one_becomes_somebody_else_as_if_freshly_signed_in(client: Client) -> None:
    assert client.post("/demo/switch", {"person": "ada"}).url == "/"
    first = client.session.session_key
    assert client.get("/").context["person"].name == "Ada"
    client.post("/demo/switch", {"person": "carl"})
    page = client.get("/")
    assert page.context["person"].name == "Carl"
    assert page.context["person"].last_login is not None
    assert client.session.session_key != first


@in_demo
@pytest.mark.usefixtures("people")
@pytest.mark.parametrize("person", ["", "mallory", "ada@example.org", "1"])
def test_nobody_else_can_be_become(client: Client, person: str) -> None:
    assert client.post("/demo/switch", {"person": person}).status_code == 404
    assert "_auth_user_id" not in client.session


@in_demo
@pytest.mark.usefixtures("people")
def test_looking_changes_nothing_so_switching_is_a_post(client: Client) -> None:
    assert client.get("/demo/switch").status_code == 405
    assert client.get("/demo/reset").status_code == 405


@in_demo
def test_the_outbox_has_every_mail_the_newest_first_page_by_page(client: Client) -> None:
    for number in range(demo.MAILS + 5):
        write(subject=f"Mail {number:03}", written_at=NOON + timedelta(minutes=number // 2))
    first = client.get("/outbox")
    subjects = [mail.subject for mail in first.context["mails"]]
    second = client.get("/outbox" + first.context["older"])
    subjects += [mail.subject for mail in second.context["mails"]]
    assert sorted(subjects, reverse=True) == [f"Mail {number:03}" for number in reversed(range(demo.MAILS + 5))]
    assert second.context["older"] == ""
    assert client.get("/outbox?before=nonsense").status_code == 404


@in_demo
def test_an_empty_outbox_says_what_will_stand_there(client: Client) -> None:
    assert "Mails will stand here" in client.get("/outbox").content.decode()


@in_demo
def test_a_link_in_a_mail_leads_into_the_house(client: Client) -> None:
    terms = cast.offered(cast.ada())
    settle(NOON)
    mail = Mail.objects.get(event__project=terms.project)
    page = client.get(f"/outbox/{mail.pk}").content.decode()
    address = f"http://localhost:8000/links/{mail.text.partition('/links/')[2].split()[0]}"
    assert f'href="{address}"' in page
    assert f'src="/outbox/{mail.pk}/letter"' in page
    opened = client.get(address.removeprefix("http://localhost:8000"))
    assert opened.status_code == 200


@in_demo
def test_a_mail_without_html_is_shown_as_text_with_its_code(client: Client) -> None:
    mail = write(text="123456\n\nType this code.", html="")
    page = client.get(f"/outbox/{mail.pk}").content.decode()
    assert "123456" in page
    assert "<iframe" not in page
    assert client.get(f"/outbox/{mail.pk}/letter").status_code == 404


@in_demo
def test_a_letter_is_shut_into_its_frame(client: Client) -> None:
    mail = write(html="<html><head></head><body><script>alert(1)</script><a href='/x'>x</a></body></html>")
    letter = client.get(f"/outbox/{mail.pk}/letter")
    policy = letter["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox allow-top-navigation-by-user-activation" in policy
    assert "script-src" not in policy
    assert "frame-ancestors 'self'" in policy
    assert letter["X-Frame-Options"] == "SAMEORIGIN"
    assert b'<base target="_top">' in letter.content


@in_demo
def test_what_people_wrote_is_text_in_the_outbox(client: Client) -> None:
    mail = write(subject="<script>alert(1)</script>", text="<img src=x onerror=alert(1)> http://x.example/?a=<b>")
    for path in ("/outbox", f"/outbox/{mail.pk}"):
        page = client.get(path).content.decode()
        assert "<script>alert" not in page
        assert "<img src=x" not in page


@in_demo
@pytest.mark.usefixtures("people")
@pytest.mark.parametrize(
    ("failure", "words"),
    [
        (None, "The demo has begun anew."),
        (subprocess.CalledProcessError(1, "reset"), "The demo could not be reset."),
        (subprocess.TimeoutExpired("reset", 1), "The demo could not be reset."),
    ],
)
def test_after_a_reset_one_is_who_one_was(
    client: Client, monkeypatch: pytest.MonkeyPatch, failure: Exception | None, words: str
) -> None:
    called: list[Any] = []

    def run(command: list[str], **options: Any) -> None:
        called.append(command[1:3])
        if failure:
            raise failure

    monkeypatch.setattr(demo.subprocess, "run", run)
    client.post("/demo/switch", {"person": "carl"})
    page = client.post("/demo/reset", follow=True)
    assert called == [["-m", "milepost.demo"]]
    assert words in page.content.decode()
    assert page.context["person"].name == "Carl"
