"""Two people of a party at once: one change waits, and what was taken back stays so."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest

from milepost.actions import payee
from milepost.core.refusals import Stale
from milepost.models import Event, PayeeDetails
from tests import cast
from tests.cast import NOON
from tests.databases import together
from tests.payees import IBAN, OTHER, THIRD, account, stated

pytestmark = pytest.mark.usefixtures("committed")


def test_of_two_changes_at_once_one_waits(rounds: int) -> None:
    for _ in range(min(rounds, 10)):
        ada = cast.ada()
        projects = [cast.in_force(ada, holder="nobody") for _ in range(2)]
        stated(ada)
        made = together(partial(stated, ada, iban=OTHER), partial(stated, ada, iban=THIRD))
        assert all(isinstance(each, PayeeDetails) for each in made), made
        waiting = PayeeDetails.objects.filter(party=ada.party, ended_at=None, takes_effect_at__gt=NOON)
        assert waiting.count() == 1
        assert payee.reveal(payee.needed(ada.party, NOON)).iban == IBAN
        for project in projects:
            assert Event.objects.filter(project=project, kind="payee.changed").count() == 3


def test_two_first_details_at_once_are_a_first_and_a_change(rounds: int) -> None:
    for _ in range(min(rounds, 10)):
        ada = cast.ada()
        made = together(partial(stated, ada, iban=OTHER), partial(stated, ada, iban=THIRD))
        assert all(isinstance(each, PayeeDetails) for each in made), made
        assert PayeeDetails.objects.filter(party=ada.party, takes_effect_at=NOON).count() == 1


def test_taken_back_twice_at_once_is_done_and_told_once(rounds: int) -> None:
    for _ in range(min(rounds, 10)):
        ada = cast.ada()
        bob = cast.colleague(ada, "owner")
        project = cast.in_force(ada, holder="nobody")
        stated(ada)
        change = stated(ada, iban=OTHER)
        together(*(partial(payee.take_back, details=change, by=by.actor("login"), at=NOON) for by in (ada, bob)))
        assert Event.objects.filter(project=project, kind="payee.taken_back").count() == 1
        assert payee.pending(ada.party, NOON) is None


def test_a_change_that_is_replaced_while_it_is_taken_back_never_holds(rounds: int) -> None:
    for _ in range(min(rounds, 10)):
        ada = cast.ada()
        bob = cast.colleague(ada, "owner")
        stated(ada)
        change = stated(ada, iban=OTHER)
        later = NOON + timedelta(minutes=1)
        outcomes = together(
            partial(payee.take_back, details=change, by=ada.actor("login"), at=later),
            partial(payee.state, party=ada.party, details=account(THIRD), by=bob.actor(), at=later),
        )
        assert all(isinstance(each, PayeeDetails | Stale) for each in outcomes), outcomes
        change.refresh_from_db()
        assert change.ended_at == later
        held = payee.needed(ada.party, NOON + timedelta(days=30))
        assert payee.reveal(held).iban == THIRD
