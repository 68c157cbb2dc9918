"""Whose turn it is, cell by cell."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from milepost.core import waiting
from milepost.core.catalogue import HOLDERS, Holder
from milepost.core.waiting import MilestoneFacts, TermsFacts, Waiting
from milepost.models.milestones import MILESTONE_STATUSES

DUE, START = date(2027, 1, 31), date(2026, 12, 1)
NIGHT = datetime(2027, 1, 10, 23, 59, tzinfo=UTC)
BASE = MilestoneFacts("mil_1", "planned", "sandbox", DUE, START, its_turn=True)


def acts(**changes: object) -> list[tuple[str, str]]:
    return [(one.side, one.act) for one in waiting.for_milestone(replace(BASE, **changes))]  # type: ignore[arg-type]


# -- terms -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("recipient", ["client", "freelancer"])
def test_offered_terms_wait_for_the_other_side_until_they_expire(recipient: str) -> None:
    found = waiting.for_terms(TermsFacts("trm_1", recipient, NIGHT, change_asked=False))  # type: ignore[arg-type]
    assert found == Waiting(recipient, "sign", "trm_1", NIGHT, "expires")  # type: ignore[arg-type]


def test_once_a_change_is_asked_for_they_wait_for_the_sender() -> None:
    found = waiting.for_terms(TermsFacts("trm_1", "client", NIGHT, change_asked=True))
    assert (found.side, found.act, found.until) == ("freelancer", "revise", NIGHT)


@pytest.mark.parametrize("change_asked", [True, False])
def test_once_both_sides_have_signed_they_wait_for_the_custodian(change_asked: bool) -> None:
    found = waiting.for_terms(TermsFacts("trm_1", "client", NIGHT, change_asked, signed=True))
    assert found == Waiting("custodian", "accept", "trm_1", NIGHT, "expires")


# -- milestones ------------------------------------------------------------------------------------------

CELLS = {
    ("planned", "sandbox"): [("client", "fund")],
    ("planned", "nobody"): [],
    ("open", "sandbox"): [("freelancer", "deliver")],
    ("open", "nobody"): [("freelancer", "deliver")],
    ("delivered", "sandbox"): [("client", "approve")],
    ("delivered", "nobody"): [("client", "approve")],
    ("approved", "sandbox"): [],
    ("approved", "nobody"): [("client", "say_sent")],
    ("closed", "sandbox"): [],
    ("closed", "nobody"): [],
    ("cancelled", "sandbox"): [],
    ("cancelled", "nobody"): [],
    ("planned", "custodian"): [("client", "fund")],
    ("planned", "freelancer"): [("client", "fund")],
    ("open", "custodian"): [("freelancer", "deliver")],
    ("open", "freelancer"): [("freelancer", "deliver")],
    ("delivered", "custodian"): [("client", "approve")],
    ("delivered", "freelancer"): [("client", "approve")],
    ("approved", "custodian"): [],
    ("approved", "freelancer"): [],
    ("closed", "custodian"): [],
    ("closed", "freelancer"): [],
    ("cancelled", "custodian"): [],
    ("cancelled", "freelancer"): [],
}


def test_every_status_with_every_holder_has_its_cell() -> None:
    assert CELLS.keys() == {(status, holder) for status in MILESTONE_STATUSES for holder in HOLDERS}


@pytest.mark.parametrize("cell", CELLS, ids="-".join)
def test_what_waits(cell: tuple[str, str]) -> None:
    assert acts(status=cell[0], holder=cell[1]) == CELLS[cell]


def test_a_planned_milestone_waits_for_money_only_when_it_is_next_and_unfunded() -> None:
    assert acts(its_turn=False) == []
    assert acts(funded=True) == []


def test_after_a_delivery_the_window_decides() -> None:
    (seen,) = waiting.for_milestone(replace(BASE, status="delivered", review_ends_at=NIGHT))
    assert (seen.until, seen.silence) == (NIGHT, "clock_approves")
    (unseen,) = waiting.for_milestone(replace(BASE, status="delivered"))
    assert (unseen.until, unseen.silence) == (None, "window_not_begun")


def test_a_payment_that_was_sent_waits_for_the_freelancer() -> None:
    assert acts(status="approved", holder="nobody", sent=True) == [("freelancer", "say_received")]


@pytest.mark.parametrize("status", MILESTONE_STATUSES)
def test_a_wish_to_cancel_waits_for_the_freelancer_while_there_is_something_to_cancel(status: str) -> None:
    asked = ("freelancer", "answer_cancel") in acts(status=status, cancel_asked=True)
    assert asked == (status in ("planned", "open", "delivered"))


# -- order -----------------------------------------------------------------------------------------------


def test_the_soonest_end_comes_first_and_what_only_stands_still_last() -> None:
    def one(silence: str, until: object) -> Waiting:
        return Waiting("client", "approve", str(until), until, silence)  # type: ignore[arg-type]

    clock, day = one("clock_approves", NIGHT), one("late", date(2027, 1, 10))
    later, still = one("expires", NIGHT.replace(day=11)), one("stands_still", None)
    unfunded, unseen = one("not_begun", START), one("window_not_begun", None)
    shuffled = [still, unfunded, unseen, later, day, clock]
    assert waiting.soonest_first(shuffled) == [clock, day, later, unseen, unfunded, still]


def test_what_is_to_be_paid_directly_waits_until_the_day_it_is_due() -> None:
    approved = replace(BASE, status="approved", holder="nobody", pay_by=DUE)
    assert waiting.for_milestone(approved) == [Waiting("client", "say_sent", "mil_1", DUE, "late")]
    sent = [Waiting("freelancer", "say_received", "mil_1", None, "stands_still")]
    assert waiting.for_milestone(replace(approved, sent=True)) == sent


@pytest.mark.parametrize(
    ("milestones", "asked"),
    [
        ([("planned", "nobody")], True),
        ([("closed", "nobody"), ("open", "custodian")], True),
        ([("delivered", "freelancer")], True),
        ([("closed", "custodian"), ("cancelled", "nobody")], False),
        ([("open", "sandbox")], False),
        ([], False),
    ],
)
def test_where_a_freelancer_is_paid_is_asked_while_something_is_left_to_pay(
    milestones: list[tuple[str, Holder]], asked: bool
) -> None:
    found = waiting.for_account("prj_1", milestones)
    assert [(one.side, one.act, one.subject) for one in found] == [("freelancer", "say_where", "prj_1")] * asked
