"""The way to a custodian's pages, what they say before anybody asks, and the operator's."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from milepost.actions import arrivals, funding
from milepost.models import Custody, Funding, Payout, Project, User
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


def expected(project: Project, number: int = 1) -> Funding:
    found = funding.fund(milestone=cast.milestone(project, number), by=cast.client(project), at=NOON)
    return funding.say_sent(funding=found, by=cast.client(project), at=NOON)


# -- the first page ----------------------------------------------------------------------------------------


def test_a_custodian_hears_on_the_first_page_what_waits() -> None:
    cora = cast.cora()
    project = cast.in_force(custodian=cora, holder="custodian")
    browser = readers.signed_in(cora)
    assert "What you hold for others" not in words(browser, "/")
    cast.approved(project)
    expected(project, 2)
    facts = {"arrived_on": NOON.date(), "reference": "?", "payer": "?"}
    arrivals.note(holder=cora.party, money=usd(700), funding=None, by=cora.actor(), at=NOON, **facts)  # type: ignore[arg-type]
    page = words(browser, "/")
    assert "Arrived, and nobody knows what for: 1, to be paid out: 1, said to be sent: 1." in page
    assert "What you hold for others" not in words(readers.mallory(), "/")


def test_the_first_page_of_a_custodian_asks_one_statement_more() -> None:
    mallory, cora = cast.person("Mallory", "m@example.org"), cast.cora()
    expected(cast.in_force(custodian=cora, holder="custodian"))
    counts = []
    for person in (mallory, cora):
        browser = readers.signed_in(person)
        browser.get("/")
        with CaptureQueriesContext(connection) as seen:
            browser.get("/")
        counts.append(len(seen))
    assert counts[1] == counts[0] + 1
    assert counts[1] <= 12


def test_the_menu_of_somebody_who_holds_money_leads_there() -> None:
    assert f'<li><a href="{reverse("holdings")}"' in readers.signed_in(cast.cora()).get("/").content.decode()
    assert reverse("holdings") not in readers.mallory().get("/").content.decode()


# -- one person with a limit ---------------------------------------------------------------------------------


def test_one_person_with_a_limit_is_warned_on_both_pages() -> None:
    cora = cast.cora(USD=100_000)
    browser = readers.signed_in(cora)
    pages = ("/holdings", reverse("party-custody", args=[cora.party.pk]))
    for path in pages:
        assert "You are one person only" in words(browser, path), path
    cast.colleague(cora)
    for path in pages:
        assert "You are one person only" not in words(browser, path), path
    assert "You are one person only" not in words(readers.signed_in(cast.cora()), "/holdings")


def test_before_a_payout_above_the_limit_is_paid_its_page_says_that_it_takes_two() -> None:
    cora = cast.cora(USD=100_000)
    second = cast.colleague(cora)
    project = cast.in_force(custodian=cora, holder="custodian")
    asked = expected(project)
    cast.arrived(asked, usd(200_000))
    arrivals.confirm(arrival=asked.arrivals.get(), by=second.actor(), at=NOON)
    cast.approved(project)
    payout = Payout.objects.get()
    path, browsers = reverse("payout", args=[payout.pk]), [readers.signed_in(who) for who in (cora, second)]
    assert "two of you have to say that it was paid" in words(browsers[0], path)
    browsers[0].post(reverse("payout-payments", args=[payout.pk]))
    assert "You have said it." in words(browsers[0], path)
    assert "One of you has said it" in words(browsers[1], path)
    assert "waits for a second person" in words(browsers[1], "/holdings")


# -- what arrived ----------------------------------------------------------------------------------------------


def test_from_what_is_expected_to_what_arrived_the_rest_is_filled_in() -> None:
    cora = cast.cora()
    asked, browser = expected(cast.in_force(custodian=cora, holder="custodian")), readers.signed_in(cora)
    cast.arrived(asked, usd(150_000))
    assert "$1,500.00 of $2,000.00 has arrived" in words(browser, "/holdings")
    path = reverse("funding-arrivals", args=[asked.pk])
    assert f'href="{path}"' in browser.get(reverse("funding", args=[asked.pk])).content.decode()
    page = browser.get(path).content.decode()
    assert 'value="500.00"' in page
    assert "$500.00 is missing" in page


def test_the_client_is_not_led_to_say_what_arrived() -> None:
    ada = cast.ada()
    project = cast.in_force(ada, holder="freelancer")
    asked = expected(project)
    path, place = reverse("funding", args=[asked.pk]), reverse("funding-arrivals", args=[asked.pk])
    assert place in readers.signed_in(ada).get(path).content.decode()
    assert place not in readers.guest(project).get(path).content.decode()


def test_the_currency_is_that_of_what_was_asked_for_last() -> None:
    cora = cast.cora()
    browser, path = readers.signed_in(cora), reverse("party-arrivals", args=[cora.party.pk])
    assert "<option selected>EUR</option>" in browser.get(path).content.decode()
    expected(cast.in_force(custodian=cora, holder="custodian"))
    assert "<option selected>USD</option>" in browser.get(path).content.decode()


# -- paying out ------------------------------------------------------------------------------------------------


def test_a_payout_in_euro_has_a_code_for_the_banks_app_while_it_is_to_be_paid() -> None:
    ada, cora = cast.ada(), cast.cora()
    payees.stated(ada, bic="ESSESESS")
    project = cast.in_force(ada, custodian=cora, holder="custodian", currency="EUR")
    cast.approved(project)
    payout, browser = Payout.objects.get(), readers.signed_in(cora)
    path = reverse("payout", args=[payout.pk])
    page = browser.get(path).content.decode()
    assert 'class="paycode"' in page
    assert f'data-copy="{payees.IBAN}"' in page
    browser.post(reverse("payout-payments", args=[payout.pk]))
    assert 'class="paycode"' not in browser.get(path).content.decode()


# -- settings, and the operator ----------------------------------------------------------------------------------


def operator() -> Client:
    olga = cast.person("Olga Berg", "olga-pages@example.org")
    User.objects.filter(pk=olga.user.pk).update(is_operator=True)
    return readers.signed_in(olga)


def test_settings_lead_to_the_custodys_page_and_to_the_four_of_the_installation() -> None:
    cora = cast.cora()
    four = [reverse(f"installation{name}") for name in ("", "-people", "-custodians", "-health")]
    page = readers.signed_in(cora).get("/settings").content.decode()
    assert f'href="{reverse("party-custody", args=[cora.party.pk])}"' in page
    assert not [path for path in four if f'href="{path}"' in page]
    page = operator().get("/settings").content.decode()
    assert [path for path in four if f'href="{path}"' in page] == four


def test_a_refused_invitation_is_said_on_the_page_of_people() -> None:
    answer = operator().post(reverse("installation-invitations"), {"email": "no"})
    assert answer.status_code == 422
    assert f'href="{reverse("installation-people")}" aria-current="page"' in answer.content.decode()


def test_health_begins_with_whether_anything_needs_the_operator() -> None:
    assert "Something needs you" in words(operator(), reverse("installation-health"))


def test_a_custody_that_nobody_has_asked_for_is_not_held_for_others() -> None:
    assert not Custody.objects.exists()
    assert readers.mallory().get("/holdings").status_code == 404
