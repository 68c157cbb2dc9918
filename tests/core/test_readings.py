"""Send proposal, below the page: what is wrong is said at its field, all at once."""

from __future__ import annotations

from datetime import date

import pytest

from milepost.core import drafts, steps
from milepost.core.refusals import Several
from milepost.core.terms import Named
from tests.core.bodies import ADA, AT, ENFORCE, OFF, TODAY, body, composed, wrong

# -- what is wrong: Project ------------------------------------------------------------------------


def test_a_blank_draft_is_told_everything_that_is_missing_at_once() -> None:
    missing = {"side", "project_name", "other_name", "other_email", "client_type"}
    assert set(wrong(steps.blank(), "project")) == missing
    assert set(wrong(steps.blank(), "payment")) == {"start_on"}
    first = "milestones.0"
    assert set(wrong(steps.blank(), "milestones")) == {
        f"{first}.title",
        f"{first}.due_on",
        f"{first}.amount",
        f"{first}.deliverables.0.title",
    }
    assert set(wrong(steps.blank(), "contract")) == {"law", "venue"}
    assert len(wrong(steps.blank(), "review")) == 12


def test_a_draft_with_mistakes_makes_no_terms() -> None:
    with pytest.raises(Several) as refusal:
        composed(body(law="", other_email="carl"))
    assert {one.field for one in refusal.value.refusals} == {"law", "other_email"}


def test_a_consumer_is_refused_in_words() -> None:
    assert "written for businesses" in wrong(body(client_type="consumer"), "project")["client_type"]


def test_a_sender_without_a_legal_name_is_asked_for_one() -> None:
    nameless = Named("", "ada@example.com")
    refused = drafts.check(body(), step="project", today=TODAY, policy=ENFORCE, sender=nameless)
    assert [refusal.field for refusal in refused] == ["own_name"]
    typed = body(own_name="Ada L.")
    terms = drafts.compose(typed, sender=nameless, at=AT, time_zone="UTC", language="en", policy=ENFORCE)
    assert terms.freelancer.name == "Ada L."


# -- what is wrong: Payment ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("payment_type", "recurring"),
        ("payment_type", "hourly"),
        ("currency", "XXX"),
        ("currency", "usd"),
        ("holder", "stripe"),
        ("holder", ""),
        ("tax_treatment", "reverse"),
    ],
)
def test_only_what_is_offered_can_be_chosen(field: str, typed: str) -> None:
    assert set(wrong(body(**{field: typed}), "payment")) == {field}


def test_pretend_money_can_be_chosen_only_where_it_is_offered() -> None:
    assert not wrong(body(holder="sandbox"), policy=ENFORCE)
    assert set(wrong(body(holder="sandbox"), policy=OFF)) == {"holder"}


def test_an_exemption_needs_its_reason() -> None:
    assert set(wrong(body(tax_treatment="exempt"), "payment")) == {"tax_reason"}


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Choose a day."),
        ("31.1.2027", "Type it as year-month-day, like 2027-01-31."),
        ("2027-02-30", "There is no such day as 2027-02-30."),
        ("2027-13-01", "There is no such day"),
        ("20266-01-31", "The year 20266 is too far away."),
        ("+020266-01-31", "The year 20266 is too far away."),
        ("2025-11-29", "more than a year ago"),
        ("2036-12-02", "within 10 years"),
        ("0000-01-01", "no such day"),
    ],
)
def test_the_start_is_a_day_that_makes_sense(typed: str, sentence: str) -> None:
    assert sentence in wrong(body(start_on=typed), "payment")["start_on"]


@pytest.mark.parametrize("typed", ["2025-12-01", "2026-12-01", "2036-12-01"])
def test_the_start_may_lie_up_to_a_year_back_and_ten_ahead(typed: str) -> None:
    assert not wrong(body(start_on=typed), "payment")


def test_a_leap_day_has_its_tenth_year_too() -> None:
    leap = drafts.check(
        body(start_on="2038-02-28"), step="payment", today=date(2028, 2, 29), policy=ENFORCE, sender=ADA
    )
    assert not leap


# -- what is wrong: Contract -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("unit", "typed", "allowed"),
    [
        ("days", "1", True), ("days", "90", True), ("days", "0", False), ("days", "91", False), ("days", "-7", False),
        ("days", "7.5", False), ("days", "", False), ("hours", "24", True), ("hours", "720", True), ("hours", "23", False),
        ("hours", "721", False), ("days", "9" * 400, False),
    ],
)  # fmt: skip
def test_the_review_window_is_long_enough_to_review(unit: str, typed: str, allowed: bool) -> None:
    found = wrong(body(review_unit=unit, review_length=typed), "contract")
    assert set(found) == (set() if allowed else {"review_length"})


def test_the_unit_of_the_review_window_is_one_of_two() -> None:
    assert set(wrong(body(review_unit="weeks"), "contract")) == {"review_unit"}


@pytest.mark.parametrize("typed", ["0", "91", "", "soon"])
def test_there_are_days_to_sign(typed: str) -> None:
    assert set(wrong(body(sign_within_days=typed), "contract")) == {"sign_within_days"}


def test_law_and_venue_are_asked_without_preset() -> None:
    assert steps.blank()["law"] == steps.blank()["venue"] == ""
    assert set(wrong(body(law="", venue=" "), "contract")) == {"law", "venue"}


def test_scope_and_exclusions_hold_twenty_thousand_characters() -> None:
    assert not wrong(body(scope="x" * 20_000))
    assert set(wrong(body(scope="x" * 20_001, exclusions="y" * 20_001))) == {"scope", "exclusions"}
