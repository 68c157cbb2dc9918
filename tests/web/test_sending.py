"""Send at the page: signed once, by who has read it, and never twice."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from milepost.actions import offers, people
from milepost.models import Code, Draft, Project, Terms
from tests import cast
from tests.cast import Person
from tests.web.readers import text
from tests.web.wizards import form, said_at, stored, summary, url

pytestmark = pytest.mark.django_db

SIGNED = {
    "signature_typed": "Ada Lindqvist",
    "legal_name": "Ada Lindqvist",
    "postal_address": "1 Main Street",
    "consent": "yes",
}


@pytest.fixture
def browser(ada: Person, signed_in: Callable[..., Client]) -> Client:
    return signed_in(ada)


# -- send --------------------------------------------------------------------------------------------


def seen(browser: Client, draft: Draft) -> str:
    return re.search(r'name="seen" value="(\w+)"', text(browser.get(url(draft, "review"))))[1]  # type: ignore[index]


def test_signing_sends(browser: Client, draft: Draft) -> None:
    response = browser.post(url(draft, "review"), SIGNED | {"seen": seen(browser, draft)})
    terms = Terms.objects.get()
    assert response["Location"] == f"/terms/{terms.pk}"
    assert terms.status == "offered" and terms.said.total == cast.usd(400_000)
    assert terms.signatures.get().name == "Ada Lindqvist"


def test_back_after_send_and_a_second_press_never_send_twice(browser: Client, draft: Draft) -> None:
    signed = SIGNED | {"seen": seen(browser, draft)}
    first = browser.post(url(draft, "review"), signed)
    assert browser.post(url(draft, "review"), signed)["Location"] == first["Location"]
    for step in ("project", "payment", "milestones", "contract", "review"):
        assert browser.get(url(draft, step))["Location"] == first["Location"]
        assert (
            browser.post(url(draft, step), form(draft, "project", project_name="Late"))["Location"] == first["Location"]
        )
    assert browser.get(f"/proposals/{draft.pk}")["Location"] == first["Location"]
    assert browser.post(url(draft, "deletions"))["Location"] == first["Location"]
    assert browser.post(url(draft, "saves"), {"step": "project", "project_name": "Late"}).status_code == 409
    assert Terms.objects.count() == Project.objects.count() == 1
    assert stored(draft)["project_name"] == draft.body["project_name"]


def test_a_press_that_crossed_another_is_led_to_what_was_sent(
    browser: Client, draft: Draft, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second request read the draft before the first had sent it."""
    signed = SIGNED | {"seen": seen(browser, draft)}
    real = offers.offer

    def overtaken(**given: Any) -> Terms:
        monkeypatch.setattr(offers, "offer", real)
        stale = Draft.objects.get(pk=draft.pk)
        real(draft=Draft.objects.get(pk=draft.pk), signing=cast.signature(), by=ada.actor(), at=given["at"])
        return real(**given | {"draft": stale})

    monkeypatch.setattr(offers, "offer", overtaken)
    response = browser.post(url(draft, "review"), signed)
    assert response["Location"] == f"/terms/{Terms.objects.get().pk}" and Project.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "typed", "place", "sentence"),
    [
        ("signature_typed", "", "signature_typed", "Type your name"),
        ("legal_name", " ", "legal_name", "Type the legal name"),
        ("postal_address", "", "postal_address", "Type the postal address"),
        ("consent", "", "consent", "Tick the box"),
        ("capacity", "x" * 201, "capacity", "At most 200 characters"),
        ("legal_name", "🦄 Ltd", "legal_name", "can't be printed"),
    ],
)  # fmt: skip
def test_what_the_signature_needs_is_said_at_its_field(
    browser: Client, draft: Draft, field: str, typed: str, place: str, sentence: str
) -> None:
    signed = SIGNED | {"seen": seen(browser, draft), "capacity": "Owner & sons"} | {field: typed}
    response = browser.post(url(draft, "review"), signed)
    assert response.status_code == 422 and sentence in said_at(response, place)
    assert dict(summary(response))[place]
    assert f'value="{typed}"' in text(response) or not typed.strip() or field == "capacity"
    assert not Terms.objects.exists() and Draft.objects.get().sent_as is None


def test_nobody_signs_what_another_window_has_changed(browser: Client, draft: Draft) -> None:
    read = seen(browser, draft)
    browser.post(url(draft, "contract"), form(draft, "contract", law="Norway"))
    response = browser.post(url(draft, "review"), SIGNED | {"seen": read, "capacity": "Owner"})
    assert response.status_code == 409 and "has changed since you opened this page" in text(response)
    assert 'value="Owner"' in text(response) and not Terms.objects.exists()
    assert browser.post(url(draft, "review"), SIGNED | {"seen": seen(browser, draft)}).status_code == 302


def test_a_draft_that_was_spoiled_meanwhile_is_not_sent(browser: Client, draft: Draft) -> None:
    read = seen(browser, draft)
    Draft.objects.filter(pk=draft.pk).update(body=draft.body | {"law": ""})
    response = browser.post(url(draft, "review"), SIGNED | {"seen": read})
    assert response.status_code == 422 and "Before this can be sent" in text(response) and not Terms.objects.exists()


def test_what_only_sending_finds_out_leads_to_its_step(browser: Client, draft: Draft, ada: Person) -> None:
    """A colleague's address: another mailbox, the same party."""
    colleague = cast.person("Bo", "bo@example.net")
    colleague.user.memberships.all().delete()
    colleague.user.memberships.create(party=ada.party)
    Draft.objects.filter(pk=draft.pk).update(body=draft.body | {"other_email": "bo@example.net"})
    response = browser.post(url(draft, "review"), SIGNED | {"seen": seen(browser, draft)})
    assert response.status_code == 422 and "Both sides would be the same person" in text(response)
    assert f'href="{url(draft, "project")}?checked=1#other_email"' in text(response)
    assert not Terms.objects.exists()


def test_an_older_login_types_the_code_from_the_mail_first(
    ada: Person, draft: Draft, signed_in: Callable[..., Client]
) -> None:
    browser = signed_in(ada, fresh=False)
    signed = SIGNED | {"seen": seen(browser, draft)}
    asked = browser.post(url(draft, "review"), signed)
    assert asked.status_code == 200 and not Terms.objects.exists()
    digits = people.mint_code(code_id=Code.objects.get().pk, at=timezone.now())
    wrong = browser.post(url(draft, "review"), signed | {"code": "000000" if digits != "000000" else "111111"})
    assert wrong.status_code == 422 and not Terms.objects.exists() and 'name="seen"' in text(wrong)
    response = browser.post(url(draft, "review"), signed | {"code": digits})
    assert response["Location"] == f"/terms/{Terms.objects.get().pk}"
    assert Terms.objects.get().signatures.get().proof == "code"
