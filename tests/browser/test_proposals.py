"""Send proposal in a browser: what is typed is kept through everything that can happen to a page."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from milepost.models import Draft, Terms
from tests import cast
from tests.browser.site import SIZES, Site, look
from tests.cast import Person
from tests.web.entering import enter as sign_in

pytestmark = pytest.mark.browser

LOGIN = re.compile(r"/login/.*[?&]next=")
NEXT = "new URL(location).searchParams.get('next')"
YEAR = timezone.now().year + 1


@pytest.fixture
def ada(committed: None) -> Person:
    return cast.ada()


def enter(page: Page, site: Site, person: Person) -> None:
    """Signs in without the way through the mail, which has its own tests."""
    client = sign_in(Client(), person.user)
    page.context.add_cookies([{"name": "session", "value": client.cookies["session"].value, "url": site.url}])


def draft_of(person: Person, **typed: Any) -> Draft:
    draft = cast.draft(person, at=timezone.now(), start_on=f"{YEAR}-01-01", holder="nobody", **typed)
    Draft.objects.filter(pk=draft.pk).update(version=1)
    return draft


def body(person: Person) -> dict[str, Any]:
    return Draft.objects.get(author=person.user).body


def field(page: Page, name: str) -> Any:
    return page.locator(f'[name="{name}"]')


def eventually(page: Page, holds: Callable[[], bool]) -> None:
    """Waits until it holds: one save may still be under way when the next thing is typed."""
    page.locator("h1").click()
    for _ in range(100):
        if holds():
            break
        page.wait_for_timeout(100)
    assert holds()
    expect(page.locator("[data-saved]")).to_contain_text("Saved")


def send_with_a_double_click(page: Page, ada: Person) -> None:
    """Sent once, and Back leads to what was sent."""
    page.get_by_label("Type your full name to sign").fill("Ada Lindqvist")
    page.get_by_label("I have read the terms").check()
    page.get_by_role("button", name="Sign and send to Carl & Sons").dblclick()
    page.wait_for_url("**/terms/*")
    terms = Terms.objects.get(signatures__user=ada.user)
    assert terms.said.total == cast.usd(300_100)

    page.go_back()
    page.wait_for_url("**/terms/*")
    assert Terms.objects.filter(signatures__user=ada.user).count() == 1


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_proposal_is_typed_reviewed_and_sent(site: Site, ada: Person, size: str, theme: str) -> None:
    page = site.page(size, theme)
    enter(page, site, ada)
    page.goto("/proposals/new")
    look(page, f"proposal-new-{size}-{theme}")
    page.get_by_label("I do the work").check()
    page.get_by_label("Project name").fill("Social content")
    page.get_by_label("Name", exact=True).fill("Carl & Sons")
    page.get_by_label("E-mail").fill("carl@example.net")
    page.get_by_label("For a business").check()
    page.keyboard.press("Enter")

    page.wait_for_url("**/payment")
    expect(page.get_by_label("Tax rate, in percent")).to_be_hidden()
    page.get_by_label("Work starts").fill(f"{YEAR}-01-01")
    look(page, f"proposal-payment-{size}-{theme}")
    page.get_by_role("button", name="Go on to milestones").click()

    page.wait_for_url("**/milestones")
    for number, month in enumerate(("January", "February"), start=1):
        card = page.get_by_role("group", name=f"Milestone {number}")
        card.get_by_label("Title").fill(month)
        card.get_by_label("Due").fill(f"{YEAR}-0{number}-28")
        card.get_by_label("Amount").fill("1.500,50")
        card.get_by_label("Deliverable 1").fill("12 posts")
        if number == 1:
            page.get_by_role("button", name="Add a milestone").click()
            expect(page.get_by_role("group", name="Milestone 2").get_by_label("Title")).to_be_focused()
    expect(page.locator('[data-part="sum"]')).to_contain_text("$3,001.00 in 2 milestones")
    expect(page.locator("[data-understood]").nth(1)).to_have_text("= USD\u00a01,500.50")
    expect(page.locator('[data-part="preview"]')).to_contain_text("February")
    look(page, f"proposal-milestones-{size}-{theme}")
    page.get_by_role("button", name="Choose the contract").click()

    page.wait_for_url("**/contract")
    page.get_by_label("Law that governs").fill("Sweden")
    page.get_by_label("Courts").fill("Stockholm")
    look(page, f"proposal-contract-{size}-{theme}")
    page.get_by_role("button", name="Review the proposal").click()

    page.wait_for_url("**/review")
    look(page, f"proposal-review-{size}-{theme}")
    send_with_a_double_click(page, ada)


def test_mistakes_are_shown_and_reached_by_keyboard(site: Site, ada: Person) -> None:
    draft = draft_of(ada)
    page = site.page("phone")
    enter(page, site, ada)
    page.goto(f"/proposals/{draft.pk}/milestones")
    field(page, "milestones.1.amount").fill("1,2,3")
    page.get_by_role("button", name="Choose the contract").click()
    expect(page.locator(".summary")).to_be_focused()
    look(page, "proposal-mistakes-phone")
    page.get_by_role("link", name="Milestone 2:").press("Enter")
    expect(field(page, "milestones.1.amount")).to_be_focused()
    expect(field(page, "milestones.1.amount")).to_have_value("1,2,3")


def test_rows_are_moved_removed_and_brought_back(site: Site, ada: Person) -> None:
    draft = draft_of(ada)
    page = site.page()
    enter(page, site, ada)
    page.goto(f"/proposals/{draft.pk}/milestones")
    titles = page.locator('[name$=".title"]:not([name*="deliverables"])')

    def shown() -> list[str]:
        return [titles.nth(number).input_value() for number in range(titles.count())]

    page.get_by_role("group", name="Milestone 3").get_by_role("button", name="Move up").click()
    assert shown() == ["January", "March", "February"]
    page.get_by_role("group", name="Milestone 1").get_by_role("button", name="Remove", exact=True).click()
    assert shown() == ["March", "February"]
    expect(page.locator('[data-part="sum"]')).to_contain_text("$4,000.00 in 2 milestones")
    page.get_by_role("button", name="Undo").click()
    assert shown() == ["January", "March", "February"]
    expect(page.locator('[data-part="sum"]')).to_contain_text("$6,000.00 in 3 milestones")
    first = page.get_by_role("group", name="Milestone 1")
    first.get_by_role("button", name="Add a deliverable").click()
    first.get_by_label("Deliverable 2").fill("1 reel")

    def kept() -> tuple[list[str], list[str]]:
        rows = body(ada)["milestones"]
        return [row["title"] for row in rows], [item["title"] for item in rows[0]["deliverables"]]

    eventually(page, lambda: kept() == (["January", "March", "February"], ["12 posts for January", "1 reel"]))


def test_back_in_the_browser_loses_nothing_and_is_no_second_window(site: Site, ada: Person) -> None:
    draft = draft_of(ada)
    page = site.page()
    enter(page, site, ada)
    page.goto(f"/proposals/{draft.pk}/project")
    page.get_by_label("Project name").fill("First words")
    page.get_by_role("button", name="Go on to payment").click()
    page.wait_for_url("**/payment")
    page.go_back()
    expect(page.get_by_label("Project name")).to_have_value("First words")
    expect(page.get_by_text("This browser kept something")).to_have_count(0)
    page.get_by_label("Project name").fill("Second words")
    page.get_by_role("button", name="Go on to payment").click()
    page.wait_for_url("**/payment")
    assert body(ada)["project_name"] == "Second words"


def test_a_session_that_ended_in_the_middle_takes_nothing_with_it(site: Site, ada: Person) -> None:
    draft = draft_of(ada)
    page = site.page()
    enter(page, site, ada)
    page.goto(f"/proposals/{draft.pk}/milestones")
    page.context.clear_cookies(name="session")
    page.get_by_role("button", name="Add a milestone").click()
    page.get_by_role("group", name="Milestone 4").get_by_label("Title").fill("April")
    page.get_by_role("group", name="Milestone 4").get_by_label("Deliverable 1").fill("A report")
    expect(page.locator("[data-saved]")).to_contain_text("a copy is kept in this browser")
    page.get_by_role("button", name="Choose the contract").click()
    page.wait_for_url(LOGIN)
    assert page.evaluate(NEXT) == f"/proposals/{draft.pk}/milestones"
    assert len(body(ada)["milestones"]) == 3

    enter(page, site, ada)
    page.goto(f"/proposals/{draft.pk}/milestones")
    page.get_by_role("button", name="Put it back").click()
    fourth = page.get_by_role("group", name="Milestone 4")
    expect(fourth.get_by_label("Title")).to_have_value("April")
    expect(fourth.get_by_label("Deliverable 1")).to_have_value("A report")
    expect(page.locator("[data-saved]")).to_contain_text("Saved")
    assert body(ada)["milestones"][3]["title"] == "April"


def test_a_session_that_ended_before_there_was_a_draft_takes_nothing_with_it(site: Site, ada: Person) -> None:
    page = site.page()
    enter(page, site, ada)
    page.goto("/proposals/new")
    page.context.clear_cookies(name="session")
    page.get_by_label("Project name").fill("Typed before the login")
    page.get_by_role("button", name="Go on to payment").click()
    page.wait_for_url(LOGIN)
    enter(page, site, ada)
    page.goto(page.evaluate(NEXT))
    page.get_by_role("button", name="Put it back").click()
    expect(page.get_by_label("Project name")).to_have_value("Typed before the login")
    expect(page.locator("[data-saved]")).to_contain_text("Saved")
    assert body(ada)["project_name"] == "Typed before the login"
    # The next proposal begins without it.
    page.goto("/proposals/new")
    expect(page.get_by_text("This browser kept something")).to_have_count(0)


def test_two_windows_are_offered_both(site: Site, ada: Person) -> None:
    draft = draft_of(ada)
    one = site.page()
    enter(one, site, ada)
    one.goto(f"/proposals/{draft.pk}/project")
    two = one.context.new_page()
    two.goto(f"/proposals/{draft.pk}/project")
    one.get_by_label("Project name").fill("From the first window")
    eventually(one, lambda: body(ada)["project_name"] == "From the first window")
    two.get_by_label("Project name").fill("From the second window")
    two.locator("h1").click()
    expect(two.locator("[data-saved]")).to_contain_text("another window")
    two.get_by_role("button", name="Go on to payment").click()
    expect(two.get_by_label("Project name")).to_have_value("From the second window")
    look(two, "proposal-two-windows")
    assert body(ada)["project_name"] == "From the first window"
    two.get_by_role("button", name="Keep what stands here").click()
    two.wait_for_url("**/project#*")
    assert body(ada)["project_name"] == "From the second window"


def test_everything_works_without_scripts(site: Site, ada: Person) -> None:
    draft = draft_of(ada)
    context = site.browser.new_context(
        base_url=site.url, java_script_enabled=False, viewport={"width": 390, "height": 844}
    )
    site.contexts.append(context)
    page = context.new_page()
    enter(page, site, ada)
    page.goto(f"/proposals/{draft.pk}/milestones")
    field(page, "milestones.0.title").fill("Typed without a script")
    page.get_by_role("button", name="Add a milestone").click()
    expect(page.get_by_role("group", name="Milestone 4")).to_be_visible()
    expect(field(page, "milestones.0.title")).to_have_value("Typed without a script")
    page.get_by_role("group", name="Milestone 4").get_by_role("button", name="Remove", exact=True).click()
    page.get_by_role("group", name="Milestone 2").get_by_role("button", name="Add a deliverable").click()
    page.get_by_role("group", name="Milestone 2").get_by_label("Deliverable 2").fill("1 reel")
    page.get_by_role("button", name="Save and add up").click()
    field(page, "milestones.0.title").press("Enter")
    page.wait_for_url("**/contract")
    page.get_by_role("button", name="Payment").click()
    page.wait_for_url("**/payment")
    expect(page.get_by_label("Tax rate, in percent")).to_be_visible()
    page.goto(f"/proposals/{draft.pk}/review")
    page.get_by_label("I have read the terms").check()
    page.get_by_role("button", name="Sign and send").click()
    page.wait_for_url("**/terms/*")
    said = Terms.objects.get(signatures__user=ada.user).said
    assert said.milestones[0].title == "Typed without a script"
    assert [item.title for item in said.milestones[1].deliverables] == ["12 posts for February", "1 reel"]


@pytest.mark.parametrize("step", ["project", "payment", "milestones", "contract", "review"])
def test_no_page_scrolls_sideways_at_320_px_or_with_large_text(site: Site, ada: Person, step: str) -> None:
    draft = draft_of(ada, project_name="Donaudampfschifffahrtsgesellschaftskapitän" * 4)
    page = site.page("phone")
    enter(page, site, ada)
    page.set_viewport_size({"width": 320, "height": 700})
    page.goto(f"/proposals/{draft.pk}/{step}")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.set_viewport_size({"width": 640, "height": 700})
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
