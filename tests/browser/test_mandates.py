"""A custodian in a browser: offered for it, chosen in the wizard, asked once both have signed, and accepted on a phone."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from milepost.actions import signing
from milepost.models import Draft, Terms
from tests import cast, payees
from tests.browser.site import SIZES, Site, look
from tests.cast import Person
from tests.web.entering import enter

pytestmark = pytest.mark.browser


def at_the_door(site: Site, person: Person, size: str, theme: str) -> Page:
    """A browser in which somebody is signed in."""
    page = site.page(size, theme)
    client = enter(Client(), person.user)
    page.context.add_cookies([{"name": "session", "value": client.cookies["session"].value, "url": site.url}])
    return page


def drafted(ada: Person) -> Draft:
    year = cast.now().year + 1
    draft = cast.draft(ada, at=cast.now(), start_on=f"{year}-01-01", holder="nobody", other_name="Carl & Sons")
    Draft.objects.filter(pk=draft.pk).update(version=1)
    return draft


def chosen(page: Page, draft: Draft, held_by: Person, picture: str) -> None:
    """Held by Cora; the second milestone as a deposit."""
    page.goto(reverse("proposal-step", args=[draft.pk, "payment"]))
    who = page.get_by_role("group", name="Held by")
    expect(who).to_be_hidden()
    expect(page.get_by_label("Paid within, days after approval")).to_be_visible()
    page.get_by_label("Held by a custodian").check()
    expect(page.get_by_label("Paid within, days after approval")).to_be_hidden()
    page.get_by_role("button", name="Go on to milestones").click()
    expect(page.locator("#custodian_error")).to_have_text("Choose who holds the money.")
    # Other stories have custodians of this name, too.
    who.locator(f'[value="{held_by.party.pk}"]').check()
    look(page, f"{picture}-payment")
    page.get_by_role("button", name="Go on to milestones").click()
    page.wait_for_url("**/milestones")
    second = page.get_by_role("group", name="Milestone 2")
    second.get_by_text("Other holder for this milestone").click()
    second.get_by_label("Who holds its money").select_option("freelancer")
    look(page, f"{picture}-milestones")
    page.get_by_role("button", name="Add a milestone").click()
    added = page.get_by_role("group", name="Milestone 4")
    expect(added.get_by_text("Other holder for this milestone")).to_be_visible()
    added.get_by_role("button", name="Remove", exact=True).click()
    page.get_by_role("button", name="Choose the contract").click()
    page.wait_for_url("**/contract")


def sent(page: Page, draft: Draft, picture: str) -> Terms:
    page.goto(reverse("proposal-review", args=[draft.pk]))
    expect(page.get_by_text("Before you can get a deposit")).to_be_visible()
    for words in ("Held by Cora Trust", "Deposit, paid to Ada Lindqvist in advance"):
        expect(page.get_by_text(words).first).to_be_visible()
    look(page, f"{picture}-review")
    page.get_by_label("Type your full name to sign").fill("Ada Lindqvist")
    page.get_by_label("I have read the terms").check()
    page.get_by_role("button", name="Sign and send to Carl & Sons").click()
    page.wait_for_url("**/terms/*")
    return Terms.objects.get(draft=draft)


def accepted(page: Page, terms: Terms, picture: str) -> None:
    page.goto("/")
    expect(page.get_by_role("link", name="Held for others")).to_be_visible()
    look(page, f"{picture}-home")
    page.get_by_role("link", name="Read and accept").first.click()
    page.wait_for_url("**/mandates/*")
    look(page, f"{picture}-mandate")
    page.get_by_label("Type your full name to sign").fill("Cora Nilsson")
    page.get_by_role("button", name="Accept").click()
    # A box that nobody has ticked stops the form in the browser itself.
    assert Terms.objects.get(pk=terms.pk).status == "offered"
    page.locator("#consent").check()
    page.get_by_role("button", name="Accept").click()
    expect(page.get_by_role("heading", name="The mandate is accepted")).to_be_visible()
    look(page, f"{picture}-accepted")


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_from_the_choice_to_the_acceptance(site: Site, size: str, theme: str) -> None:
    ada, cora = cast.ada(), cast.cora(USD=100_000)
    payees.stated(cora, name="Cora Trust, clients")
    picture = f"mandates-{size}-{theme}"
    sender, custodian = (at_the_door(site, person, size, theme) for person in (ada, cora))

    custodian.goto(reverse("party-custody", args=[cora.party.pk]))
    look(custodian, f"{picture}-custody")
    draft = drafted(ada)
    chosen(sender, draft, cora, picture)
    terms = sent(sender, draft, picture)
    signing.sign(terms=terms, signing=cast.signature("Carl Olsen"), by=cast.guest(terms.project.client), at=cast.now())
    sender.reload()
    expect(sender.get_by_role("heading", name="Waiting for Cora Trust")).to_be_visible()
    expect(sender.get_by_text("Cora Trust: not signed yet")).to_be_visible()
    look(sender, f"{picture}-waiting")
    accepted(custodian, terms, picture)
    assert Terms.objects.get(pk=terms.pk).status == "in_force"
    site.work()
    custodian.reload()
    look(custodian, f"{picture}-sealed")
