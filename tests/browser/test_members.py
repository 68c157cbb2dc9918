"""People of a company: asked to join, what each may press, and a proposal that finds its way to whoever signs."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from allauth.account.models import EmailAddress
from playwright.sync_api import Page, expect

from milepost.models import Member, Terms, User
from milepost.models.base import new_id
from tests import cast
from tests.browser.site import PICTURES, SIZES, Site, look
from tests.cast import Person

pytestmark = pytest.mark.browser

TODAY = date.today()  # noqa: DTZ011  # as the browser shows it


def code_in(mail: str) -> str:
    found = re.search(r"\b(\d{4}-\d{4}|\d{6})\b", mail)
    assert found, mail
    return found[1]


def sign_in(site: Site, page: Page, email: str) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("E-mail").fill(email)
    page.locator("main form button.main").click()
    page.get_by_label("Code").fill(code_in(site.mail(email, "code")))
    page.locator("main form button.main").click()
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Sign in")


def company(name: str) -> Person:
    email = f"{name.lower()}-{new_id('x')[-8:]}@example.org"
    return cast.person(name, email, kind="organisation", legal_name=f"{name} & Co", postal_address="1 Main Street")


def newcomer() -> str:
    """Bo has an account, and acts for nobody yet."""
    email = f"bo-{new_id('x')[-8:]}@example.org"
    user = User.objects.create_user(email=email, name="Bo Ek")
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return email


def soon() -> dict[str, object]:
    """Work that starts today: these stories are told by the real clock."""
    rows = [("January", "2,000.00", TODAY + timedelta(days=31)), ("February", "2,000.00", TODAY + timedelta(days=59))]
    return {"start_on": TODAY.isoformat(), "milestones": rows}


def everywhere(site: Site, page: Page, name: str) -> None:
    """The page as it is, on a phone and at a desk; with pictures, each of them light and dark."""
    for size, (width, height) in SIZES.items():
        for theme in ("light", "dark"):
            if PICTURES or (size == "phone") == (theme == "light"):
                page.set_viewport_size({"width": width, "height": height})
                page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
                look(page, f"{name}-{size}-{theme}")
    page.emulate_media(color_scheme="light")


def test_bo_joins_as_a_member_and_asks_a_signatory_to_send_what_he_prepared(site: Site) -> None:
    ada, email = company("Ada"), newcomer()
    desk = site.page()
    sign_in(site, desk, ada.user.email)
    desk.goto(f"/parties/{ada.party.pk}/members")
    everywhere(site, desk, "members-alone")
    desk.get_by_label("Their e-mail address").fill(email)
    desk.locator("input[value=signatory]").check()
    desk.locator("input[value=member]").check()
    desk.get_by_role("button", name="Invite").click()
    expect(desk.get_by_text("Invited, not answered yet")).to_be_visible()
    everywhere(site, desk, "members-invited")
    assert "/invitations" in site.mail(email, "asks you to act")
    bo = site.page("phone")
    sign_in(site, bo, email)
    expect(bo.get_by_text("You are invited to act for Ada & Co")).to_be_visible()
    everywhere(site, bo, "members-welcome")
    bo.goto("/invitations")
    everywhere(site, bo, "members-invitations")
    bo.get_by_role("button", name="Act for Ada & Co").click()
    expect(bo.get_by_text("You act for Ada & Co now.")).to_be_visible()
    everywhere(site, bo, "members-newcomer-home")
    member = Member.objects.get(party=ada.party, user__email=email)
    draft = cast.draft(Person(member.user, ada.party), at=cast.now(), **soon())
    bo.goto(f"/proposals/{draft.pk}/review")
    expect(bo.get_by_role("button", name="Sign and send")).to_have_count(0)
    everywhere(site, bo, "members-review")
    bo.get_by_role("button", name="Ask a signatory to send it").click()
    expect(bo.get_by_text("Asked by mail: Ada.")).to_be_visible()
    assert f"/proposals/{draft.pk}/review" in site.mail(ada.user.email, "asks you to send")
    bo.goto(f"/parties/{ada.party.pk}/members")
    everywhere(site, bo, "members-as-member")
    desk.goto(f"/parties/{ada.party.pk}/members")
    desk.get_by_text("Change: Bo Ek").click()
    everywhere(site, desk, "members-change")
    desk.get_by_role("button", name="Remove Bo Ek").click()
    expect(desk.get_by_text("Bo Ek no longer acts for Ada & Co.")).to_be_visible()
    bo.goto("/")
    expect(bo.get_by_role("heading", level=1)).to_have_text("Who you are")


def test_carl_passes_the_proposal_on_and_nora_signs_on_her_phone(site: Site) -> None:
    ada, carl = company("Ada"), f"carl-{new_id('x')[-8:]}@example.org"
    nora = f"nora-{new_id('x')[-8:]}@example.org"
    terms = cast.offered(ada, at=cast.now(), other_email=carl, **soon())
    phone = site.page("phone")
    phone.goto(_link(site.mail(carl, "proposal")))
    phone.locator("main form button.main").click()
    phone.get_by_text("Somebody else signs for you? Pass it on").click()
    everywhere(site, phone, "forward-form")
    phone.get_by_label("Their e-mail address").fill(ada.user.email)
    phone.get_by_role("button", name="Pass it on").click()
    expect(phone.get_by_text("That is somebody of the other side.").first).to_be_visible()
    everywhere(site, phone, "forward-refused")
    phone.get_by_label("Their e-mail address").fill(nora)
    phone.get_by_label("A word to them").fill("It is what we spoke about.")
    phone.get_by_role("button", name="Pass it on").click()
    expect(phone.get_by_text("Passed on.")).to_be_visible()
    hers = site.page("phone", "dark")
    hers.goto(_link(site.mail(nora, "passes a proposal on")))
    hers.locator("main form button.main").click()
    hers.get_by_label("Type your full name to sign").fill("Nora Olsen")
    hers.get_by_label("Legal name of the party").fill("Carl & Sons Ltd")
    hers.get_by_label("Postal address").fill("2 Harbour Street")
    hers.locator("#consent").check()
    hers.get_by_role("button", name="Sign “").click()
    hers.get_by_label("Code").fill(code_in(site.mail(nora, "code")))
    hers.get_by_role("button", name="Go on").click()
    expect(hers.get_by_text("Signed by both, in force")).to_be_visible()
    everywhere(site, hers, "forward-signed")
    assert Terms.objects.get(pk=terms.pk).status == "in_force"
    phone.reload()
    expect(phone.get_by_text("Signed by both, in force")).to_be_visible()


def test_a_member_of_the_client_sees_what_a_signatory_does(site: Site) -> None:
    carl = company("Carl")
    bo = cast.colleague(carl, "member", f"bo-{new_id('x')[-8:]}@example.org")
    other = company("Carla")
    Member.objects.create(party=other.party, user=bo.user, role="owner")
    project = cast.in_force(company("Ada"), other_email=carl.user.email, holder="nobody", at=cast.now(), **soon())
    found = cast.delivered(project, at=cast.now())
    waits = cast.offered(company("Eva"), other_email=carl.user.email, at=cast.now(), **soon())
    page = site.page()
    sign_in(site, page, bo.user.email)
    page.goto("/")
    everywhere(site, page, "member-home")
    expect(page.get_by_text("A signatory of Carl & Co does this.").first).to_be_visible()
    page.goto(f"/milestones/{found.pk}")
    expect(page.get_by_role("link", name="Approve")).to_have_count(0)
    everywhere(site, page, "member-milestone")
    page.goto(f"/projects/{project.pk}")
    everywhere(site, page, "member-project")
    page.goto(f"/terms/{waits.pk}")
    expect(page.get_by_role("button", name="Sign “")).to_have_count(0)
    everywhere(site, page, "member-terms")
    page.locator("details.menu summary").click()
    look(page, "member-menu")
    page.goto("/settings")
    everywhere(site, page, "member-settings")


def _link(mail: str) -> str:
    found = re.search(r"/links/[\w-]+", mail)
    assert found, mail
    return found[0]
