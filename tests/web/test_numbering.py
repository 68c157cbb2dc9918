"""Who numbers papers: a missing number on both sides' pages, the page that adds it, the page of prefixes and series."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from milepost.actions import people
from milepost.models import Invoice, Party, User
from tests import cast, papers
from tests.cast import NOON, Person
from tests.papers import of_project

SignedIn = Callable[..., Client]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


def test_a_missing_number_is_the_freelancers_to_add_and_the_clients_to_wait_for(
    ada: Person, signed_in: SignedIn
) -> None:
    milestone = cast.approved(cast.in_force(papers.elsewhere(ada), holder="nobody", project_name="Logo"))
    browser = signed_in(ada)
    assert {one["label"]: one["count"] for one in browser.get("/invoices").context["filters"]} == {
        "All": 0,
        "Own number missing": 1,
    }
    (row,) = browser.get("/invoices?show=missing").context["invoices"]
    assert (row["href"], row["state"]["words"]) == (f"/milestones/{milestone.pk}/invoices", "Own number missing")
    assert "Add your invoice for “January”" in browser.get("/").content.decode()
    client = Client()
    client.force_login(cast.person("Carl", milestone.project.client.email).user)
    people.claim(user=User.objects.get(email=milestone.project.client.email), at=NOON)
    (row,) = client.get("/invoices?show=missing").context["invoices"]
    assert (row["href"], row["state"]["words"]) == (f"/milestones/{milestone.pk}", "To come from Ada Lindqvist")
    page = client.get(f"/milestones/{milestone.pk}").content.decode()
    assert "The invoice is to come from Ada Lindqvist" in page
    assert "See how to pay" in page


def test_the_page_asks_adds_and_is_gone(ada: Person, signed_in: SignedIn) -> None:
    milestone = cast.approved(cast.in_force(papers.elsewhere(ada), holder="nobody"))
    browser, path = signed_in(ada), f"/milestones/{milestone.pk}/invoices"
    assert "Add your invoice" in browser.get(path).content.decode()
    refused = browser.post(path, {"number": "№ 1", "issued_on": "2027-01-01"})
    assert refused.status_code == 422
    page = refused.content.decode()
    assert 'value="№ 1"' in page
    assert 'value="2027-01-01"' in page
    assert 'id="number_error"' in page
    assert 'id="issued_on_error"' in page
    added = browser.post(path, {"number": "2027-1", "issued_on": "2026-12-01", "pdf": papers.upload()})
    assert added.headers["Location"] == f"/milestones/{milestone.pk}"
    invoice = Invoice.objects.get()
    response = browser.get(f"/invoices/{invoice.pk}/paper")
    assert b"".join(response.streaming_content) == papers.PDF  # type: ignore[attr-defined]
    assert response.headers["Content-Disposition"] == 'attachment; filename="2027-1.pdf"'
    assert "sandbox" in response.headers["Content-Security-Policy"]
    assert browser.get(path).headers["Location"] == f"/milestones/{milestone.pk}"
    assert "numbered this elsewhere" in browser.get(f"/invoices/{invoice.pk}").content.decode()


def test_a_forged_party_can_not_be_numbered(ada: Person, mallory: Person, signed_in: SignedIn) -> None:
    typed = {"issues": "own", "prefix_invoice": "M-"}
    assert signed_in(mallory).post(f"/parties/{ada.party.pk}/numbering", typed).status_code == 404
    assert Party.objects.get(pk=ada.party.pk).issues_here


def test_the_page_of_numbers_keeps_what_was_left_as_it_was(ada: Person, signed_in: SignedIn) -> None:
    browser, path = signed_in(ada), f"/parties/{ada.party.pk}/numbering"
    typed = {"issues": "here", "prefix_invoice": "I-", "prefix_payment_request": "2027-", "prefix_credit_note": "C-"}
    typed |= {
        f"{word}_{kind}": "1" for word in ("next", "was") for kind in ("invoice", "payment_request", "credit_note")
    }
    of_project(ada, "Logo")
    assert browser.post(path, typed).headers["Location"] == path
    assert of_project(ada, "Website").number == "2027-0002"
    refused = browser.post(path, typed | {"next_payment_request": "2"})
    assert refused.status_code == 422
    assert "3 at least" in refused.content.decode()
    assert 'value="2"' in refused.content.decode()
