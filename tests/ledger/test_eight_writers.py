"""Writing to SQLite by turns, with all that an installation has: eight threads, eight processes, children, Django."""

from __future__ import annotations

import time
from contextlib import closing
from pathlib import Path

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import OperationalError, connection, connections, transaction

from milepost.config.sqlite.turns import NoTurn
from tests.databases import together
from tests.ledger.books import CARL, entry, fresh, held, on_sqlite, post
from tests.ledger.writers import connect, make, process, rows


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return make(tmp_path / "rows.sqlite3")


# -- a child process -------------------------------------------------------------------------------


def test_a_child_process_neither_has_its_parents_turn_nor_ends_it(file: Path) -> None:
    code = f"""
        import os, sqlite3, sys
        from milepost.config.sqlite.connection import Connection
        def connect(seconds):
            return sqlite3.connect({str(file)!r}, timeout=seconds, factory=Connection, isolation_level=None)
        opened = connect(5)
        opened.execute("BEGIN IMMEDIATE")
        def write_in_child():
            child = os.fork()
            if child:
                return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            try:
                connect(0.3).execute("INSERT INTO row DEFAULT VALUES")
            except sqlite3.OperationalError as error:
                os._exit(3 if "another process is still writing" in str(error) else 4)
            os._exit(0)
        assert write_in_child() == 3
        assert write_in_child() == 3
        opened.commit()
        assert write_in_child() == 0
    """
    with process(code) as parent:
        assert parent.wait(30) == 0
    assert rows(file) == 1


# -- eight writers ---------------------------------------------------------------------------------


@pytest.mark.race
def test_of_eight_threads_none_starves(file: Path) -> None:
    end = time.monotonic() + 1.5

    def write_for_a_while() -> int:
        written = 0
        with closing(connect(file)) as opened:
            while time.monotonic() < end:
                if written % 2:
                    opened.execute("INSERT INTO row DEFAULT VALUES")
                else:
                    opened.execute("BEGIN IMMEDIATE")
                    opened.execute("INSERT INTO row DEFAULT VALUES")
                    opened.commit()
                written += 1
        return written

    shares = together(*[write_for_a_while] * 8)
    assert rows(file) == sum(shares)
    assert min(shares) >= 0.5 * max(shares) > 0


@pytest.mark.race
def test_of_eight_processes_none_starves_and_none_is_told_that_the_database_is_locked(file: Path) -> None:
    code = f"""
        import sqlite3, sys, time
        from milepost.config.sqlite.connection import Connection
        opened = sqlite3.connect({str(file)!r}, timeout=20, factory=Connection, isolation_level=None)
        print("ready", flush=True)
        sys.stdin.readline()
        end, written = time.monotonic() + 2, 0
        while time.monotonic() < end:
            opened.execute("BEGIN IMMEDIATE")
            opened.execute("INSERT INTO row DEFAULT VALUES")
            opened.commit()
            written += 1
        opened.close()
        print(written)
    """
    writers = [process(code) for _ in range(8)]
    for writer in writers:
        assert writer.stdout
        assert writer.stdout.readline() == "ready\n"
    for writer in writers:
        assert writer.stdin
        writer.stdin.write("go\n")
        writer.stdin.flush()
    shares = [int(writer.communicate(timeout=40)[0]) for writer in writers]
    assert [writer.returncode for writer in writers] == [0] * 8
    assert rows(file) == sum(shares)
    # On a quiet machine it is 0.9; plain SQLite makes it 0.00.
    assert min(shares) >= 0.3 * max(shares) > 0


# -- through Django --------------------------------------------------------------------------------


@on_sqlite
@pytest.mark.race
def test_lone_writes_transactions_and_postings_of_eight_threads_all_get_through(committed: None, rounds: int) -> None:
    def work() -> None:
        for _ in range(rounds):
            ContentType.objects.create(app_label=fresh("app"), model="lone")
            with transaction.atomic():
                ContentType.objects.create(app_label=fresh("app"), model="whole")
                with transaction.atomic():
                    ContentType.objects.create(app_label=fresh("app"), model="inner")
            post(entry(CARL, held(fresh("mil")), 5))

    assert together(*[work] * 8) == [None] * 8
    written = ContentType.objects.filter(model__in=["lone", "whole", "inner"])
    assert written.count() == 8 * rounds * 3


@on_sqlite
def test_django_is_told_when_no_turn_is_to_be_had(committed: None) -> None:
    def impatient() -> None:
        connection.ensure_connection()
        connection.connection._seconds = 0.2
        ContentType.objects.create(app_label="late", model="late")

    with transaction.atomic():
        outcome = together(impatient)[0]
        assert isinstance(outcome, OperationalError)
        assert isinstance(outcome.__cause__, NoTurn)
    assert together(impatient) == [None]


@on_sqlite
def test_a_transaction_that_begins_without_django_ends_its_turn_too(committed: None) -> None:
    transaction.set_autocommit(False)
    ContentType.objects.create(app_label="by", model="hand")
    transaction.set_autocommit(True)
    assert write_elsewhere_with_django() is None


@on_sqlite
def test_a_connection_closed_in_a_transaction_ends_its_turn(committed: None) -> None:
    def give_up() -> None:
        with transaction.atomic():
            ContentType.objects.create(app_label="never", model="there")
            connections.close_all()
            raise TimeoutError

    assert isinstance(together(give_up)[0], TimeoutError)
    assert write_elsewhere_with_django() is None
    assert not ContentType.objects.filter(app_label="never").exists()


@on_sqlite
def test_a_connection_that_comes_or_goes_leaves_the_locks_of_another_in_place(committed: None) -> None:
    """A program that knows no turns meets SQLite's own lock; closing any descriptor of the file would drop it."""
    code = f"""
        import sqlite3, sys
        foreign = sqlite3.connect({str(connection.settings_dict["NAME"])!r}, timeout=0, isolation_level=None)
        try:
            foreign.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            sys.exit(3 if "locked" in str(error) else 4)
    """
    with transaction.atomic():
        ContentType.objects.create(app_label=fresh("app"), model="x")
        assert together(ContentType.objects.count)[0] > 0
        with process(code) as foreign:
            assert foreign.wait(30) == 3


def write_elsewhere_with_django() -> Exception | None:
    outcome: Exception | None = together(
        lambda: ContentType.objects.create(app_label=fresh("app"), model="x") and None
    )[0]
    return outcome
