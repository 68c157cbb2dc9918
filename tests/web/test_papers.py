"""The list of invoices: states, filters with counts, whose, search, sums, pages, tables to keep; and who numbers them."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from milepost.actions import payments, people
from milepost.models import Invoice, Party
from milepost.models.base import new_id
from tests import cast, papers
from tests.cast import NOON, Person
from tests.papers import of_project

SignedIn = Callable[..., Client]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """How a contract is set is tried elsewhere."""
    monkeypatch.setattr("milepost.documents.contract.render", lambda said: b"%PDF-1.7")


@pytest.fixture
def year(ada: Person) -> dict[str, Invoice]:
    """One paper in each state, by its project."""
    made = {
        "Overdue": of_project(ada, "Overdue", 40),
        "Sent": of_project(ada, "Sent", 5),
        "Paid": of_project(ada, "Paid", 4),
        "Part": of_project(ada, "Part", 3),
        "Whole": of_project(ada, "Whole", 2, currency="EUR"),
        "Open": of_project(ada, "Open"),
        "Underway": of_project(ada, "Underway", holder="sandbox"),
    }
    papers.paid(cast.fresh(made["Paid"].about.project))
    papers.credited(made["Part"], 50_000)
    papers.credited(made["Whole"], 200_000)
    sent = cast.milestone(made["Sent"].about.project)
    payments.say_sent(milestone=sent, by=cast.client(sent.project), at=NOON)
    return made


def states(response: Any) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in response.context["invoices"]:
        found[row["project"]] = sorted([*found.get(row["project"], []), row["state"]["name"]])
    return found


def rows_of(response: Any) -> list[list[str]]:
    return list(csv.reader(io.StringIO(b"".join(response.streaming_content).decode("utf-8-sig"))))


def counts(response: Any) -> dict[str, int]:
    return {one["label"]: one["count"] for one in response.context["filters"]}


def figures(response: Any) -> list[tuple[str, str]]:
    return [(figure["words"], str(figure["amount"])) for figure in response.context["figures"]]


def carl_of(invoice: Invoice) -> Client:
    """A browser of the client, who has taken an account."""
    user = cast.person("Carl Olsen", f"{new_id('x')}@example.org").user
    Party.objects.filter(pk=invoice.recipient_id).update(email=user.email)
    people.claim(user=user, at=NOON)
    browser = Client()
    browser.force_login(user)
    return browser


# -- states and filters ----------------------------------------------------------------------------------


def test_every_state_is_told_apart(ada: Person, year: dict[str, Invoice], signed_in: SignedIn) -> None:
    response = signed_in(ada).get("/invoices")
    assert states(response) == {
        "Overdue": ["overdue"],
        "Sent": ["sent"],
        "Paid": ["paid"],
        "Part": ["credited_in_part", "note"],
        "Whole": ["credited", "note"],
        "Open": ["to_pay"],
        "Underway": ["underway"],
    }
    page = response.content.decode()
    for words in (
        "Overdue since",
        "Sent, not received yet",
        "Paid",
        "Refunded in part",
        "Payout under way",
        "To be paid by",
    ):
        assert words in page


def test_each_filter_has_its_count_and_shows_as_many(
    ada: Person, year: dict[str, Invoice], signed_in: SignedIn
) -> None:
    browser = signed_in(ada)
    shown = {
        "": "All",
        "open": "To be paid",
        "overdue": "Overdue",
        "paid": "Paid",
        "credited": "Credited",
        "notes": "Credit notes",
    }
    for show, label in shown.items():
        response = browser.get("/invoices", {"show": show} if show else {})
        assert len(response.context["invoices"]) == counts(response)[label] > 0, show
        assert [one["label"] for one in response.context["filters"] if one["current"]] == [label]
    assert counts(browser.get("/invoices")) == {
        "All": 9, "To be paid": 4, "Overdue": 1, "Paid": 2, "Credited": 2, "Credit notes": 2,
    }  # fmt: skip


def test_due_is_today_and_overdue_from_the_day_after(ada: Person, signed_in: SignedIn) -> None:
    invoice = of_project(ada, "Logo", 14)
    assert invoice.due_on == date(2026, 12, 1)
    assert states(signed_in(ada).get("/invoices")) == {"Logo": ["due"]}
    page = carl_of(invoice).get("/invoices").content.decode()
    assert 'class="state overdue"' in page
    assert "Due today" in page


def test_sums_are_told_apart_by_currency_and_side(ada: Person, year: dict[str, Invoice], signed_in: SignedIn) -> None:
    response = signed_in(ada).get("/invoices")
    assert figures(response) == [
        ("given back by you", "EUR 2000.00"),
        ("to be paid to you", "USD 6000.00"),
        ("paid to you", "USD 3500.00"),
        ("given back by you", "USD 500.00"),
    ]
    assert figures(signed_in(ada).get("/invoices?show=overdue")) == [("to be paid to you", "USD 2000.00")]
    assert figures(carl_of(year["Overdue"]).get("/invoices")) == [("to be paid by you", "USD 2000.00")]


def test_search_finds_numbers_projects_and_the_other_side(ada: Person, signed_in: SignedIn) -> None:
    first, second = of_project(ada, "Logo"), of_project(ada, "Website")
    papers.credited(first, 100)
    browser = signed_in(ada)
    assert set(states(browser.get("/invoices?q=logo"))) == {"Logo"}
    assert len(browser.get("/invoices?q=CN-0001").context["invoices"]) == 1
    assert set(states(browser.get(f"/invoices?q={second.number}"))) == {"Website"}
    assert len(browser.get("/invoices?q=Carl").context["invoices"]) == 3
    # One's own name is on every paper: it is nothing to search by.
    nothing = browser.get("/invoices?q=Lindqvist")
    assert not nothing.context["invoices"]
    assert "Nothing here has “Lindqvist”" in nothing.content.decode()
    assert browser.get("/invoices", {"q": "%00\x00'--", "show": "x", "side": "y", "party": "par_x"}).status_code == 200


def test_what_is_issued_and_what_is_received(ada: Person, signed_in: SignedIn) -> None:
    of_project(ada, "Mine")
    of_project(cast.person("Eva", "eva@example.org"), "Theirs", other_email=ada.user.email)
    people.claim(user=ada.user, at=NOON)
    browser = signed_in(ada)
    assert set(states(browser.get("/invoices"))) == {"Mine", "Theirs"}
    assert set(states(browser.get("/invoices?side=issued"))) == {"Mine"}
    assert set(states(browser.get("/invoices?side=received"))) == {"Theirs"}
    words = [figure[0] for figure in figures(browser.get("/invoices"))]
    assert words == ["to be paid by you", "to be paid to you"]


def test_whoever_acts_for_several_sees_all_or_one(ada: Person, mallory: Person, signed_in: SignedIn) -> None:
    facts = people.PartyFacts(
        kind="organisation", legal_name="Studio", postal_address="2 Main Street", email=ada.user.email
    )
    studio = Person(ada.user, people.make_party(user=ada.user, facts=facts, at=NOON))
    of_project(ada, "Hers")
    of_project(studio, "Studio’s")
    browser = signed_in(ada)
    assert set(states(browser.get("/invoices"))) == {"Hers", "Studio’s"}
    for party, name in ((ada.party, "Hers"), (studio.party, "Studio’s")):
        response = browser.get(f"/invoices?party={party.pk}")
        assert set(states(response)) == {name}
        assert f'<option value="{party.pk}" selected>' in response.content.decode()
        assert counts(response)["All"] == 1
    assert set(states(browser.get(f"/invoices?party={mallory.party.pk}"))) == {"Hers", "Studio’s"}


def test_nobody_elses_papers_are_there(
    ada: Person, mallory: Person, year: dict[str, Invoice], signed_in: SignedIn
) -> None:
    browser = signed_in(mallory)
    for query in ("", "?show=paid", f"?party={ada.party.pk}", "?q=PR-0001", "?show=missing"):
        assert not browser.get(f"/invoices{query}").context["invoices"]
    assert browser.get(f"/invoices/{Invoice.objects.get(number='CN-0001').pk}").status_code == 404
    assert "Your invoices will stand here" in browser.get("/invoices").content.decode()


def test_a_credit_note_is_a_page_for_both_sides(ada: Person, year: dict[str, Invoice], signed_in: SignedIn) -> None:
    note = Invoice.objects.get(corrects=year["Part"])
    for browser in (signed_in(ada), carl_of(year["Part"])):
        page = browser.get(f"/invoices/{note.pk}").content.decode()
        assert f"Refund note {note.number}" in page
        assert "A part of" in page
        assert "not a credit note" in page
        page = browser.get(f"/invoices/{year['Part'].pk}").content.decode()
        assert f'href="/invoices/{note.pk}">{note.number}</a>' in page
        assert "$500.00 of this was given back" in page


def test_the_table_has_what_the_page_shows_defused(ada: Person, year: dict[str, Invoice], signed_in: SignedIn) -> None:
    of_project(ada, '=HYPERLINK("https://evil.example")')
    browser = signed_in(ada)
    _head, *rows = rows_of(browser.get("/invoices.csv"))
    assert len(rows) == 10
    assert [row[4] for row in rows if "HYPERLINK" in row[4]] == ['\'=HYPERLINK("https://evil.example")']
    for query in ("?show=credited", "?show=notes&q=Part", "?side=received", "?show=open&q=Overdue"):
        shown = [row["number"] for row in browser.get(f"/invoices{query}").context["invoices"]]
        assert [row[0] for row in rows_of(browser.get(f"/invoices.csv{query}"))[1:]] == shown
    (note,) = [row for row in rows if row[4] == "Part" and row[8] == "note"]
    assert note[9:] == ["USD", "500.00", "", "0.00", year["Part"].number]
    assert browser.get("/invoices?show=missing").context["export"] == ""
