"""Who holds the money, as it is chosen in Send proposal: for the whole, for one milestone, by a custodian's name."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from milepost.core import steps
from milepost.core.catalogue import SIDES, SIGNERS
from milepost.core.drafts import Policy
from milepost.core.steps import Body
from milepost.core.terms import Custodian, Payee
from tests.core.bodies import ENFORCE, body, composed, wrong

CORA = Custodian("par_cora", "Cora Trust", "cora@example.net", "Notary in Stockholm", Payee("Cora Trust"))
OPEN = replace(ENFORCE, holders=("nobody", "freelancer", "custodian", "sandbox"), custodians=(CORA,))
NONE = replace(OPEN, holders=("nobody", "freelancer"), custodians=())


def held(*own: str, **typed: Any) -> Body:
    """The three months, each with the holder given; empty: as the whole."""
    whole = body(**typed)
    for row, holder in zip(whole["milestones"], own, strict=False):
        row["holder"] = holder
    return whole


# -- the whole ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("holder", "policy", "refused"),
    [
        ("nobody", OPEN, False), ("freelancer", OPEN, False), ("sandbox", OPEN, False), ("custodian", OPEN, False),
        ("nobody", NONE, False), ("freelancer", NONE, False), ("sandbox", NONE, True), ("custodian", NONE, True),
        ("stripe", OPEN, True), ("", OPEN, True),
    ],
)  # fmt: skip
def test_a_holder_can_be_chosen_where_it_is_offered(holder: str, policy: Policy, refused: bool) -> None:
    found = wrong(body(holder=holder, custodian=CORA.party), "payment", policy)
    assert ("holder" in found) == refused


def test_with_a_custodian_the_terms_name_it_and_need_its_signature() -> None:
    terms = composed(body(holder="custodian", custodian=CORA.party), OPEN)
    assert (terms.custodian, terms.signatures) == (CORA, SIGNERS)


@pytest.mark.parametrize("holder", ["nobody", "freelancer", "sandbox"])
def test_without_one_nobody_is_named_and_both_sides_sign(holder: str) -> None:
    terms = composed(body(holder=holder, custodian=CORA.party), OPEN)
    assert (terms.custodian, terms.signatures) == (None, SIDES)


@pytest.mark.parametrize(
    ("chosen", "policy", "sentence"),
    [
        ("", OPEN, "Choose who holds the money."),
        ("par_other", OPEN, "They take no new mandates. Choose another one."),
        (CORA.party, NONE, "Nobody is admitted here to hold money for others."),
    ],
)
def test_the_custodian_is_one_of_those_that_are_admitted(chosen: str, policy: Policy, sentence: str) -> None:
    assert sentence in wrong(body(holder="custodian", custodian=chosen), "payment", policy)["custodian"]


@pytest.mark.parametrize("email", ["cora@example.net", "CORA@example.net", "cora+carl@example.net"])
def test_the_custodian_is_none_of_the_two_sides(email: str) -> None:
    typed = body(holder="custodian", custodian=CORA.party, other_email=email)
    assert "one of the two sides" in wrong(typed, "payment", OPEN)["custodian"]
    own = replace(OPEN, custodians=(replace(CORA, email="ada@example.com"),))
    assert "one of the two sides" in wrong(body(holder="custodian", custodian=CORA.party), "payment", own)["custodian"]


# -- one milestone -------------------------------------------------------------------------------------


def test_a_milestone_may_have_a_holder_of_its_own() -> None:
    terms = composed(held("", "freelancer", "custodian", custodian=CORA.party), OPEN)
    assert [milestone.holder for milestone in terms.milestones] == [None, "freelancer", "custodian"]
    assert [terms.holder_of(milestone) for milestone in terms.milestones] == ["nobody", "freelancer", "custodian"]
    assert terms.custodian == CORA


def test_the_holder_of_the_whole_chosen_again_says_nothing() -> None:
    assert all(milestone.holder is None for milestone in composed(held("nobody", "nobody"), OPEN).milestones)


def test_a_milestones_holder_is_refused_at_its_own_field() -> None:
    assert set(wrong(held("", "stripe"), "milestones", OPEN)) == {"milestones.1.holder"}
    assert set(wrong(held("custodian"), "milestones", NONE)) == {"milestones.0.holder"}


def test_one_milestone_with_a_custodian_is_enough_to_ask_for_its_name() -> None:
    assert set(wrong(held("", "", "custodian"), "payment", OPEN)) == {"custodian"}


def test_a_custodian_that_no_milestone_has_is_not_named() -> None:
    terms = composed(held(*["freelancer"] * 3, holder="custodian", custodian=CORA.party), OPEN)
    assert (terms.custodian, terms.signatures, terms.uses("custodian")) == (None, SIDES, False)


# -- paid within so many days ----------------------------------------------------------------------------


@pytest.mark.parametrize(("typed", "days"), [("14", 14), ("0", 0), (" 60 ", 60)])
def test_what_is_paid_on_approval_has_its_days(typed: str, days: int) -> None:
    assert composed(body(payment_days=typed), OPEN).payment_days == days


@pytest.mark.parametrize("typed", ["", "61", "-1", "two weeks", "1.5", "14 days"])
def test_days_that_are_none_are_refused(typed: str) -> None:
    assert set(wrong(body(payment_days=typed), "payment", OPEN)) == {"payment_days"}


@pytest.mark.parametrize("holder", ["freelancer", "custodian", "sandbox"])
def test_where_nothing_is_paid_on_approval_nobody_asks_for_days(holder: str) -> None:
    typed = body(holder=holder, custodian=CORA.party, payment_days="soon")
    assert not wrong(typed, "payment", OPEN)
    assert composed(typed, OPEN).payment_days == 0


def test_one_milestone_paid_on_approval_is_enough() -> None:
    assert composed(held("nobody", holder="freelancer", payment_days="30"), OPEN).payment_days == 30


def test_a_draft_that_is_older_than_the_question_has_the_preset() -> None:
    older = body()
    del older["payment_days"], older["custodian"]
    assert composed(older, OPEN).payment_days == 14
    assert steps.blank()["payment_days"] == "14"
