"""A connection of `sqlite3` that writes only in its turn: transactions, lone statements, checkpoints and closing."""

from __future__ import annotations

import contextlib
import os
import re
import sqlite3
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, Self

from milepost.config.sqlite.turns import NoTurn, turns_of

_READS = re.compile(r"[\s(]*(SELECT|VALUES|EXPLAIN|WITH)\b", re.IGNORECASE)
# A query that begins with WITH may still write, and says so with one of these words.
_WRITES = re.compile(r"\b(INSERT|UPDATE|DELETE|REPLACE)\b", re.IGNORECASE)
# These concern the connection, not the file.
_SETS_ITSELF_UP = re.compile(
    r"\s*PRAGMA\s+(foreign_keys|foreign_key_list|foreign_key_check|legacy_alter_table|synchronous|cache_size|"
    r"busy_timeout|temp_store|table_info|table_xinfo|index_list|index_info|index_xinfo|database_list|query_only|data_version)\b"
    r"|\s*PRAGMA\s+journal_mode\s*;?\s*$",
    re.IGNORECASE,
)


def reads(sql: str) -> bool:
    """True when the statement certainly writes nothing; what is not sure waits for a turn."""
    if found := _READS.match(sql):
        return found[1].upper() != "WITH" or not _WRITES.search(sql)
    return _SETS_ITSELF_UP.match(sql) is not None


class Connection(sqlite3.Connection):
    """Takes the turn before what may write, keeps it while a transaction is open, gives it back after.

    `timeout`: seconds to wait for the turn, then `NoTurn`; and for a foreign writer that knows no turns.
    """

    def __init__(self, database: str | os.PathLike[str], timeout: float = 5.0, *args: Any, **options: Any) -> None:
        super().__init__(database, timeout, *args, **options)
        self._turns = turns_of(os.fspath(database))
        self._seconds = timeout
        # The process in which the turn was taken: a child process has not got it.
        self._taken_in = 0

    def take_turn(self) -> None:
        """At most once, however often it is asked."""
        self._take_turn(self._seconds)

    def settle(self) -> None:
        """Gives the turn back unless a transaction is open."""
        if self._taken_in and not self.in_transaction:
            self._give_back()

    def cursor(self, factory: Any = None) -> Any:
        return super().cursor(factory or Cursor)

    # The shortcuts of sqlite3 make cursors of their own kind.

    def execute(self, sql: str, *parameters: Any) -> Any:
        return self.cursor().execute(sql, *parameters)

    def executemany(self, sql: str, parameters: Iterable[Any]) -> Any:
        return self.cursor().executemany(sql, parameters)

    def executescript(self, script: str) -> Any:
        return self.cursor().executescript(script)

    def commit(self) -> None:
        try:
            super().commit()
        finally:
            self.settle()

    def rollback(self) -> None:
        try:
            super().rollback()
        finally:
            self.settle()

    def close(self) -> None:
        """The last connection to be closed writes a checkpoint. Who finds another writing is not the last."""
        with contextlib.suppress(NoTurn):
            self._take_turn(0)
        try:
            super().close()
        finally:
            self._give_back()

    def __exit__(self, *raised: Any) -> Any:
        try:
            return super().__exit__(*raised)
        finally:
            self.settle()

    def _take_turn(self, seconds: float) -> None:
        if self._taken_in != os.getpid():
            self._turns.take(seconds)
            self._taken_in = os.getpid()

    def _give_back(self) -> None:
        if self._taken_in == os.getpid():
            self._turns.give_back()
        self._taken_in = 0


class Cursor(sqlite3.Cursor):
    """Statements of a `Connection`."""

    connection: Connection
    # The rows of a lone statement that wrote (RETURNING): it is not over before the last row is fetched.
    _rows: Iterator[Any] | None = None

    def execute(self, sql: str, *parameters: Any) -> Self:
        self._rows = None
        if reads(sql):
            return super().execute(sql, *parameters)
        with self._turn():
            super().execute(sql, *parameters)
            if self.description and not self.connection.in_transaction:
                self._rows = iter(super().fetchall())
        return self

    def executemany(self, sql: str, parameters: Iterable[Any]) -> Self:
        self._rows = None
        with self._turn():
            return super().executemany(sql, parameters)

    def executescript(self, script: str) -> Self:
        self._rows = None
        with self._turn():
            super().executescript(script)
        return self

    def fetchone(self) -> Any:
        return super().fetchone() if self._rows is None else next(self._rows, None)

    def fetchmany(self, size: int | None = None) -> list[Any]:
        size = self.arraysize if size is None else size
        if self._rows is None:
            return super().fetchmany(size)
        return list(islice(self._rows, size))

    def fetchall(self) -> list[Any]:
        return super().fetchall() if self._rows is None else list(self._rows)

    def __next__(self) -> Any:
        return super().__next__() if self._rows is None else next(self._rows)

    @contextlib.contextmanager
    def _turn(self) -> Iterator[None]:
        self.connection.take_turn()
        try:
            yield
        finally:
            self.connection.settle()
