"""The way back to an address that was changed: from the old mailbox, for three days."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.test import Client

from milepost.actions import addresses
from milepost.models import EmailChange, Mail, Party, User
from tests import cast
from tests.cast import NOON, Person
from tests.web import apps
from tests.web.entering import APP, enter
from tests.web.readers import text
from tests.web.test_addresses import NEW, browser, change, clock

__all__ = ["browser", "clock"]

pytestmark = pytest.mark.django_db


def undo_path(person: Person) -> str:
    """As the worker mints it when it sends the mail to the old address."""
    mail = Mail.objects.get(to=person.user.email, mints__startswith="undo:")
    return addresses.mint_undo(change_id=mail.mints.partition(":")[2], at=NOON)


def test_the_old_address_is_told_with_a_way_back_that_mail_scanners_do_not_use_up(ada: Person, browser: Client) -> None:
    change(browser)
    path = undo_path(ada)
    for _time in range(2):
        looked = Client().get(path)
        assert looked.status_code == 200
        assert looked.headers["Referrer-Policy"] == "strict-origin"
    assert User.objects.get(pk=ada.user.pk).email == NEW


def test_the_old_mailbox_puts_it_back_and_throws_the_thief_out(
    ada: Person, browser: Client, clock: time_machine.Traveller
) -> None:
    thief = enter(Client(), ada.user)
    change(thief)
    enter(thief, User.objects.get(pk=ada.user.pk), APP)
    apps.switch_on(thief)
    clock.shift(3600)
    change(enter(thief, User.objects.get(pk=ada.user.pk), APP), "thief@example.org")
    path = undo_path(ada)
    done = Client().post(path)
    assert "Your address is back" in text(done)
    user = User.objects.get(pk=ada.user.pk)
    assert (user.email, Party.objects.get(pk=ada.party.pk).email) == (ada.user.email, ada.user.email)
    assert not Authenticator.objects.exists()
    assert thief.get("/settings").status_code == 302
    assert apps.mailed(Client(), ada.user.email).headers["Location"] == "/"
    assert Client().post(path).status_code == 404
    other = Mail.objects.get(to=NEW, mints__startswith="undo:").mints.partition(":")[2]
    assert Client().post(addresses.mint_undo(change_id=other, at=NOON)).status_code == 404


def test_the_way_back_ends_after_three_days(ada: Person, browser: Client, clock: time_machine.Traveller) -> None:
    change(browser)
    path = undo_path(ada)
    clock.shift(timedelta(hours=72, seconds=10).total_seconds())
    assert Client().get(path).status_code == 404
    assert Client().post(path).status_code == 404
    assert User.objects.get(pk=ada.user.pk).email == NEW


def test_a_factor_that_was_there_long_before_stays(ada: Person, browser: Client, clock: time_machine.Traveller) -> None:
    apps.switch_on(browser)
    clock.shift(timedelta(days=5).total_seconds())
    change(enter(Client(), ada.user, APP))
    Client().post(undo_path(ada))
    assert Authenticator.objects.filter(type="totp").exists()


def test_an_old_address_that_somebody_has_by_now_is_not_taken_from_them(ada: Person, browser: Client) -> None:
    change(browser)
    path = undo_path(ada)
    cast.person("Bo", ada.user.email)
    assert Client().post(path).status_code == 409
    assert User.objects.get(pk=ada.user.pk).email == NEW
    assert EmailChange.objects.get().undone_at is None


@pytest.mark.parametrize("token", ["x", "x" * 43, "%00", "a%2Fb"])
def test_a_link_that_was_never_sent_leads_nowhere(token: str) -> None:
    assert Client().post(f"/accounts/address/undo/{token}").status_code == 404
