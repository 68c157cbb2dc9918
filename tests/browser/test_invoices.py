"""Invoices as both sides see them: the list, each kind of paper, numbers of one's own."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, expect

from milepost.actions import payments
from milepost.jobs import audit
from milepost.models import Invoice, Party, Project
from tests import cast, papers
from tests.browser.site import Site, look
from tests.payees import stated

pytestmark = pytest.mark.browser

LOOKS = [("phone", "light"), ("phone", "dark"), ("desktop", "light"), ("desktop", "dark")]


def enter(site: Site, person: cast.Person, size: str = "desktop", theme: str = "light") -> Page:
    """A browser in which somebody is signed in already."""
    known = Client()
    known.force_login(person.user)
    page = site.page(size, theme)
    name = settings.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": known.cookies[name].value, "url": site.url}])
    return page


def begun(ada: cast.Person, at: datetime, name: str, **typed: Any) -> Project:
    said = {"start_on": (at - timedelta(days=3)).date().isoformat(), "project_name": name, "holder": "nobody"}
    return cast.in_force(ada, at=at, **said | typed)


def issued(ada: cast.Person, days_ago: int, name: str, **typed: Any) -> Invoice:
    return papers.of_project(ada, name, days_ago, at=cast.now(), **typed)


def test_a_year_of_papers(site: Site) -> None:
    """Every state of the list, every kind of paper, at both sizes, light and dark."""
    ada, now = cast.ada(), cast.now()
    stated(ada, at=now - timedelta(days=40))
    tax = {"tax_treatment": "standard", "tax_rate": "25", "other_name": "Carl & Sons AB"}
    issued(ada, 30, "Brand book")
    Party.objects.filter(pk=ada.party.pk).update(tax_id="SE556677889901")
    late = issued(ada, 20, "Social content, January to March", **tax)
    paid = issued(ada, 9, "Website for the summer fair", **tax)
    part = papers.credited(issued(ada, 8, "Photographs", **tax), 66_667, at=now)
    papers.credited(issued(ada, 7, "A poster"), 200_000, at=now)
    due = issued(ada, 0, "Newsletter", tax_treatment="exempt", tax_reason="Reverse charge: the recipient owes the VAT.")
    sent = issued(ada, 5, "Menu cards", currency="EUR", **tax)
    papers.paid(cast.fresh(paid.about.project), at=now)
    payments.say_sent(milestone=cast.milestone(sent.about.project), by=cast.client(sent.about.project), at=now)
    site.work()
    for size, theme in LOOKS:
        page = enter(site, ada, size, theme)
        page.goto("/invoices")
        expect(page.get_by_text("Overdue since").first).to_be_visible()
        look(page, f"invoices-{size}-{theme}")
        for name, invoice in {"late": late, "note": part, "due": due}.items():
            page.goto(f"/invoices/{invoice.pk}")
            look(page, f"invoice-{name}-{size}-{theme}")
        page.goto(f"/parties/{ada.party.pk}/numbering")
        look(page, f"numbering-{size}-{theme}")
    page.goto("/invoices?show=overdue&side=issued")
    expect(page.get_by_role("row")).to_have_count(3)
    page.goto("/invoices?show=credited&q=poster")
    expect(page.get_by_text("Refunded in full")).to_be_visible()
    assert list(audit.findings(at=cast.now())) == []


def test_ada_adds_an_invoice_of_her_own(site: Site) -> None:
    ada, now = papers.elsewhere(cast.ada()), cast.now()
    project = begun(ada, now - timedelta(days=2), "Annual report")
    cast.approved(project, at=now)
    site.work()
    for size, theme in LOOKS:
        page = enter(site, ada, size, theme)
        page.goto("/")
        expect(page.get_by_text("Add your invoice for “January”")).to_be_visible()
        page.goto("/invoices?show=missing")
        look(page, f"missing-{size}-{theme}")
        page.get_by_role("link", name="Add the number").click()
        look(page, f"own-{size}-{theme}")
    page.get_by_label("Number of your invoice").fill("№ 14")
    page.get_by_label("The PDF").set_input_files({"name": "14.pdf", "mimeType": "application/pdf", "buffer": b"MZ no"})
    page.get_by_role("button", name="Add the invoice").click()
    expect(page.get_by_text("letters from A to Z").first).to_be_visible()
    look(page, "own-refused")
    page.get_by_label("Number of your invoice").fill("2027/014")
    page.get_by_label("The PDF").set_input_files(
        {"name": "14.pdf", "mimeType": "application/pdf", "buffer": papers.PDF}
    )
    page.get_by_role("button", name="Add the invoice").click()
    expect(page.get_by_text("Added: 2027/014.")).to_be_visible()
    look(page, "own-added")
    assert "Its PDF is on the page" in site.mail(project.client.email, "Invoice 2027/014")
