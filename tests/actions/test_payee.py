"""Where a party is paid: who may say so, when it holds, who hears of it, and what a thief can't do."""

from __future__ import annotations

import dataclasses
import json
from datetime import datetime, timedelta

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction

from milepost.actions import payee
from milepost.core.actors import Actor
from milepost.core.refusals import NotAllowed, NotProved, NotProvedStrongly, Stale
from milepost.gateways import vault
from milepost.models import Event, Member, PayeeDetails
from tests import cast, payees
from tests.cast import NOON, Person
from tests.payees import IBAN, OTHER, THIRD, account, stated

pytestmark = pytest.mark.django_db

COOL = timedelta(hours=72)
SECOND = timedelta(seconds=1)


def iban_at(person: Person, at: datetime) -> str:
    found = payee.in_force(person.party, at)
    return payee.reveal(found).iban if found else ""


# -- when it holds ---------------------------------------------------------------------------------


def test_the_first_details_hold_at_once(ada: Person) -> None:
    assert payee.in_force(ada.party, NOON) is None
    with pytest.raises(payee.NoPayee, match="Ada Lindqvist has not said yet where to pay"):
        payee.needed(ada.party, NOON)
    made = stated(ada, bic="HANDSESS")
    assert (made.kind, made.ending, made.stated_by) == ("iban", "7466", ada.user)
    assert payee.needed(ada.party, NOON) == made
    assert payee.reveal(made) == account(IBAN, bic="HANDSESS")
    assert payee.pending(ada.party, NOON) is None


def test_other_details_hold_after_the_cool_down_and_until_then_the_old_ones_do(ada: Person) -> None:
    stated(ada)
    change = stated(ada, iban=OTHER, at=NOON + COOL)
    assert payee.pending(ada.party, NOON + COOL) == change
    assert iban_at(ada, NOON + 2 * COOL - SECOND) == IBAN
    assert iban_at(ada, NOON + 2 * COOL) == OTHER
    assert payee.pending(ada.party, NOON + 2 * COOL) is None


def test_a_second_change_takes_the_place_of_the_first_and_begins_the_time_anew(ada: Person) -> None:
    stated(ada)
    first = stated(ada, iban=OTHER)
    second = stated(ada, iban=THIRD, at=NOON + timedelta(hours=71))
    first.refresh_from_db()
    assert first.ended_at == NOON + timedelta(hours=71)
    assert iban_at(ada, NOON + COOL) == IBAN
    assert iban_at(ada, second.takes_effect_at - SECOND) == IBAN
    assert iban_at(ada, NOON + timedelta(hours=71) + COOL) == THIRD


def test_a_second_change_never_shortens_the_time(ada: Person, settings: object) -> None:
    stated(ada)
    first = stated(ada, iban=OTHER)
    settings.PAYEE_COOLDOWN_HOURS = 24  # type: ignore[attr-defined]
    second = stated(ada, iban=THIRD, at=NOON + SECOND)
    assert second.takes_effect_at > first.takes_effect_at


def test_the_same_details_again_change_nothing(ada: Person) -> None:
    first = stated(ada)
    assert stated(ada, at=NOON + COOL) == first
    change = stated(ada, iban=OTHER)
    assert stated(ada, iban=OTHER, at=NOON + timedelta(hours=70)) == change
    assert PayeeDetails.objects.count() == 2
    assert iban_at(ada, NOON + COOL) == OTHER


def test_clocks_that_jump_give_nothing_away(ada: Person) -> None:
    stated(ada)
    change = stated(ada, iban=OTHER)
    assert iban_at(ada, NOON - timedelta(days=365)) == IBAN, "the first ones hold, however early the clock thinks it is"
    assert iban_at(ada, NOON + COOL) == OTHER
    assert iban_at(ada, NOON + SECOND) == IBAN, "put back, it waits again"
    # A change stated while the clock was years behind holds no sooner than one stated after what is known already.
    late = stated(ada, iban=THIRD, at=NOON - timedelta(days=365))
    assert late.takes_effect_at >= change.takes_effect_at
    assert iban_at(ada, NOON + SECOND) == IBAN


# -- taking it back ----------------------------------------------------------------------------------


def test_any_member_takes_a_change_back_with_a_mere_login(ada: Person) -> None:
    stated(ada)
    change = stated(ada, iban=OTHER)
    bob = cast.colleague(ada, "member")
    taken = payee.take_back(details=change, by=bob.actor("login"), at=NOON + SECOND)
    assert payee.take_back(details=change, by=bob.actor("login"), at=NOON + 2 * SECOND).ended_at == taken.ended_at
    assert payee.pending(ada.party, NOON + SECOND) is None
    assert iban_at(ada, NOON + COOL) == IBAN


def test_what_holds_is_not_taken_back(ada: Person) -> None:
    first, change = stated(ada), stated(ada, iban=OTHER)
    for details, at in ((first, NOON), (change, NOON + COOL)):
        with pytest.raises(Stale, match="in force already"):
            payee.take_back(details=details, by=ada.actor(), at=at)


