"""A pretend provider with real manners: books of its own in a file of its own, reached only through the protocol.

The pretend client's account is charged at once and never empty; what was not collected can't be paid out.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from milepost.core.money import Money
from milepost.gateways.payments import NOT_FOUND, Conflict, NoAnswer, Outcome

Deed = Literal["collect", "pay_out", "refund"]
# Tests make the provider fail here: called with the deed and the key, `before` anything is written or `after` it
# was. It raises `NoAnswer`, or answers an outcome that is then the provider's word.
Fault = Callable[[Literal["before", "after"], Deed, str], Outcome | None]

_TABLE: Final = """
CREATE TABLE IF NOT EXISTS deed (
    key TEXT PRIMARY KEY, deed TEXT NOT NULL, purpose TEXT NOT NULL,
    minor INTEGER NOT NULL CHECK (minor > 0), currency TEXT NOT NULL, status TEXT NOT NULL, reason TEXT NOT NULL
) STRICT
"""
_LEFT: Final = """
SELECT coalesce(sum(CASE deed WHEN 'collect' THEN minor ELSE -minor END), 0)
FROM deed WHERE purpose = ? AND currency = ? AND status = 'confirmed'
"""


@dataclass(frozen=True, slots=True)
class Sandbox:
    """One provider; any number of threads and processes may share its file."""

    path: Path
    fault: Fault | None = None

    def collect(self, key: str, amount: Money, purpose: str) -> Outcome:
        return self._do("collect", key, amount, purpose)

    def pay_out(self, key: str, amount: Money, purpose: str) -> Outcome:
        return self._do("pay_out", key, amount, purpose)

    def refund(self, key: str, amount: Money, purpose: str) -> Outcome:
        return self._do("refund", key, amount, purpose)

    def find(self, key: str) -> Outcome:
        with self._books() as books:
            return _found(books, key) or NOT_FOUND

    def found(self, keys: Sequence[str]) -> Mapping[str, Outcome]:
        with self._books() as books:
            return {key: outcome for key in keys if (outcome := _found(books, key)) is not None}

    def left(self, purpose: str, currency: str) -> Money:
        """What was collected for a purpose and is still here."""
        with self._books() as books:
            (minor,) = books.execute(_LEFT, [purpose, currency]).fetchone()
        return Money(minor, currency)

    def _do(self, deed: Deed, key: str, amount: Money, purpose: str) -> Outcome:
        said = self.fault("before", deed, key) if self.fault else None
        if said is None:
            with self._books() as books:
                said = self._once(books, deed, key, amount, purpose)
        return (self.fault("after", deed, key) if self.fault else None) or said

    def _once(self, books: sqlite3.Connection, deed: Deed, key: str, amount: Money, purpose: str) -> Outcome:
        request = (deed, purpose, amount.minor, amount.currency)
        before = books.execute("SELECT deed, purpose, minor, currency FROM deed WHERE key = ?", [key]).fetchone()
        if before not in (None, request):
            raise Conflict(f"{key} was {before}, now it is {request}")
        if before is None:
            (left,) = books.execute(_LEFT, [purpose, amount.currency]).fetchone()
            covered = deed == "collect" or amount.minor <= left
            status, reason = ("confirmed", "") if covered else ("failed", "There is less left than that.")
            books.execute("INSERT INTO deed VALUES (?, ?, ?, ?, ?, ?, ?)", [key, *request, status, reason])
        found = _found(books, key)
        assert found is not None, "written above"
        return found

    @contextmanager
    def _books(self) -> Iterator[sqlite3.Connection]:
        """One connection, one transaction; it waits its turn."""
        try:
            with closing(sqlite3.connect(self.path, timeout=20, isolation_level=None)) as books:
                books.execute("PRAGMA synchronous=FULL")
                books.execute("BEGIN IMMEDIATE")
                books.execute(_TABLE)
                yield books
                books.execute("COMMIT")
        except sqlite3.OperationalError as error:
            raise NoAnswer(str(error)) from error


def _found(books: sqlite3.Connection, key: str) -> Outcome | None:
    row = books.execute("SELECT minor, currency, status, reason FROM deed WHERE key = ?", [key]).fetchone()
    if row is None:
        return None
    minor, currency, status, reason = row
    amount = Money(minor, currency) if status == "confirmed" else None
    return Outcome(status, amount, f"sandbox-{key}", reason)
