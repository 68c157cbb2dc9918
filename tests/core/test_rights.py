"""What each role may do for its party, said once more by hand."""

from __future__ import annotations

from typing import get_args

from milepost.core import rights, waiting
from milepost.core.catalogue import MEMBER_ROLES
from milepost.core.rights import Act

BINDS = {"sign", "decline", "withdraw", "fund", "approve", "cancel", "stop", "extend", "say_sent", "say_received"}
OWNERS_ALONE = {"members", "party", "payee", "invoices", "custody"}
PREPARES = {"prepare", "deliver", "ask_change", "forward", "confirm"}


def test_every_act_has_its_row_and_no_row_lies_unused() -> None:
    assert set(get_args(Act)) == rights.RIGHTS.keys() == BINDS | OWNERS_ALONE | PREPARES


def test_members_prepare_signatories_also_bind_and_owners_may_everything() -> None:
    given = {role: {act for act in rights.RIGHTS if rights.may(role, act)} for role in MEMBER_ROLES}
    assert given["member"] == PREPARES
    assert given["signatory"] == PREPARES | BINDS
    assert given["owner"] == PREPARES | BINDS | OWNERS_ALONE


def test_a_guest_acts_for_their_party_but_does_not_change_what_it_is() -> None:
    assert {act for act in rights.RIGHTS if rights.may(None, act)} == PREPARES | BINDS


def test_whatever_may_wait_for_somebody_says_what_they_have_to_be() -> None:
    assert rights.TURNS.keys() == set(get_args(waiting.Act))


def test_a_page_names_the_least_role_that_is_enough() -> None:
    assert rights.least("deliver") == "member"
    assert rights.least("approve") == "signatory"
    assert rights.least("payee") == "owner"
