"""A contract of one's own in a browser: chosen at a desk, refused and replaced, read and signed on a phone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from milepost.gateways import renderer
from milepost.models import Draft, Project, Terms, Upload
from tests import cast
from tests.browser.site import SIZES, Site, look
from tests.browser.test_journey import code_in, link_in
from tests.browser.test_proposals import eventually
from tests.gateways import hostile
from tests.web.entering import enter as sign_in

pytestmark = pytest.mark.browser

AGREEMENT = Path(__file__).parent / "agreement.typ"


@pytest.fixture(scope="module")
def agreement() -> bytes:
    return renderer.render(AGREEMENT, {})


def file(body: bytes, name: str = "Agreement for creative work.pdf") -> dict[str, object]:
    return {"name": name, "mimeType": "application/pdf", "buffer": body}


def at_the_contract(site: Site, page: Page, email: str) -> cast.Person:
    ada = cast.ada()
    draft = cast.draft(ada, at=cast.now(), other_email=email, start_on="2027-01-01", holder="nobody")
    draft.version = 1
    draft.save(update_fields=["version"])
    client = sign_in(Client(), ada.user)
    page.context.add_cookies([{"name": "session", "value": client.cookies["session"].value, "url": site.url}])
    # A picture taken while one page turns into the next shows neither.
    page.emulate_media(reduced_motion="reduce")
    page.goto(f"/proposals/{draft.pk}/contract")
    return ada


def pages_are_shown(page: Page, count: int) -> None:
    pictures = page.locator(".leaves img")
    expect(pictures).to_have_count(count)
    for number in range(count):
        pictures.nth(number).scroll_into_view_if_needed()
        page.wait_for_function(
            "one => one.complete && one.naturalWidth === 1200", arg=pictures.nth(number).element_handle()
        )
    assert pictures.nth(0).get_attribute("alt") == f"Page 1 of {count}"
    page.evaluate("scrollTo(0, 0)")


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_contract_of_ones_own_is_sent_and_signed(
    site: Site, agreement: bytes, tmp_path: Path, size: str, theme: str
) -> None:
    page, email = site.page(size, theme), f"nils-{size}-{theme}@example.org"
    at_the_contract(site, page, email)
    expect(page.get_by_label("The contract as a PDF")).to_be_hidden()
    page.get_by_label("Your own contract").check()
    expect(page.get_by_label("Law that governs")).to_be_hidden()
    page.get_by_label("Days to sign").fill("21")

    page.get_by_label("The contract as a PDF").set_input_files(file(hostile.made("script on opening", tmp_path)))
    page.get_by_role("button", name="Upload this PDF").click()
    expect(page.locator("#upload_error")).to_contain_text("JavaScript")
    expect(page.get_by_label("Days to sign")).to_have_value("21")
    expect(page.get_by_label("Your own contract")).to_be_checked()
    look(page, f"own-refused-{size}-{theme}")

    page.get_by_label("The contract as a PDF").set_input_files(file(agreement))
    page.get_by_role("button", name="Upload this PDF").click()
    expect(page.get_by_role("link", name="Agreement for creative work.pdf")).to_be_visible()
    look(page, f"own-contract-{size}-{theme}")

    page.get_by_role("button", name="Review the proposal").click()
    page.wait_for_url("**/review")
    pages_are_shown(page, Upload.objects.latest("kept_at").pages)
    look(page, f"own-review-{size}-{theme}")
    page.get_by_label("I have read the terms").check()
    page.get_by_role("button", name=re.compile("Sign and send")).click()
    expect(page.locator("#governs_error")).to_contain_text("Tick the box")
    page.get_by_label("The schedule governs").check()
    page.get_by_label("I have read the terms").check()
    page.get_by_role("button", name=re.compile("Sign and send")).click()
    page.wait_for_url("**/terms/*")
    look(page, f"own-sent-{size}-{theme}")
    sign(site, site.page("phone" if size == "desktop" else "desktop", theme), email, f"{size}-{theme}")


def sign(site: Site, page: Page, email: str, pictures: str) -> None:
    """The other side, without an account."""
    page.goto(link_in(site.mail(email, "proposal")))
    page.locator("main form button.main").click()
    page.wait_for_url("**/terms/*")
    pages_are_shown(page, Upload.objects.latest("kept_at").pages)
    expect(page.get_by_text("Schedule to the contract")).to_be_visible()
    look(page, f"own-terms-{pictures}")
    page.get_by_label("Type your full name to sign").fill("Nils Berg")
    page.get_by_label("Legal name of the party you sign for").fill("Berg AB")
    page.get_by_label("Postal address").fill("2 Side Street\n111 22 Stockholm")
    page.get_by_label("I have read the terms").check()
    page.get_by_label("The schedule governs").check()
    look(page, f"own-signing-{pictures}")
    page.get_by_role("button", name=re.compile("^Sign “")).click()
    page.get_by_label("Code").fill(code_in(site.mail(email, "code")))
    page.locator("main form button.main").click()
    page.wait_for_url(re.compile("/(projects|terms)/"))
    terms = Terms.objects.get(project=Project.objects.get(client__email=email))
    assert terms.status == "in_force" and terms.document.kind == "upload"
    assert {each.consent_version for each in terms.signatures.all()} == {2}


def test_a_file_that_is_too_large_does_not_leave_the_browser(site: Site) -> None:
    page = site.page()
    at_the_contract(site, page, "large@example.org")
    page.get_by_label("Your own contract").check()
    page.get_by_label("The contract as a PDF").set_input_files(file(b"%PDF-1.7" + bytes(11 * 2**20)))
    expect(page.locator("#upload_large")).to_contain_text("is larger than 10 MB")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method) if request.is_navigation_request() else None)
    page.get_by_role("button", name="Upload this PDF").click()
    expect(page.get_by_label("The contract as a PDF")).to_be_focused()
    assert sent == []


def test_autosave_leaves_the_file_where_it_is(site: Site, agreement: bytes) -> None:
    page = site.page()
    ada = at_the_contract(site, page, "later@example.org")
    page.get_by_label("Your own contract").check()
    page.get_by_label("The contract as a PDF").set_input_files(file(agreement))
    sizes: list[int] = []
    page.on(
        "request",
        lambda request: sizes.append(len(request.post_data_buffer or b"")) if "/saves" in request.url else None,
    )
    page.get_by_label("Days to sign").fill("30")
    page.get_by_label("Days to sign").blur()
    eventually(page, lambda: Draft.objects.get(party=ada.party).body["sign_within_days"] == "30")
    assert sizes and max(sizes) < 10_000
    assert not Upload.objects.filter(party=ada.party).exists()
