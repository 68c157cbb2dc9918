"""The milestones of a draft: how many, when, how much, and how little is too little."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from milepost.core import drafts
from milepost.core.readings import BelowMinimum, NotOneMilestone
from milepost.core.refusals import Refused
from milepost.core.steps import Body
from tests.core.bodies import ADA, ADVISE, ENFORCE, OFF, TODAY, body, composed, row, with_row, wrong

# -- what is wrong: Milestones ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    [
        "", "1,2,3", "-5", "+5", "0", "0.00", "1e9", "1" + "0" * 16, "2.345", "12.3456", "two thousand", "$2,000", "١٢٣",
        "NaN", "Infinity", "2,000.00 USD", "9" * 500,
    ],
)  # fmt: skip
def test_what_is_no_amount_is_refused_at_the_amount(typed: str) -> None:
    assert set(wrong(with_row(amount=typed), "milestones")) == {"milestones.1.amount"}


@pytest.mark.parametrize(
    ("currency", "typed", "sentence"),
    [
        ("JPY", "2000.50", "JPY has no decimals"),
        ("USD", "2000.5055", "USD has 2 decimals"),
        ("KWD", "1.2345", "KWD has 3"),
    ],
)
def test_decimals_are_those_of_the_currency(currency: str, typed: str, sentence: str) -> None:
    typed_body = with_row(amount=typed) | {"currency": currency}
    assert sentence in wrong(typed_body, "milestones")["milestones.1.amount"]


def test_a_sum_that_no_terms_can_name_is_refused() -> None:
    typed = body(
        milestones=[row("One", "2027-01-31", "9000000000000", "x"), row("Two", "2027-01-31", "9000000000000", "x")]
    )
    assert "the most that terms can name" in wrong(typed, "milestones")["milestones"]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("2026-12-31", "This is before the project starts on 2027-01-01."),
        ("20266-01-31", "The year 20266 is too far away."),
        ("2037-01-02", "within 10 years from the start"),
        ("soon", "is not a day"),
    ],
)
def test_a_milestone_is_due_after_the_start_and_within_ten_years(typed: str, sentence: str) -> None:
    assert sentence in wrong(with_row(due_on=typed), "milestones")["milestones.1.due_on"]


def test_a_milestone_may_be_due_on_the_day_of_the_start() -> None:
    assert not wrong(with_row(due_on="2027-01-01"))


def test_there_is_at_least_one_milestone() -> None:
    assert wrong(body(milestones=[]), "milestones") == {"milestones": "Add at least one milestone."}


def test_there_are_at_most_a_hundred_milestones() -> None:
    rows = [row(f"M{number}", "2027-01-31", "100", "x") for number in range(200)]
    assert wrong(body(milestones=rows), "milestones") == {
        "milestones": "These are 200 milestones; 100 are the most in one contract."
    }
    assert not wrong(body(milestones=rows[:100]))


def test_there_are_one_to_fifty_deliverables_in_a_milestone() -> None:
    none = body(milestones=[row("January", "2027-01-31", "6000")])
    assert set(wrong(none, "milestones")) == {"milestones.0.deliverables"}
    many = body(milestones=[row("January", "2027-01-31", "6000", *["x"] * 51)])
    assert "51 deliverables; 50 are the most" in wrong(many, "milestones")["milestones.0.deliverables"]
    assert not wrong(body(milestones=[row("January", "2027-01-31", "6000", *["x"] * 50)]))


def test_all_deliverables_together_have_a_limit() -> None:
    rows = [row(f"M{number}", "2027-01-31", "100", *["x"] * 50) for number in range(21)]
    assert "1,050 deliverables; 1,000 are the most" in wrong(body(milestones=rows), "milestones")["milestones"]


def test_an_empty_milestone_is_said_once() -> None:
    typed = body()
    typed["milestones"].insert(1, row("", "", "", ""))
    assert wrong(typed, "milestones") == {"milestones.1.title": "This milestone is empty. Fill it in, or remove it."}


def test_an_empty_deliverable_is_said_at_its_place() -> None:
    typed = body()
    typed["milestones"][2]["deliverables"][1]["title"] = " "
    assert set(wrong(typed, "milestones")) == {"milestones.2.deliverables.1.title"}


def test_criteria_have_two_thousand_characters_at_most() -> None:
    typed = body()
    typed["milestones"][0]["deliverables"][0]["criteria"] = "x" * 2001
    assert set(wrong(typed, "milestones")) == {"milestones.0.deliverables.0.criteria"}


def test_without_a_currency_amounts_wait_for_the_step_that_asks_for_it() -> None:
    assert not wrong(body(currency=""), "milestones")
    assert set(wrong(body(currency=""))) == {"currency"}


# -- the minimum -----------------------------------------------------------------------------------


def small(**changes: Any) -> Body:
    return body(milestones=[row("January", "2027-01-31", "1,999.99", "12 posts")], **changes)


def test_below_the_minimum_milestone_payment_is_refused_and_one_time_named() -> None:
    refused = drafts.check(small(), step="milestones", today=TODAY, policy=ENFORCE, sender=ADA)
    assert [type(refusal) for refusal in refused] == [BelowMinimum]
    assert refused[0].sentence == (
        "Milestone payment is for projects of USD 2,000.00 and more; this one is USD 1,999.99. "
        "For less there is One-time payment."
    )


def test_the_minimum_itself_is_enough() -> None:
    assert not wrong(body(milestones=[row("January", "2027-01-31", "2,000", "12 posts")]))


def test_one_time_has_no_minimum() -> None:
    assert not wrong(small(payment_type="one_time"))


def test_another_currency_has_no_minimum() -> None:
    assert not wrong(small(currency="EUR"))


def test_a_policy_that_advises_lets_pass_and_says_so() -> None:
    assert not wrong(small(), policy=ADVISE)
    assert "meant for projects of USD 2,000.00 and more" in drafts.advice(small(), ADVISE)
    assert drafts.advice(body(), ADVISE) == ""
    assert drafts.advice(small(payment_type="one_time"), ADVISE) == ""


def test_a_policy_that_is_off_says_nothing() -> None:
    assert not wrong(small(), policy=OFF)
    assert drafts.advice(small(), OFF) == "" == drafts.advice(small(), ENFORCE)


def test_one_time_has_one_milestone() -> None:
    refused = drafts.check(body(payment_type="one_time"), step="milestones", today=TODAY, policy=ENFORCE, sender=ADA)
    assert [type(refusal) for refusal in refused] == [NotOneMilestone]


def test_several_milestones_become_one_and_nothing_of_them_is_lost() -> None:
    one = drafts.in_one(body())
    assert not wrong(one)
    (milestone,) = composed(one).milestones
    assert milestone.amount_minor == 600_000 and milestone.due_on == date(2027, 3, 31)
    assert milestone.title == "Social content, three months"
    titles = ["January: 12 posts", "January: 1 reel", "February: 12 posts", "March: 12 posts", "March: Report"]
    assert [item.title for item in milestone.deliverables] == titles


def test_milestones_whose_amounts_are_unclear_are_not_added_up_by_guess() -> None:
    with pytest.raises(Refused, match="Put the amounts right first"):
        drafts.in_one(with_row(amount="1,2,3"))
