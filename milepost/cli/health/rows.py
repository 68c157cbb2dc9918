"""The database: what it is, how carefully it writes, and whether its tables and guards are in place."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.checks import ERROR, run_checks
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor

from milepost.cli.health.line import Line, not_set_up, ok, wrong

# Before this version two connections that write at once can damage the log; https://sqlite.org/releaselog
_WAL_RESET_FIXED = (3, 51, 3)


def look() -> Iterator[Line]:
    """Stops at the first thing without which the rest can't be told."""
    try:
        connection.ensure_connection()
    except Error as error:
        yield wrong(f"Database: not reached ({str(error).strip()}).", "Start it, or mend DATABASE_URL.")
        return
    yield from sqlite() if connection.vendor == "sqlite" else postgresql()
    if pending():
        yield not_set_up(
            "Tables: not there or not up to date.", "Start `milepost serve` once; it brings them up to date."
        )
        return
    yield ok("Tables: up to date")
    yield from guards()


def sqlite() -> Iterator[Line]:
    """Its library, its log, its care for power cuts."""
    yield ok(f"Database: SQLite {sqlite3.sqlite_version}, {settings.DATABASES['default']['NAME']}")
    if sqlite3.sqlite_version_info < _WAL_RESET_FIXED:
        yield ok(
            "Database: this SQLite can damage its log when two programs write at once. Milepost lets one write at a "
            "time; let no other program write to the file"
        )
    journal, synchronous = pragma("journal_mode"), pragma("synchronous")
    if (journal, synchronous) == ("wal", 2):
        yield ok("Database: nothing acknowledged is lost in a power cut (WAL, synchronous FULL)")
    else:
        yield wrong(
            f"Database: journal_mode {journal}, synchronous {synchronous}: a power cut can lose deeds.",
            "Keep the file on a local disk and start Milepost anew.",
        )


def postgresql() -> Iterator[Line]:
    """Its version and its care for power cuts."""
    version, commit, fsync = one("SHOW server_version"), one("SHOW synchronous_commit"), one("SHOW fsync")
    yield ok(f"Database: PostgreSQL {version}")
    if commit == "off" or fsync == "off":
        yield wrong(
            f"Database: synchronous_commit {commit}, fsync {fsync}: a power cut can lose deeds.",
            "Set both to `on` in postgresql.conf.",
        )


def guards() -> Iterator[Line]:
    """The triggers that keep books, events and signed terms from being changed, and Django's own checks."""
    found = [message for message in run_checks(databases=["default"]) if message.is_serious(ERROR)]
    for message in found:
        yield wrong(message.msg, message.hint or "See `milepost manage check --database default`.")
    if not found:
        yield ok("Guards: books, events and signed terms can't be changed in the database")


def ready() -> bool:
    """Whether there are tables to look into."""
    try:
        return not pending()
    except Error:
        return False


def pending() -> bool:
    """Whether a migration waits."""
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def pragma(name: str) -> Any:
    """What SQLite says it does."""
    return one(f"PRAGMA {name}")


def one(question: str) -> Any:
    """The single value of a query without parameters."""
    with connection.cursor() as cursor:
        cursor.execute(question)
        row = cursor.fetchone()
    return row[0] if row else None
