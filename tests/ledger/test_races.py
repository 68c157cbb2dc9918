"""Eight at once: nobody spends twice, nobody waits for ever."""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from typing import Any

import pytest
from django.db import connection
from django.db.transaction import TransactionManagementError

from milepost.core.refusals import Stale
from milepost.ledger import audit, book, checkpoints
from milepost.ledger.balances import balance, balances
from milepost.ledger.models import Checkpoint, Posting, Transfer
from tests.databases import together
from tests.ledger.books import ADA, AT, CARL, entry, fresh, fund, held, payable, post

pytestmark = [pytest.mark.race, pytest.mark.usefixtures("committed")]
EIGHT = range(8)


def kinds(outcomes: list[Any]) -> list[str]:
    return sorted(type(outcome).__name__ for outcome in outcomes)


def test_eight_that_want_the_same_money_are_paid_once(rounds: int) -> None:
    for _ in range(rounds):
        milestone = fresh("mil")
        fund(milestone, 100)
        outcomes = together(*[partial(post, entry(held(milestone), payable(milestone), 100)) for _ in EIGHT])
        assert kinds(outcomes) == ["Overdrawn"] * 7 + ["Posted"]
        assert balance(held(milestone), "USD") == 0
    assert not list(audit.findings())


def test_release_and_refund_at_once_move_the_money_one_way(rounds: int) -> None:
    for _ in range(rounds):
        milestone = fresh("mil")
        fund(milestone, 100)
        refund = f"sandbox/refunding/{fresh('ref')}"
        ways = [(held(milestone), payable(milestone)), (held(milestone), refund)] * 4
        outcomes = together(*[partial(post, entry(*way, 100)) for way in ways])
        assert kinds(outcomes) == ["Overdrawn"] * 7 + ["Posted"]
        assert sum(balances([payable(milestone), refund], "USD").values()) == 100


def test_the_same_key_from_eight_is_one_posting(rounds: int) -> None:
    for _ in range(rounds):
        milestone, key = fresh("mil"), fresh("fund")
        outcomes = together(*[partial(post, entry(CARL, held(milestone), 100), key=key) for _ in EIGHT])
        assert len({outcome.id for outcome in outcomes}) == 1
        assert sorted(outcome.replayed for outcome in outcomes) == [False] + [True] * 7
        assert balance(held(milestone), "USD") == 100


def test_the_same_key_with_eight_requests_is_one_posting_and_seven_refusals(rounds: int) -> None:
    for _ in range(rounds):
        milestone, key = fresh("mil"), fresh("fund")
        outcomes = together(*[partial(post, entry(CARL, held(milestone), 100 + n), key=key) for n in EIGHT])
        assert kinds(outcomes) == ["KeyReused"] * 7 + ["Posted"]
        assert Posting.objects.filter(key=key).count() == 1


def test_opposite_directions_do_not_lock_each_other_out(rounds: int) -> None:
    paths = [held(fresh("mil")) for _ in range(4)]
    for path in paths:
        post(entry(CARL, path, 10**6))
    there = [entry(one, other, 1) for one, other in pairwise(paths)]
    back = [entry(other, one, 1) for one, other in pairwise(paths)][::-1]

    def walk(way: list[Any]) -> int:
        return len([post(*way) for _ in range(rounds)])

    assert together(*[partial(walk, there if n % 2 else back) for n in EIGHT]) == [rounds] * 8
    assert balances(paths, "USD") == dict.fromkeys(paths, 10**6)
    assert not list(audit.findings())


def test_eight_that_open_the_same_accounts_all_succeed(rounds: int) -> None:
    for _ in range(rounds):
        new = [held(fresh("mil")) for _ in range(3)]
        ways = [[entry(CARL, path, 1) for path in (new if n % 2 else new[::-1])] for n in EIGHT]
        assert kinds(together(*[partial(post, *way) for way in ways])) == ["Posted"] * 8
        assert balances(new, "USD") == dict.fromkeys(new, 8)


def test_eight_that_correct_the_same_posting_correct_it_once(rounds: int) -> None:
    for _ in range(rounds):
        first = fund(fresh("mil"), 100)
        outcomes = together(*[partial(post, *book.mirror(first.key), corrects=first.key) for _ in EIGHT])
        assert kinds(outcomes) == ["NotCorrectable"] * 7 + ["Posted"]


def test_the_transfers_of_an_account_are_in_the_order_in_which_they_changed_it(rounds: int) -> None:
    def work() -> None:
        for _ in range(rounds):
            post(entry(CARL, held(fresh("mil")), 3))
            post(entry(CARL, ADA, 1), entry(ADA, CARL, 1))

    together(*[work] * 8)
    # The guard on balances refuses a transfer that is older than the last one; so all of them arrived in order.
    assert Transfer.objects.filter(source__path=CARL).count() >= rounds * 16
    assert not list(audit.findings())


def test_checkpoints_written_by_eight_while_eight_post_miss_nothing(rounds: int) -> None:
    def work() -> None:
        for _ in range(rounds):
            post(entry(CARL, held(fresh("mil")), 3))

    def check() -> list[str]:
        return kinds([checkpoint_or_refusal() for _ in range(rounds)])

    outcomes = together(*[work] * 4, *[check] * 4)
    assert not [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    checkpoints.write(AT)
    assert not list(audit.findings())
    assert Checkpoint.objects.count() > 1


def checkpoint_or_refusal() -> Any:
    try:
        return checkpoints.write(AT)
    except Stale as refused:
        return refused


def test_outside_a_transaction_posting_is_our_own_mistake() -> None:
    with pytest.raises(TransactionManagementError):
        book.post(
            key="k", kind="test", subject="s", transfers=[entry(CARL, held("m"), 1)], happened_at=AT, posted_at=AT
        )
    assert not connection.in_atomic_block
