"""What is typed into Send proposal is kept, row by row, whatever it is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.core import steps
from milepost.core.steps import Body
from tests.core.bodies import body, wrong

# -- what is typed is kept -------------------------------------------------------------------------


def posted(typed: Body) -> dict[str, str]:
    """What the page of milestones sends."""
    sent = {"parallel": typed["parallel"]} if typed["parallel"] else {}
    for number, milestone in enumerate(typed["milestones"]):
        for name in steps.MILESTONE_FIELDS:
            sent[f"milestones.{number}.{name}"] = milestone[name]
        for place, item in enumerate(milestone["deliverables"]):
            for name in steps.DELIVERABLE_FIELDS:
                sent[f"milestones.{number}.deliverables.{place}.{name}"] = item[name]
    return sent


def test_a_page_that_is_sent_and_shown_again_is_the_same() -> None:
    typed = body(parallel="yes")
    assert (
        steps.fill(steps.blank() | {"project_name": typed["project_name"]}, "milestones", posted(typed))["milestones"]
        == typed["milestones"]
    )
    assert steps.fill(typed, "milestones", posted(body()))["parallel"] == ""


def test_rows_come_in_the_order_of_the_page_whatever_their_numbers() -> None:
    sent = {"milestones.7.title": "first", "milestones.2.title": "second", "milestones.7.deliverables.3.title": "a"}
    sent |= {"milestones.7.deliverables.1.title": "b", "milestones.x.title": "no", "milestones.2.colour": "no"}
    rows = steps.fill(steps.blank(), "milestones", sent)["milestones"]
    assert [milestone["title"] for milestone in rows] == ["first", "second"]
    assert [item["title"] for item in rows[0]["deliverables"]] == ["a", "b"]


def test_a_step_keeps_its_own_fields_and_no_other() -> None:
    filled = steps.fill(body(), "project", {"project_name": "New", "currency": "EUR", "colour": "red"})
    assert filled["project_name"] == "New" and filled["currency"] == "USD" and "colour" not in filled


@given(st.dictionaries(st.sampled_from(steps.fields("project")), st.text(st.characters(codec=None))))
def test_whatever_is_typed_can_be_stored_and_is_answered_in_sentences(typed: dict[str, str]) -> None:
    filled = steps.fill(steps.blank(), "project", typed)
    assert all("\x00" not in filled[name] for name in typed)
    assert all(filled[name].encode("utf-8") is not None for name in typed)
    assert all(sentence for sentence in wrong(filled, "project").values())


def test_a_field_is_found_by_its_path_and_nowhere_else() -> None:
    assert steps.at(body(), "milestones.1.amount") == "2,000.00"
    assert steps.at(body(), "milestones.0.deliverables.1.title") == "1 reel"
    for path in (
        "milestones.9.amount",
        "milestones.x.amount",
        "milestones",
        "nothing",
        "law.x",
        "milestones.0.title.x",
    ):
        assert steps.at(body(), path) == ""


# -- rows ------------------------------------------------------------------------------------------


def titles(typed: Body) -> list[str]:
    return [milestone["title"] for milestone in typed["milestones"]]


@pytest.mark.parametrize(
    ("act", "left"),
    [
        ("milestone-add", ["January", "February", "March", ""]),
        ("milestone-remove-1", ["January", "March"]),
        ("milestone-up-2", ["January", "March", "February"]),
        ("milestone-down-0", ["February", "January", "March"]),
        ("milestone-up-0", ["January", "February", "March"]),
        ("milestone-down-2", ["January", "February", "March"]),
        ("milestone-remove-9", ["January", "February", "March"]),
        ("milestone-remove-", ["January", "February", "March"]),
        ("milestone-explode-1", ["January", "February", "March"]),
        ("", ["January", "February", "March"]),
    ],
)
def test_milestones_are_added_removed_and_moved(act: str, left: list[str]) -> None:
    before = body()
    assert titles(steps.change(before, act)) == left
    assert before == body(), "the body that was given stays as it was"


def test_deliverables_are_added_and_removed() -> None:
    added = steps.change(body(), "deliverable-add-1")
    assert [item["title"] for item in added["milestones"][1]["deliverables"]] == ["12 posts", ""]
    removed = steps.change(body(), "deliverable-remove-0-0")
    assert [item["title"] for item in removed["milestones"][0]["deliverables"]] == ["1 reel"]
    assert steps.change(body(), "deliverable-add-9") == body() == steps.change(body(), "deliverable-add")


# -- ids -------------------------------------------------------------------------------------------


class Mint:
    def __init__(self) -> None:
        self.count = 0

    def __call__(self, prefix: str) -> str:
        self.count += 1
        return f"{prefix}_new{self.count}"


def test_known_rows_keep_their_ids_and_new_ones_get_theirs() -> None:
    typed = steps.change(steps.change(body(), "milestone-add"), "milestone-up-3")
    ids = [milestone["id"] for milestone in steps.with_ids(typed, body(), Mint())["milestones"]]
    assert ids == ["mil_January", "mil_February", "mil_new1", "mil_March"]


def test_an_id_that_was_made_up_or_used_twice_is_replaced() -> None:
    typed = body()
    typed["milestones"][0]["id"] = "mil_of_somebody_else"
    typed["milestones"][2]["id"] = "mil_February"
    ids = [milestone["id"] for milestone in steps.with_ids(typed, body(), Mint())["milestones"]]
    assert ids == ["mil_new1", "mil_February", "mil_new2"]


def test_a_copy_has_other_milestones() -> None:
    copied = steps.with_ids(steps.without_ids(body()), body(), Mint())
    assert {milestone["id"] for milestone in copied["milestones"]} == {"mil_new1", "mil_new4", "mil_new6"}
