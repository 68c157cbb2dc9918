"""What the owner of a database could do to it, and what the audit says then."""

from __future__ import annotations

from django.db import connection

from milepost.jobs import audit
from milepost.jobs.audit import Finding
from tests.cast import NOON


def alter(statement: str, *values: object) -> None:
    """As the owner of the database would: without triggers and checks."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            for (name,) in cursor.fetchall():
                cursor.execute(f'DROP TRIGGER "{name}"')
            cursor.execute("PRAGMA ignore_check_constraints = ON")
        else:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET session_replication_role = replica")
        cursor.execute(statement, values)
        assert cursor.rowcount == 1, f"{statement} met {cursor.rowcount} rows"
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = DEFAULT")
        else:
            cursor.execute("PRAGMA ignore_check_constraints = OFF")


def found() -> list[Finding]:
    return list(audit.findings(at=NOON))


def rows() -> set[str]:
    return {finding.row for finding in found()}
