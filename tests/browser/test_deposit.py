"""Deposits in two browsers: in parts, earned by approval, too much sent back, and a part given back after the end."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from milepost.actions import books
from milepost.core.money import Money
from milepost.models import Project
from milepost.models.base import new_id
from tests import cast, payees
from tests.browser.by_hand import asked, at_the_door, coded, done, fresh, noted, proposed, said_sent, seen, signed
from tests.browser.site import Site, look
from tests.stories.balance import balanced

pytestmark = pytest.mark.browser

ROWS = [("Coast", "2,000.00"), ("Islands", "1,000.00")]


def euro(minor: int) -> Money:
    return Money(minor, "EUR")


def in_parts(site: Site, ada: Page, carl: Page, project: Project, email: str) -> None:
    """A part, then the rest; with the approval it is earned, and the milestone closed."""
    first = fresh(project, 1)
    asked(carl, first)
    look(carl, "deposit-instruction")
    said_sent(site, carl, "2,000.00", email)
    ada.goto("/")
    ada.get_by_role("link", name="Say what arrived").click()
    look(ada, "deposit-arrived")
    noted(ada, "800")
    expect(ada.get_by_text("€800.00 of €2,000.00 has arrived").first).to_be_visible()
    carl.goto(f"/milestones/{first.pk}")
    seen("deposit-part", ("ada", ada), ("carl", carl))
    carl.get_by_role("link", name="See how to pay").click()
    said_sent(site, carl, "1,200.00", email)
    ada.goto(f"/milestones/{first.pk}")
    ada.get_by_role("link", name="Say what arrived").click()
    expect(ada.get_by_label("Amount")).to_have_value("1200.00")
    noted(ada, "1200")
    assert fresh(project, 1).status == "open"
    ada.goto(f"/milestones/{first.pk}")
    look(ada, "deposit-open-ada")
    done(site, ada, carl, first, email)
    assert fresh(project, 1).status == "closed", "approved is earned, and closed at once"
    seen("deposit-closed", ("carl", carl))


def with_too_much(site: Site, ada: Page, carl: Page, project: Project, email: str) -> None:
    """Ada owes back what came too much: she says sent, and it counts once the client says that it came."""
    second = fresh(project, 2)
    asked(carl, second)
    said_sent(site, carl, "1,000.00", email)
    ada.goto(f"/milestones/{second.pk}")
    ada.get_by_role("link", name="Say what arrived").click()
    noted(ada, "1,150.00")
    expect(ada.get_by_role("heading", name="Send €150.00 back to Berg AB")).to_be_visible()
    look(ada, "deposit-owed-ada")
    ada.get_by_role("link", name="See where to").click()
    ada.get_by_role("button", name="I have sent €150.00").click()
    expect(ada.get_by_text("You said that it was sent. It counts once")).to_be_visible()
    look(ada, "deposit-refund-ada")
    returned(site, carl, second.pk, "150.00", email, "deposit-refund-carl")
    done(site, ada, carl, second, email)
    assert fresh(project, 2).status == "closed"


def returned(site: Site, carl: Page, milestone: str, amount: str, email: str, picture: str) -> None:
    """The client finds what was said to be sent back, and says that it arrived."""
    carl.goto(f"/milestones/{milestone}")
    carl.get_by_role("link", name="Look and say").click()
    look(carl, picture)
    carl.get_by_role("button", name=f"€{amount} has arrived").click()
    coded(site, carl, email)
    expect(carl.get_by_text("Refunded, and booked.")).to_be_visible()


def given_back(site: Site, ada: Page, carl: Page, project: Project, email: str) -> None:
    """After the end Ada gives a part back; its credit note stands on the page."""
    first = fresh(project, 1)
    ada.goto(f"/milestones/{first.pk}")
    ada.get_by_text("Give money back").click()
    form = ada.locator("#give-back")
    form.get_by_label("Amount").fill("9,999.00")
    form.get_by_label("Why").fill("One map less than agreed.")
    form.get_by_role("button", name="Give it back").click()
    expect(ada.locator("#give-back-amount_error")).to_be_visible()
    look(ada, "deposit-give-back-refused")
    ada.locator("#give-back").get_by_label("Amount").fill("100.00")
    ada.locator("#give-back").get_by_role("button", name="Give it back").click()
    ada.wait_for_url("**/refunds/*")
    ada.get_by_role("button", name="I have sent €100.00").click()
    returned(site, carl, first.pk, "100.00", email, "deposit-give-back-carl")
    site.work()
    for who, page in (("ada", ada), ("carl", carl)):
        page.goto(f"/milestones/{first.pk}")
        look(page, f"deposit-given-back-{who}")
        page.get_by_role("link", name=re.compile("^INV-")).click()
        page.get_by_role("link", name=re.compile("^CN-")).click()
        expect(page.get_by_role("heading", name="Credit note CN-0001")).to_be_visible()
        look(page, f"deposit-credit-note-{who}")


def test_a_deposit_from_the_proposal_to_the_closed_project_and_a_part_of_it_back(site: Site) -> None:
    # With her tax number, and a tax line in the terms, what she issues is an invoice.
    ada = cast.person("Ada Lindqvist", f"ada-{new_id('x')[-8:]}@example.org", tax_id="SE850101123401")
    payees.stated(ada, bic="ESSESESS", at=cast.now())
    email = f"berg-{ada.party.pk[-6:]}@example.org"
    at_desk, on_phone = at_the_door(site, ada), site.page("phone", "dark")
    proposed(at_desk, email, "Deposit, paid to", ROWS, taxed=True)
    project = signed(site, on_phone, email)
    in_parts(site, at_desk, on_phone, project, email)
    with_too_much(site, at_desk, on_phone, project, email)
    for page in (at_desk, on_phone):
        page.goto(f"/projects/{project.pk}")
        expect(page.get_by_role("heading", name="Everything is done")).to_be_visible()
    given_back(site, at_desk, on_phone, project, email)
    money = books.money_of(cast.fresh(project))[fresh(project, 1).pk]
    assert (money.paid_out, money.refunded) == (euro(190_000), euro(10_000))
    balanced(project)
