"""Mallory has the database's password and drops the triggers; the audit finds what she did."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256

import pytest
from django.db import connection, transaction

from milepost.ledger import audit, checkpoints
from milepost.ledger.models import Checkpoint, Posting
from milepost.ledger.request import request_hash
from tests.ledger.books import ADA, AT, CARL, entry, fund, held, on_sqlite, payable, post, sql

HELD, PAYABLE = held("mil_a"), payable("mil_a")


@pytest.fixture
def books(db: None) -> None:
    """Two checkpoints over a funding, a release and a payout; and a posting since."""
    fund("mil_a", 1000)
    post(entry(HELD, PAYABLE, 900), entry(HELD, "fees/operator/0", 100), key="release", kind="release")
    assert checkpoints.write(AT)
    post(entry(PAYABLE, ADA, 900), key="payout", kind="payout.confirm")
    fund("mil_b", 7, "EUR")
    assert checkpoints.write(AT + timedelta(hours=1))
    fund("mil_a", 50)


@pytest.fixture
def mallory(books: None) -> Iterator[None]:
    """Without triggers and checks. What she breaks is rolled back before Django looks at the foreign keys."""
    with transaction.atomic():
        if connection.vendor == "sqlite":
            for name in names("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name LIKE 'ledger_%'"):
                sql(f"DROP TRIGGER {name}")
            sql("PRAGMA ignore_check_constraints = ON")
        else:
            connection.check_constraints()
            for table in ("account", "posting", "transfer", "checkpoint"):
                sql(f"ALTER TABLE ledger_{table} DISABLE TRIGGER USER")
                for name in names(
                    f"SELECT conname FROM pg_constraint WHERE conrelid = 'ledger_{table}'::regclass AND contype = 'c'"
                ):
                    sql(f"ALTER TABLE ledger_{table} DROP CONSTRAINT {name}")
        yield
        transaction.set_rollback(True)
    if connection.vendor == "sqlite":
        sql("PRAGMA ignore_check_constraints = OFF")


def names(query: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return [row[0] for row in cursor.fetchall()]


def invariants() -> set[str]:
    return {finding.invariant for finding in audit.findings()}


TRANSFER = (
    "ledger_transfer SET {} WHERE posting_id = (SELECT id FROM ledger_posting WHERE key = 'release') AND amount > 500"
)
ACCOUNT = "ledger_account SET {} WHERE path = '" + HELD + "'"
POSTING = "ledger_posting SET {} WHERE key = 'release'"


def test_books_that_nobody_touched_have_no_findings(books: None) -> None:
    assert list(audit.findings()) == []


def test_empty_books_have_no_findings(db: None) -> None:
    assert list(audit.findings()) == []


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ([ACCOUNT.format("credits = credits + 1")], {"balance", "zero sum"}),
        ([ACCOUNT.format("debits = debits - 1, credits = credits - 1")], {"balance"}),
        ([ACCOUNT.format("last_transfer = 0")], {"balance"}),
        ([ACCOUNT.format("debits = -5")], {"account", "balance", "zero sum"}),
        ([ACCOUNT.format("debits = credits + 1")], {"account", "balance", "zero sum"}),
        ([ACCOUNT.format("floor = (1 = 0)")], {"account"}),
        ([ACCOUNT.format("path = 'sandbox/held/mil_m'")], {"request"}),
        ([ACCOUNT.format("currency = 'EUR'")], {"transfer", "zero sum"}),
        ([TRANSFER.format("amount = amount + 1")], {"balance", "checkpoint", "request"}),
        ([TRANSFER.format("amount = -1")], {"balance", "checkpoint", "request", "transfer"}),
        ([TRANSFER.format("source_id = target_id, target_id = source_id")], {"balance", "request"}),
        ([TRANSFER.format("source_id = target_id")], {"balance", "request", "transfer"}),
        ([TRANSFER.format("target_id = (SELECT id FROM ledger_account WHERE path = 'outside/par_ada')")], {"balance", "request"}),
        ([TRANSFER.format("target_id = 999999")], {"balance", "request", "transfer"}),
        ([TRANSFER.format("currency = 'EUR'")], {"checkpoint", "request", "transfer"}),
        ([TRANSFER.format("posting_id = (SELECT id FROM ledger_posting WHERE key = 'payout')")], {"request", "checkpoint"}),
        ([TRANSFER.format("posting_id = 999999")], {"request", "transfer", "checkpoint"}),
        ([POSTING.format("kind = 'refund'")], {"request"}),
        ([POSTING.format("subject = 'mil_m'")], {"request"}),
        ([POSTING.format("corrects_id = (SELECT min(id) FROM ledger_posting)")], {"request"}),
        ([POSTING.format("request_hash = 'x'")], {"checkpoint", "request"}),
        ([POSTING.format("key = 'released'")], {"checkpoint"}),
        ([POSTING.format("posted_at = '2026-01-01 00:00:00'")], {"checkpoint"}),
        ([POSTING.format("happened_at = '2026-01-01 00:00:00'")], {"checkpoint"}),
        (["ledger_checkpoint SET hash = 'x' WHERE number = 1"], {"checkpoint"}),
        (["ledger_checkpoint SET sums = '{\"USD\": 5}' WHERE number = 2"], {"checkpoint"}),
        (["ledger_checkpoint SET number = 3 WHERE number = 2"], {"checkpoint"}),
    ],
)  # fmt: skip
def test_each_alteration_is_found(mallory: None, changes: list[str], found: set[str]) -> None:
    for change in changes:
        sql(f"UPDATE {change}")
    assert invariants() == found


@on_sqlite
@pytest.mark.parametrize("amount", ["900.5", "'many'"])
def test_what_is_no_whole_number_is_found(mallory: None, amount: str) -> None:
    sql("UPDATE " + TRANSFER.format(f"amount = {amount}"))
    assert {"request", "transfer"} <= invariants()


@pytest.mark.parametrize(
    ("table", "found"),
    [
        ("ledger_transfer WHERE amount = 900", {"balance", "checkpoint", "posting", "request"}),
        ("ledger_posting WHERE key = 'release'", {"checkpoint", "transfer"}),
        ("ledger_account WHERE path = '" + HELD + "'", {"transfer", "zero sum"}),
        ("ledger_checkpoint WHERE number = 1", {"checkpoint"}),
    ],
)
def test_each_removal_is_found(mallory: None, table: str, found: set[str]) -> None:
    sql(f"DELETE FROM {table}")
    assert invariants() == found


def test_an_amount_changed_with_balances_made_to_fit_is_found(mallory: None) -> None:
    sql("UPDATE " + TRANSFER.format("amount = 800"))
    sql("UPDATE " + ACCOUNT.format("debits = debits - 100"))
    sql(f"UPDATE ledger_account SET credits = credits - 100 WHERE path = '{PAYABLE}'")
    assert invariants() == {"account", "checkpoint", "request"}


def forge(minor: int) -> str:
    """Mallory does everything right: the payout is smaller, balances fit, and so does its hash. The row in question."""
    sql(
        "UPDATE ledger_transfer SET amount = 800 WHERE posting_id = (SELECT id FROM ledger_posting WHERE key = 'payout')"
    )
    sql(f"UPDATE ledger_account SET debits = 800 WHERE path = '{PAYABLE}'")
    sql(f"UPDATE ledger_account SET credits = 800 WHERE path = '{ADA}'")
    forged = request_hash("payout.confirm", "mil_none", None, [(PAYABLE, ADA, minor, "USD")])
    sql(f"UPDATE ledger_posting SET request_hash = '{forged}' WHERE key = 'payout'")
    return "checkpoint 2"


def test_a_perfect_forgery_is_found_by_the_checkpoint(mallory: None) -> None:
    name = forge(800)
    assert {(finding.invariant, finding.row) for finding in audit.findings()} == {("checkpoint", name)}


def test_a_posting_put_in_before_a_checkpoint_is_found(mallory: None) -> None:
    nothing = request_hash("test", "x", None, [])
    sql(
        "INSERT INTO ledger_posting (id, key, request_hash, kind, subject, happened_at, posted_at) "
        f"VALUES (-1, 'sly', '{nothing}', 'test', 'x', '2026-01-01 00:00:00', '2026-01-01 00:00:00')"
    )
    assert invariants() == {"checkpoint", "posting"}


def test_a_finding_names_the_row_and_says_what_is_wrong(mallory: None) -> None:
    sql("UPDATE " + ACCOUNT.format("credits = credits + 1"))
    found = {finding.invariant: (finding.row, finding.wrong) for finding in audit.findings()}
    assert found["zero sum"] == ("USD", "all balances add up to 1, not to zero")
    row, wrong = found["balance"]
    assert row == f"{HELD} USD"
    assert wrong.startswith("out / in / last transfer are 1000 / 1051 / ")


# -- checkpoints -----------------------------------------------------------------------------------


def test_a_checkpoint_stands_on_the_one_before(books: None) -> None:
    first, second = Checkpoint.objects.order_by("number")
    lines = checkpoints.postings(first.up_to_id, second.up_to_id)
    assert second.hash == checkpoints.digest(first.hash, lines, second.sums)
    assert (first.number, second.number) == (1, 2)


def test_a_checkpoint_names_what_was_moved_since_the_books_began(books: None) -> None:
    assert [each.sums for each in Checkpoint.objects.order_by("number")] == [{"USD": 2000}, {"EUR": 7, "USD": 2900}]


def test_a_checkpoint_covers_what_was_posted_since_the_last(books: None) -> None:
    assert Posting.objects.filter(id__gt=Checkpoint.objects.get(number=2).up_to_id).count() == 1
    assert checkpoints.write(AT)
    assert list(audit.findings()) == []


def test_without_new_postings_there_is_no_new_checkpoint(books: None) -> None:
    assert checkpoints.write(AT)
    assert checkpoints.write(AT) is None


def test_a_checkpoints_hash_is_that_of_the_lines_said_in_the_docs(db: None) -> None:
    posting = Posting.objects.get(pk=post(entry(CARL, HELD, 5), key="k").id)
    line = f"{posting.pk} k {posting.request_hash} 2026-11-02T09:30:00.000000+00:00 2026-11-02T09:30:00.000000+00:00\n"
    assert list(checkpoints.postings(None, posting.pk)) == [line]
    text = f"milepost posting 1\ntest\nmil_none\n-\n{CARL} {HELD} 5 USD\n"
    assert posting.request_hash == sha256(text.encode()).hexdigest()
    checkpoint = checkpoints.write(AT)
    assert checkpoint
    assert checkpoint.hash == sha256(f"milepost checkpoint 1\n-\n{line}USD 5\n".encode()).hexdigest()
