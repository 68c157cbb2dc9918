"""Every cell of every table: each status, each verb, each part."""

from __future__ import annotations

import pytest

from milepost.core.lifecycle import ARRIVAL, INTENT, MILESTONE, TERMS, VERBS, WORDS, Table, its_turn, step, verbs
from milepost.core.refusals import NotAllowed, Stale

PARTS = ("client", "freelancer", "custodian", "clock", "house", "sender", "recipient")

# Said once more, by hand, as product.md says it: the table is compared with these, not with itself.
AS_AGREED = {
    "terms": {
        "offered sign recipient": "offered",
        "offered sign custodian": "offered",
        "offered enter_force house": "in_force",
        "offered ask_change recipient": "offered",
        "offered forward recipient": "offered",
        "offered decline recipient": "declined",
        "offered decline custodian": "declined",
        "offered withdraw sender": "withdrawn",
        "offered expire clock": "expired",
    },
    "milestone": {
        "planned fund client": "planned",
        "planned open house": "open",
        "open deliver freelancer": "delivered",
        "delivered request_changes client": "open",
        "delivered approve client": "approved",
        "delivered approve clock": "approved",
        "approved close house": "closed",
        "planned cancel client": "cancelled",
        "planned cancel freelancer": "cancelled",
        "open cancel freelancer": "cancelled",
        "delivered cancel freelancer": "cancelled",
        "planned ask_cancel client": "planned",
        "open ask_cancel client": "open",
        "delivered ask_cancel client": "delivered",
    },
    "intent": {
        "requested send house": "sent",
        "requested withdraw house": "failed",
        "sent unsend house": "requested",
        "sent confirm house": "confirmed",
        "sent fail house": "failed",
        "sent lose house": "unknown",
        "unknown confirm house": "confirmed",
        "unknown fail house": "failed",
    },
    "arrival": {
        "noted apply custodian": "applied",
        "noted apply freelancer": "applied",
        "noted set_aside custodian": "unapplied",
        "noted set_aside freelancer": "unapplied",
        "noted drop custodian": "dropped",
        "noted drop freelancer": "dropped",
        "unapplied apply custodian": "applied",
        "unapplied apply freelancer": "applied",
        "unapplied return custodian": "returned",
        "unapplied return freelancer": "returned",
    },
}
TABLES = {"terms": TERMS, "milestone": MILESTONE, "intent": INTENT, "arrival": ARRIVAL}


def cells(table: Table) -> list[tuple[str, str, str]]:
    statuses = {status for status, _ in table} | {found.next for found in table.values()}
    every_verb = {verb for _, verb in table}
    return [(status, verb, part) for status in sorted(statuses) for verb in sorted(every_verb) for part in PARTS]


@pytest.mark.parametrize("name", TABLES)
def test_each_cell_is_as_agreed(name: str) -> None:
    table, agreed = TABLES[name], AS_AGREED[name]
    for status, verb, part in cells(table):
        wanted = agreed.get(f"{status} {verb} {part}")
        if wanted:
            assert step(table, status, verb, {part}) == wanted
            assert verb in verbs(table, status, {part})
            continue
        with pytest.raises(NotAllowed if (status, verb) in table else Stale) as refused:
            step(table, status, verb, {part})
        assert refused.value.sentence
        assert verb not in verbs(table, status, {part})


@pytest.mark.parametrize("name", TABLES)
def test_each_status_and_verb_has_words(name: str) -> None:
    for status, verb, _ in cells(TABLES[name]):
        assert WORDS[status]
        assert VERBS[verb]


def test_nothing_leaves_an_end() -> None:
    for table, ends in ((TERMS, {"declined", "withdrawn", "expired"}), (MILESTONE, {"closed", "cancelled"})):
        assert not [status for status, _ in table if status in ends]


@pytest.mark.parametrize("parallel", [True, False])
@pytest.mark.parametrize("before", [[], ["planned"], ["open"], ["delivered"], ["approved"], ["closed"], ["cancelled"]])
@pytest.mark.parametrize("first", ["closed", "open"])
def test_a_milestone_waits_for_all_before_it(before: list[str], first: str, parallel: bool) -> None:
    passed = first == "closed" and set(before) <= {"approved", "closed", "cancelled"}
    assert its_turn([first, *before], parallel=parallel) is (parallel or passed)


def test_the_first_milestone_waits_for_none() -> None:
    assert its_turn([], parallel=False)
