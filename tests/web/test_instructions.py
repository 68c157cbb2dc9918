"""The page that says how something is paid: to whom, where, under which reference, by when."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from milepost.actions import funding, invoices
from milepost.core.references import grouped, structured_reference
from milepost.models import Funding, Milestone, Project
from milepost.web.templatetags.milepost import day_words
from tests import cast
from tests.cast import NOON, Person
from tests.payees import GROUPED, IBAN, OTHER, stated
from tests.sending import ACCOUNT
from tests.web import readers
from tests.web.milestones import at, opened, status
from tests.web.readers import coded, text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


def to_pay(ada: Person, **typed: Any) -> tuple[Project, Milestone]:
    """A milestone of Ada's that is approved and paid directly."""
    project, _ = opened(ada, **{"currency": "EUR"} | typed)
    return project, cast.approved(project)


def deposit(ada: Person, **facts: Any) -> Funding:
    """A deposit that was asked for; Ada stated her account with it."""
    project = cast.in_force(ada, holder="freelancer", **facts)
    return funding.fund(milestone=cast.milestone(project), by=cast.client(project), at=NOON)


def funding_at(asked: Funding, deed: str = "") -> str:
    return f"/fundings/{asked.pk}" + (f"/{deed}" if deed else "")


# -- who sees the account -------------------------------------------------------------------------------


def test_a_guest_sees_the_account_after_the_code_alone(ada: Person) -> None:
    stated(ada)
    project, milestone = to_pay(ada)
    client = readers.guest(project)
    page = client.get(at(milestone, "account"))
    assert page.status_code == 200
    for shown in (
        page,
        client.get(at(milestone)),
        client.get(f"/projects/{project.pk}"),
        client.post(at(milestone, "account")),
    ):
        assert GROUPED not in text(shown)
        assert IBAN[-4:] not in text(shown)
        assert 'class="paycode"' not in text(shown)
    shown = coded(client, at(milestone, "account"))
    assert GROUPED in text(shown)
    assert shown.headers["Cache-Control"] == page.headers["Cache-Control"] == "no-store"
    assert GROUPED not in text(client.get(at(milestone, "account")))


def test_a_signed_in_client_sees_the_account_once_there_is_something_to_pay(ada: Person) -> None:
    stated(ada)
    carl = cast.person("Carl Olsen", "carl-pays@example.org")
    project, milestone = opened(ada, other_email=carl.user.email)
    client = readers.signed_in(carl, fresh=False)
    assert client.get(at(milestone, "account")).headers["Location"] == at(milestone)
    cast.approved(project)
    assert GROUPED in text(client.get(at(milestone, "account")))
    assert f'href="{at(milestone, "account")}"' in text(client.get(at(milestone)))
    assert GROUPED not in text(client.get(at(milestone)))


def test_strangers_and_other_guests_are_told_nothing(ada: Person) -> None:
    asked = deposit(ada)
    _, milestone = to_pay(ada)
    elsewhere = readers.guest(cast.in_force(cast.person("Eva", "eva@example.org")))
    for path in (at(milestone, "account"), funding_at(asked)):
        for browser in (readers.mallory(), elsewhere):
            assert browser.get(path).status_code == 404
        assert Client().get(path).headers["Location"].startswith("/accounts/login/")
    for path in (at(milestone, "account"), funding_at(asked, "account"), funding_at(asked, "payments")):
        for browser in (readers.mallory(), elsewhere):
            assert browser.post(path).status_code == 404


def test_a_code_for_one_milestone_shows_nothing_of_another(ada: Person) -> None:
    stated(ada)
    project, milestone = to_pay(ada, parallel="yes")
    other, client = cast.approved(project, 2), readers.guest(project)
    client.post(at(milestone, "account"))
    refused = client.post(at(other, "account"), {"code": readers.digits()})
    assert refused.status_code == 422
    assert GROUPED not in text(refused)


def test_the_freelancer_sees_what_the_client_is_told(ada: Person) -> None:
    stated(ada)
    _, milestone = to_pay(ada)
    page = text(readers.signed_in(ada).get(at(milestone, "account")))
    assert GROUPED in page
    assert "I have sent" not in page
    assert readers.signed_in(ada).post(at(milestone, "account")).status_code == 403


def test_where_to_pay_is_not_known_yet_and_both_are_told(ada: Person) -> None:
    project, milestone = to_pay(ada)
    assert "Not given here yet" in text(readers.guest(project).get(at(milestone, "account")))
    assert "You have not said where to pay" in text(readers.signed_in(ada).get(at(milestone)))
    assert "You have not said where to pay" in text(readers.signed_in(ada).get(at(milestone, "account")))


# -- what it says -------------------------------------------------------------------------------------------


def test_it_says_all_that_a_bank_asks_for(ada: Person) -> None:
    stated(ada, bic="HANDSESS")
    project, milestone = to_pay(ada)
    invoice = invoices.issue(milestone=milestone, at=NOON)
    page = text(coded(readers.guest(project), at(milestone, "account")))
    for words in (
        "Pay €2,000.00 to Ada Lindqvist",
        GROUPED,
        "HANDSESS",
        grouped(structured_reference(milestone.pk)),
        invoice.number,
        f'data-copy="{structured_reference(milestone.pk)}"',
        f'data-copy="{IBAN}"',
        'class="paycode"',
        day_words(invoice.due_on),
    ):
        assert words in page, words


