"""Another e-mail address: proved by a code sent to it, told to the old one, and put back from there."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.http import HttpResponse
from django.test import Client

from milepost.actions import invitations
from milepost.models import EmailChange, Invitation, Mail, Member, Party, Terms, User
from tests import cast
from tests.cast import NOON, Person
from tests.web import apps
from tests.web.entering import enter
from tests.web.readers import digits, text

NEW = "ada@new.example"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=True) as clock:
        yield clock


@pytest.fixture
def browser(ada: Person) -> Client:
    return enter(Client(), ada.user)


def ask(browser: Client, email: str = NEW) -> HttpResponse:
    return browser.post("/accounts/address/", {"email": email})  # type: ignore[return-value]


def change(browser: Client, email: str = NEW) -> HttpResponse:
    """Asked, and proved by the code from the new mailbox."""
    asked = ask(browser, email)
    assert asked.status_code == 302, text(asked)
    return browser.post(asked.headers["Location"], {"code": digits()})  # type: ignore[return-value]


# -- the new address -------------------------------------------------------------------------------------------------


def test_login_proof_and_own_party_change_at_one_stroke(ada: Person, browser: Client) -> None:
    assert change(browser, " ADA@New.example ").headers["Location"] == "/accounts/signing-in/"
    assert User.objects.get(pk=ada.user.pk).email == NEW
    assert list(EmailAddress.objects.values_list("email", "verified", "primary")) == [(NEW, True, True)]
    assert Party.objects.get(pk=ada.party.pk).email == NEW
    assert NEW in text(browser.get("/accounts/signing-in/"))


def test_nothing_changes_before_the_code_and_by_a_wrong_one(ada: Person, browser: Client) -> None:
    there = ask(browser).headers["Location"]
    assert Mail.objects.get().to == NEW
    right = digits()
    wrong = browser.post(there, {"code": f"{(int(right) + 1) % 1_000_000:06}"})
    assert wrong.status_code == 422
    assert User.objects.get(pk=ada.user.pk).email == ada.user.email
    assert not Mail.objects.filter(to=ada.user.email).exists()
    assert browser.post(there, {"code": right}).status_code == 302


def test_a_code_for_another_act_or_another_address_is_none(ada: Person, browser: Client) -> None:
    first = ask(browser, "one@new.example").headers["Location"]
    code_of_first = digits()
    second = ask(browser, "two@new.example").headers["Location"]
    assert browser.post(second, {"code": code_of_first}).status_code == 422
    assert browser.post(first, {"code": code_of_first}).status_code == 302
    assert User.objects.get(pk=ada.user.pk).email == "one@new.example"


def test_a_code_is_old_after_ten_minutes_and_another_can_be_sent(
    browser: Client, clock: time_machine.Traveller
) -> None:
    there = ask(browser).headers["Location"]
    old = digits()
    clock.shift(601)
    assert browser.post(there, {"code": old}).status_code == 422
    browser.post(there, {"new_code": "yes"})
    assert browser.post(there, {"code": digits()}).status_code == 302


def test_the_second_click_and_the_second_change_change_nothing(ada: Person, browser: Client) -> None:
    first, second = (ask(browser, email).headers["Location"] for email in ("one@new.example", "two@new.example"))
    code_of_second = digits()
    assert browser.post(second, {"code": code_of_second}).status_code == 302
    assert browser.post(second, {"code": code_of_second}).status_code == 404
    browser.post(first, {"new_code": "yes"})
    assert browser.post(first, {"code": digits()}).headers["Location"] == "/accounts/signing-in/"
    assert User.objects.get(pk=ada.user.pk).email == "two@new.example"


def test_somebody_elses_change_is_not_there(ada: Person, mallory: Person, browser: Client) -> None:
    there = ask(browser).headers["Location"]
    thief = enter(Client(), mallory.user)
    assert thief.get(there).status_code == 404
    assert thief.post(there, {"code": digits()}).status_code == 404


def test_every_other_browser_is_signed_out_and_this_one_goes_on(ada: Person, browser: Client) -> None:
    other = enter(Client(), ada.user)
    change(browser)
    assert browser.get("/settings").status_code == 200
    assert other.get("/settings").status_code == 302


def test_one_signs_in_with_the_new_address_and_the_old_one_is_nobodys(ada: Person, browser: Client) -> None:
    change(browser)
    assert apps.mailed(Client(), NEW).headers["Location"] == "/"
    Client().post("/accounts/login/", {"email": ada.user.email})
    assert "There is no account" in Mail.objects.filter(to=ada.user.email).latest("written_at").text


# -- what is refused ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("email", "words"),
    [
        ("", "Type an e-mail address"), ("x", "Type an e-mail address"), ("a@b\x00.example", "Type an e-mail address"),
        ("a@" + "b" * 260 + ".example", "e-mail address"), ("OWN", "This is your address already"),
    ],
)  # fmt: skip
def test_what_is_no_new_address_is_said_at_the_field(ada: Person, browser: Client, email: str, words: str) -> None:
    email = ada.user.email.upper() if email == "OWN" else email
    refused = ask(browser, email)
    assert refused.status_code == 422
    assert words in text(refused)
    assert not EmailChange.objects.exists()


def test_an_address_with_an_account_looks_like_any_other_and_is_not_given(ada: Person, browser: Client) -> None:
    taken = cast.person("Bo", "bo@example.org")
    there = ask(browser, taken.user.email)
    free = ask(browser)
    pages = [text(browser.get(each.headers["Location"])) for each in (there, free)]
    alike = [re.sub(r'value="\w{64}"|X-CSRFToken": "\w+"|ech_\w+|\S+@\S+', "", page) for page in pages]
    assert alike[0] == alike[1]
    browser.post(there.headers["Location"], {"new_code": "yes"})
    assert [mail.subject for mail in Mail.objects.filter(to=taken.user.email)] == ["You have an account already"]
    assert browser.post(there.headers["Location"], {"code": digits()}).status_code == 422
    assert User.objects.get(pk=ada.user.pk).email == ada.user.email


def test_an_address_taken_meanwhile_is_refused_and_nothing_has_changed(ada: Person, browser: Client) -> None:
    there = ask(browser).headers["Location"]
    cast.person("Bo", NEW)
    refused = browser.post(there, {"code": digits()})
    assert refused.status_code == 422
    assert "taken meanwhile" in text(refused)
    assert Party.objects.get(pk=ada.party.pk).email == ada.user.email
    assert EmailChange.objects.get().made_at is None


@pytest.mark.parametrize("meanwhile", [False, True])
@pytest.mark.parametrize("signed", [False, True])
def test_the_mailbox_of_the_other_side_is_refused(ada: Person, browser: Client, meanwhile: bool, signed: bool) -> None:
    there = ask(browser, "carl@example.org").headers["Location"] if meanwhile else ""
    (cast.in_force if signed else cast.offered)(ada, other_email="carl@example.org")
    refused = browser.post(there, {"code": digits()}) if meanwhile else ask(browser, "carl@example.org")
    assert refused.status_code == 422
    assert "the other side" in text(refused)
    assert User.objects.get(pk=ada.user.pk).email == ada.user.email


def test_the_mailbox_of_a_side_that_declined_is_free(ada: Person, browser: Client) -> None:
    terms = cast.offered(ada, other_email="carl@example.org")
    Terms.objects.filter(pk=terms.pk).update(status="withdrawn")
    assert change(browser, "carl@example.org").status_code == 302


def test_asking_has_an_end(browser: Client) -> None:
    for number in range(5):
        assert ask(browser, f"a{number}@new.example").status_code == 302
    assert "several addresses" in text(ask(browser, "a6@new.example"))
    assert Mail.objects.count() == 5


def test_with_the_app_it_is_asked_for_and_the_typed_address_is_kept(
    ada: Person, browser: Client, clock: time_machine.Traveller
) -> None:
    secret, _codes = apps.switch_on(enter(Client(), ada.user))
    clock.shift(60)
    asked = ask(browser)
    assert "Confirm that it is you" in text(asked)
    assert ("email", NEW) in asked.context["kept"]
    done = browser.post(
        "/accounts/address/", {"email": NEW, "confirm_app": apps.digits(secret), "confirm_asked": "POST"}
    )
    assert done.headers["Location"].startswith("/accounts/address/ech_")


# -- what goes along ---------------------------------------------------------------------------------------------------


def test_links_that_lie_in_the_old_mailbox_open_nothing_any_more(ada: Person, browser: Client) -> None:
    eva = cast.person("Eva", "eva@example.org")
    project = cast.offered(eva, other_email=ada.user.email).project
    link = invitations.mint(invitation_id=Invitation.objects.get(project=project).pk, at=NOON)
    change(browser)
    assert Client().post(link).status_code == 410
    assert Party.objects.get(pk=project.client_id).email == NEW


def test_an_organisation_with_other_people_keeps_its_address(ada: Person, browser: Client) -> None:
    alone, shared = (
        Party.objects.create(kind="organisation", legal_name=name, email=ada.user.email) for name in ("One", "Two")
    )
    for party in (alone, shared):
        Member.objects.create(party=party, user=ada.user)
    cast.colleague(shared)
    change(browser)
    emails = dict(Party.objects.filter(pk__in=(alone.pk, shared.pk)).values_list("legal_name", "email"))
    assert emails == {"One": NEW, "Two": ada.user.email}


def test_what_was_signed_keeps_the_address_that_it_names(ada: Person, browser: Client) -> None:
    terms = cast.in_force(ada).agreed
    change(browser)
    kept = Terms.objects.get(pk=terms.pk)
    assert (kept.body, kept.fingerprint) == (terms.body, terms.fingerprint)
    assert ada.user.email in str(kept.body) + kept.signatures.get(user=ada.user).email
