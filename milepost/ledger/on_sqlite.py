"""Writing a posting on SQLite, where the transaction is alone from its first statement on."""

from __future__ import annotations

from django.db import connection
from django.db.backends.utils import CursorWrapper

from milepost.ledger.request import Outcome, Request, may_go_below_zero

# `WHERE key` finds out whether the posting is there already, in the same statement.
_ACCOUNTS = """
SELECT id, path, floor, credits - debits, EXISTS (SELECT 1 FROM ledger_posting WHERE key = %s)
  FROM ledger_account WHERE currency = %s AND path IN ({paths})
"""
_POSTING = """
INSERT INTO ledger_posting (key, request_hash, kind, subject, corrects_id, happened_at, posted_at)
VALUES (%s, %s, %s, %s, %s, %s, %s)
"""
_TRANSFERS = "INSERT INTO ledger_transfer (posting_id, source_id, target_id, amount, currency) VALUES "
_OPEN = """
INSERT INTO ledger_account (path, currency, floor, debits, credits, last_transfer) SELECT %s, %s, %s, 0, 0, 0
 WHERE NOT EXISTS (SELECT 1 FROM ledger_account WHERE path = %s AND currency = %s)
"""


def write(cursor: CursorWrapper, request: Request, corrected: int | None) -> Outcome:
    """Writes the posting if all its accounts are there and none would be short."""
    paths = request.paths
    cursor.execute(_ACCOUNTS.format(paths=", ".join(["%s"] * len(paths))), [request.key, request.currency, *paths])
    rows = cursor.fetchall()
    if rows and rows[0][-1]:
        return Outcome()
    if len(rows) < len(paths):
        return Outcome(missing=True)
    left_over = {path: balance for _id, path, floor, balance, _there in rows if floor}
    for source, target, amount in request.moves:
        for path, change in ((source, -amount), (target, amount)):
            if path in left_over:
                left_over[path] += change
                if left_over[path] < 0:
                    return Outcome(short=path)
    return Outcome(_insert(cursor, request, {row[1]: row[0] for row in rows}, corrected))


def open_accounts(cursor: CursorWrapper, request: Request) -> None:
    """Opens those that are not there."""
    for path in request.paths:
        cursor.execute(_OPEN, [path, request.currency, not may_go_below_zero(path), path, request.currency])


def _insert(cursor: CursorWrapper, request: Request, ids: dict[str, int], corrected: int | None) -> int:
    times = [connection.ops.adapt_datetimefield_value(at) for at in (request.happened_at, request.posted_at)]
    cursor.execute(_POSTING, [request.key, request.hash, request.kind, request.subject, corrected, *times])
    posting = int(cursor.lastrowid)
    rows = [(posting, ids[source], ids[target], amount, request.currency) for source, target, amount in request.moves]
    cursor.execute(
        _TRANSFERS + ", ".join(["(%s, %s, %s, %s, %s)"] * len(rows)), [value for row in rows for value in row]
    )
    return posting
