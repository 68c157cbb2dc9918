"""Where Ada is paid, and how Carl pays her: on a phone and on a desktop, light and dark, with the code that a bank reads."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
import zxingcpp
from django.conf import settings
from django.test import Client
from PIL import Image
from playwright.sync_api import Page, expect

from milepost.actions import invoices, payee
from milepost.core.references import structured_reference
from milepost.models import Milestone
from tests import cast
from tests.browser.site import Site, look
from tests.payees import GROUPED, IBAN, OTHER, account, stated
from tests.web.entering import enter as entered

pytestmark = pytest.mark.browser

LOOKS = [("phone", "light"), ("phone", "dark"), ("desktop", "light"), ("desktop", "dark")]


def enter(site: Site, person: cast.Person, size: str = "desktop", theme: str = "light") -> Page:
    """A browser in which somebody has just signed in."""
    page, known = site.page(size, theme), entered(Client(), person.user)
    name = settings.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": known.cookies[name].value, "url": site.url}])
    return page


def to_pay(ada: cast.Person, carl: cast.Person, days_ago: float, currency: str = "EUR") -> Milestone:
    """Approved so many days ago, to be paid directly."""
    begun = cast.now() - timedelta(days=days_ago)
    said = {"start_on": begun.date().isoformat(), "currency": currency, "other_email": carl.user.email}
    project = cast.in_force(ada, at=begun, holder="nobody", **said)
    milestone = cast.approved(project, at=begun)
    invoices.issue(milestone=milestone, at=begun)
    return cast.milestone(project)


def test_ada_states_where_she_is_paid(site: Site) -> None:
    ada = cast.ada()
    page = enter(site, ada, "phone")
    page.goto("/settings")
    page.get_by_role("link", name="Payment details").click()
    expect(page.get_by_label("BIC")).to_be_visible()
    page.get_by_text("Another kind of number").click()
    expect(page.get_by_label("BIC")).to_be_hidden()
    page.get_by_text("An IBAN").click()
    page.get_by_label("IBAN", exact=True).fill(GROUPED.replace("7466", "7467"))
    page.get_by_label("BIC").fill("COBADEFF")
    page.get_by_role("button", name="Keep these details").click()
    expect(page.get_by_text("check digits don’t fit").last).to_be_visible()
    expect(page.get_by_label("IBAN", exact=True)).to_have_value(GROUPED.replace("7466", "7467"))
    look(page, "payee-refused")
    page.get_by_label("IBAN", exact=True).fill(GROUPED)
    page.get_by_label("BIC").fill("HANDSESS")
    page.get_by_role("button", name="Keep these details").click()
    expect(page.get_by_text(GROUPED)).to_be_visible()
    found = payee.needed(ada.party, cast.now())
    assert payee.reveal(found) == account(bic="HANDSESS")


def test_a_change_waits_where_everybody_sees_it(site: Site) -> None:
    ada = cast.ada()
    stated(ada, at=cast.now() - timedelta(days=30), bic="HANDSESS")
    stated(ada, at=cast.now() - timedelta(hours=5), iban=OTHER)
    for size, theme in LOOKS:
        page = enter(site, ada, size, theme)
        page.goto(f"/parties/{ada.party.pk}/payee")
        expect(page.get_by_text("Other details hold from")).to_be_visible()
        page.get_by_text("has stated so far").click()
        look(page, f"payee-{size}-{theme}")
    page.get_by_role("button", name="Take them back").click()
    expect(page.get_by_text("The details that held before hold on.")).to_be_visible()
    assert payee.pending(ada.party, cast.now()) is None


def test_carl_pays_by_what_the_page_says(site: Site) -> None:
    ada, carl = cast.ada(), cast.person("Carl Olsen", "carl-pays@example.org")
    stated(ada, at=cast.now() - timedelta(days=60), bic="HANDSESS")
    late, due = to_pay(ada, carl, 30), to_pay(ada, carl, 2)
    stated(ada, at=cast.now() - timedelta(days=1), iban=OTHER)
    site.work()
    for size, theme in LOOKS:
        page = enter(site, carl, size, theme)
        for name, milestone in {"late": late, "due": due}.items():
            page.goto(f"/milestones/{milestone.pk}/account")
            expect(page.get_by_text(GROUPED)).to_be_visible()
            look(page, f"pay-{name}-{size}-{theme}")
            reads_the_payment(page, milestone)
            page.goto(f"/milestones/{milestone.pk}")
            look(page, f"pay-{name}-milestone-{size}-{theme}")
        page.goto("/")
        look(page, f"pay-home-{size}-{theme}")
    page.goto(f"/milestones/{late.pk}/account")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy the IBAN").click()
    expect(page.get_by_text("Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == IBAN
    page.get_by_role("button", name="I have sent €2,000.00").click()
    expect(page.get_by_role("button", name="Undo: it was not sent")).to_be_visible()
    look(page, "pay-sent")
    page.get_by_role("button", name="Undo: it was not sent").click()
    expect(page.get_by_role("button", name="I have sent €2,000.00")).to_be_visible()


def reads_the_payment(page: Page, milestone: Milestone) -> None:
    """A telephone before this very screen fills in the very transfer."""
    picture = Image.open(io.BytesIO(page.locator(".paycode svg").screenshot()))
    (found,) = zxingcpp.read_barcodes(picture)
    reference = structured_reference(milestone.pk)
    lines = ["BCD", "002", "1", "SCT", "HANDSESS", "Ada Lindqvist", IBAN, "EUR2000.00", "", reference]
    assert found.text.split("\n") == lines


def test_without_scripts_the_page_says_the_same(site: Site) -> None:
    ada, carl = cast.ada(), cast.person("Carl Olsen", "carl-reads@example.org")
    milestone = to_pay(ada, carl, 1, "USD")
    context = site.browser.new_context(base_url=site.url, java_script_enabled=False)
    site.contexts.append(context)
    known = entered(Client(), carl.user)
    name = settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": known.cookies[name].value, "url": site.url}])
    page = context.new_page()
    page.goto(f"/milestones/{milestone.pk}/account")
    expect(page.get_by_text("Not given here yet")).to_be_visible()
    expect(page.get_by_role("button", name="Copy the reference")).to_be_hidden()
