"""One invoice: as a page, and as the paper to keep."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape

from milepost.actions import invoices, payments
from milepost.models import Invitation, Invoice, Party, Project
from milepost.web import access
from tests import cast
from tests.cast import Person
from tests.payees import IBAN, stated

SignedIn = Callable[..., Client]
CANARY = '<img src=x onerror="alert(1)">{{ 7|add:7 }}'
PDF = b"%PDF-1.7 a paper"


def issued(ada: Person, **typed: object) -> Invoice:
    project = cast.in_force(ada, **{"holder": "nobody"} | typed)
    return invoices.issue(milestone=cast.approved(project), at=cast.NOON)


def guest_of(project: Project) -> Client:
    """A browser in which the client's link was opened."""
    invitation = Invitation.objects.filter(project=project).latest("made_at")
    Invitation.objects.filter(pk=invitation.pk).update(expires_at=access.now() + timedelta(days=30))
    browser = Client()
    session = browser.session
    session[access.GUEST] = invitation.pk
    session.save()
    return browser


def test_it_says_what_was_known_when_it_was_issued(ada: Person, signed_in: SignedIn) -> None:
    invoice = issued(ada)
    Party.objects.filter(pk=ada.party.pk).update(legal_name="Another Name", postal_address="Elsewhere")
    page = signed_in(ada).get(f"/invoices/{invoice.pk}").content.decode()
    assert "Payment request PR-0001" in page
    assert "not an invoice" in page
    assert "Ada Lindqvist" in page
    assert "Elsewhere" not in page
    assert "$2,000.00" in page
    assert "To be paid" in page


def test_the_tax_that_is_contained_is_shown(ada: Person, signed_in: SignedIn) -> None:
    Party.objects.filter(pk=ada.party.pk).update(tax_id="SE556000-0001")
    invoice = issued(ada, tax_treatment="standard", tax_rate="25")
    page = signed_in(ada).get(f"/invoices/{invoice.pk}").content.decode()
    assert "Invoice INV-0001" in page
    assert "$1,600.00" in page
    assert "Tax included, 25 %" in page
    assert "$400.00" in page
    assert "SE556000-0001" in page


def test_paid_is_what_the_freelancer_said(ada: Person, signed_in: SignedIn) -> None:
    invoice = issued(ada)
    project = invoice.milestone.project
    payments.say_received(milestone=cast.milestone(project), by=cast.freelancer(project), at=cast.NOON)
    page = signed_in(ada).get(f"/invoices/{invoice.pk}").content.decode()
    assert "Paid</span>" in page
    assert "See how to pay" not in page


def test_both_sides_see_it_and_nobody_else(ada: Person, mallory: Person, signed_in: SignedIn) -> None:
    invoice = issued(ada)
    invoices.keep_paper(invoice=invoice, pdf=PDF, at=cast.NOON)
    elsewhere = guest_of(issued(ada).milestone.project)
    for path in (f"/invoices/{invoice.pk}", f"/invoices/{invoice.pk}/paper"):
        for browser in (signed_in(ada), guest_of(invoice.milestone.project)):
            response = browser.get(path)
            assert response.status_code == 200
            b"".join(response) if response.streaming else response.content
        assert signed_in(mallory).get(path).status_code == 404
        assert elsewhere.get(path).status_code == 404
        assert Client().get(path).headers["Location"] == f"/accounts/login/?next={path}"


def test_bank_details_are_not_on_it(ada: Person, signed_in: SignedIn) -> None:
    stated(ada)
    invoice = issued(ada)
    for browser in (signed_in(ada), guest_of(invoice.milestone.project)):
        page = browser.get(f"/invoices/{invoice.pk}").content.decode()
        assert f"account ending in {IBAN[-4:]}" in page
        assert IBAN[4:-4] not in page.replace(" ", "")


def test_the_paper_is_a_file_that_runs_nothing(ada: Person, signed_in: SignedIn) -> None:
    invoice = issued(ada)
    browser = signed_in(ada)
    assert browser.get(f"/invoices/{invoice.pk}/paper").status_code == 404
    assert b"The PDF is being made." in browser.get(f"/invoices/{invoice.pk}").content
    invoices.keep_paper(invoice=invoice, pdf=PDF, at=cast.NOON)
    response = browser.get(f"/invoices/{invoice.pk}/paper")
    assert b"".join(response.streaming_content) == PDF  # type: ignore[attr-defined]
    assert response.headers["Content-Type"] == "application/pdf"
    assert response.headers["Content-Disposition"] == 'attachment; filename="PR-0001.pdf"'
    assert "sandbox" in response.headers["Content-Security-Policy"]
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_what_people_typed_is_text(ada: Person, signed_in: SignedIn) -> None:
    rows = [(CANARY, "2,000.00", cast.NOON.date()), ("Rest", "2,000.00", cast.NOON.date())]
    invoice = issued(ada, project_name=CANARY, milestones=rows)
    page = signed_in(ada).get(f"/invoices/{invoice.pk}").content.decode()
    assert escape(CANARY) in page
    assert "<img src=x" not in page


@pytest.mark.parametrize("id", ["inv_" + "0" * 26, "prj_x", "%00", "..", "'--"])
def test_an_invoice_that_is_none_is_not_there(ada: Person, signed_in: SignedIn, id: str) -> None:
    assert signed_in(ada).get(f"/invoices/{id}").status_code == 404


def test_looking_changes_nothing_and_asks_little(ada: Person, signed_in: SignedIn) -> None:
    invoice = issued(ada)
    browser = signed_in(ada)
    with CaptureQueriesContext(connection) as seen:
        browser.get(f"/invoices/{invoice.pk}")
    assert len(seen) <= 12
    assert not [query["sql"] for query in seen if not query["sql"].startswith("SELECT")]
