"""Writing to SQLite by turns: who waits, for how long, and when a turn is over."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from milepost.config.sqlite.connection import Connection, reads
from milepost.config.sqlite.turns import NoTurn, Turns, file_of, turns_of
from tests.ledger.writers import another_process, connect, make, rows, write_elsewhere


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return make(tmp_path / "rows.sqlite3")


# -- who waits, and for how long -------------------------------------------------------------------


def test_while_one_writes_another_waits_and_then_is_told(file: Path) -> None:
    with closing(connect(file)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        outcome = write_elsewhere(file)
        assert isinstance(outcome, NoTurn)
        assert str(outcome) == "No turn to write within 0.3 s: another thread is still writing."
        writer.rollback()
    assert write_elsewhere(file) is None


def test_another_process_is_waited_for_too(file: Path) -> None:
    with another_process(file):
        outcome = write_elsewhere(file)
        assert str(outcome) == "No turn to write within 0.3 s: another process is still writing."
    assert write_elsewhere(file) is None


def test_a_process_that_is_killed_leaves_the_turn_to_the_next(file: Path) -> None:
    with another_process(file) as process:
        process.kill()
        assert write_elsewhere(file, seconds=5) is None


def test_reading_waits_for_nobody(file: Path) -> None:
    with closing(connect(file)) as reader, another_process(file):
        began = time.monotonic()
        assert reader.execute("SELECT count(*) FROM row").fetchone() == (0,)
        assert rows(file) == 0  # a new connection, too
        assert time.monotonic() - began < 1


def test_who_gave_up_waiting_is_not_waited_for(file: Path) -> None:
    with closing(connect(file)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        assert isinstance(write_elsewhere(file, 0.05), NoTurn)
        assert isinstance(write_elsewhere(file, 0.05), NoTurn)
        writer.commit()
        writer.execute("INSERT INTO row DEFAULT VALUES")
    assert write_elsewhere(file) is None


def test_the_turn_goes_round_in_the_order_of_asking() -> None:
    turns, order = Turns(None), list[int]()
    turns.take(1)

    def ask(number: int) -> None:
        turns.take(5)
        order.append(number)
        turns.give_back()

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
    for waiting, thread in enumerate(threads, start=1):
        thread.start()
        while len(turns._line) < waiting:
            time.sleep(0.001)
    turns.give_back()
    for thread in threads:
        thread.join()
    assert order == list(range(8))


# -- when the turn ends ----------------------------------------------------------------------------


def lone_statement(opened: Connection) -> None:
    opened.execute("INSERT INTO row DEFAULT VALUES")


def lone_statement_with_rows_to_fetch(opened: Connection) -> None:
    found = opened.execute("INSERT INTO row (id) VALUES (1), (2), (3) RETURNING id")
    assert write_elsewhere(Path(opened.execute("PRAGMA database_list").fetchone()[2])) is None
    assert [*found] == [(1,), (2,), (3,)]


def many(opened: Connection) -> None:
    opened.executemany("INSERT INTO row (id) VALUES (?)", [(1,), (2,)])


def script(opened: Connection) -> None:
    opened.executescript("BEGIN; INSERT INTO row DEFAULT VALUES; COMMIT;")


def committed_aloud(opened: Connection) -> None:
    opened.execute("BEGIN IMMEDIATE")
    opened.execute("INSERT INTO row DEFAULT VALUES")
    opened.execute("COMMIT")


def statement_that_fails(opened: Connection) -> None:
    with pytest.raises(sqlite3.OperationalError):
        opened.execute("INSERT INTO nowhere DEFAULT VALUES")


def second_begin(opened: Connection) -> None:
    opened.execute("BEGIN IMMEDIATE")
    with pytest.raises(sqlite3.OperationalError):
        opened.execute("BEGIN IMMEDIATE")
    opened.commit()


def commit_that_fails(opened: Connection) -> None:
    opened.execute("BEGIN IMMEDIATE")
    opened.execute("INSERT INTO row (parent) VALUES (7)")
    with pytest.raises(sqlite3.IntegrityError):
        opened.commit()
    opened.rollback()


def closed_in_the_middle(opened: Connection) -> None:
    opened.execute("BEGIN IMMEDIATE")
    opened.execute("INSERT INTO row DEFAULT VALUES")
    opened.close()


def savepoints(opened: Connection) -> None:
    opened.execute("BEGIN IMMEDIATE")
    opened.execute("SAVEPOINT inner")
    opened.execute("INSERT INTO row DEFAULT VALUES")
    opened.execute("ROLLBACK TO inner")
    opened.execute("RELEASE inner")
    opened.commit()


def implicit_transaction(opened: Connection) -> None:
    opened.isolation_level = "DEFERRED"
    with opened:
        opened.execute("INSERT INTO row DEFAULT VALUES")


def checkpoint(opened: Connection) -> None:
    opened.execute("INSERT INTO row DEFAULT VALUES")
    assert opened.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0


@pytest.mark.parametrize(
    "act",
    [
        lone_statement, lone_statement_with_rows_to_fetch, many, script, committed_aloud, statement_that_fails,
        second_begin, commit_that_fails, closed_in_the_middle, savepoints, implicit_transaction, checkpoint,
    ],
)  # fmt: skip
def test_the_turn_ends_with_what_it_was_for(file: Path, act: Callable[[Connection], None]) -> None:
    with closing(connect(file)) as opened:
        act(opened)
        assert write_elsewhere(file) is None


def test_a_savepoint_released_does_not_end_the_turn(file: Path) -> None:
    with closing(connect(file)) as opened:
        opened.execute("BEGIN IMMEDIATE")
        opened.execute("SAVEPOINT inner")
        opened.execute("RELEASE inner")
        assert isinstance(write_elsewhere(file), NoTurn)
        opened.rollback()


def test_a_begin_that_fails_for_a_writer_without_turns_ends_the_turn(file: Path) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as foreign, closing(connect(file, 0.1)) as opened:
        foreign.execute("BEGIN IMMEDIATE")
        with pytest.raises(sqlite3.OperationalError, match="database is locked"):
            opened.execute("BEGIN IMMEDIATE")
        foreign.rollback()
        assert write_elsewhere(file) is None


def test_a_thread_with_two_connections_does_not_wait_for_itself(file: Path) -> None:
    first, second = connect(file), connect(file)
    first.execute("BEGIN IMMEDIATE")
    second.close()
    first.execute("INSERT INTO row DEFAULT VALUES")
    assert isinstance(write_elsewhere(file), NoTurn)
    first.commit()
    first.close()
    assert rows(file) == 1


def test_the_rows_of_a_lone_statement_are_fetched_like_any(file: Path) -> None:
    with closing(connect(file)) as opened:
        found = opened.execute("INSERT INTO row (id) VALUES (1), (2), (3), (4), (5) RETURNING id")
        assert found.fetchone() == (1,)
        assert found.fetchmany() == [(2,)]
        assert found.fetchmany(2) == [(3,), (4,)]
        assert found.fetchall() == [(5,)]
        assert found.fetchone() is None
        assert found.execute("SELECT id FROM row ORDER BY id").fetchmany(2) == [(1,), (2,)]
        assert [*found] == [(3,), (4,), (5,)]


# -- which statements, which files -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("sql", "reading"),
    [
        ("SELECT 1", True),
        ("  (select 1)", True),
        ("WITH a AS (SELECT 1) SELECT * FROM a", True),
        ("WITH a AS (SELECT 1) INSERT INTO row SELECT * FROM a", False),
        ("with a as (select 1) delete from row", False),
        ("EXPLAIN QUERY PLAN DELETE FROM row", True),
        ("VALUES (1)", True),
        ("INSERT INTO row DEFAULT VALUES", False),
        ("/* a note */ SELECT 1", False),
        ("SELECTION", False),
        ("PRAGMA foreign_keys = ON", True),
        ("PRAGMA journal_mode=WAL", False),
        ("PRAGMA wal_checkpoint", False),
        ("BEGIN", False),
        ("COMMIT", False),
        ("VACUUM", False),
    ],
)
def test_what_may_write_waits_for_its_turn(sql: str, reading: bool) -> None:
    assert reads(sql) is reading


def test_a_database_in_memory_locks_no_file() -> None:
    assert file_of(":memory:") is None
    assert file_of("file:shared?mode=memory&cache=shared") is None
    with closing(connect(":memory:")) as opened:
        opened.execute("CREATE TABLE row (id integer)")
    assert not list(Path().glob("*memory*"))


def test_every_name_of_a_file_leads_to_the_same_turns(tmp_path: Path) -> None:
    (tmp_path / "link.sqlite3").symlink_to(tmp_path / "rows.sqlite3")
    names = [f"{tmp_path}/rows.sqlite3", f"{tmp_path}/x/../rows.sqlite3", f"{tmp_path}/link.sqlite3"]
    names += [f"file:{tmp_path}/rows.sqlite3?mode=rw"]
    assert len({id(turns_of(name)) for name in names}) == 1
