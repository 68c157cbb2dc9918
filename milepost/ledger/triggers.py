"""Triggers, on both databases: what a table refuses whoever asks.

Say it beside the model; each `migrate` puts it into the database, a system check compares, and
`milepost serve` does not start while something is missing:

    append_only(Event)                                          # no UPDATE, no DELETE, no TRUNCATE
    append_only(Invoice, may_fill=["paper"])                    # `paper` once, from null to a value
    append_only(Terms, may_change=["status"], may_empty=["body"])
    append_only(Draft, where="OLD.sent_at IS NOT NULL")         # only such rows are protected
    register("some_table", "some_table_does", "AFTER INSERT", sqlite="...;", postgres="...;")

A refusal reaches Django as `IntegrityError` on both databases. A release that changes a trigger needs a
migration, an empty one if nothing else changes: triggers are installed when there is something to migrate.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import models

Events = ("INSERT", "UPDATE", "DELETE", "TRUNCATE")


@dataclass(frozen=True, slots=True)
class Trigger:
    """One trigger; `when` is like "BEFORE UPDATE". An empty text: not on that database."""

    table: str
    name: str
    when: str
    sqlite: str
    postgres: str

    def __post_init__(self) -> None:
        timing, _, event = self.when.partition(" ")
        assert timing in ("BEFORE", "AFTER") and event in Events, f"{self.when} is no moment"
        # PostgreSQL prints such names without quotes, cuts longer ones.
        assert re.fullmatch(r"[a-z][a-z0-9_]{0,62}", self.name), f"{self.name} is no name"
        assert re.fullmatch(r"[a-z][a-z0-9_]{0,62}", self.table), f"{self.table} is no name"


REGISTERED: dict[str, Trigger] = {}


def register(table: str, name: str, when: str, *, sqlite: str = "", postgres: str = "") -> None:
    """One trigger per row (per statement for TRUNCATE): statements, each closed by `;`, without BEGIN and END.

    On PostgreSQL they are the body of a PL/pgSQL function; its RETURN is added.
    """
    trigger = Trigger(table, name, when, sqlite.strip(), postgres.strip())
    assert REGISTERED.get(name, trigger) == trigger, f"two triggers are named {name}"
    REGISTERED[name] = trigger


def append_only(
    model: type[models.Model],
    *,
    may_change: Sequence[str] = (),
    may_fill: Sequence[str] = (),
    may_empty: Sequence[str] = (),
    where: str = "",
) -> None:
    """Rows of the model's table are never changed, deleted or replaced; the named fields are the exceptions.

    `may_change`: any change. `may_fill`: from null to a value, once. `may_empty`: to null.
    `where`: a condition on `OLD`, plain enough for both databases; other rows are not protected.
    On SQLite an INSERT that meets a row there is refused even with OR IGNORE or ON CONFLICT.
    """
    table = model._meta.db_table
    fields = {field.name: str(field.column) for field in model._meta.local_concrete_fields}
    exceptions = {*may_change, *may_fill, *may_empty}
    assert exceptions <= fields.keys(), f"{table} has no {exceptions - fields.keys()}"
    fixed = [column for name, column in fields.items() if name not in exceptions]
    fill, empty = [fields[name] for name in may_fill], [fields[name] for name in may_empty]
    changed = _all(where, _changes(fixed, fill, empty) if exceptions else "")
    _refuse(table, f"{table}_no_update", "BEFORE UPDATE", changed, f"{table}: rows are never changed")
    never_deleted(model, where=where)


def never_deleted(model: type[models.Model], *, where: str = "") -> None:
    """Rows of the model's table are never deleted or replaced; `append_only` says it too."""
    table = model._meta.db_table
    _refuse(table, f"{table}_no_delete", "BEFORE DELETE", _all(where), f"{table}: rows are never deleted")
    _refuse(table, f"{table}_no_truncate", "BEFORE TRUNCATE", "TRUE", f"{table}: rows are never deleted")
    # On SQLite, INSERT OR REPLACE deletes the row that it meets, and no trigger on DELETE hears of it.
    meets = " OR ".join(" AND ".join(f"OLD.{column} = NEW.{column}" for column in key) for key in _keys(model))
    met = f"EXISTS (SELECT 1 FROM {table} AS OLD WHERE {_all(meets, where)})"  # noqa: S608  # our own names
    _refuse(table, f"{table}_no_replace", "BEFORE INSERT", met, f"{table}: rows are never replaced", only="sqlite")


def raise_if(condition: str, text: str) -> tuple[str, str]:
    """The statement that refuses, for SQLite and for PostgreSQL; `condition` is the same SQL in both."""
    return (
        f"SELECT RAISE(ABORT, '{text}') WHERE {_for_sqlite(condition)};",
        f"IF {condition} THEN RAISE EXCEPTION '{text}' USING ERRCODE = 'restrict_violation'; END IF;",
    )


def _refuse(table: str, name: str, when: str, condition: str, text: str, only: str = "") -> None:
    sqlite, postgres = raise_if(condition, text)
    if when.endswith("TRUNCATE"):
        only = "postgres"
    register(
        table,
        name,
        when,
        sqlite=sqlite if only != "postgres" else "",
        postgres=postgres if only != "sqlite" else "",
    )


def _all(*conditions: str) -> str:
    return " AND ".join(f"({condition})" for condition in conditions if condition) or "TRUE"


def _changes(fixed: list[str], fill: list[str], empty: list[str]) -> str:
    """True when a row would change in a way that is no exception."""
    return " OR ".join(
        [f'NEW."{column}" IS DISTINCT FROM OLD."{column}"' for column in fixed]
        + [f'(OLD."{column}" IS NOT NULL AND NEW."{column}" IS DISTINCT FROM OLD."{column}")' for column in fill]
        + [f'(NEW."{column}" IS NOT NULL AND NEW."{column}" IS DISTINCT FROM OLD."{column}")' for column in empty]
    )


def _keys(model: type[models.Model]) -> list[list[str]]:
    """The columns of each key that a row can meet another by; conditional keys are not among them."""
    meta = model._meta
    keys = [[field.name] for field in meta.local_concrete_fields if field.unique]
    keys += [list(constraint.fields) for constraint in meta.total_unique_constraints]
    columns = {field.name: str(field.column) for field in meta.local_concrete_fields}
    return [[f'"{columns[name]}"' for name in key] for key in keys]


def _for_sqlite(condition: str) -> str:
    # SQLite knows IS DISTINCT FROM since 3.39, IS NOT since ever.
    return condition.replace("IS NOT DISTINCT FROM", "IS").replace("IS DISTINCT FROM", "IS NOT")
