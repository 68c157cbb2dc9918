"""The operator's pages: people, invitations, health. What they can't touch is not on them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from milepost.models import Admission, Installation, Invoice, Mail, Terms, User
from milepost.web import access
from tests import cast
from tests.cast import Person
from tests.web import readers

pytestmark = pytest.mark.django_db


@pytest.fixture
def olga() -> Person:
    made = cast.person("Olga Berg", "olga@example.org")
    User.objects.filter(pk=made.user.pk).update(is_operator=True)
    made.user.refresh_from_db()
    return made


@pytest.fixture
def browser(olga: Person) -> Client:
    return readers.signed_in(olga)


def rights(browser: Client, person: Person, verb: str) -> int:
    return browser.post(f"/installation/people/{person.user.pk}/rights", {"verb": verb}).status_code


def test_somebody_who_is_barred_is_out_with_the_next_request_and_can_be_let_in(browser: Client) -> None:
    ada = cast.ada()
    hers = readers.signed_in(ada)
    assert hers.get("/projects").status_code == 200
    assert rights(browser, ada, "bar") == 302
    assert hers.get("/projects").status_code == 302
    assert "barred" in browser.get("/installation/people").content.decode()
    assert rights(browser, ada, "let-in") == 302
    assert readers.signed_in(ada).get("/projects").status_code == 200


def test_one_can_t_bar_oneself_nor_leave_the_house_without_an_operator(browser: Client, olga: Person) -> None:
    assert rights(browser, olga, "bar") == 422
    answer = browser.post(f"/installation/people/{olga.user.pk}/rights", {"verb": "unmake"})
    assert answer.status_code == 422
    assert "Somebody has to run this installation" in answer.content.decode()
    ada = cast.ada()
    assert rights(browser, ada, "make") == 302
    assert rights(browser, olga, "unmake") == 302
    assert browser.get("/installation").status_code == 404
    assert readers.signed_in(ada).get("/installation").status_code == 200


def test_an_operator_who_is_barred_counts_for_none(browser: Client, olga: Person) -> None:
    ada = cast.ada()
    rights(browser, ada, "make")
    rights(browser, ada, "bar")
    assert rights(browser, olga, "unmake") == 422


def test_an_old_login_has_to_show_first_that_it_is_still_they(olga: Person) -> None:
    ada, old = cast.ada(), readers.signed_in(olga, fresh=False)
    for verb in ("bar", "make"):
        assert (
            b"Confirm that it is you" in old.post(f"/installation/people/{ada.user.pk}/rights", {"verb": verb}).content
        )
    ada.user.refresh_from_db()
    assert (ada.user.is_active, ada.user.is_operator) == (True, False)


@pytest.mark.parametrize("verb", ["", "delete", "bar;make"])
def test_a_verb_that_is_none_changes_nothing(browser: Client, verb: str) -> None:
    ada = cast.ada()
    assert rights(browser, ada, verb) == 422
    assert User.objects.get(pk=ada.user.pk).is_active


def test_an_address_is_invited_once_and_taken_back(browser: Client) -> None:
    assert browser.post("/installation/invitations", {"email": "Zoe@Example.org "}).status_code == 302
    assert Mail.objects.filter(to="zoe@example.org").count() == 1
    again = browser.post("/installation/invitations", {"email": "zoe@example.org"})
    assert again.status_code == 422
    assert "invited already" in again.content.decode()
    wrong = browser.post("/installation/invitations", {"email": "zoe at home"})
    assert wrong.status_code == 422
    assert "zoe at home" in wrong.content.decode()
    ending = f"/installation/invitations/{Admission.objects.get().pk}/endings"
    assert browser.post(ending).status_code == 302
    assert browser.post(ending).status_code == 409
    assert browser.post("/installation/invitations/adm_none/endings").status_code == 422


def test_people_are_found_by_name_and_address(browser: Client) -> None:
    cast.person("Berta", "berta@example.com")
    page = browser.get("/installation/people", {"q": "example.com"}).content.decode()
    assert "Berta" in page
    assert page.count("/rights") == 1
    assert "Nobody has" in browser.get("/installation/people", {"q": "\x00zzz"}).content.decode()


def test_the_ten_thousandth_person_costs_no_more_than_the_third(
    browser: Client, django_assert_max_num_queries: object
) -> None:
    User.objects.bulk_create(User(email=f"{number}@example.net", name=f"Nobody {number}") for number in range(300))
    browser.get("/installation/people")
    with django_assert_max_num_queries(14):  # type: ignore[operator]
        page = browser.get("/installation/people").content.decode()
    assert "301 people" in page
    assert page.count('role="row"') < 40


def test_the_policy_says_who_may_take_an_account(browser: Client) -> None:
    whole = {"house": "Milepost", "minimum_policy": "enforce", "minimum_USD": "2,000", "registration": "invitation"}
    assert browser.post("/installation", whole).status_code == 302
    assert Installation.objects.get(pk=1).registration == "invitation"
    assert browser.post("/installation", whole | {"registration": "whoever"}).status_code == 422
    # What a form does not say stays as it is.
    assert browser.post("/installation", {key: whole[key] for key in list(whole)[:3]}).status_code == 302
    assert Installation.objects.get(pk=1).registration == "invitation"


def test_papers_that_are_late_and_mails_that_were_given_up_are_counted(browser: Client) -> None:
    project = cast.in_force()
    later = access.now() - timedelta(hours=1)
    assert Terms.objects.filter(pk=project.terms_id, executed_copy=None).exists()
    Mail.objects.create(
        to="b@example.org", subject="S", text="t", attempts=9, dead_at=later, written_at=later, due_at=later
    )
    page = browser.get("/installation/health").content.decode()
    assert "Signed by all, not sealed yet" in page
    assert "Try again" in page
    mail = Mail.objects.get(to="b@example.org")
    assert browser.post(f"/installation/mails/{mail.pk}/retries").status_code == 302
    mail.refresh_from_db()
    assert (mail.dead_at, mail.attempts) == (None, 0)
    assert browser.post(f"/installation/mails/{mail.pk}/retries").status_code == 409
    assert browser.post("/installation/mails/msg_none/retries").status_code == 404
    assert not Invoice.objects.exists()


def test_no_operators_page_tells_what_terms_or_books_say(browser: Client) -> None:
    project = cast.in_force()
    cast.funded(project)
    for path in ("/installation", "/installation/people", "/installation/health"):
        page = browser.get(path).content.decode()
        assert project.name not in page
        assert "2,000.00" not in page.replace('value="2,000.00"', "").replace('value="2000.00"', "")


def test_nobody_else_has_these_pages(olga: Person) -> None:
    ada = readers.signed_in(cast.ada())
    for path in ("/installation/people", "/installation/health", "/installation"):
        assert ada.get(path).status_code == 404
        assert Client().get(path).status_code == 302
    assert rights(ada, olga, "bar") == 404
    assert ada.post("/installation/invitations", {"email": "z@example.org"}).status_code == 404