def test_without_euros_or_an_iban_there_is_no_code_and_the_words_are_enough(ada: Person) -> None:
    stated(ada)
    project, milestone = to_pay(ada, currency="USD")
    page = text(coded(readers.guest(project), at(milestone, "account")))
    assert GROUPED in page
    assert "paycode" not in page


def test_an_account_in_lines_is_shown_as_typed(ada: Person) -> None:
    stated(ada, iban="", lines="Account 12345678\nRouting <021000021>")
    project, milestone = to_pay(ada)
    page = text(coded(readers.guest(project), at(milestone, "account")))
    assert "Account 12345678\nRouting &lt;021000021&gt;" in page
    assert "paycode" not in page


def test_what_was_asked_for_keeps_the_account_that_it_was_asked_with(ada: Person) -> None:
    asked = deposit(ada)
    project, milestone = to_pay(ada)
    invoices.issue(milestone=milestone, at=NOON)
    stated(ada, iban=OTHER)
    places = [(project, at(milestone, "account"), at(milestone, "account"))]
    places += [(asked.milestone.project, funding_at(asked), funding_at(asked, "account"))]
    for days, (whose, seen, shown) in enumerate(places, start=4):
        page = text(readers.guest(whose).get(seen))
        assert "has stated other payment details" in page
        assert "stated by Ada Lindqvist" in page
        with time_machine.travel(NOON + timedelta(days=days), tick=False):
            page = text(coded(readers.guest(whose), shown))
            assert "has changed the payment details" in page
            assert "keeps the account that it was asked with" in page
            assert "Account ending in 3000" in page
        assert OTHER[4:-4] not in page.replace(" ", "")


def test_a_lost_key_is_said_and_breaks_no_page(ada: Person, settings: Any, tmp_path: Any) -> None:
    stated(ada)
    _, milestone = to_pay(ada)
    settings.KEYS = tmp_path
    page = readers.signed_in(ada).get(at(milestone, "account"))
    assert page.status_code == 200
    assert "run its doctor" in text(page)


# -- paid in advance ------------------------------------------------------------------------------------------


def test_a_deposit_is_paid_to_the_freelancers_account(ada: Person) -> None:
    asked = deposit(ada, currency="EUR")
    client = readers.guest(asked.milestone.project)
    seen = text(client.get(funding_at(asked)))
    assert "Pay €2,000.00 to Ada Lindqvist" in seen
    assert ACCOUNT.iban[4:-4] not in seen.replace(" ", "")
    page = text(coded(client, funding_at(asked, "account")))
    assert ACCOUNT.iban in page.replace(" ", "")
    assert grouped(structured_reference(asked.pk)) in page


def test_a_custodians_account_stands_in_the_terms(ada: Person) -> None:
    asked = funding.fund(
        milestone=cast.milestone(project := cast.in_force(ada, holder="custodian")), by=cast.client(project), at=NOON
    )
    page = text(coded(readers.guest(project), funding_at(asked, "account")))
    assert ACCOUNT.iban in page.replace(" ", "")
    assert "stands in the terms that both have signed" in page
    cora = cast.holds(project)
    assert cora.party == project.custodian_id


def test_pretend_money_is_paid_to_no_account(ada: Person) -> None:
    project = cast.in_force(ada)
    asked = funding.fund(milestone=cast.milestone(project), by=cast.client(project), at=NOON)
    assert readers.guest(project).get(funding_at(asked)).headers["Location"] == at(asked.milestone)


# -- sent, and said by mistake -----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["deposit", "direct"])
def test_a_mistake_is_undone_at_once_and_later(ada: Person, kind: str) -> None:
    if kind == "deposit":
        asked = deposit(ada)
        project, page, say = asked.milestone.project, funding_at(asked), funding_at(asked, "payments")
    else:
        project, milestone = to_pay(ada)
        page, say = at(milestone, "account"), at(milestone, "payments")
    client = readers.guest(project)
    assert coded(client, say).headers["Location"] == page
    assert "Undo: it was not sent" in text(client.get(page))
    with time_machine.travel(NOON + timedelta(minutes=11), tick=False):
        later = text(client.get(page))
        assert "Undo: it was not sent" not in later
        assert "It was not sent: take this back" in later
        assert client.post(f"{say}/undo").headers["Location"] == page
        assert "I have sent" in text(client.get(page))
        assert client.post(f"{say}/undo").status_code == 409


def test_the_freelancer_says_nothing_for_the_client(ada: Person) -> None:
    asked = deposit(ada)
    browser = readers.signed_in(ada)
    assert browser.post(funding_at(asked, "payments")).status_code == 403
    assert browser.post(funding_at(asked, "payments/undo")).status_code == 403
    assert status(asked.milestone) == "planned"


# -- due ------------------------------------------------------------------------------------------------------------


def test_overdue_is_said_to_both_until_it_is_said_to_be_sent(ada: Person) -> None:
    stated(ada)
    project, milestone = to_pay(ada)
    days = project.agreed.said.payment_days
    with time_machine.travel(NOON + timedelta(days=days), tick=False):
        assert "overdue" not in text(readers.guest(project).get(at(milestone)))
    with time_machine.travel(NOON + timedelta(days=days + 1), tick=False):
        client, own = readers.guest(project), readers.signed_in(ada)
        for page in (client.get(at(milestone)), client.get(at(milestone, "account")), own.get(at(milestone))):
            assert f"overdue since {day_words(NOON.date() + timedelta(days=days))}" in text(page)
        coded(client, at(milestone, "payments"))
        for page in (client.get(at(milestone)), client.get(at(milestone, "account")), own.get(at(milestone))):
            assert "overdue" not in text(page)
