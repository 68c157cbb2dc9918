"""Two people take one address at once, or one person is taken two ways: one wins, and every table says the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from allauth.account.models import EmailAddress

from milepost.actions import addresses, people
from milepost.core.actors import Actor
from milepost.core.refusals import Refused
from milepost.models import Code, EmailChange, Party, User
from milepost.models.base import new_id
from tests import cast
from tests.cast import NOON, Person
from tests.databases import together

pytestmark = pytest.mark.race


@pytest.fixture(autouse=True)
def _committed(committed: None) -> None:
    return None


def prepared(person: Person, email: str) -> Callable[[], User]:
    """The code from the new mailbox is about to be typed."""
    by: Actor = replace(person.actor(), email=User.objects.get(pk=person.user.pk).email)
    change = addresses.ask(email=email, user=User.objects.get(pk=person.user.pk), by=by, at=NOON)
    digits = people.mint_code(code_id=Code.objects.get(subject=change.pk).pk, at=NOON)
    return lambda: addresses.confirm(change=change, digits=digits, by=by, at=NOON)


def fresh_address() -> str:
    return f"{new_id('x')[-10:]}@new.example"


def agrees(person: Person) -> str:
    """The address of a person, which three tables say alike."""
    email = User.objects.get(pk=person.user.pk).email
    proved = list(EmailAddress.objects.filter(user=person.user).values_list("email", "verified", "primary"))
    assert proved == [(email, True, True)]
    assert Party.objects.get(pk=person.party.pk).email == email
    return email


def refused(given: list[object]) -> int:
    for each in given:
        if isinstance(each, BaseException) and not isinstance(each, Refused):
            raise each
    return sum(isinstance(each, Refused) for each in given)


def test_of_two_people_one_gets_the_address(rounds: int) -> None:
    for _ in range(max(1, rounds // 5)):
        ada, bo, email = cast.ada(), cast.person("Bo", fresh_address()), fresh_address()
        acts = [prepared(ada, email), prepared(bo, email)]
        assert refused(together(*acts)) == 1
        assert sorted([agrees(ada), agrees(bo)]).count(email) == 1


def test_of_two_changes_of_one_person_one_holds(rounds: int) -> None:
    for _ in range(max(1, rounds // 5)):
        ada = cast.ada()
        acts = [prepared(ada, fresh_address()), prepared(ada, fresh_address())]
        assert refused(together(*acts)) == 1
        email = agrees(ada)
        assert EmailChange.objects.get(user=ada.user, made_at__isnull=False).new_email == email


def test_the_way_back_is_gone_once(rounds: int) -> None:
    for _ in range(max(1, rounds // 5)):
        ada = cast.ada()
        old = ada.user.email
        prepared(ada, fresh_address())()
        change = EmailChange.objects.get(user=ada.user)
        token = addresses.mint_undo(change_id=change.pk, at=NOON).rpartition("/")[2]
        assert refused(together(*[lambda token=token: addresses.undo(token=token, at=NOON)] * 2)) == 1
        assert agrees(ada) == old
