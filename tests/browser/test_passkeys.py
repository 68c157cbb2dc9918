"""Passkeys and the authenticator app in a browser, with a security key that Chromium pretends to have."""

from __future__ import annotations

import re
import time

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from milepost.models import User
from tests import cast
from tests.browser.site import SIZES, Site, look
from tests.cast import Person
from tests.web import apps

pytestmark = pytest.mark.browser

KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
CODE = re.compile(r"^[\d-]{6,9}$", re.MULTILINE)


@pytest.fixture
def ada(committed: None) -> Person:
    return cast.ada()


def with_key(page: Page, **facts: bool) -> tuple[object, str]:
    """The browser has a key from now on."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": KEY | facts})
    return session, made["authenticatorId"]


def code_of(site: Site, person: Person) -> str:
    found = CODE.search(site.mail(person.user.email, "code"))
    assert found
    return found.group()


def sign_in_by_mail(page: Page, site: Site, person: Person) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("Your e-mail address").fill(person.user.email)
    page.get_by_role("button", name="Send me the code").click()
    page.get_by_label("Code from your e-mail").fill(code_of(site, person))
    page.get_by_role("button", name="Sign in").click()


def sign_out(page: Page) -> None:
    page.goto("/accounts/logout/")
    page.locator("main").get_by_role("button", name="Log out").click()


def grow_old(page: Page) -> None:
    """As if the browser had stood open for an hour."""
    key = next(cookie["value"] for cookie in page.context.cookies() if cookie["name"] == "session")
    row = Session.objects.get(session_key=key)
    held = row.get_decoded()
    for record in held["account_authentication_methods"]:
        record["at"] = time.time() - 3600
    row.session_data = Session.get_session_store_class()().encode(held)
    row.save()


def add_passkey(page: Page, name: str) -> None:
    page.goto("/settings")
    page.get_by_role("link", name="Signing in").click()
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("Name").fill(name)
    page.get_by_role("button", name="Add the passkey").click()
    page.wait_for_url("**/recovery-codes/")


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_passkey_is_added_used_asked_for_and_removed(site: Site, ada: Person, size: str, theme: str) -> None:
    page = site.page(size, theme)
    with_key(page)
    page.goto("/accounts/login/")
    look(page, f"sign-in-{size}-{theme}")
    sign_in_by_mail(page, site, ada)
    page.wait_for_url(f"{site.url}/")
    page.goto("/accounts/signing-in/")
    look(page, f"signing-in-empty-{size}-{theme}")
    page.goto("/accounts/passkeys/new/")
    look(page, f"passkey-new-{size}-{theme}")
    add_passkey(page, "Ada’s laptop")
    expect(page.get_by_role("listitem").filter(has_text=re.compile(r"^\d{8}$"))).to_have_count(10)
    look(page, f"recovery-codes-{size}-{theme}")
    page.get_by_role("link", name="I have them").click()
    expect(page.get_by_text("Ada’s laptop")).to_be_visible()

    sign_out(page)
    page.goto("/accounts/login/?next=/invoices")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(f"{site.url}/invoices")

    grow_old(page)
    page.goto("/accounts/passkeys/new/")
    expect(page.get_by_role("heading", name="Confirm that it is you")).to_be_visible()
    look(page, f"confirm-passkey-{size}-{theme}")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("heading", name="Add a passkey")).to_be_visible()

    page.goto("/accounts/signing-in/")
    page.get_by_role("link", name="Rename").click()
    page.get_by_label("Name").fill("Laptop")
    look(page, f"passkey-rename-{size}-{theme}")
    page.get_by_role("button", name="Save").click()
    page.wait_for_url("**/signing-in/")
    page.get_by_role("link", name="Remove Laptop").click()
    look(page, f"passkey-remove-{size}-{theme}")
    page.get_by_role("button", name="Remove the passkey").click()
    expect(page.get_by_role("link", name="Add a passkey")).to_be_visible()
    assert not Authenticator.objects.filter(user=ada.user).exists()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_app_is_set_up_and_asked_for(site: Site, ada: Person, size: str, theme: str) -> None:
    page = site.page(size, theme)
    sign_in_by_mail(page, site, ada)
    page.goto("/accounts/app/")
    look(page, f"app-{size}-{theme}")
    page.get_by_text("No camera? Type the key").click()
    secret = page.locator(".key").inner_text()
    page.get_by_label("Code of your authenticator app").fill("000000")
    page.get_by_role("button", name="Switch it on").click()
    expect(page.get_by_role("alert").first).to_be_visible()
    look(page, f"app-wrong-{size}-{theme}")
    page.get_by_label("Code of your authenticator app").fill(apps.digits(secret))
    page.get_by_role("button", name="Switch it on").click()
    page.get_by_role("link", name="I have them").click()
    look(page, f"signing-in-{size}-{theme}")
    page.goto("/accounts/recovery-codes/new/")
    look(page, f"recovery-codes-new-{size}-{theme}")

    grow_old(page)
    page.goto("/accounts/address/")
    look(page, f"confirm-app-{size}-{theme}")

    sign_out(page)
    sign_in_by_mail(page, site, ada)
    page.wait_for_url("**/second-step/")
    look(page, f"second-step-{size}-{theme}")


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_another_address_is_proved_and_put_back(site: Site, ada: Person, size: str, theme: str) -> None:
    page = site.page(size, theme)
    sign_in_by_mail(page, site, ada)
    page.wait_for_url(f"{site.url}/")
    grow_old(page)
    page.goto("/accounts/address/")
    look(page, f"confirm-mail-{size}-{theme}")
    page.get_by_role("button", name="Send me the code").click()
    look(page, f"confirm-code-{size}-{theme}")
    page.get_by_label("Code from your e-mail").fill(code_of(site, ada))
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("New e-mail address").fill("not an address@")
    look(page, f"address-{size}-{theme}")
    new = f"new-{ada.user.email}"
    page.get_by_label("New e-mail address").fill(new)
    page.get_by_role("button", name="Send a code there").click()
    page.wait_for_url("**/address/ech_*/")
    look(page, f"address-code-{size}-{theme}")
    page.get_by_label("Code from your e-mail").fill(CODE.search(site.mail(new)).group())  # type: ignore[union-attr]
    page.get_by_role("button", name="Change the address").click()
    expect(page.get_by_text(f"Your address is {new} from now on.")).to_be_visible()

    link = re.search(r"http\S+/accounts/address/undo/(\S+)", site.mail(ada.user.email, "another address"))
    assert link
    other = site.page(size, theme)
    other.goto(f"/accounts/address/undo/{link.group(1)}")
    look(other, f"address-undo-{size}-{theme}")
    other.get_by_role("button", name="Put it back").click()
    look(other, f"address-undone-{size}-{theme}")
    assert User.objects.get(pk=ada.user.pk).email == ada.user.email
    page.goto("/settings")
    expect(page).to_have_url(re.compile("/accounts/login/"))


def test_a_key_that_asks_nobody_is_refused(site: Site, ada: Person) -> None:
    page = site.page()
    with_key(page, hasUserVerification=False, isUserVerified=False)
    sign_in_by_mail(page, site, ada)
    page.wait_for_url(f"{site.url}/")
    page.goto("/accounts/passkeys/new/")
    page.get_by_role("button", name="Add the passkey").click()
    expect(page.get_by_text("Nothing was done: the browser did not give a passkey.")).to_be_visible(timeout=70_000)
    assert not Authenticator.objects.filter(user=ada.user).exists()


def test_a_passkey_is_the_second_step_after_the_mail_and_somebody_elses_is_none(site: Site, ada: Person) -> None:
    page = site.page()
    session, key = with_key(page)
    sign_in_by_mail(page, site, ada)
    page.wait_for_url(f"{site.url}/")
    add_passkey(page, "Key")
    sign_out(page)
    sign_in_by_mail(page, site, ada)
    page.wait_for_url("**/second-step/")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(f"{site.url}/")
    sign_out(page)

    # The passkey stays in the browser; the house forgets it: it belongs to nobody now.
    Authenticator.objects.filter(user=ada.user).delete()
    page.goto("/accounts/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_text("This passkey is not known here")).to_be_visible()
    page.goto("/settings")
    expect(page).to_have_url(re.compile("/accounts/login/"))
    session.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": key})  # type: ignore[attr-defined]


def test_the_answer_to_one_challenge_is_good_once(site: Site, ada: Person) -> None:
    page = site.page()
    with_key(page)
    sign_in_by_mail(page, site, ada)
    page.wait_for_url(f"{site.url}/")
    add_passkey(page, "Key")
    sign_out(page)
    page.goto("/accounts/login/")
    with page.expect_request(lambda request: request.url.endswith("/login/passkey/")) as sent:
        page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(f"{site.url}/")
    stolen = sent.value.post_data_json
    thief = site.page()
    thief.goto("/accounts/login/")
    token = thief.locator("input[name=csrfmiddlewaretoken]").first.get_attribute("value")
    thief.request.post("/accounts/login/passkey/", form=stolen | {"csrfmiddlewaretoken": token})
    thief.goto("/settings")
    expect(thief).to_have_url(re.compile("/accounts/login/"))
