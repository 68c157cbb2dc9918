"""Short words for writing test books: Carl's money is held for milestones, Ada is paid."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count
from typing import Any

import pytest
from django.db import connection, transaction

from milepost.core.money import Money
from milepost.core.postings import Entry
from milepost.ledger import book

AT = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
CARL, ADA = "outside/par_carl", "outside/par_ada"

on_sqlite = pytest.mark.skipif("config.getoption('database') != 'sqlite'", reason="SQLite alone knows it")
on_postgres = pytest.mark.skipif("config.getoption('database') != 'postgres'", reason="PostgreSQL alone knows it")

_numbers: Iterator[int] = count(1)


def fresh(prefix: str) -> str:
    """A name that no other test uses: `mil_7`."""
    return f"{prefix}_{next(_numbers)}"


def held(milestone: str) -> str:
    return f"sandbox/held/{milestone}"


def payable(milestone: str) -> str:
    return f"sandbox/payable/{milestone}"


def entry(source: str, target: str, minor: int, currency: str = "USD") -> Entry:
    return Entry(source, target, Money(minor, currency))


def post(*entries: Entry, **changes: Any) -> book.Posted:
    """One posting in a transaction of its own."""
    wanted: dict[str, Any] = {"kind": "test", "subject": "mil_none", "happened_at": AT, "posted_at": AT}
    wanted |= {"key": fresh("key"), "transfers": entries} | changes
    with transaction.atomic():
        return book.post(**wanted)


def fund(milestone: str, minor: int, currency: str = "USD") -> book.Posted:
    """Carl's money arrives and is held for the milestone."""
    return post(entry(CARL, held(milestone), minor, currency), kind="funding.confirm", subject=milestone)


def sql(statement: str) -> None:
    """What somebody does who goes past the code."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def drop(table: str, name: str) -> None:
    """Takes a trigger away."""
    sql(f"DROP TRIGGER {name}" + (f" ON {table}" if connection.vendor == "postgresql" else ""))
