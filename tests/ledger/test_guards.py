"""What the tables themselves refuse, whoever asks; the same on both databases."""

from __future__ import annotations

import re

import pytest
from django.core.management.color import no_style
from django.core.management.sql import sql_flush
from django.db import DatabaseError, IntegrityError, connection, transaction

from milepost.ledger import audit, installation
from milepost.ledger.balances import balance
from tests.ledger.books import CARL, drop, entry, fund, held, on_postgres, on_sqlite, payable, post, sql

TABLES = ["ledger_account", "ledger_posting", "ledger_transfer", "ledger_checkpoint"]


def number(query: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return int(cursor.fetchone()[0])


@pytest.fixture(autouse=True)
def books(db: None) -> None:
    """500 held for a milestone, 200 of it released; and a checkpoint."""
    fund("mil_a", 500)
    post(entry(held("mil_a"), payable("mil_a"), 200), key="release")
    sql(
        "INSERT INTO ledger_checkpoint (number, up_to_id, sums, hash, made_at) "
        "SELECT 1, max(id), '{}', 'none', '2026-11-02 00:00:00' FROM ledger_posting"
    )
    # PostgreSQL would refuse to empty a table whose foreign keys are yet to be checked, for that reason alone.
    connection.check_constraints()


def refused(statement: str, because: str) -> None:
    with pytest.raises(IntegrityError, match=because):
        sql(statement)


@pytest.mark.parametrize(
    "change",
    [
        "ledger_posting SET kind = 'other'",
        "ledger_posting SET key = 'other' WHERE key = 'release'",
        "ledger_posting SET id = id + 1000",
        "ledger_posting SET posted_at = '2020-01-01 00:00:00'",
        "ledger_transfer SET amount = amount + 1",
        "ledger_transfer SET source_id = target_id, target_id = source_id",
        "ledger_transfer SET posting_id = (SELECT min(id) FROM ledger_posting)",
        "ledger_checkpoint SET hash = 'other'",
        "ledger_account SET path = 'sandbox/held/mil_b' WHERE path = 'sandbox/held/mil_a'",
        "ledger_account SET currency = 'EUR'",
        "ledger_account SET id = id + 1000",
    ],
)
def test_rows_are_never_changed(change: str) -> None:
    refused(f"UPDATE {change}", "rows are never changed|a new transfer alone changes it")


@pytest.mark.parametrize("table", TABLES)
def test_rows_are_never_deleted(table: str) -> None:
    refused(f"DELETE FROM {table}", "rows are never deleted")


@on_postgres
@pytest.mark.parametrize("table", TABLES)
def test_tables_are_never_emptied(table: str) -> None:
    refused(f"TRUNCATE {table} CASCADE", "rows are never deleted")


@pytest.mark.parametrize(
    "change",
    [
        "credits = credits + 1",
        "debits = 0",
        "credits = credits + 200, last_transfer = last_transfer + 1",
        # The very change that the last transfer made, once more.
        "debits = debits + 200",
        "last_transfer = 0",
        "last_transfer = last_transfer + 1",
    ],
)
def test_a_balance_made_by_hand_is_refused(change: str) -> None:
    refused(f"UPDATE ledger_account SET {change} WHERE path = 'sandbox/held/mil_a'", "a new transfer alone")


def test_a_floor_is_not_lifted() -> None:
    refused(
        "UPDATE ledger_account SET floor = (1 = 0) WHERE path = 'sandbox/held/mil_a'",
        "a new transfer alone",
    )


@pytest.mark.parametrize("born", ["1, 0, 0", "0, 1, 0", "0, 0, 1"])
def test_an_account_is_born_at_zero(born: str) -> None:
    refused(
        f"INSERT INTO ledger_account (path, currency, floor, debits, credits, last_transfer) "
        f"VALUES ('outside/x', 'USD', (1 = 0), {born})",
        "born at zero",
    )


@pytest.mark.parametrize(("path", "floor"), [("outside/x", "1 = 1"), ("sandbox/held/x", "1 = 0"), ("costs/x", "1 = 0")])
def test_a_floor_that_is_not_the_paths_is_refused(path: str, floor: str) -> None:
    refused(
        f"INSERT INTO ledger_account (path, currency, floor, debits, credits, last_transfer) "
        f"VALUES ('{path}', 'USD', ({floor}), 0, 0, 0)",
        "ledger_account_floor",
    )


def transfer_by_hand(
    amount: str, source: str = held("mil_a"), target: str = payable("mil_a"), currency: str = "USD"
) -> str:
    return f"""
        INSERT INTO ledger_transfer (posting_id, source_id, target_id, amount, currency)
        SELECT (SELECT max(id) FROM ledger_posting), s.id, t.id, {amount}, '{currency}'
          FROM ledger_account s, ledger_account t WHERE s.path = '{source}' AND t.path = '{target}'
    """


def test_a_transfer_moves_both_balances_whoever_writes_it() -> None:
    sql(transfer_by_hand("100"))
    assert (balance(held("mil_a"), "USD"), balance(payable("mil_a"), "USD")) == (200, 300)
    # It was not asked for in the posting under which it was put.
    assert [finding.invariant for finding in audit.findings() if finding.invariant != "checkpoint"] == ["request"]


@pytest.mark.parametrize("amount", ["0", "-5", "1000000000000001"])
def test_an_amount_out_of_bounds_is_refused(amount: str) -> None:
    refused(transfer_by_hand(amount, source=CARL), "ledger_transfer_amount")


@on_sqlite
@pytest.mark.parametrize("amount", ["0.5", "'5x'", "1e3 + 0.1"])
def test_a_fraction_is_refused(amount: str) -> None:
    refused(transfer_by_hand(amount), "whole numbers")


def test_a_counter_that_is_full_is_never_rounded() -> None:
    with transaction.atomic():
        for name in ("explained", "whole_numbers")[: 2 if connection.vendor == "sqlite" else 1]:
            drop("ledger_account", f"ledger_account_{name}")
        sql(f"UPDATE ledger_account SET debits = {2**63 - 5} WHERE path = '{CARL}'")
        installation.install(connection)
        with pytest.raises(DatabaseError, match=r"whole numbers|out of range"):
            sql(transfer_by_hand("5", source=CARL, target=held("mil_a")))
        transaction.set_rollback(True)


def test_more_than_there_is_is_refused() -> None:
    refused(transfer_by_hand("301"), "ledger_account_above_floor")


def test_from_an_account_to_itself_is_refused() -> None:
    refused(transfer_by_hand("1", target=held("mil_a")), "ledger_transfer_moves")


def test_a_transfer_of_another_currency_is_refused() -> None:
    refused(transfer_by_hand("1", currency="EUR"), "of one currency")


def test_accounts_of_two_currencies_are_not_joined() -> None:
    fund("mil_b", 1, "EUR")
    for source, target in ((held("mil_a"), held("mil_b")), (held("mil_b"), held("mil_a"))):
        for currency in ("USD", "EUR"):
            refused(transfer_by_hand("1", source=source, target=target, currency=currency), "of one currency")


def test_an_older_transfer_is_not_put_in_later() -> None:
    last = number("SELECT max(id) FROM ledger_transfer")
    sql(
        f"INSERT INTO ledger_transfer (id, posting_id, source_id, target_id, amount, currency) "
        f"SELECT {last + 100}, posting_id, source_id, target_id, 1, currency FROM ledger_transfer WHERE id = {last}"
    )
    refused(
        f"INSERT INTO ledger_transfer (id, posting_id, source_id, target_id, amount, currency) "
        f"SELECT {last + 50}, posting_id, source_id, target_id, 1, currency FROM ledger_transfer WHERE id = {last}",
        "a new transfer alone",
    )


@on_sqlite
@pytest.mark.parametrize(
    "row",
    [
        "ledger_posting SELECT * FROM ledger_posting",
        "ledger_posting SELECT id + 1000, key, '', '', '', null, happened_at, posted_at FROM ledger_posting",
        "ledger_transfer SELECT * FROM ledger_transfer",
        "ledger_account SELECT id, path, currency, 0, 0, floor, 0 FROM ledger_account",
        "ledger_account SELECT id + 1000, path, currency, 0, 0, floor, 0 FROM ledger_account",
        "ledger_checkpoint SELECT * FROM ledger_checkpoint",
        "ledger_checkpoint SELECT id + 1000, number, up_to_id, sums, 'other', made_at FROM ledger_checkpoint",
    ],
)
@pytest.mark.parametrize("how", ["REPLACE", "INSERT OR REPLACE", "INSERT OR IGNORE"])
def test_a_row_is_never_replaced(how: str, row: str) -> None:
    columns = {
        "ledger_posting": "id, key, request_hash, kind, subject, corrects_id, happened_at, posted_at",
        "ledger_transfer": "id, posting_id, source_id, target_id, amount, currency",
        "ledger_account": "id, path, currency, debits, credits, floor, last_transfer",
        "ledger_checkpoint": "id, number, up_to_id, sums, hash, made_at",
    }
    table, query = row.split(" ", 1)
    query = query.replace("*", columns[table])
    refused(f"{how} INTO {table} ({columns[table]}) {query}", "rows are never replaced")


@on_sqlite
def test_nothing_is_changed_by_an_upsert() -> None:
    refused(
        "INSERT INTO ledger_account (path, currency, debits, credits, floor, last_transfer) "
        "SELECT path, currency, 0, 0, floor, 0 FROM ledger_account WHERE true "
        "ON CONFLICT (path, currency) DO UPDATE SET credits = 10000",
        "rows are never replaced",
    )


def test_what_django_would_flush_with_is_refused() -> None:
    whole = sql_flush(no_style(), connection, allow_cascade=True)
    statements = [each for each in whole if re.match(r'TRUNCATE|DELETE FROM "ledger_', each)]
    assert statements
    for statement in statements:
        refused(statement, "rows are never deleted")


def test_after_all_that_the_books_are_whole() -> None:
    assert not [finding for finding in audit.findings() if finding.invariant != "checkpoint"]