def test_strangers_and_those_who_left_take_nothing_back(ada: Person) -> None:
    stated(ada)
    change, bob = stated(ada, iban=OTHER), cast.colleague(ada, "owner")
    mallory = cast.person("Mallory", "mallory@example.org")
    Member.objects.filter(user=bob.user).update(ended_at=NOON)
    posing = dataclasses.replace(mallory.actor(), party=ada.party.pk)
    for by in (mallory.actor(), posing, bob.actor(), cast.guest(ada.party)):
        with pytest.raises(NotAllowed):
            payee.take_back(details=change, by=by, at=NOON)


# -- who may ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("proof", ["none", "link", "login"])
def test_a_stolen_session_without_a_fresh_proof_states_nothing(ada: Person, proof: str) -> None:
    with pytest.raises(NotProved):
        stated(ada, proof=proof)
    assert not PayeeDetails.objects.exists()


@pytest.mark.parametrize("proof", ["fresh", "code"])
def test_a_mailbox_alone_is_not_enough_where_there_is_a_second_factor(ada: Person, proof: str) -> None:
    by = dataclasses.replace(ada.actor(proof), has_factor=True)
    with pytest.raises(NotProvedStrongly):
        payee.state(party=ada.party, details=account(), by=by, at=NOON)
    strong = dataclasses.replace(by, proof="strong")
    assert payee.state(party=ada.party, details=account(), by=strong, at=NOON)


def test_only_owners_state_and_nobody_for_another(ada: Person) -> None:
    mallory = cast.person("Mallory", "mallory@example.org")
    owner = cast.colleague(ada, "owner")
    others: list[Actor] = [cast.colleague(ada, role).actor() for role in ("member", "signatory")]
    for by in (
        *others,
        mallory.actor(),
        dataclasses.replace(mallory.actor(), party=ada.party.pk),
        cast.guest(ada.party),
    ):
        assert not payee.may_state(ada.party, by)
        with pytest.raises(NotAllowed):
            payee.state(party=ada.party, details=account(), by=by, at=NOON)
    assert payee.state(party=ada.party, details=account(), by=owner.actor(), at=NOON).stated_by == owner.user


# -- the record ------------------------------------------------------------------------------------


def test_every_project_in_force_has_it_in_its_chain_without_the_account(ada: Person) -> None:
    mine = [cast.in_force(ada, holder="nobody") for _ in range(2)]
    cast.offered(ada)
    other = cast.in_force()
    first = stated(ada)
    change = stated(ada, iban=OTHER)
    payee.take_back(details=change, by=ada.actor("login"), at=NOON + SECOND)
    for project in mine:
        events = Event.objects.filter(project=project, kind__startswith="payee.").order_by("number")
        assert [event.kind for event in events] == ["payee.changed", "payee.changed", "payee.taken_back"]
        said = [json.loads(event.data) for event in events]
        assert [each["details"] for each in said] == [first.pk, change.pk, change.pk]
        assert said[0]["first"] is True
        assert said[1]["effect"] == (NOON + COOL).timestamp()
        assert not [event for event in events if IBAN[4:-4] in event.data or OTHER[4:-4] in event.data]
    assert not Event.objects.filter(project=other, kind__startswith="payee.").exists()


def test_details_are_never_written_anew(ada: Person) -> None:
    made = stated(ada)
    for change in ({"ending": "0000"}, {"takes_effect_at": NOON + SECOND}, {"sealed": b"x"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            PayeeDetails.objects.filter(pk=made.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        PayeeDetails.objects.filter(pk=made.pk)._raw_delete(connection.alias)


def test_the_history_knows_everybody_and_everything(ada: Person) -> None:
    owner = cast.colleague(ada, "owner")
    stated(ada)
    payee.state(party=ada.party, details=account(OTHER), by=owner.actor(), at=NOON + SECOND)
    stated(ada, iban=THIRD, at=NOON + 2 * SECOND)
    rows = list(payee.history(ada.party))
    assert [(row.ending, row.stated_by) for row in rows] == [
        ("7947", ada.user),
        ("3000", owner.user),
        ("7466", ada.user),
    ]


# -- the vault -------------------------------------------------------------------------------------


def test_a_row_with_another_rows_account_does_not_open(ada: Person) -> None:
    mallory = cast.person("Mallory", "mallory@example.org")
    hers, his = stated(mallory, iban=OTHER), stated(ada)
    swapped = PayeeDetails(id=his.pk, party=ada.party, sealed=hers.sealed)
    with pytest.raises(payee.Unreadable, match="run its doctor"):
        payee.reveal(swapped)


def test_a_lost_key_is_not_made_anew(ada: Person, monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    made = stated(ada)
    monkeypatch.setattr(settings, "KEYS", tmp_path)
    with pytest.raises(payee.Unreadable):
        payee.reveal(made)
    with pytest.raises(payee.Unreadable):
        stated(cast.person("Dora", "dora@example.org"))
    assert not (settings.KEYS / vault.FILE).exists()


def test_the_database_and_what_is_printed_of_rows_show_no_account(ada: Person) -> None:
    made = stated(ada)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM milepost_payeedetails")
        row = b"".join(
            bytes(each) if isinstance(each, bytes | memoryview) else str(each).encode() for each in cursor.fetchone()
        )
    for part in (IBAN, payees.GROUPED, IBAN[4:-4]):
        assert part.encode() not in row
        assert part not in f"{made!r} {made} {payee.reveal(made)!r}"
