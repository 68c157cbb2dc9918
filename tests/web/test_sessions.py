"""Where somebody is signed in: listed in words, ended one by one or all at once, and ended for good."""

from __future__ import annotations

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client

from milepost.models import Member, User
from milepost.web import agents
from tests import cast
from tests.cast import Person
from tests.web import apps
from tests.web.entering import enter
from tests.web.readers import text

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1"

pytestmark = pytest.mark.django_db


def signed_in(person: Person, agent: str = FIREFOX, address: str = "127.0.0.1") -> Client:
    """As a person does it: with the code from the mail."""
    browser = Client(headers={"user-agent": agent}, REMOTE_ADDR=address)
    assert apps.mailed(browser, person.user.email).headers["Location"] == "/"
    return browser


def is_in(browser: Client) -> bool:
    return browser.get("/settings").status_code == 200


def id_of(browser: Client) -> int:
    return UserSession.objects.get(session_key=browser.session.session_key).pk


def test_each_browser_stands_there_in_words_this_one_first(ada: Person) -> None:
    here, phone = signed_in(ada), signed_in(ada, IPHONE, "8.8.8.8")
    listed = here.get("/accounts/signing-in/").context["browsers"]
    assert [(each.browser, each.place, each.here) for each in listed] == [
        ("Firefox on Linux", "The computer that this runs on", True),
        ("Safari on iPhone", "The internet (8.8.8.8)", False),
    ]
    assert phone.get("/accounts/signing-in/").context["browsers"][0].browser == "Safari on iPhone"
    assert here.session.session_key not in text(here.get("/accounts/signing-in/"))


def test_a_browser_that_is_signed_out_is_out_at_its_next_request(ada: Person) -> None:
    here, stolen = signed_in(ada), signed_in(ada, IPHONE)
    assert here.post(f"/accounts/sessions/{id_of(stolen)}/endings/").headers["Location"] == "/accounts/signing-in/"
    assert not is_in(stolen)
    assert is_in(here)
    assert len(here.get("/accounts/signing-in/").context["browsers"]) == 1


def test_signing_out_here_ends_it_too(ada: Person) -> None:
    here, other = signed_in(ada), signed_in(ada)
    assert here.post(f"/accounts/sessions/{id_of(here)}/endings/").headers["Location"] == "/accounts/login/"
    assert not is_in(here)
    assert is_in(other)


def test_everywhere_else_means_also_where_no_list_knows(ada: Person) -> None:
    here, known, unknown = signed_in(ada), signed_in(ada, IPHONE), enter(Client(), ada.user)
    kept_by_a_thief = unknown.cookies["session"].value
    assert not UserSession.objects.filter(session_key=kept_by_a_thief).exists()
    here.post("/accounts/sessions/endings/")
    assert [is_in(browser) for browser in (here, known, unknown)] == [True, False, False]
    assert is_in(here)


def test_a_session_that_ended_stays_ended_though_its_row_comes_back(ada: Person) -> None:
    here, stolen = signed_in(ada), signed_in(ada)
    row = Session.objects.get(session_key=stolen.session.session_key)
    here.post("/accounts/sessions/endings/")
    row.save(force_insert=True)
    assert not is_in(stolen)


def test_nobody_ends_the_sessions_of_others(ada: Person, mallory: Person) -> None:
    hers = signed_in(ada)
    for browser in (signed_in(mallory), Client()):
        browser.post(f"/accounts/sessions/{id_of(hers)}/endings/")
        browser.post("/accounts/sessions/endings/")
    assert is_in(hers)


def test_a_session_that_ended_twice_is_not_there(ada: Person) -> None:
    here, other = signed_in(ada), signed_in(ada)
    id = id_of(other)
    here.post(f"/accounts/sessions/{id}/endings/")
    assert here.post(f"/accounts/sessions/{id}/endings/").status_code == 404


def test_an_account_that_was_closed_is_out_at_the_next_request(ada: Person) -> None:
    browser = signed_in(ada)
    User.objects.filter(pk=ada.user.pk).update(is_active=False)
    assert not is_in(browser)


def test_a_member_who_has_left_sees_nothing_at_the_next_request(ada: Person) -> None:
    project = cast.in_force(ada)
    colleague = cast.colleague(ada, "owner")
    browser = enter(Client(), colleague.user)
    assert browser.get(f"/projects/{project.pk}").status_code == 200
    Member.objects.filter(user=colleague.user).update(ended_at=cast.NOON)
    assert browser.get(f"/projects/{project.pk}").status_code == 404


# -- words ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (FIREFOX, "Firefox on Linux"),
        (IPHONE, "Safari on iPhone"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605 CriOS/120.0 Mobile Safari/604.1", "Chrome on iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36 Edg/130.0", "Edge on Windows"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/17 Safari/605.1.15", "Safari on macOS"),
        ("Mozilla/5.0 (Linux; Android 14; SM-S918B) AppleWebKit/537.36 SamsungBrowser/25.0 Chrome/121 Mobile Safari/537.36", "Samsung Internet on Android"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/130.0 Safari/537.36 OPR/115.0", "Opera on Windows"),
        ("curl/8.5.0", "A browser that is not known"),
        ("", "A browser that is not known"),
        ("Mozilla/5.0 (X11; CrOS x86_64) Gecko", "ChromeOS"),
    ],
)  # fmt: skip
def test_a_browser_in_words(agent: str, words: str) -> None:
    assert agents.words(agent) == words


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("::1", "The computer that this runs on"),
        ("192.168.1.4", "Your own network (192.168.1.4)"),
        ("::ffff:10.0.0.2", "Your own network (10.0.0.2)"),
        ("8.8.8.8", "The internet (8.8.8.8)"),
        ("2606:4700::1111", "The internet (2606:4700::1111)"),
        ("<script>", "An address that is not known"),
    ],
)
def test_a_place_in_words(address: str, words: str) -> None:
    assert agents.place(address) == words
