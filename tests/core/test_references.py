"""The reference of a payment: valid, its row's own, and found again on a statement."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import iso11649

from milepost.core import references
from milepost.core.references import structured_reference
from milepost.core.refusals import Refused

IDS = st.builds(
    "{}_{}".format, st.sampled_from(["fun", "mil", "inv"]), st.text("0123456789abcdefghjkmnpqrstvwxyz", min_size=26)
)


@given(IDS)
def test_every_reference_is_valid_and_fits(id: str) -> None:
    made = structured_reference(id)
    assert iso11649.validate(made) == made
    assert len(made) <= 25
    assert structured_reference(id) == made
    assert references.reference(references.grouped(made).lower()) == made


@given(st.lists(IDS, min_size=2, unique=True))
def test_distinct_rows_have_distinct_references(ids: list[str]) -> None:
    assert len({structured_reference(id) for id in ids}) == len(ids)


@given(st.lists(IDS, min_size=1, unique=True), st.data())
def test_a_row_is_found_by_a_line_of_a_statement(ids: list[str], data: st.DataObject) -> None:
    id = data.draw(st.sampled_from(ids))
    line = f"SEPA CT CARL OLSEN {references.grouped(structured_reference(id))} thanks"
    assert references.found(line, ids) == id


def test_a_line_that_names_none_or_several_finds_none() -> None:
    ids = ["mil_1", "mil_2"]
    assert references.found("RF18 5390 0754 7034", ids) is None
    assert references.found("", ids) is None
    assert references.found(" ".join(structured_reference(id) for id in ids), ids) is None


def test_a_milestone_and_its_funding_have_references_of_their_own() -> None:
    assert structured_reference("mil_1") != structured_reference("fun_1")


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "begins with RF"),
        ("INV-0001", "begins with RF and two digits"),
        ("RF1", "begins with RF and two digits"),
        ("RFX8 5390", "begins with RF and two digits"),
        ("RF18", "5 to 25 characters; this one has 4"),
        ("RF18" + "5" * 22, "5 to 25 characters; this one has 26"),
        ("RF19 5390 0754 7034", "check digits"),
        ("RF18 5390 0754 7043", "check digits"),
        ("RF18 5390 0754 703A", "check digits"),
    ],
)
def test_a_wrong_reference_is_refused_with_what_is_wrong(typed: str, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        references.reference(typed)
