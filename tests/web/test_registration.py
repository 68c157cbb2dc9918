"""Who may open an account: three policies, by what an address has been invited with; and that no page tells."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.test.utils import override_settings

from milepost.actions import admissions, invitations
from milepost.core.refusals import NotAllowed, Refused, Stale
from milepost.models import Admission, Installation, Invitation, Mail, MemberInvitation, User
from tests import cast
from tests.cast import NOON, Person
from tests.web.readers import text
from tests.web.test_accounts import CODE, code_in, shape

ADDRESS = "new@example.org"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    with time_machine.travel(NOON, tick=True):
        yield


@pytest.fixture
def olga(db: None) -> Person:
    olga = cast.person("Olga", "olga@example.org")
    User.objects.filter(pk=olga.user.pk).update(is_operator=True)
    olga.user.refresh_from_db()
    return olga


def policy(registration: str) -> None:
    Installation.objects.filter(pk=1).update(registration=registration)


def by_proposal(olga: Person, **facts: object) -> None:
    terms = cast.offered(olga, other_email=ADDRESS)
    Invitation.objects.filter(project=terms.project).update(**facts)


def by_party(olga: Person, **facts: object) -> None:
    at = NOON
    whole = {"made_at": at, "expires_at": at + timedelta(days=7), "made_by": olga.user, "role": "member"} | facts
    MemberInvitation.objects.create(party=olga.party, email=ADDRESS, **whole)


def by_operator(olga: Person, **facts: object) -> None:
    admission = admissions.admit(email=ADDRESS, by=olga.user, at=NOON)
    Admission.objects.filter(pk=admission.pk).update(**facts)


PAST = NOON - timedelta(days=1)
# What an address has been invited with -> whether that is enough where accounts are by invitation.
KINDS: dict[str, tuple[Callable[[Person], None], bool]] = {
    "nothing": (lambda olga: None, False),
    "a proposal": (by_proposal, True),
    "a link that expired": (lambda olga: by_proposal(olga, expires_at=PAST), False),
    "a link taken back": (lambda olga: by_proposal(olga, revoked_at=PAST), False),
    "a party": (by_party, True),
    "a party's that expired": (lambda olga: by_party(olga, expires_at=PAST), False),
    "a party's taken back": (lambda olga: by_party(olga, ended_at=PAST), False),
    "a party's that was taken up": (lambda olga: by_party(olga, accepted_at=PAST), False),
    "the operator": (by_operator, True),
    "the operator's taken back": (lambda olga: by_operator(olga, ended_at=PAST), False),
}


def opens(browser: Client, email: str = ADDRESS) -> bool:
    """Tries as a person does; true when there is an account and somebody signed in to it."""
    browser.post("/accounts/signup/", {"email": email})
    coded = [mail for mail in Mail.objects.filter(to=email.lower()) if CODE.search(mail.text)]
    if coded:
        browser.post("/accounts/signup/code/", {"code": code_in(coded[-1])})
    return "_auth_user_id" in browser.session


@pytest.mark.parametrize("registration", ["open", "invitation", "closed"])
@pytest.mark.parametrize("kind", KINDS)
def test_who_may_open_an_account(olga: Person, registration: str, kind: str) -> None:
    invite, enough = KINDS[kind]
    invite(olga)
    policy(registration)
    expected = {"open": True, "invitation": enough, "closed": False}[registration]
    assert opens(Client()) == expected
    assert User.objects.filter(email=ADDRESS).exists() == expected


def test_an_invitation_is_for_exactly_that_address(olga: Person) -> None:
    by_operator(olga)
    policy("invitation")
    assert not opens(Client(), "new+1@example.org")
    assert not opens(Client(), "xnew@example.org")
    assert opens(Client(), "NEW@Example.org")


def test_who_is_not_invited_is_told_by_mail_alone(olga: Person) -> None:
    policy("invitation")
    assert not opens(Client())
    mail = Mail.objects.get(to=ADDRESS)
    assert mail.subject == "New accounts are by invitation here"
    assert not CODE.search(mail.text)
    assert "/accounts/signup/" not in mail.text


@pytest.mark.parametrize("path", ["/accounts/login/", "/accounts/signup/"])
def test_known_unknown_and_uninvited_look_the_same(olga: Person, path: str) -> None:
    by_operator(olga)
    policy("invitation")
    seen = [shape(Client(), path, email) for email in (olga.user.email, ADDRESS, "uninvited@example.org")]
    assert seen[0] == seen[1] == seen[2]


@pytest.mark.parametrize("path", ["/accounts/login/", "/accounts/signup/"])
def test_the_answer_takes_as_long_for_each(olga: Person, path: str) -> None:
    by_operator(olga)
    policy("invitation")
    with override_settings(ANSWER_SECONDS=0.4):
        for email in (olga.user.email, ADDRESS, "uninvited@example.org"):
            begun = time.perf_counter()
            assert Client().post(path, {"email": email}).status_code == 302
            assert time.perf_counter() - begun >= 0.4
        begun = time.perf_counter()
        Client().post(path, {"email": "no address"})
        assert time.perf_counter() - begun < 0.4


@pytest.mark.parametrize(("registration", "offered"), [("open", True), ("invitation", False), ("closed", False)])
def test_the_mail_about_an_unknown_address_offers_what_there_is(db: None, registration: str, offered: bool) -> None:
    policy(registration)
    Client().post("/accounts/login/", {"email": ADDRESS})
    mail = Mail.objects.get(to=ADDRESS)
    for words in (mail.text, mail.html):
        assert (f"{settings.BASE_URL}/accounts/signup/" in words) == offered
        assert ("by invitation" in words) != offered


def test_closed_means_one_page_for_everybody_and_no_mail(olga: Person) -> None:
    policy("closed")
    for email in (olga.user.email, ADDRESS):
        for answer in (Client().get("/accounts/signup/"), Client().post("/accounts/signup/", {"email": email})):
            assert "No new accounts here" in text(answer)
    assert not Mail.objects.exists()
    assert Client().post("/accounts/signup/code/", {"code": "0000-0000"}).status_code == 302
    assert User.objects.count() == 1


def test_whoever_has_an_account_signs_in_whatever_the_policy(olga: Person) -> None:
    for registration in ("invitation", "closed"):
        policy(registration)
        browser = Client()
        browser.post("/accounts/login/", {"email": olga.user.email})
        browser.post("/accounts/login/code/", {"code": code_in(Mail.objects.latest("written_at"))})
        assert "_auth_user_id" in browser.session


def test_where_nobody_new_is_let_in_a_guest_goes_on_with_the_link(olga: Person) -> None:
    by_proposal(olga)
    policy("closed")
    invitation = Invitation.objects.get(email=ADDRESS)
    link = invitations.mint(invitation_id=invitation.pk, at=NOON)
    browser = Client()
    there = browser.post(link).headers["Location"]
    assert browser.get(there).status_code == 200
    assert not opens(browser)
    assert browser.get(there).status_code == 200


# -- the operator's invitations ------------------------------------------------------------------------------------


def test_the_operator_invites_and_the_mail_names_the_page_without_a_token(olga: Person) -> None:
    admission = admissions.admit(email=" New@Example.org ", by=olga.user, at=NOON)
    assert (admission.email, admission.made_by) == (ADDRESS, olga.user)
    mail = Mail.objects.get()
    assert mail.to == ADDRESS
    assert re.findall(r"http\S+", mail.text) == [f"{settings.BASE_URL}/accounts/signup/"]
    assert mail.mints == ""


@pytest.mark.parametrize(
    ("email", "words"), [("x", "Type an e-mail"), ("", "Type an e-mail"), ("olga@example.org", "There is an account")]
)
def test_what_cannot_be_invited_is_refused(olga: Person, email: str, words: str) -> None:
    with pytest.raises(Refused, match=words):
        admissions.admit(email=email, by=olga.user, at=NOON)
    assert not Mail.objects.exists()


def test_an_address_is_invited_once_and_again_after_it_was_taken_back(olga: Person) -> None:
    first = admissions.admit(email=ADDRESS, by=olga.user, at=NOON)
    with pytest.raises(admissions.Admitted):
        admissions.admit(email=ADDRESS, by=olga.user, at=NOON)
    admissions.end(admission=first, by=olga.user, at=NOON)
    with pytest.raises(Stale):
        admissions.end(admission=first, by=olga.user, at=NOON)
    admissions.admit(email=ADDRESS, by=olga.user, at=NOON)
    assert Admission.objects.filter(ended_at=None).count() == 1


def test_nobody_but_the_operator_invites(olga: Person, mallory: Person) -> None:
    admission = admissions.admit(email=ADDRESS, by=olga.user, at=NOON)
    with pytest.raises(NotAllowed):
        admissions.admit(email="two@example.org", by=mallory.user, at=NOON)
    with pytest.raises(NotAllowed):
        admissions.end(admission=admission, by=mallory.user, at=NOON)
