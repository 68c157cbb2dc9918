"""The journey by hand: Ada at her desk proposes, Nils on his phone, without an account, signs, funds, approves."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect

from milepost.actions import books
from milepost.jobs import audit
from milepost.models import Draft, Milestone, Project
from tests import cast
from tests.browser.site import Site, look
from tests.cast import usd
from tests.payees import GROUPED, stated

pytestmark = pytest.mark.browser

TODAY = date.today()  # noqa: DTZ011  # what is due is chosen on a calendar
MONTHS = ("January", "February", "March")


def code_in(mail: str) -> str:
    found = re.search(r"\b(\d{4}-\d{4}|\d{6})\b", mail)
    assert found, mail
    return found[1]


def link_in(mail: str) -> str:
    found = re.search(r"/links/[\w-]+", mail)
    assert found, mail
    return found[0]


def sign_in(site: Site, page: Page, person: cast.Person) -> None:
    """By the code from the mail."""
    page.goto("/accounts/login/")
    page.get_by_label("E-mail").fill(person.user.email)
    page.locator("main form button.main").click()
    page.get_by_label("Code").fill(code_in(site.mail(person.user.email, "code")))
    page.locator("main form button.main").click()
    expect(page.get_by_text("Home").first).to_be_visible()


def propose(page: Page, email: str, holder: str, pictures: str) -> None:
    """Through the wizard's five steps, up to Review."""
    page.goto("/proposals/new")
    page.get_by_label("I do the work").check()
    page.get_by_label("Project name").fill("Social content, January to March")
    page.get_by_label("Name", exact=True).fill("Nils Berg")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("For a business").check()
    look(page, f"{pictures}-project")
    page.get_by_role("button", name="Go on to payment").click()
    page.get_by_label("Pretend money" if holder == "sandbox" else "Pay on approval").check()
    page.get_by_label("Work starts").fill(TODAY.isoformat())
    look(page, f"{pictures}-payment")
    page.get_by_role("button", name="Go on to milestones").click()
    for number, month in enumerate(MONTHS):
        if number:
            page.get_by_role("button", name="Add a milestone").click()
        row = page.locator("[data-milestone]").nth(number)
        row.get_by_label("Title").fill(month)
        row.get_by_label("Due").fill((TODAY + timedelta(days=30 * (number + 1))).isoformat())
        row.get_by_label("Amount").fill("2,000.00")
        row.get_by_label("Deliverable 1").first.fill(f"12 posts for {month}")
    expect(page.locator(".sum")).to_contain_text("6,000.00")
    look(page, f"{pictures}-milestones")
    page.get_by_role("button", name="Choose the contract").click()
    page.locator('[name="scope"]').fill("Twelve posts a month.")
    page.locator('[name="law"]').fill("Sweden")
    page.locator('[name="venue"]').fill("Stockholm")
    look(page, f"{pictures}-contract")
    page.get_by_role("button", name="Review").last.click()
    expect(page.get_by_text("Service agreement").first).to_be_visible()
    look(page, f"{pictures}-review")


def send(site: Site, page: Page) -> None:
    page.get_by_label("I have read").check()
    page.get_by_role("button", name=re.compile("Sign and send")).click()
    page.wait_for_url("**/terms/*")
    look(page, "offered-sender")


def sign_as_guest(site: Site, page: Page, email: str, pictures: str) -> Project:
    """Opens the link from the mail, reads, signs with a code: on a phone, without an account."""
    page.goto(link_in(site.mail(email, "proposal")))
    look(page, f"{pictures}-link")
    page.locator("main form button.main").click()
    page.wait_for_url("**/terms/*")
    assert "/links/" not in page.url
    look(page, f"{pictures}-terms")
    page.get_by_label("Type your full name to sign").fill("Nils Berg")
    page.get_by_label("Legal name of the party you sign for").fill("Berg AB")
    page.get_by_label("Postal address").fill("2 Side Street\n111 22 Stockholm")
    page.get_by_label("I have read").check()
    page.get_by_role("button", name=re.compile("^Sign “")).click()
    look(page, f"{pictures}-code")
    type_code(site, page, email)
    page.wait_for_url(re.compile("/(projects|terms)/"))
    look(page, f"{pictures}-signed")
    return Project.objects.get(terms__status="in_force", client__email=email)


