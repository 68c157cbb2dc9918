"""The chain of events: its format stands, and any change breaks it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from milepost.core.chain import BEGIN, Link, canonical, commitment, digest

LINK = Link(
    "prj_1", 1, "milestone.approved", datetime(2026, 12, 1, 16, tzinfo=UTC), "par_1", {"milestone": "mil_1", "n": 3}
)


def test_the_format_stands() -> None:
    assert digest(BEGIN, LINK) == "d1b9a1215bb0afdbd9908bf6a739df178879948984e57b42a66ccfc64f235850"


def test_every_part_is_in_the_hash() -> None:
    one = digest(BEGIN, LINK)
    for other in (
        replace(LINK, project="prj_2"),
        replace(LINK, number=2),
        replace(LINK, kind="milestone.delivered"),
        replace(LINK, at=LINK.at + timedelta(microseconds=1)),
        replace(LINK, actor="par_2"),
        replace(LINK, data={"milestone": "mil_1", "n": 4}),
    ):
        assert digest(BEGIN, other) != one
    assert digest("1" * 64, LINK) != one


@pytest.mark.parametrize("value", [1.5, True and 0.1, b"bytes", datetime(2026, 1, 1, tzinfo=UTC)])
def test_only_what_is_exact_enters(value: object) -> None:
    with pytest.raises(AssertionError):
        canonical({"value": value})


def test_a_personal_value_is_shown_only_by_its_salt() -> None:
    assert commitment(b"salt" * 4, "ada@example.org") == commitment(b"salt" * 4, "ada@example.org")
    assert commitment(b"pepper" * 3, "ada@example.org") != commitment(b"salt" * 4, "ada@example.org")
