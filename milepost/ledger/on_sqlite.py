"""Writing a posting on SQLite, where the transaction is alone from its first statement on."""

from __future__ import annotations

from collections.abc import Container

from django.db import connection
from django.db.backends.utils import CursorWrapper

from milepost.ledger.request import Outcome, Request, may_go_below_zero

# Always a row: it also says whether the posting is there already, in the same statement.
_ACCOUNTS = """
SELECT EXISTS (SELECT 1 FROM ledger_posting WHERE key = %s), id, path, credits - debits
  FROM (SELECT 1) LEFT JOIN ledger_account ON currency = %s AND path IN ({paths})
"""
_POSTING = """
INSERT INTO ledger_posting (key, request_hash, kind, subject, corrects_id, happened_at, posted_at)
VALUES (%s, %s, %s, %s, %s, %s, %s)
"""
_TRANSFERS = "INSERT INTO ledger_transfer (posting_id, source_id, target_id, amount, currency) VALUES "
_OPEN = "INSERT INTO ledger_account (path, currency, floor, debits, credits, last_transfer) VALUES {rows} RETURNING id, path"


def write(cursor: CursorWrapper, request: Request, corrected: int | None) -> Outcome:
    """Writes the posting if no account would be short; opens those that are not there, for nobody else is writing."""
    paths = request.paths
    cursor.execute(_ACCOUNTS.format(paths=", ".join(["%s"] * len(paths))), [request.key, request.currency, *paths])
    rows = cursor.fetchall()
    if rows[0][0]:
        return Outcome()
    ids = {path: account for _there, account, path, _balance in rows if path}
    balances = dict.fromkeys(paths, 0) | {path: balance for _there, _account, path, balance in rows if path}
    for source, target, amount in request.moves:
        balances[source] -= amount
        balances[target] += amount
        if balances[source] < 0 and not may_go_below_zero(source):
            return Outcome(short=source)
    return Outcome(_insert(cursor, request, ids | _opened(cursor, request, ids), corrected))


def _opened(cursor: CursorWrapper, request: Request, known: Container[str]) -> dict[str, int]:
    """The ids of the accounts that had to be opened, by their paths."""
    missing = [path for path in request.paths if path not in known]
    if not missing:
        return {}
    values = [value for path in missing for value in (path, request.currency, not may_go_below_zero(path))]
    cursor.execute(_OPEN.format(rows=", ".join(["(%s, %s, %s, 0, 0, 0)"] * len(missing))), values)
    return {path: account for account, path in cursor.fetchall()}


def _insert(cursor: CursorWrapper, request: Request, ids: dict[str, int], corrected: int | None) -> int:
    times = [connection.ops.adapt_datetimefield_value(at) for at in (request.happened_at, request.posted_at)]
    cursor.execute(_POSTING, [request.key, request.hash, request.kind, request.subject, corrected, *times])
    posting = int(cursor.lastrowid)
    rows = [(posting, ids[source], ids[target], amount, request.currency) for source, target, amount in request.moves]
    cursor.execute(
        _TRANSFERS + ", ".join(["(%s, %s, %s, %s, %s)"] * len(rows)), [value for row in rows for value in row]
    )
    return posting
