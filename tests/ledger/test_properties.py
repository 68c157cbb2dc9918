"""Whatever is asked of the books, they agree with a reference of ten lines, and their sum is zero."""

from __future__ import annotations

from collections import defaultdict

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from milepost.core.postings import Entry
from milepost.ledger import audit, balances, book, checkpoints
from milepost.ledger.models import Account, Posting
from milepost.ledger.request import may_go_below_zero
from tests.ledger.books import AT, entry, post

PATHS = [
    "outside/par_carl", "outside/par_ada", "sandbox/held/mil_a", "sandbox/held/mil_b", "sandbox/payable/mil_a",
    "sandbox/costs/USD", "chargeback/mil_a", "fees/operator/0",
]  # fmt: skip
ways = st.lists(st.sampled_from(PATHS), min_size=2, max_size=2, unique=True)
entries = st.lists(st.tuples(ways, st.integers(1, 50)), min_size=1, max_size=4)
# Few keys, so that some are used again, with the same request or with another.
requests = st.lists(
    st.tuples(st.integers(1, 12), entries, st.sampled_from(["USD", "EUR"]), st.booleans()), min_size=1, max_size=15
)


class Reference:
    """Books in a dictionary."""

    def __init__(self) -> None:
        self.balances: dict[tuple[str, str], int] = defaultdict(int)
        self.booked: dict[str, list[Entry]] = {}

    def expected(self, key: str, moves: list[Entry]) -> type[Exception] | None:
        """What refuses it; when nothing does, and it is new, it is booked."""
        if key in self.booked:
            return None if self.booked[key] == moves else book.KeyReused
        after = dict(self.balances)
        for move in moves:
            for path, change in ((move.source, -move.money.minor), (move.target, move.money.minor)):
                account = (path, move.money.currency)
                after[account] = after.get(account, 0) + change
                if after[account] < 0 and not may_go_below_zero(path):
                    return book.Overdrawn
        self.balances.update(after)
        self.booked[key] = moves
        return None


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(requests)
def test_random_postings_agree_with_the_reference_and_sum_to_zero(
    db: None, asked: list[tuple[int, list[tuple[list[str], int]], str, bool]]
) -> None:
    reference = Reference()
    with transaction.atomic():
        for number, moves, currency, checkpoint in asked:
            key = f"key-{number}"
            wanted = [entry(source, target, minor, currency) for (source, target), minor in moves]
            refusal = reference.expected(key, wanted)
            if refusal:
                with pytest.raises(refusal):
                    post(*wanted, key=key)
            else:
                post(*wanted, key=key)
            if checkpoint:
                checkpoints.write(AT)
        agrees_with(reference)
        transaction.set_rollback(True)


def agrees_with(reference: Reference) -> None:
    assert list(audit.findings()) == []
    assert Posting.objects.count() == len(reference.booked)
    for currency in ("USD", "EUR"):
        found = balances.balances(PATHS, currency)
        assert found == {path: reference.balances.get((path, currency), 0) for path in PATHS}
        assert sum(found.values()) == 0
        for path in PATHS:
            lines = balances.statement(path, currency, limit=200).lines
            assert sum(line.change for line in lines) == found[path]
    assert Account.objects.count() >= len([account for account in reference.balances if reference.balances[account]])
