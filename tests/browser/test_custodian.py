"""Held by Cora, told by everybody's own browser: proposal, mandate, parts, excess, a cancellation, an unknown arrival."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from milepost.actions import books
from milepost.core import banking
from milepost.core.money import Money
from milepost.models import Arrival, Custody, Payout, Project, Refund
from tests import cast, payees
from tests.browser.by_hand import asked, at_the_door, coded, done, fresh, noted, proposed, said_sent, seen, signed
from tests.browser.site import Site, look
from tests.cast import Person
from tests.stories.balance import balanced

pytestmark = pytest.mark.browser

ROWS = [("Coast", "2,000.00"), ("Islands", "2,000.00"), ("Harbours", "2,000.00")]
# Above this Cora's word alone does not count.
LIMIT = 100_000


def euro(minor: int) -> Money:
    return Money(minor, "EUR")


def everybody() -> tuple[Person, Person, Person, str]:
    """Ada, who has said where she is paid; Cora and her colleague, above whose limit two have to say the same."""
    ada, cora = cast.ada(), cast.cora(EUR=LIMIT)
    payees.stated(ada, bic="ESSESESS", at=cast.now())
    payees.stated(cora, iban=payees.OTHER, name="Cora Trust, clients", at=cast.now())
    assert Custody.objects.filter(party=cora.party).exists()
    return ada, cora, cast.colleague(cora, "signatory"), f"berg-{ada.party.pk[-6:]}@example.org"


def accepted(page: Page, project: Project) -> None:
    """Both have signed; the mandate waits on Cora's first page."""
    page.goto("/")
    page.get_by_role("link", name="Read and accept").first.click()
    page.get_by_role("link", name="Accept or decline").click()
    page.get_by_label("Type your full name to sign").fill("Cora Nilsson")
    page.locator("#consent").check()
    page.get_by_role("button", name="Accept the mandate").click()
    expect(page.get_by_role("heading", name="The mandate is accepted")).to_be_visible()
    page.get_by_role("link", name="What is expected, and what waits").click()
    expect(page.get_by_text("Nothing is expected now.")).to_be_visible()
    look(page, "custodian-holdings-empty")
    assert cast.fresh(project).agreed.status == "in_force"


def opened(page: Page, section: str, row: str) -> None:
    """What waits, from the page of all that is held."""
    page.goto("/holdings")
    page.get_by_role("region", name=section).get_by_role("link", name=row).first.click()


def both_say(first: Page, second: Page, section: str, row: str, button: str, last: str) -> None:
    """One says it, and the other finds it waiting, and says the same."""
    opened(first, section, row)
    first.get_by_role("button", name=button).click()
    expect(first.get_by_text("A second person has to say the same")).to_be_visible()
    opened(second, section, row)
    second.get_by_role("button", name=button).click()
    expect(second.get_by_text(last).first).to_be_visible()


def confirmed(page: Page, amount: str) -> None:
    """The second person finds what was noted, and says the same."""
    page.goto("/holdings")
    page.get_by_role("region", name="Waiting for a second person").get_by_role("link").first.click()
    page.get_by_role("button", name=f"Yes, €{amount} arrived").click()
    expect(page.get_by_text("Confirmed, and booked.")).to_be_visible()


def in_parts(site: Site, cora: Page, nils: Page, ada: Page, carl: Page, project: Project, email: str) -> None:
    """The first milestone: a part, then the rest above the limit; paid out by both."""
    first = fresh(project, 1)
    asked(carl, first)
    carl.get_by_role("button", name="Show the account").click()
    coded(site, carl, email)
    expect(carl.get_by_text(banking.grouped(payees.OTHER))).to_be_visible()
    look(carl, "custodian-instruction")
    said_sent(site, carl, "2,000.00", email)
    opened(cora, "Expected", "Berg AB")
    look(cora, "custodian-funding")
    cora.get_by_role("link", name="Say what has arrived").click()
    expect(cora.get_by_label("Amount")).to_have_value("2000.00")
    noted(cora, "5,00,0")
    expect(cora.locator("#amount_error")).to_be_visible()
    look(cora, "custodian-arrived-refused")
    noted(cora, "500")
    expect(cora.get_by_text("Noted, and booked.")).to_be_visible()
    for who, page in (("ada", ada), ("carl", carl)):
        page.goto(f"/milestones/{first.pk}")
        expect(page.get_by_text("€500.00 of €2,000.00 has arrived")).to_be_visible()
        look(page, f"custodian-part-{who}")
    carl.get_by_role("link", name="See how to pay").click()
    said_sent(site, carl, "1,500.00", email)
    opened(cora, "Expected", "Berg AB")
    cora.get_by_role("link", name="Say what has arrived").click()
    noted(cora, "1500")
    expect(cora.get_by_text("A second person has to confirm it")).to_be_visible()
    look(cora, "custodian-noted")
    assert fresh(project, 1).status == "planned", "one of two people is not enough"
    nils.goto("/")
    expect(nils.get_by_text("For a second person: 1")).to_be_visible()
    look(nils, "custodian-home-second")
    confirmed(nils, "1,500.00")
    assert fresh(project, 1).status == "open"
    done(site, ada, carl, first, email)
    seen("custodian-approved", ("ada", ada), ("carl", carl))
    opened(cora, "To be paid out", "Ada Lindqvist")
    look(cora, "custodian-payout")
    both_say(cora, nils, "To be paid out", "Ada Lindqvist", "I have paid €2,000.00", "Paid out, and booked.")
    look(nils, "custodian-paid-out")
    assert Payout.objects.get(milestone=first).said.count() == 2
    assert fresh(project, 1).status == "closed"