def type_code(site: Site, page: Page, email: str) -> None:
    page.get_by_label("Code").fill(code_in(site.mail(email, "code")))
    page.locator("main form button.main").click()


def deliver(site: Site, page: Page, found: Milestone) -> None:
    page.goto(f"/milestones/{found.pk}")
    page.locator("input[type=file]").first.set_input_files(
        {"name": "posts.txt", "mimeType": "text/plain", "buffer": b"Twelve posts."}
    )
    page.locator("textarea[name=note]").fill("Here they are.")
    look(page, "deliver")
    page.get_by_role("button", name=re.compile("^Deliver")).click()
    expect(page.get_by_text("Delivered").first).to_be_visible()
    site.work()


def approve(site: Site, page: Page, found: Milestone, email: str) -> None:
    page.goto(f"/milestones/{found.pk}")
    look(page, "delivered-client")
    page.get_by_role("link", name=re.compile("^Approve")).or_(
        page.get_by_role("button", name=re.compile("^Approve"))
    ).first.click()
    look(page, "approve")
    page.get_by_role("button", name=re.compile("^Approve")).first.click()
    type_code(site, page, email)
    expect(page.get_by_text(re.compile("pproved|Paid")).first).to_be_visible()
    site.work()


def begin(site: Site, holder: str) -> tuple[cast.Person, Page, Page, Project, str]:
    ada = cast.ada()
    email = f"nils-{ada.party.pk[-6:]}@example.org"
    at_desk, on_phone = site.page("desktop", "light"), site.page("phone", "dark")
    sign_in(site, at_desk, ada)
    propose(at_desk, email, holder, f"wizard-{holder}")
    send(site, at_desk)
    return ada, at_desk, on_phone, sign_as_guest(site, on_phone, email, f"guest-{holder}"), email


@pytest.mark.both
def test_held_delivered_approved_and_paid(site: Site) -> None:
    _ada, at_desk, on_phone, project, email = begin(site, "sandbox")
    first = cast.milestone(project, 1)
    on_phone.goto(f"/projects/{project.pk}")
    look(on_phone, "project-guest")
    on_phone.get_by_role("button", name=re.compile("^Fund")).first.click()
    site.work()
    assert cast.milestone(project, 1).status == "open"
    deliver(site, at_desk, first)
    approve(site, on_phone, first, email)
    assert cast.milestone(project, 1).status == "closed"
    assert books.money_of(cast.fresh(project))[first.pk].paid_out == usd(200_000)
    for page, name in ((at_desk, "desk"), (on_phone, "phone")):
        page.goto(f"/projects/{project.pk}")
        expect(page.get_by_text("Paid").first).to_be_visible()
        look(page, f"project-paid-{name}")
    at_desk.goto("/")
    look(at_desk, "home")
    at_desk.goto("/projects")
    look(at_desk, "projects")
    at_desk.goto("/invoices")
    expect(at_desk.get_by_text("PR-0001").first).to_be_visible()
    look(at_desk, "invoices")
    assert [str(finding) for finding in audit.findings()] == []


