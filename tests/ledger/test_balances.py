"""Reading the books: balances, what lies under a path, statements, and what was moved about a milestone."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from milepost.ledger import balances
from milepost.ledger.balances import Flow
from tests.ledger.books import ADA, AT, CARL, entry, fund, held, payable, post

pytestmark = pytest.mark.usefixtures("db")


def test_an_account_that_was_never_opened_is_at_zero() -> None:
    assert balances.balance(held("mil_a"), "USD") == 0
    assert balances.statement(held("mil_a"), "USD") == balances.Statement([], None)


def test_many_balances_are_one_query() -> None:
    fund("mil_a", 5)
    paths = [held("mil_a"), payable("mil_a"), "sandbox/retained/mil_a"]
    with CaptureQueriesContext(connection) as queries:
        assert balances.balances(paths, "USD") == {paths[0]: 5, paths[1]: 0, paths[2]: 0}
    assert len(queries) == 1


def test_below_a_path_lies_what_begins_with_it_and_nothing_else() -> None:
    for path in ("sandbox/held/a", "sandbox/held/b", "sandbox/heldback/c", "sandbox/payable/a", "stripe/held/a"):
        post(entry(CARL, path, 7))
    post(entry(CARL, "sandbox/held/a", 3, "EUR"))
    assert balances.under("sandbox/held/") == {
        ("sandbox/held/a", "EUR"): 3,
        ("sandbox/held/a", "USD"): 7,
        ("sandbox/held/b", "USD"): 7,
    }
    assert balances.under("nobody/") == {}


def test_a_path_is_taken_letter_by_letter() -> None:
    for path in ("custodian/par_a/held/m", "custodian/parxa/held/m", "custodian/par_A/held/m"):
        post(entry(CARL, path, 7))
    assert list(balances.under("custodian/par_a/")) == [("custodian/par_a/held/m", "USD")]


def test_half_a_name_is_our_own_mistake() -> None:
    with pytest.raises(AssertionError):
        balances.under("sandbox/hel")


def test_what_a_holder_must_have_is_the_sum_below_it() -> None:
    fund("mil_a", 1000)
    fund("mil_b", 11, "EUR")
    post(entry(held("mil_a"), payable("mil_a"), 600))
    post(entry(payable("mil_a"), "sandbox/paying/pay_a", 600))
    post(entry("sandbox/paying/pay_a", ADA, 600))
    assert balances.total_under("sandbox/") == {"EUR": 11, "USD": 400}
    assert balances.total_under("outside/") == {"EUR": -11, "USD": -400}


def test_a_statement_runs_from_the_newest_line_to_the_oldest_with_the_balance_after_each() -> None:
    for amount in (100, 50, 7):
        fund("mil_a", amount)
    post(entry(held("mil_a"), payable("mil_a"), 30), kind="release", subject="mil_a")
    page = balances.statement(held("mil_a"), "USD")
    assert [(line.kind, line.other, line.change, line.balance) for line in page.lines] == [
        ("release", payable("mil_a"), -30, 127),
        ("funding.confirm", CARL, 7, 157),
        ("funding.confirm", CARL, 50, 150),
        ("funding.confirm", CARL, 100, 100),
    ]
    assert {(line.subject, line.happened_at, line.posted_at) for line in page.lines} == {("mil_a", AT, AT)}
    assert page.older is None


def test_the_pages_of_a_statement_join_without_gap_or_repetition() -> None:
    for number in range(1, 12):
        fund("mil_a", number * 10)
        post(entry(held("mil_a"), payable("mil_a"), number))
    whole = balances.statement(held("mil_a"), "USD", limit=100)
    assert len(whole.lines) == 22
    pages, before = [], None
    while True:
        page = balances.statement(held("mil_a"), "USD", before=before, limit=5)
        pages += page.lines
        before = page.older
        if before is None:
            break
    assert pages == whole.lines
    assert pages[-1].balance == pages[-1].change


def test_a_page_that_ends_with_the_last_line_has_none_after_it() -> None:
    for _ in range(5):
        fund("mil_a", 1)
    assert balances.statement(held("mil_a"), "USD", limit=5).older is None
    assert balances.statement(held("mil_a"), "USD", limit=4).older is not None


def test_a_statement_takes_three_queries_however_long_it_is() -> None:
    for _ in range(60):
        fund("mil_a", 1)
    with CaptureQueriesContext(connection) as queries:
        assert len(balances.statement(held("mil_a"), "USD").lines) == 50
    assert len(queries) == 3


def test_flows_tell_a_milestones_money_in_one_query() -> None:
    fund("mil_a", 1000)
    fund("mil_b", 70)
    release = {"kind": "release", "subject": "mil_a"}
    post(entry(held("mil_a"), payable("mil_a"), 540), entry(held("mil_a"), "fees/operator/0", 60), **release)
    post(entry(held("mil_a"), payable("mil_a"), 100), **release)
    with CaptureQueriesContext(connection) as queries:
        found = balances.flows(["mil_a", "mil_b", "mil_c"])
    assert len(queries) == 1
    assert found["mil_a"] == [
        Flow("mil_a", "funding.confirm", CARL, held("mil_a"), "USD", 1000),
        Flow("mil_a", "release", held("mil_a"), "fees/operator/0", "USD", 60),
        Flow("mil_a", "release", held("mil_a"), payable("mil_a"), "USD", 640),
    ]
    assert [flow.minor for flow in found["mil_b"]] == [70]
    assert found["mil_c"] == []
    assert balances.net(found["mil_a"]) == {
        CARL: -1000,
        held("mil_a"): 300,
        payable("mil_a"): 640,
        "fees/operator/0": 60,
    }