def with_too_much(site: Site, cora: Page, nils: Page, ada: Page, carl: Page, project: Project, email: str) -> None:
    """The second milestone: what came too much goes back by one word, for it is below the limit."""
    second = fresh(project, 2)
    asked(carl, second)
    said_sent(site, carl, "2,000.00", email)
    opened(cora, "Expected", "Berg AB")
    cora.get_by_role("link", name="Say what has arrived").click()
    noted(cora, "2,300.00")
    confirmed(nils, "2,300.00")
    opened(cora, "To be sent back", "Berg AB")
    look(cora, "custodian-refund")
    cora.get_by_role("button", name="I have sent €300.00").click()
    expect(cora.get_by_text("Refunded, and booked.")).to_be_visible()
    done(site, ada, carl, second, email)
    both_say(cora, nils, "To be paid out", "Ada Lindqvist", "I have paid €2,000.00", "Paid out, and booked.")
    assert fresh(project, 2).status == "closed"


def unknown_and_cancelled(cora: Page, nils: Page, ada: Page, carl: Page, project: Project) -> None:
    """The third: its money comes without a reference and is matched; then Ada cancels, and all of it goes back."""
    third = fresh(project, 3)
    asked(carl, third)
    cora.goto("/holdings")
    cora.get_by_role("link", name="Something has arrived").click()
    expect(cora.get_by_label("Currency")).to_have_value("EUR")
    cora.get_by_label("From").fill("BERG NILS")
    noted(cora, "2,000.00")
    expect(cora.get_by_text("A second person has to confirm it")).to_be_visible()
    confirmed(nils, "2,000.00")
    opened(cora, "Arrived, and nobody knows what for", "BERG NILS")
    look(cora, "custodian-unapplied")
    cora.get_by_role("button", name="Book it for that").click()
    expect(cora.locator("#funding_error")).to_have_text("Choose what it is for.")
    look(cora, "custodian-unapplied-refused")
    cora.get_by_label("What it is for").select_option(index=1)
    cora.get_by_role("button", name="Book it for that").click()
    expect(cora.get_by_text("Matched, and booked for “Harbours”.")).to_be_visible()
    assert Arrival.objects.get(payer="BERG NILS").status == "applied"
    assert fresh(project, 3).status == "open"
    ada.goto(f"/milestones/{third.pk}")
    ada.get_by_text("Cancel this milestone").click()
    ada.get_by_label("Why").first.fill("The harbours are closed for the winter.")
    ada.get_by_role("button", name="Cancel").first.click()
    expect(ada.get_by_text("Waiting for Cora Trust to send €2,000.00 back")).to_be_visible()
    carl.goto(f"/milestones/{third.pk}")
    seen("custodian-cancelled", ("ada", ada), ("carl", carl))
    cora.goto("/holdings")
    look(cora, "custodian-holdings")
    both_say(cora, nils, "To be sent back", "Berg AB", "I have sent €2,000.00", "Refunded, and booked.")
    assert Refund.objects.get(milestone=third).status == "confirmed"


def test_held_by_cora_from_the_proposal_to_the_closed_project(site: Site) -> None:
    ada, cora, nils, email = everybody()
    at_desk, on_phone = at_the_door(site, ada), site.page("phone", "dark")
    custodian, colleague = at_the_door(site, cora, "phone"), at_the_door(site, nils, "desktop", "dark")
    proposed(at_desk, email, "Held by a custodian", ROWS, custodian=cora)
    project = signed(site, on_phone, email)
    accepted(custodian, project)
    pages = (custodian, colleague, at_desk, on_phone)
    in_parts(site, *pages, project, email)
    with_too_much(site, *pages, project, email)
    unknown_and_cancelled(*pages, project)
    for who, page in (("ada", at_desk), ("carl", on_phone)):
        page.goto(f"/projects/{project.pk}")
        expect(page.get_by_role("heading", name="Everything is done")).to_be_visible()
        look(page, f"custodian-done-{who}")
    money = books.money_of(cast.fresh(project))
    assert [money[fresh(project, number).pk].paid_out for number in (1, 2, 3)] == [
        euro(200_000),
        euro(200_000),
        euro(0),
    ]
    assert money[fresh(project, 3).pk].refunded == euro(200_000)
    balanced(project)
