"""The link from a mail: a page for scanners, a button for people, and nothing for anybody else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.test import Client

from milepost.actions import answers, invitations
from milepost.models import Invitation, Mail
from milepost.web import access
from tests import cast
from tests.cast import NOON
from tests.web import readers
from tests.web.readers import CANARY, text

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        yield


def test_a_link_says_who_sent_what_and_is_not_used_up_by_looking() -> None:
    terms = cast.offered(cast.ada(), project_name=f"Social {CANARY}")
    path = readers.token(terms.project, terms.project.client)
    before = Invitation.objects.values().get(project=terms.project)
    for _ in range(3):
        response = Client().get(path)
        assert response.status_code == 200
        assert access.GUEST not in response.client.session
    assert "Ada Lindqvist" in text(response)
    assert CANARY not in text(response)
    assert Invitation.objects.values().get(project=terms.project) == before


def test_the_button_opens_it_and_the_token_leaves_the_address() -> None:
    terms = cast.offered(cast.ada())
    path, client = readers.token(terms.project, terms.project.client), Client()
    client.get(path)
    response = client.post(path)
    assert response.headers["Location"] == f"/terms/{terms.pk}"
    page = client.get(response.headers["Location"])
    assert page.status_code == 200
    assert path.rsplit("/", 1)[1] not in text(page)


def test_opening_makes_another_session() -> None:
    terms = cast.offered(cast.ada())
    client = Client()
    client.session.save()
    client.cookies["session"] = client.session.session_key or ""
    before = client.session.session_key
    client.post(readers.token(terms.project, terms.project.client))
    assert client.session.session_key != before


def test_the_button_works_with_the_protection_against_forged_requests() -> None:
    terms = cast.offered(cast.ada())
    path, client = readers.token(terms.project, terms.project.client), Client(enforce_csrf_checks=True)
    assert client.post(path).status_code == 403
    page = client.get(path)
    posted = client.post(
        path, {"csrfmiddlewaretoken": page.context["csrf_token"]}, headers={"Origin": settings.BASE_URL}
    )
    assert posted.status_code == 302


def test_no_other_page_hears_of_the_token() -> None:
    terms = cast.offered(cast.ada())
    response = Client().get(readers.token(terms.project, terms.project.client))
    # The origin alone goes along, which the protection of the form needs; never the path.
    assert response.headers["Referrer-Policy"] == "strict-origin"
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("altered", ["0", "x" * 43, "../../etc", "a%00b", "é"])
def test_an_unknown_link_gets_one_calm_page(altered: str) -> None:
    terms = cast.offered(cast.ada())
    response = Client().get(f"/links/{altered}")
    assert response.status_code == 404
    assert terms.project.name not in text(response)


def test_an_altered_link_is_unknown() -> None:
    terms = cast.offered(cast.ada())
    path = readers.token(terms.project, terms.project.client)
    altered = path[:-1] + ("A" if path[-1] != "A" else "B")
    for response in (Client().get(altered), Client().post(altered)):
        assert response.status_code == 404
        assert terms.project.name not in text(response)


def test_a_link_that_was_taken_back_is_gone() -> None:
    ada = cast.ada()
    terms = cast.offered(ada)
    path, client = readers.token(terms.project, terms.project.client), readers.guest(terms.project)
    answers.withdraw(terms=terms, by=ada.actor(), at=NOON)
    response = Client().get(path)
    assert response.status_code in (404, 410)
    assert terms.project.name not in text(response)
    # A browser that had opened it is out as well.
    assert client.get(f"/terms/{terms.pk}").status_code == 302


def test_an_expired_link_offers_a_new_one_to_the_same_address() -> None:
    terms = cast.offered(cast.ada())
    path = readers.token(terms.project, terms.project.client)
    with time_machine.travel(NOON + timedelta(days=invitations.DAYS, minutes=1), tick=False):
        response = Client().get(path)
        assert response.status_code == 410
        assert terms.project.name not in text(response)
        assert terms.project.client.email not in text(response)
        before = Mail.objects.count()
        again = Client().post(path)
        assert again.status_code == 200
        assert access.GUEST not in again.client.session
        assert terms.project.client.email not in text(again)
        assert Mail.objects.count() == before + 1
        assert Mail.objects.latest("written_at").to == terms.project.client.email


def test_a_new_link_is_not_mailed_without_end() -> None:
    terms = cast.offered(cast.ada())
    path = readers.token(terms.project, terms.project.client)
    with time_machine.travel(NOON + timedelta(days=invitations.DAYS, minutes=1), tick=False):
        statuses = [Client().post(path).status_code for _ in range(invitations.NEW_LINKS_MAX + 1)]
    assert statuses[-1] == 422


def test_a_guest_sees_one_project_and_no_other() -> None:
    ada = cast.ada()
    one, other = cast.offered(ada), cast.offered(ada)
    client = readers.guest(one.project)
    assert client.get(f"/terms/{one.pk}").status_code == 200
    for path in (f"/terms/{other.pk}", f"/projects/{other.project_id}", f"/terms/{other.pk}/paper"):
        assert client.get(path).status_code == 404


def test_the_same_address_in_two_projects_is_two_links() -> None:
    ada, email = cast.ada(), "carl@example.org"
    one, other = cast.offered(ada, other_email=email), cast.offered(ada, other_email=email)
    client = readers.guest(one.project)
    assert client.get(f"/terms/{other.pk}").status_code == 404


def test_the_sender_who_gets_hold_of_the_link_is_told_that_it_is_not_theirs() -> None:
    ada = cast.ada()
    terms = cast.offered(ada)
    path, client = readers.token(terms.project, terms.project.client), readers.signed_in(ada)
    assert "signs you out" in text(client.get(path))
    client.post(path)
    assert "_auth_user_id" not in client.session


def test_who_is_signed_in_with_the_address_of_the_link_finds_the_project_there() -> None:
    terms = cast.offered(cast.ada(), other_email="carl-late@example.org")
    path = readers.token(terms.project, terms.project.client)
    carl = cast.person("Carl Olsen", "carl-late@example.org")
    client = readers.signed_in(carl)
    assert client.get(f"/terms/{terms.pk}").status_code == 404
    assert client.post(path).headers["Location"] == f"/terms/{terms.pk}"
    assert client.get(f"/terms/{terms.pk}").status_code == 200


def test_after_signing_a_guest_is_offered_an_account_with_the_address_filled_in() -> None:
    project = cast.in_force()
    page = text(readers.guest(project).get(f"/terms/{project.terms_id}"))
    assert f"/accounts/signup/?email={project.client.email.replace('@', '%40')}" in page
