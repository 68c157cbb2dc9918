"""The clock and the end in a browser: business days are chosen, a review is extended, a project is stopped."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from milepost.actions import reviews
from milepost.models import Delivery, Draft, Ending, Extension, Project
from tests import cast
from tests.browser.site import SIZES, Site, look
from tests.cast import Person
from tests.web import entering

pytestmark = pytest.mark.browser
YEAR = timezone.now().year + 1
# What is typed while a save is under way is saved five seconds later.
PATIENCE = 15_000


@pytest.fixture
def ada(committed: None) -> Person:
    return cast.ada()


def enter(page: Page, site: Site, person: Person) -> None:
    """Signed in, without the way through the mail, which has its own tests."""
    client = entering.enter(Client(), person.user)
    page.context.add_cookies([{"name": "session", "value": client.cookies["session"].value, "url": site.url}])


def drafted(ada: Person) -> Draft:
    rows = [(month, "2,000.00", date(YEAR, number, 26)) for number, month in enumerate(("January", "February"), 1)]
    draft = cast.draft(ada, at=timezone.now(), start_on=f"{YEAR}-01-01", holder="nobody", milestones=rows)
    Draft.objects.filter(pk=draft.pk).update(version=1)
    return draft


@pytest.mark.parametrize(("size", "theme"), [("phone", "dark"), ("desktop", "light")])
def test_business_days_are_chosen_and_seen_on_the_review_page(site: Site, ada: Person, size: str, theme: str) -> None:
    draft = drafted(ada)
    page = site.page(size, theme)
    enter(page, site, ada)
    page.goto(f"/proposals/{draft.pk}/contract")
    expect(page.get_by_label("Working days of")).to_be_hidden()
    page.get_by_label("Counted in").select_option("business_days")
    page.locator('[name="review_length"]').fill("5")
    # Where Ada's own time zone lies.
    expect(page.get_by_label("Working days of")).to_have_value("SE")
    page.get_by_label("Working days of").select_option("DE")
    expect(page.locator('[data-part="window"]')).to_contain_text("5 business days (Germany)", timeout=PATIENCE)
    page.get_by_label("Region").select_option("DE-BY")
    page.get_by_label("Region").focus()
    expect(page.locator('[data-part="window"]')).to_contain_text("5 business days (Germany, Bayern)", timeout=PATIENCE)
    expect(page.get_by_label("Region")).to_have_value("DE-BY")
    page.get_by_label("Extension").fill("2")
    page.get_by_label("Extension").blur()
    expect(page.locator('[data-part="window"]')).to_contain_text(
        "Extended once by 2 business days (Germany, Bayern)", timeout=PATIENCE
    )
    look(page, f"windows-contract-{size}-{theme}")

    page.goto(f"/proposals/{draft.pk}/milestones")
    second = page.get_by_role("group", name="Milestone 2")
    second.get_by_text("Other review window for this milestone").click()
    second.get_by_label("Review window").fill("48")
    second.get_by_label("Counted in").select_option("hours")
    expect(page.locator('[data-part="preview"]')).to_contain_text("Reviewed within 48 hours", timeout=PATIENCE)
    look(page, f"windows-milestones-{size}-{theme}")

    page.goto(f"/proposals/{draft.pk}/review")
    expect(
        page.get_by_text("5 business days (Germany, Bayern): if the notice of a delivery arrives on")
    ).to_be_visible()
    expect(page.get_by_text("48 hours: if the notice of a delivery arrives on")).to_be_visible()
    expect(page.get_by_text("For milestone\u00a02 (“February”) the client has 48\u00a0hours")).to_be_visible()
    look(page, f"windows-review-{size}-{theme}")


def test_without_scripts_the_part_is_chosen_after_the_country(site: Site, ada: Person) -> None:
    draft = drafted(ada)
    context = site.browser.new_context(base_url=site.url, java_script_enabled=False)
    page = context.new_page()
    site.contexts.append(context)
    enter(page, site, ada)
    page.goto(f"/proposals/{draft.pk}/contract")
    page.get_by_label("Counted in").select_option("business_days")
    page.get_by_label("Working days of").select_option("US")
    page.get_by_role("button", name="Review the proposal").click()
    page.goto(f"/proposals/{draft.pk}/contract")
    page.get_by_label("Region").select_option("US-NY")
    page.get_by_role("button", name="Review the proposal").click()
    page.wait_for_url("**/review")
    expect(page.get_by_text("7 business days (United States, New York) to review")).to_be_visible()


def under_review(ada: Person, carl: Person) -> Project:
    """Delivered an hour ago, and noticed."""
    at = timezone.now() - cast.days(1 / 24)
    project = cast.in_force(ada, at=at, other_email=carl.party.email, holder="sandbox", start_on=f"{at:%Y-%m-%d}")
    cast.delivered(project, 1, at=at)
    cast.funded(project, 2, at=at)
    delivery = Delivery.objects.select_related("milestone__project__terms").get(milestone__project=project)
    reviews.start(delivery=delivery, at=at)
    return project


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_more_time_is_taken_and_the_project_is_stopped(site: Site, ada: Person, size: str, theme: str) -> None:
    carl = cast.person("Carl Olsen", f"carl-{size}-{theme}@example.org")
    project = under_review(ada, carl)
    client, freelancer = site.page(size, theme), site.page(size, theme)
    enter(client, site, carl)
    enter(freelancer, site, ada)
    milestone = f"/milestones/{cast.milestone(project).pk}"

    client.goto(milestone)
    client.get_by_text("I need more time").click()
    look(client, f"extend-client-{size}-{theme}")
    client.get_by_role("button", name="Take 3 days more").click()
    expect(client.get_by_text("extended the review once, by 3 days")).to_be_visible()
    look(client, f"extended-client-{size}-{theme}")
    assert Extension.objects.filter(delivery__milestone__project=project).count() == 1
    freelancer.goto(milestone)
    expect(freelancer.get_by_text("Carl Olsen extended the review once, by 3 days")).to_be_visible()

    client.goto(f"/projects/{project.pk}")
    look(client, f"stop-offered-{size}-{theme}")
    client.get_by_role("link", name="Ask to stop the project").click()
    look(client, f"stop-ask-{size}-{theme}")
    client.get_by_label("Why").fill("The shop closes at the end of the month.")
    client.get_by_role("button", name="Ask Ada Lindqvist to stop the project").click()
    expect(client.get_by_role("heading", name="You asked Ada Lindqvist to stop the project")).to_be_visible()
    look(client, f"stop-asked-{size}-{theme}")

    freelancer.goto("/")
    look(freelancer, f"stop-home-{size}-{theme}")
    freelancer.goto(milestone)
    look(freelancer, f"stop-milestone-{size}-{theme}")
    freelancer.goto(f"/projects/{project.pk}")
    freelancer.get_by_role("link", name="See and answer").click()
    look(freelancer, f"stop-answer-{size}-{theme}")
    freelancer.get_by_role("button", name="Agree and stop the project").click()
    expect(freelancer.get_by_role("heading", name="This project has ended")).to_be_visible()
    look(freelancer, f"stopped-{size}-{theme}")
    assert Ending.objects.get(project=project).answer == "agreed"
    said = site.mail(carl.user.email, "Stopped by both")
    assert "What is held or deposited for it goes back to the client." in said
    client.goto("/projects?show=ended")
    look(client, f"stopped-list-{size}-{theme}")
