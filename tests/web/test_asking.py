"""What the pages ask for around money that people move: an account, the rest of a part, what goes back."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from milepost.actions import funding, refunds
from milepost.models import Funding, Project
from tests import cast, payees
from tests.cast import NOON, usd
from tests.web import readers

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("milepost.web.access.now", lambda: NOON)


def words(browser: Client, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def asked(project: Project) -> Funding:
    found = funding.fund(milestone=cast.milestone(project), by=cast.client(project), at=NOON)
    return funding.say_sent(funding=found, by=cast.client(project), at=NOON)


def at(project: Project) -> str:
    return reverse("project", args=[project.pk])


def milestone(project: Project) -> str:
    return reverse("milestone", args=[cast.milestone(project).pk])


# -- where somebody is paid ------------------------------------------------------------------------------


@pytest.mark.parametrize("holder", ["nobody", "custodian"])
def test_a_freelancer_without_an_account_is_asked_for_it_everywhere(holder: str) -> None:
    ada = cast.ada()
    project = cast.in_force(ada, holder=holder)
    browser, place = readers.signed_in(ada), reverse("party-payee", args=[ada.party.pk])
    for path in ("/", at(project), milestone(project)):
        page = browser.get(path).content.decode()
        assert "Say where you are paid" in page, path
        assert f'href="{place}"' in page, path
    assert "Say where you are paid" not in words(readers.guest(project), at(project))
    payees.stated(ada)
    for path in ("/", at(project), milestone(project)):
        assert "Say where you are paid" not in words(browser, path), path


def test_once_for_all_projects_and_not_for_pretend_money() -> None:
    ada = cast.ada()
    browser = readers.signed_in(ada)
    cast.in_force(ada)
    assert "Say where you are paid" not in words(browser, "/")
    bela = cast.person("Bela Bartos", "bela@example.org")
    for _each in range(3):
        cast.in_force(bela, holder="nobody")
    page = readers.signed_in(bela).get("/").content.decode()
    assert page.count(f'href="{reverse("party-payee", args=[bela.party.pk])}"') == 1


def test_a_colleague_who_may_not_say_it_reads_whose_it_is() -> None:
    ada = cast.ada()
    cast.in_force(ada, holder="nobody")
    page = words(readers.signed_in(cast.colleague(ada, "signatory")), "/")
    assert "An owner of Ada Lindqvist does this." in page
    assert "State the account" not in page


def test_a_freelancer_without_an_account_of_the_house_is_led_to_one() -> None:
    carl = cast.person("Carl Olsen", "carl-pays@example.org")
    project = cast.in_force(carl, holder="nobody", side="client")
    page = readers.guest(project, "freelancer").get(at(project)).content.decode()
    assert "Take an account first" in page
    assert reverse("account_signup") in page


# -- a part ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("holder", ["freelancer", "custodian"])
def test_when_a_part_has_come_the_rest_is_asked_for(holder: str) -> None:
    project = cast.in_force(cast.ada(), holder=holder)
    expected, carl = asked(project), readers.guest(project)
    assert "Waiting for" in words(carl, milestone(project))
    cast.arrived(expected, usd(150_000))
    for path in (at(project), milestone(project)):
        page = words(carl, path)
        assert "Send $500.00 for “January”" in page, path
        assert "$1,500.00 has arrived; this is the rest." in page, path
    expected.refresh_from_db()
    assert expected.status == "requested"
    funding.say_sent(funding=expected, by=cast.client(project), at=NOON)
    assert "to say that $500.00 for “January” arrived" in words(carl, milestone(project))
    cast.arrived(expected, usd(50_000), reference="the rest")
    assert cast.milestone(project).status == "open"


def test_nothing_under_a_deposit_is_called_held() -> None:
    ada = cast.ada()
    project = cast.in_force(ada, holder="freelancer")
    browsers = readers.signed_in(ada), readers.guest(project)
    expected = None
    for step in (lambda: None, lambda: asked(project), lambda: cast.funded(project), lambda: cast.delivered(project)):
        expected = step() or expected
        for browser in browsers:
            for path in (at(project), milestone(project)):
                assert not re.search(r"\bheld\b", words(browser, path).lower().replace("who holds", "")), path


# -- what goes back ------------------------------------------------------------------------------------------


def test_both_sides_read_how_much_the_freelancer_owes_back() -> None:
    ada = cast.ada()
    project = cast.in_force(ada, holder="freelancer")
    payees.stated(ada)
    cast.approved(project)
    refund = refunds.give_back(
        milestone=cast.milestone(project), money=usd(12_300), reason="Less was needed.", by=ada.actor(), at=NOON
    )
    own, carl = readers.signed_in(ada), readers.guest(project)
    assert "Send $123.00 back to Carl Olsen" in words(own, milestone(project))
    assert "Ada Lindqvist owes you $123.00" in words(carl, milestone(project))
    refunds.say_sent(refund=refund, by=ada.actor(), at=NOON)
    assert "Waiting for Carl Olsen to say that $123.00 came back" in words(own, milestone(project))
    assert "Has the refund of $123.00 from Ada Lindqvist arrived?" in words(carl, milestone(project))


def test_what_a_custodian_sends_back_is_waited_for_in_sight_of_both() -> None:
    ada = cast.ada()
    project = cast.in_force(ada, holder="custodian")
    cast.funded(project)
    readers.signed_in(ada).post(
        reverse("milestone-cancellations", args=[cast.milestone(project).pk]), {"reason": "Not needed."}
    )
    for browser in (readers.signed_in(ada), readers.guest(project)):
        assert "Waiting for Cora Trust to send $2,000.00 back" in words(browser, milestone(project))