def test_paid_directly_on_approval(site: Site) -> None:
    ada, at_desk, on_phone, project, email = begin(site, "nobody")
    first = cast.milestone(project, 1)
    stated(ada, at=cast.now())
    deliver(site, at_desk, first)
    approve(site, on_phone, first, email)
    assert cast.milestone(project, 1).status == "approved"
    on_phone.goto(f"/milestones/{first.pk}")
    look(on_phone, "pay")
    on_phone.get_by_role("link", name="See how to pay").click()
    look(on_phone, "pay-guest")
    on_phone.get_by_role("button", name="Show the account").click()
    type_code(site, on_phone, email)
    expect(on_phone.get_by_text(GROUPED)).to_be_visible()
    look(on_phone, "pay-guest-account")
    on_phone.get_by_role("button", name="I have sent $2,000.00").click()
    type_code(site, on_phone, email)
    expect(on_phone.get_by_role("button", name="Undo: it was not sent")).to_be_visible()
    site.work()
    assert cast.milestone(project, 1).status == "approved"
    at_desk.goto(f"/milestones/{first.pk}")
    look(at_desk, "received")
    at_desk.get_by_role("button", name=re.compile("arrived|received", re.IGNORECASE)).first.click()
    expect(at_desk.get_by_text("Paid").first).to_be_visible()
    assert cast.milestone(project, 1).status == "closed"
    assert books.money_of(cast.fresh(project))[first.pk].paid_out == usd(200_000)
    assert [str(finding) for finding in audit.findings()] == []


def test_nothing_typed_is_lost_and_nothing_is_sent_twice(site: Site) -> None:
    ada = cast.ada()
    page = site.page("phone", "light")
    sign_in(site, page, ada)
    propose(page, "nils-twice@example.org", "sandbox", "wizard-phone")
    # Two milestones less, and it is below the minimum: said at the place, everything still there.
    draft = Draft.objects.get(party=ada.party)
    page.goto(f"/proposals/{draft.pk}/milestones")
    page.locator('[name="milestones.0.amount"]').fill("1,2,3")
    page.get_by_role("button", name="Choose the contract").click()
    expect(page.get_by_text("more than one way").first).to_be_visible()
    expect(page.locator('[name="milestones.0.amount"]')).to_have_value("1,2,3")
    expect(page.locator('[name="milestones.2.title"]')).to_have_value("March")
    look(page, "wizard-refused")
    page.locator('[name="milestones.0.amount"]').fill("2,000.00")
    page.get_by_role("button", name="Choose the contract").click()
    page.goto(f"/proposals/{draft.pk}/review")
    page.get_by_label("I have read").check()
    page.get_by_role("button", name=re.compile("Sign and send")).dblclick()
    page.wait_for_url("**/terms/*")
    page.go_back()
    page.goto(f"/proposals/{draft.pk}/review")
    page.wait_for_url("**/terms/*")
    assert Project.objects.filter(freelancer=ada.party).count() == 1


def test_the_link_opens_for_a_person_and_not_for_a_scanner(site: Site) -> None:
    ada = cast.ada()
    email = f"scanned-{ada.party.pk[-6:]}@example.org"
    terms = cast.offered(ada, at=cast.now(), other_email=email, start_on=TODAY.isoformat())
    link = link_in(site.mail(email))
    scanner = site.page("desktop")
    for _ in range(3):
        scanner.goto(link)
    assert scanner.goto(f"/terms/{terms.pk}").url.endswith("/accounts/login/?next=/terms/" + terms.pk)  # type: ignore[union-attr]
    guest = site.page("phone")
    guest.goto(link)
    guest.locator("main form button.main").click()
    guest.wait_for_url(f"**/terms/{terms.pk}")
    guest.get_by_role("link", name="Ask for a change").click()
    guest.locator("textarea[name=words]").first.fill("Two reels, please.")
    guest.get_by_role("button", name="Send to").click()
    expect(guest.get_by_text("Two reels, please.").first).to_be_visible()
    sender = site.page("desktop")
    sign_in(site, sender, ada)
    sender.goto(f"/terms/{terms.pk}")
    expect(sender.get_by_text("Two reels, please.").first).to_be_visible()
    assert link.rsplit("/", 1)[1] not in sender.content()
    look(sender, "change-asked")
