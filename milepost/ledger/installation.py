"""Puts the registered triggers into the database, and compares what is there with what should be."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor

from milepost.ledger.triggers import REGISTERED, Trigger

_RETURNS = {"INSERT": "NEW", "UPDATE": "NEW", "DELETE": "OLD", "TRUNCATE": "NULL"}

_ON_SQLITE = "SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'trigger'"
# A trigger that is switched off shows as another text. Those of foreign keys are PostgreSQL's own.
_ON_POSTGRES = """
    SELECT relname, tgname, pg_get_triggerdef(t.oid, true) || CASE tgenabled WHEN 'O' THEN E'\n' ELSE ' off\n' END || prosrc
      FROM pg_trigger t JOIN pg_class c ON c.oid = tgrelid JOIN pg_proc p ON p.oid = tgfoid
     WHERE NOT tgisinternal AND relnamespace = current_schema()::regnamespace
"""


def install(connection: BaseDatabaseWrapper) -> None:
    """After it the guarded tables that exist have their triggers, as registered, and no others."""
    expected, found = _expected(connection), _installed(connection)
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        for (table, name), text in found.items():
            if (table, name) not in expected or text != definition(expected[table, name], connection.vendor):
                cursor.execute(f"DROP TRIGGER {name}" + ("" if connection.vendor == "sqlite" else f" ON {table}"))
        for key, trigger in expected.items():
            if found.get(key) != definition(trigger, connection.vendor):
                for statement in _creation(trigger, connection.vendor):
                    cursor.execute(statement)


def differences(connection: BaseDatabaseWrapper) -> list[str]:
    """What is wrong with the triggers of guarded tables, in words; tables not yet made are left out."""
    expected, found = _expected(connection), _installed(connection)
    wrong = [f"{name} is missing" for table, name in expected if (table, name) not in found]
    for (table, name), text in found.items():
        if (table, name) not in expected:
            wrong.append(f"{name} on {table} is not ours")
        elif text != definition(expected[table, name], connection.vendor):
            wrong.append(f"{name} has been altered or switched off")
    return sorted(wrong)


def definition(trigger: Trigger, vendor: str) -> str:
    """The trigger as the database itself tells it; on PostgreSQL with the body of its function."""
    head = f"CREATE TRIGGER {trigger.name} {trigger.when} ON {trigger.table} FOR EACH "
    if vendor == "sqlite":
        return f"{head}ROW BEGIN\n{trigger.sqlite}\nEND"
    each = "STATEMENT" if trigger.when.endswith("TRUNCATE") else "ROW"
    return f"{head}{each} EXECUTE FUNCTION {trigger.name}()\n{_body(trigger)}"


def after_migrate(*, using: str, **_: Any) -> None:
    """`post_migrate`: the triggers come back to tables that a migration has rebuilt."""
    install(connections[using])


def check(*, databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """`milepost.E001`: the triggers are not as they should be. Silent while there is something to migrate."""
    return [
        Error(
            f"Triggers that keep rows from being changed are not in place: {', '.join(wrong)}.",
            hint="Nothing but a broken-off migration drops them: `milepost audit` tells whether rows were changed, "
            "`milepost manage migrate --skip-checks` puts them back.",
            id="milepost.E001",
        )
        for alias in databases or ()
        if (wrong := differences(connections[alias])) and not _to_migrate(connections[alias])
    ]


def _expected(connection: BaseDatabaseWrapper) -> dict[tuple[str, str], Trigger]:
    tables = set(connection.introspection.table_names())
    return {
        (trigger.table, trigger.name): trigger
        for trigger in REGISTERED.values()
        if trigger.table in tables and getattr(trigger, _attribute(connection.vendor))
    }


def _installed(connection: BaseDatabaseWrapper) -> dict[tuple[str, str], str]:
    guarded = {trigger.table for trigger in REGISTERED.values()}
    with connection.cursor() as cursor:
        cursor.execute(_ON_SQLITE if connection.vendor == "sqlite" else _ON_POSTGRES)
        return {(table, name): text for table, name, text in cursor.fetchall() if table in guarded}


def _creation(trigger: Trigger, vendor: str) -> list[str]:
    if vendor == "sqlite":
        return [definition(trigger, vendor)]
    head = definition(trigger, vendor).partition("\n")[0]
    function = f"CREATE OR REPLACE FUNCTION {trigger.name}() RETURNS trigger LANGUAGE plpgsql AS $${_body(trigger)}$$"
    return [function, head]


def _body(trigger: Trigger) -> str:
    returned = _RETURNS[trigger.when.partition(" ")[2]]
    return f"\nBEGIN\n{trigger.postgres}\nRETURN {returned};\nEND\n"


def _attribute(vendor: str) -> str:
    return "sqlite" if vendor == "sqlite" else "postgres"


def _to_migrate(connection: BaseDatabaseWrapper) -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
