"""One thing that was typed: a line of text, a mailbox, a rate."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.validators import validate_email
from hypothesis import given
from hypothesis import strategies as st

from milepost.core import entries
from milepost.core.refusals import Refused
from tests.core.bodies import body, composed, wrong


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("x" * 5000, "This has 5,000 characters; 200 are the most that fit."),
        ("   ", "Give the project a name."),
        ("\u200b\u200d", "Give the project a name."),
        ("Pay \u202e000,1$", "After “Pay” there is a hidden character (U+202E)"),
        ("a\x07b", "U+0007"),
        ("\ufffd", "At the beginning there is a hidden character (U+FFFD)"),
        ("two\nlines", "single line"),
    ],
)
def test_a_name_that_no_contract_could_show_is_refused(typed: str, sentence: str) -> None:
    assert sentence in wrong(body(project_name=typed), "project")["project_name"]


@pytest.mark.parametrize(
    "typed", ["مشروع المحتوى", "שלושה חודשים", "Zoë’s café – 3×", "社交内容", "<script>alert(1)</script>"]
)
def test_names_of_every_script_are_taken_as_they_are(typed: str) -> None:
    assert composed(body(project_name=typed)).project_name == typed


def test_text_is_kept_in_its_composed_form() -> None:
    assert composed(body(project_name="Cafe\u0301")).project_name == "Café"


@pytest.mark.parametrize(
    "typed",
    [
        "carl", "carl@", "@example.org", "carl@example", "a b@example.org", "carl@example..org", "carl@exa_mple.org",
        "x" * 65 + "@example.org", "carl@" + "x" * 64 + ".org", "carl@example.123", "carl@example.org, ada@example.com",
    ],
)  # fmt: skip
def test_what_is_no_mailbox_is_refused(typed: str) -> None:
    assert "is not an e-mail address" in wrong(body(other_email=typed), "project")["other_email"]


def test_a_mailbox_is_written_as_mail_needs_it() -> None:
    assert composed(body(other_email=" Carl@Müller.example ")).client.email == "carl@xn--mller-kva.example"


@pytest.mark.parametrize("typed", ["ada@example.com", " ADA@Example.COM ", "ada+client@example.com"])
def test_both_sides_need_a_mailbox_of_their_own(typed: str) -> None:
    assert "your own mailbox" in wrong(body(other_email=typed), "project")["other_email"]


def test_another_mailbox_of_the_same_house_is_fine() -> None:
    assert not wrong(body(other_email="carl@example.com"))


@pytest.mark.parametrize("typed", ["", "0", "0.00", "100.01", "19.123", "-5", "abc", "1e1", "١٩"])
def test_a_tax_rate_is_a_percentage(typed: str) -> None:
    assert set(wrong(body(tax_treatment="standard", tax_rate=typed), "payment")) == {"tax_rate"}


@given(st.from_regex(r"[a-z0-9.+_-]{1,20}@[a-z0-9.-]{1,30}", fullmatch=True))
def test_mailboxes_that_are_taken_are_taken_by_the_mail_library_too(typed: str) -> None:
    try:
        taken = entries.mailbox(typed)
    except Refused:
        return
    validate_email(taken)
    assert taken.lower() == typed.lower()


@given(st.integers(1, 10_000))
def test_a_rate_means_what_it_says(basis_points: int) -> None:
    assert entries.rate(f"{Decimal(basis_points) / 100:f}") == basis_points
