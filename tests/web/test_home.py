"""The first page: what waits, the money, the projects."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape

from milepost.actions import payments, totals
from milepost.core.money import Money
from milepost.models import Party, Payout, Project, User
from tests import cast
from tests.cast import Person

SignedIn = Callable[..., Client]
CANARY = '<img src=x onerror="alert(1)">{{ 7|add:7 }}'


def carl() -> Person:
    return cast.person("Carl Olsen", f"carl-{cast.new_id('x')[-8:]}@example.org")


def between(ada: Person, carl: Person, **typed: object) -> Project:
    return cast.in_force(ada, other_email=carl.user.email, **typed)


def text_of(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


# -- who comes ---------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_nobody_is_asked_to_sign_in_before_they_know_what_this_is(client: Client) -> None:
    page = client.get("/")
    assert page.status_code == 200
    assert b"/accounts/login/" in page.content
    assert b"/accounts/signup/" in page.content


def test_a_newcomer_gets_one_button(mallory: Person, signed_in: SignedIn) -> None:
    page = signed_in(mallory).get("/").content.decode()
    assert page.count("Send proposal") == 1
    assert "Waits for you" not in page


@pytest.mark.django_db
def test_somebody_without_a_party_is_asked_who_they_are(signed_in: SignedIn) -> None:
    user = User.objects.create_user("new@example.org")
    assert signed_in(user).get("/").headers["Location"] == "/welcome"


def test_mallory_sees_nothing_of_a_project_of_others(ada: Person, mallory: Person, signed_in: SignedIn) -> None:
    cast.delivered(cast.in_force(ada))
    assert "Social content" not in signed_in(mallory).get("/").content.decode()


# -- what waits ----------------------------------------------------------------------------------------------


def test_the_proposal_waits_for_the_other_side_with_its_end(ada: Person, signed_in: SignedIn) -> None:
    them = carl()
    terms = cast.offered(ada, other_email=them.user.email)
    page = signed_in(them).get("/").content.decode()
    assert "Sign “Social content, January to March” by" in page
    assert f'href="/terms/{terms.pk}"' in page
    assert "If you don’t answer, it expires." in page
    assert "Sign “" not in signed_in(ada).get("/").content.decode()


def test_a_change_asked_for_waits_for_the_sender(ada: Person, signed_in: SignedIn) -> None:
    them = carl()
    terms = cast.offered(ada, other_email=them.user.email)
    cast.answers.ask_change(
        terms=terms, words="Start a week later, please.", by=cast.client(terms.project), at=cast.NOON
    )
    assert "asks for a change to" in signed_in(ada).get("/").content.decode()
    assert "Read and sign" not in signed_in(them).get("/").content.decode()


def test_only_the_next_milestone_waits_to_be_funded(ada: Person, signed_in: SignedIn) -> None:
    them = carl()
    between(ada, them)
    page = signed_in(them).get("/").content.decode()
    assert page.count("Fund $2,000.00") == 1
    assert "Fund “January”" in page


def test_when_several_may_be_worked_on_all_of_them_wait(ada: Person, signed_in: SignedIn) -> None:
    them = carl()
    between(ada, them, parallel="yes")
    assert signed_in(them).get("/").content.decode().count("Fund $2,000.00") == 3


def test_a_delivery_waits_for_the_client_alone(ada: Person, signed_in: SignedIn) -> None:
    them = carl()
    milestone = cast.delivered(between(ada, them))
    page = signed_in(them).get("/").content.decode()
    assert "Review “January”" in page
    assert f'href="/milestones/{milestone.pk}#delivery"' in page
    assert "Review “January”" not in signed_in(ada).get("/").content.decode()


def test_an_approved_milestone_waits_for_its_payment_then_for_its_receipt(ada: Person, signed_in: SignedIn) -> None:
    them = carl()
    project = between(ada, them, holder="nobody")
    milestone = cast.approved(project)
    assert "Pay $2,000.00 to Ada Lindqvist" in signed_in(them).get("/").content.decode()
    payments.say_sent(milestone=milestone, by=cast.client(project), at=cast.NOON)
    assert "See how to pay" not in signed_in(them).get("/").content.decode()
    assert "Say received" in signed_in(ada).get("/").content.decode()


def test_what_people_typed_is_text(ada: Person, signed_in: SignedIn) -> None:
    them = carl()
    cast.offered(ada, other_email=them.user.email, project_name=CANARY, own_name=CANARY, other_name=CANARY)
    for page in (signed_in(them).get("/"), signed_in(ada).get("/")):
        assert escape(CANARY) in page.content.decode()
        assert "<img src=x" not in page.content.decode()


# -- money ---------------------------------------------------------------------------------------------------


def test_held_due_and_paid_stand_apart_and_currencies_are_never_added_up(ada: Person, signed_in: SignedIn) -> None:
    them = carl()
    euros = [("One", "3.000,00", datetime(2027, 1, 31, tzinfo=UTC).date())]
    paid = cast.approved(between(ada, them))
    cast.settle(Payout.objects.get(milestone=paid), at=cast.NOON)
    cast.funded(between(ada, them, currency="EUR", milestones=euros))
    cast.approved(between(ada, them, holder="nobody"))
    own = list(Party.objects.of(ada.user))
    found = {one.currency: one for one in totals.of(parties=own, at=cast.NOON)}
    assert found["EUR"].held == Money(300_000, "EUR")
    assert not found["EUR"].paid
    assert found["USD"].due == Money(200_000, "USD")
    assert found["USD"].paid == Money(200_000, "USD")
    assert not found["USD"].held
    theirs = {one.currency: one for one in totals.of(parties=[them.party], at=cast.NOON)}
    assert theirs["USD"].side == "client"
    assert theirs["USD"].paid == found["USD"].paid


def test_the_chart_has_the_same_numbers_as_a_table(
    ada: Person, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("milepost.web.access.now", lambda: cast.NOON)
    paid = cast.approved(cast.in_force(ada))
    cast.settle(Payout.objects.get(milestone=paid), at=cast.NOON)
    page = signed_in(ada).get("/").content.decode()
    assert page.count('class="ground"') == 12
    assert page.count('<th scope="row">') == 12
    assert "December 2026 $2,000.00" in text_of(page)


def test_a_year_later_it_is_no_longer_in_the_chart(ada: Person) -> None:
    paid = cast.approved(cast.in_force(ada))
    cast.settle(Payout.objects.get(milestone=paid), at=cast.NOON)
    own = list(Party.objects.of(ada.user))
    (last,) = totals.of(parties=own, at=datetime(2027, 11, 30, 12, tzinfo=UTC))
    assert next(iter(last.months.values())) == Money(200_000, "USD")
    assert totals.of(parties=own, at=datetime(2027, 12, 1, 12, tzinfo=UTC)) == []


# -- weight --------------------------------------------------------------------------------------------------


def test_twelve_statements_however_many_projects(ada: Person, signed_in: SignedIn) -> None:
    browser = signed_in(ada)
    cast.delivered(cast.in_force(ada))
    for _more in range(2):
        with CaptureQueriesContext(connection) as first:
            browser.get("/")
        cast.approved(cast.in_force(ada, holder="nobody"))
        cast.offered(ada)
        with CaptureQueriesContext(connection) as second:
            browser.get("/")
        assert len(second) <= 12, [query["sql"][:120] for query in second]
    assert len(first) == len(second)


def test_looking_changes_nothing(ada: Person, signed_in: SignedIn) -> None:
    cast.delivered(cast.in_force(ada))
    browser = signed_in(ada)
    with CaptureQueriesContext(connection) as seen:
        browser.get("/")
    assert not [query["sql"] for query in seen if not query["sql"].startswith("SELECT")]
