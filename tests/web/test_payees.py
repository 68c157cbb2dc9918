"""The page on which an owner says where the party is paid."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.test import Client

from milepost.actions import payee, people
from milepost.jobs.worker import settle
from milepost.models import Code, EmailChange, Mail, PayeeDetails
from tests import cast, payees
from tests.cast import NOON, Person
from tests.payees import GROUPED, IBAN, OTHER, stated
from tests.web.entering import APP, PASSKEY, enter
from tests.web.readers import coded, text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]
SignedIn = Callable[..., Client]
TYPED = {"kind": "iban", "name": "Ada Lindqvist", "iban": GROUPED, "bic": "handsess", "lines": ""}


def at(person: Person, deed: str = "") -> str:
    return f"/parties/{person.party.pk}/payee{deed}"


def post(browser: Client, person: Person, **changes: str) -> Any:
    return browser.post(at(person), TYPED | changes)


def test_an_owner_states_an_account_and_sees_it_grouped(ada: Person, signed_in: SignedIn) -> None:
    browser = signed_in(ada)
    assert f'href="{at(ada)}"' in text(browser.get("/settings"))
    assert "State where you are paid" in text(browser.get(at(ada)))
    assert post(browser, ada).headers["Location"] == at(ada)
    page = browser.get(at(ada))
    assert GROUPED in text(page)
    assert "BIC HANDSESS" in text(page)
    assert "These details hold from now on." in text(page)
    assert page.headers["Cache-Control"] == "no-store"


def test_an_account_without_an_iban_is_kept_as_typed(ada: Person, signed_in: SignedIn) -> None:
    browser = signed_in(ada)
    post(browser, ada, kind="lines", iban="", lines="Account 12345678\r\nRouting 021000021")
    assert "Account 12345678\nRouting 021000021" in text(browser.get(at(ada)))


def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(ada: Person, signed_in: SignedIn) -> None:
    refused = post(signed_in(ada), ada, name="", iban="SE45 5000 0000 0583 9825 7467", bic="COBADEFF")
    assert refused.status_code == 422
    page = text(refused)
    for field, words in {
        "name": "Type the name in which the account is kept.",
        "iban": "check digits don’t fit",
    }.items():
        assert f'id="{field}_error"' in page
        assert words in page
    assert 'value="SE45 5000 0000 0583 9825 7467"' in page
    assert 'value="COBADEFF"' in page
    assert not PayeeDetails.objects.exists()


def test_an_old_login_needs_the_code_and_keeps_what_was_typed(ada: Person, signed_in: SignedIn) -> None:
    browser = signed_in(ada, fresh=False)
    asked = post(browser, ada)
    assert "Code from your e-mail" in text(asked)
    assert asked.headers["Cache-Control"] == "no-store", "the account stands in it"
    assert not PayeeDetails.objects.exists()
    code = Code.objects.get()
    assert (code.email, code.act, code.subject) == (ada.user.email, "payee", ada.party.pk)
    assert post(browser, ada, code="000000").status_code == 422
    assert coded(browser, at(ada), TYPED).status_code == 302
    assert payee.reveal(PayeeDetails.objects.get()).iban == IBAN


def test_where_there_is_a_second_factor_a_fresh_login_by_mail_and_a_code_are_refused(
    ada: Person, signed_in: SignedIn
) -> None:
    Authenticator.objects.create(user=ada.user, type=Authenticator.Type.TOTP, data={"secret": "x"})
    browser = signed_in(ada)
    assert "Code from your e-mail" not in text(post(browser, ada))
    # A thief with the mailbox has a code that is right, and it is not enough.
    code = people.send_code(by=ada.actor(), act="payee", subject=ada.party.pk, at=NOON)
    digits = people.mint_code(code_id=code.pk, at=NOON)
    assert "authenticator app" in text(post(browser, ada, code=digits))
    assert not PayeeDetails.objects.exists()
    assert post(enter(Client(), ada.user, APP), ada).status_code == 302
    assert PayeeDetails.objects.get().ending == IBAN[-4:]


@pytest.mark.parametrize("shown", [APP, PASSKEY])
def test_a_second_factor_that_was_used_long_ago_is_asked_for_again(ada: Person, shown: dict[str, object]) -> None:
    Authenticator.objects.create(user=ada.user, type=Authenticator.Type.TOTP, data={"secret": "x"})
    post(enter(Client(), ada.user, shown, ago=timedelta(minutes=16)), ada)
    assert not PayeeDetails.objects.exists()


def test_a_change_waits_and_any_member_takes_it_back(ada: Person, signed_in: SignedIn) -> None:
    stated(ada)
    browser, bob = signed_in(ada), signed_in(cast.colleague(ada, "member"), fresh=False)
    post(browser, ada, iban=OTHER, bic="")
    page = text(bob.get(at(ada)))
    assert "Other details hold from" in page
    assert 'name="iban"' not in page, "a member states nothing"
    assert post(bob, ada, iban=OTHER, bic="").status_code == 403
    waits = payee.pending(ada.party, NOON)
    assert waits is not None
    assert bob.post(at(ada, "/undo"), {"details": "pde_x"}).status_code == 422
    assert bob.post(at(ada, "/undo"), {"details": waits.pk}).status_code == 302
    assert bob.post(at(ada, "/undo"), {"details": waits.pk}).status_code == 422
    page = text(browser.get(at(ada)))
    assert "Other details hold from" not in page
    assert "taken back or replaced before it held" in page
    assert payee.needed(ada.party, NOON + timedelta(days=30)).ending == IBAN[-4:]


def test_after_the_cool_down_the_change_holds(ada: Person, signed_in: SignedIn) -> None:
    stated(ada)
    assert post(signed_in(ada), ada, iban=OTHER, bic="").status_code == 302
    with time_machine.travel(NOON + timedelta(hours=72), tick=False):
        page = text(signed_in(ada).get(at(ada)))
    assert "Other details hold from" not in page
    assert "DE89 3704 0044 0532 0130 00" in page


def test_a_party_of_somebody_else_is_not_there(ada: Person, mallory: Person, signed_in: SignedIn) -> None:
    stated(ada)
    browser = signed_in(mallory)
    assert browser.get(at(ada)).status_code == 404
    assert post(browser, ada).status_code == 404
    assert browser.post(at(ada, "/undo")).status_code == 404


def test_a_lost_key_is_said_and_breaks_no_page(ada: Person, signed_in: SignedIn, settings: Any, tmp_path: Any) -> None:
    stated(ada)
    settings.KEYS = tmp_path
    page = signed_in(ada).get(at(ada))
    assert page.status_code == 200
    assert "run its doctor" in text(page)
    assert post(signed_in(ada), ada, iban=OTHER, bic="").status_code == 422


# -- who hears of it ---------------------------------------------------------------------------------


def told(**filters: Any) -> set[str]:
    return {mail.to for mail in Mail.objects.filter(subject__contains="payment details", **filters)}


def test_every_address_of_the_party_is_told_and_one_that_was_replaced_lately(ada: Person) -> None:
    bob = cast.colleague(ada, "member")
    for days, address in ((29, "ada-before@example.org"), (31, "ada-long-ago@example.org")):
        made_at = NOON - timedelta(days=days)
        EmailChange.objects.create(
            user=ada.user, old_email=address, new_email=ada.user.email, asked_at=made_at, made_at=made_at
        )
    stated(ada)
    expected = {ada.party.email, bob.user.email, "ada-before@example.org"}
    assert told(event=None) == expected
    Mail.objects.all().delete()
    stated(ada, iban=OTHER)
    assert told(event=None) == expected
    assert "take it back: any member can" in Mail.objects.filter(event=None).first().text  # type: ignore[union-attr]


def test_the_other_side_of_each_project_in_force_is_told_once(ada: Person) -> None:
    carl = cast.person("Carl Olsen", "carl-two@example.org")
    for _ in range(2):
        cast.in_force(ada, holder="nobody", other_email=carl.user.email)
    other = cast.in_force(ada, holder="nobody")
    cast.offered(ada, other_email="nobody-yet@example.org")
    stated(ada)
    stated(ada, iban=OTHER)
    settle(NOON)
    mails = Mail.objects.filter(event__kind="payee.changed")
    assert sorted(mail.to for mail in mails) == sorted([carl.user.email, other.client.email] * 2)
    change = mails.get(to=carl.user.email, text__contains="hold from")
    assert "Fri 4 Dec 2026, 13:00 CET" in change.text
    assert "in a way that you know from before" in change.text


def test_no_account_is_in_any_mail_event_log_or_row(
    ada: Person, signed_in: SignedIn, caplog: pytest.LogCaptureFixture
) -> None:
    """Canaries: what was stated is searched for in everything that the house wrote."""
    caplog.set_level("DEBUG")
    project = cast.in_force(ada, holder="nobody")
    post(signed_in(ada), ada, bic="")
    post(signed_in(ada), ada, iban=OTHER, bic="")
    cast.approved(project)
    settle(NOON)
    settle(NOON + timedelta(days=40))
    for words in [*written(), caplog.text]:
        for iban in (IBAN, OTHER):
            assert iban[4:-4] not in words.replace(" ", "").upper()


def written() -> list[str]:
    """Every column of every table, as text."""
    from django.apps import apps

    rows: list[str] = []
    for model in apps.get_models():
        names = [field.attname for field in model._meta.concrete_fields]
        for row in model._default_manager.values_list(*names):
            rows += [
                bytes(each).decode("latin-1") if isinstance(each, bytes | memoryview) else str(each) for each in row
            ]
    assert any(payees.IBAN[-4:] == row for row in rows), "the end of the account stands in its row"
    return rows
