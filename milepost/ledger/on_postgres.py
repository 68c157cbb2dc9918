"""Writing a posting on PostgreSQL: one statement, one round trip."""

from __future__ import annotations

from django.db.backends.utils import CursorWrapper

from milepost.ledger.request import Outcome, Request, may_go_below_zero

# No row is locked unless every account is there: who waits for an account that another transaction has just opened
# must not hold what that one needs. Locks are taken in the order of ids, and before the ids of transfers are drawn,
# so that the transfers of an account are in the order in which they changed it.
_WRITE = """
WITH known AS (
    SELECT id FROM ledger_account WHERE currency = %(currency)s AND path = ANY(%(paths)s::text[])
), locked AS MATERIALIZED (
    SELECT id, path, floor, credits - debits AS balance FROM ledger_account
     WHERE id IN (SELECT id FROM known) AND (SELECT count(*) FROM known) = cardinality(%(paths)s::text[])
     ORDER BY id FOR NO KEY UPDATE
), entry AS (
    SELECT number, source.id AS source, target.id AS target, amount
      FROM unnest(%(sources)s::text[], %(targets)s::text[], %(amounts)s::bigint[])
           WITH ORDINALITY AS asked (source_path, target_path, amount, number)
      JOIN locked source ON source.path = source_path JOIN locked target ON target.path = target_path
), side AS (
    SELECT number, source AS id, -amount AS change FROM entry UNION ALL SELECT number, target, amount FROM entry
), short AS (
    SELECT path FROM (
        SELECT path, number, balance + sum(change) OVER (PARTITION BY id ORDER BY number) AS left_over
          FROM side JOIN locked USING (id) WHERE floor) step
     WHERE left_over < 0 ORDER BY number LIMIT 1
), posting AS (
    INSERT INTO ledger_posting (key, request_hash, kind, subject, corrects_id, happened_at, posted_at)
    SELECT %(key)s, %(hash)s, %(kind)s, %(subject)s, %(corrected)s::bigint,
           %(happened_at)s::timestamptz, %(posted_at)s::timestamptz
     WHERE EXISTS (SELECT FROM locked) AND NOT EXISTS (SELECT FROM short)
        ON CONFLICT DO NOTHING RETURNING id
), moved AS (
    INSERT INTO ledger_transfer (posting_id, source_id, target_id, amount, currency)
    SELECT posting.id, source, target, amount, %(currency)s FROM posting, entry ORDER BY number
)
SELECT (SELECT id FROM posting), (SELECT path FROM short),
       NOT EXISTS (SELECT FROM locked) AND NOT EXISTS (SELECT FROM ledger_posting WHERE key = %(key)s)
"""

# By path, so that two who open the same accounts don't wait for each other.
_OPEN = """
INSERT INTO ledger_account (path, currency, floor, debits, credits, last_transfer)
SELECT path, %(currency)s, floor, 0, 0, 0 FROM unnest(%(paths)s::text[], %(floors)s::boolean[]) AS asked (path, floor)
 ORDER BY path ON CONFLICT DO NOTHING
"""


def write(cursor: CursorWrapper, request: Request, corrected: int | None) -> Outcome:
    """Writes the posting if no account would be short; opens those that are not there first."""
    sources, targets, amounts = zip(*request.moves, strict=True)
    values = {
        "key": request.key,
        "hash": request.hash,
        "kind": request.kind,
        "subject": request.subject,
        "currency": request.currency,
        "corrected": corrected,
        "happened_at": request.happened_at,
        "posted_at": request.posted_at,
        "paths": request.paths,
        "sources": list(sources),
        "targets": list(targets),
        "amounts": list(amounts),
    }
    cursor.execute(_WRITE, values)
    posting, short, missing = cursor.fetchone()
    if missing:
        _open_accounts(cursor, request)
        cursor.execute(_WRITE, values)
        posting, short, _missing = cursor.fetchone()
    return Outcome(posting, short)


def _open_accounts(cursor: CursorWrapper, request: Request) -> None:
    """Opens those that are not there; waits for another transaction that opens one of them."""
    floors = [not may_go_below_zero(path) for path in request.paths]
    cursor.execute(_OPEN, {"currency": request.currency, "paths": request.paths, "floors": floors})
