"""What the stories of money that people move share: the door, the wizard, the guest on a telephone, and codes."""

from __future__ import annotations

import re
from datetime import date, timedelta

from django.db.models import F
from django.test import Client
from playwright.sync_api import Page, expect

from milepost.models import Code, Milestone, Project
from tests import cast
from tests.browser.site import Site, look
from tests.cast import Person
from tests.web.entering import enter

TODAY = date.today()  # noqa: DTZ011  # what is due is chosen on a calendar


def at_the_door(site: Site, person: Person, size: str = "desktop", theme: str = "light") -> Page:
    """A browser in which somebody is signed in."""
    page = site.page(size, theme)
    client = enter(Client(), person.user)
    page.context.add_cookies([{"name": "session", "value": client.cookies["session"].value, "url": site.url}])
    return page


def proposed(
    page: Page,
    email: str,
    holder: str,
    rows: list[tuple[str, str]],
    *,
    custodian: Person | None = None,
    taxed: bool = False,
) -> None:
    """Through the wizard's steps in euro, signed and sent."""
    page.goto("/proposals/new")
    page.get_by_label("I do the work").check()
    page.get_by_label("Project name").fill("A book of maps")
    page.get_by_label("Name", exact=True).fill("Berg AB")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("For a business").check()
    page.get_by_role("button", name="Go on to payment").click()
    page.get_by_label("Currency").select_option("EUR")
    page.get_by_label(holder).check()
    if custodian is not None:
        page.get_by_role("group", name="Held by").locator(f'[value="{custodian.party.pk}"]').check()
    if taxed:
        page.get_by_label("Tax is included").check()
        page.get_by_label("Tax rate, in percent").fill("25")
    page.get_by_label("Work starts").fill(TODAY.isoformat())
    page.get_by_role("button", name="Go on to milestones").click()
    for number, (title, amount) in enumerate(rows):
        if number:
            page.get_by_role("button", name="Add a milestone").click()
        row = page.locator("[data-milestone]").nth(number)
        row.get_by_label("Title").fill(title)
        row.get_by_label("Due").fill((TODAY + timedelta(days=30 * (number + 1))).isoformat())
        row.get_by_label("Amount").fill(amount)
        row.get_by_label("Deliverable 1").first.fill(f"Maps for “{title}”")
    page.get_by_role("button", name="Choose the contract").click()
    for name, typed in (("scope", "Maps of the coast."), ("law", "Sweden"), ("venue", "Stockholm")):
        page.locator(f'[name="{name}"]').fill(typed)
    page.get_by_role("button", name="Review").last.click()
    page.get_by_label("Type your full name to sign").fill("Ada Lindqvist")
    page.get_by_label("I have read").check()
    page.get_by_role("button", name=re.compile("Sign and send")).click()
    page.wait_for_url("**/terms/*")


def signed(site: Site, page: Page, email: str) -> Project:
    """The client opens the link from the mail, without an account, and signs with a code."""
    link = re.search(r"/links/[\w-]+", site.mail(email, "proposal"))
    assert link
    page.goto(link[0])
    page.locator("main form button.main").click()
    page.wait_for_url("**/terms/*")
    page.get_by_label("Type your full name to sign").fill("Nils Berg")
    page.get_by_label("Legal name of the party you sign for").fill("Berg AB")
    page.get_by_label("Postal address").fill("2 Side Street\n111 22 Stockholm")
    page.get_by_label("I have read").check()
    page.get_by_role("button", name=re.compile("^Sign “")).click()
    coded(site, page, email)
    page.wait_for_url(re.compile("/(projects|terms)/"))
    return Project.objects.get(client__email=email)


def coded(site: Site, page: Page, email: str) -> None:
    """The code from the newest mail, typed where it is asked for."""
    found = re.search(r"\b(\d{4}-\d{4}|\d{6})\b", site.mail(email, "code"))
    assert found
    page.get_by_label("Code").fill(found[1])
    page.locator("main form button.main").click()
    # A story does in a minute what takes people weeks; six codes in ten minutes are the most.
    Code.objects.filter(email=email).update(made_at=F("made_at") - timedelta(minutes=11))


# -- one milestone -------------------------------------------------------------------------------------------


def asked(page: Page, milestone: Milestone) -> None:
    """The client asks for it to be funded, and is led to the page that says how."""
    page.goto(f"/milestones/{milestone.pk}")
    page.get_by_role("button", name=re.compile("^Fund")).click()
    page.wait_for_url("**/fundings/*")


def said_sent(site: Site, page: Page, amount: str, email: str) -> None:
    """On the page that says how to pay."""
    page.get_by_role("button", name=f"I have sent €{amount}").click()
    coded(site, page, email)
    expect(page.get_by_text("You said that it was sent")).to_be_visible()


def noted(page: Page, amount: str) -> None:
    """On the page that asks what has arrived."""
    page.get_by_label("Amount").fill(amount)
    page.get_by_role("button", name="It has arrived").click()


def done(site: Site, at_desk: Page, on_phone: Page, milestone: Milestone, email: str) -> None:
    """Delivered at the desk, approved on the telephone."""
    at_desk.goto(f"/milestones/{milestone.pk}")
    at_desk.locator("textarea[name^=link]").first.fill("https://example.org/maps")
    at_desk.get_by_role("button", name=re.compile("^Deliver")).click()
    expect(at_desk.get_by_text("Delivered").first).to_be_visible()
    on_phone.goto(f"/milestones/{milestone.pk}/approvals")
    on_phone.get_by_role("button", name=re.compile("^Approve")).first.click()
    coded(site, on_phone, email)
    expect(on_phone.get_by_text(f"Approved “{milestone.said.title}”.")).to_be_visible()
    site.work()


def seen(name: str, *pages: tuple[str, Page]) -> None:
    """What each of them has before them now."""
    for who, page in pages:
        look(page, f"{name}-{who}")


def fresh(project: Project, number: int) -> Milestone:
    return cast.milestone(project, number)
