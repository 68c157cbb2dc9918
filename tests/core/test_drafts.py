"""Send proposal, below the page: what is right becomes terms, with the numbers that were typed."""

from __future__ import annotations

import string
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.core import drafts, steps
from milepost.core.money import DECIMALS
from milepost.core.steps import Body
from milepost.core.terms import Document, Named, canonical, read
from tests.core.bodies import ADA, AT, ENFORCE, OFF, TODAY, body, composed, row, with_row

# -- what is right -------------------------------------------------------------------------------


def test_what_was_typed_is_what_the_terms_say() -> None:
    terms = composed(body())
    assert terms.freelancer == ADA and terms.client == Named("Carl & Sons", "carl@example.org")
    assert terms.sender == "freelancer" and terms.signatures == ("client", "freelancer")
    assert [milestone.amount_minor for milestone in terms.milestones] == [200_000] * 3
    assert str(terms.total) == "USD 6000.00"
    assert [milestone.id for milestone in terms.milestones] == ["mil_January", "mil_February", "mil_March"]
    assert [item.title for item in terms.milestones[0].deliverables] == ["12 posts", "1 reel"]
    assert terms.start_on == date(2027, 1, 1) and terms.milestones[2].due_on == date(2027, 3, 31)
    assert (terms.review.length, terms.review.unit) == (7, "days")


def test_a_client_may_send_too() -> None:
    terms = composed(body(side="client"))
    assert terms.client == ADA and terms.freelancer.name == "Carl & Sons" and terms.sender == "client"


def test_the_last_day_to_sign_ends_with_that_day_where_the_sender_is() -> None:
    assert composed(body(), time_zone="America/New_York").sign_until == datetime(2026, 12, 16, 4, 59, tzinfo=UTC)


def test_today_is_that_of_the_senders_zone() -> None:
    late = datetime(2026, 12, 1, 20, 0, tzinfo=UTC)
    terms = drafts.compose(
        body(sign_within_days="1"), sender=ADA, at=late, time_zone="Asia/Tokyo", language="en", policy=ENFORCE
    )
    assert terms.sign_until == datetime(2026, 12, 3, 14, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "tax"),
    [
        ({"tax_treatment": "none", "tax_rate": "19", "tax_reason": "x"}, ("none", 0, "")),
        ({"tax_treatment": "standard", "tax_rate": " 8,1 % "}, ("standard", 810, "")),
        ({"tax_treatment": "standard", "tax_rate": "19"}, ("standard", 1900, "")),
        ({"tax_treatment": "exempt", "tax_reason": "Small business"}, ("exempt", 0, "Small business")),
    ],
)
def test_tax_is_none_included_or_exempt(typed: Body, tax: tuple[str, int, str]) -> None:
    said = composed(body(**typed)).tax
    assert (said.treatment, said.rate_basis_points, said.reason) == tax and said.included


def test_milestones_run_at_once_only_when_there_can_be_several() -> None:
    assert composed(body(parallel="yes")).parallel
    assert not composed(body()).parallel
    one = body(parallel="yes", payment_type="one_time", milestones=[row("All", "2027-03-31", "1,500", "Everything")])
    assert not composed(one).parallel


def test_an_answer_names_the_terms_it_answers() -> None:
    terms = drafts.compose(body(), sender=ADA, at=AT, time_zone="UTC", language="en", policy=ENFORCE, answers="ab12")
    assert terms.answers == "ab12"


# -- while it is typed -----------------------------------------------------------------------------


def test_the_running_sum_counts_what_is_understood() -> None:
    sketch = drafts.outline(with_row(amount="1,2,3", due_on="soon"))
    assert str(sketch.total) == "USD 4000.00" and sketch.unclear == 1
    assert sketch.rows[1].amount is None and sketch.rows[1].due_on is None
    assert sketch.rows[0].deliverables == ("12 posts", "1 reel")


def test_the_running_sum_of_nothing_is_zero_and_of_no_currency_none() -> None:
    assert str(drafts.outline(steps.blank()).total) == "USD 0.00"
    assert drafts.outline(body(currency="")).total is None


# -- round trip ------------------------------------------------------------------------------------

CURRENCIES = st.sampled_from(sorted(DECIMALS))
WORDS = st.text(string.ascii_letters + "äöüßéñ日本語مشروع '&<>\"", min_size=1, max_size=60).filter(
    lambda text: text.strip()
)


@st.composite
def typed_amounts(draw: st.DrawFn, currency: str) -> tuple[str, int]:
    """An amount in one of the ways in which people write it, and the minor units that it means."""
    minor = draw(st.integers(1, 10**12))
    decimals = DECIMALS[currency]
    whole, fraction = divmod(minor, 10**decimals)
    ways = [("", "."), (",", "."), (" ", "."), ("'", ".")]
    # With no decimals, or three, a point or comma alone could mean two things: those are refused, not guessed.
    group, mark = draw(st.sampled_from([*ways, (".", ","), ("", ",")] if decimals == 2 else ways))
    text = f"{whole:,}".replace(",", group)
    if decimals:
        text += f"{mark}{fraction:0{decimals}}"
    return text, minor


@st.composite
def valid_bodies(draw: st.DrawFn) -> tuple[Body, list[int]]:
    currency = draw(CURRENCIES)
    start = TODAY + timedelta(days=draw(st.integers(-300, 3000)))
    rows, meant = [], []
    for number in range(draw(st.integers(1, 6))):
        text, minor = draw(typed_amounts(currency))
        due = start + timedelta(days=draw(st.integers(0, 3000)))
        rows.append(
            row(f"{number}{draw(WORDS)}", due.isoformat(), text, *draw(st.lists(WORDS, min_size=1, max_size=4)))
        )
        meant.append(minor)
    typed = body(
        currency=currency,
        side=draw(st.sampled_from(["client", "freelancer"])),
        project_name=draw(WORDS),
        other_name=draw(WORDS),
        start_on=start.isoformat(),
        scope=draw(st.text(string.printable.replace("\x0b", "").replace("\x0c", ""), max_size=200)),
        review_length=str(draw(st.integers(1, 90))),
        sign_within_days=str(draw(st.integers(1, 90))),
        milestones=rows,
    )
    return steps.fill(typed, "contract", {"scope": typed["scope"]}), meant


@given(valid_bodies())
def test_the_numbers_of_the_terms_are_those_that_were_typed(drawn: tuple[Body, list[int]]) -> None:
    typed, meant = drawn
    terms = composed(typed, OFF)
    assert [milestone.amount_minor for milestone in terms.milestones] == meant
    assert terms.total.minor == sum(meant) and terms.currency == typed["currency"]
    assert [milestone.due_on.isoformat() for milestone in terms.milestones] == [
        milestone["due_on"] for milestone in typed["milestones"]
    ]
    assert terms.start_on.isoformat() == typed["start_on"]
    assert terms.review.length == int(typed["review_length"])
    assert (terms.sign_until.date() - TODAY).days == int(typed["sign_within_days"])
    shown = drafts.outline(typed)
    assert shown.total == terms.total and shown.unclear == 0
    # What is signed is read back as what was composed.
    assert read(canonical(terms, Document("template", "00")))[0] == terms
