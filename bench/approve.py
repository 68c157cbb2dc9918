"""Counts the SQL statements of one approval, and undoes it. Run by demo.py on the demo's data."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import Any

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "milepost.config.settings"
django.setup()

from django.db import connection, transaction  # noqa: E402

from milepost.actions import milestones  # noqa: E402
from milepost.core.actors import Actor  # noqa: E402
from milepost.models import Milestone  # noqa: E402


def main() -> None:
    """Prints the number: the approval with its release, payout intent, event and announcement."""
    statements: list[str] = []

    def counted(execute: Any, sql: str, *rest: Any) -> Any:
        statements.append(sql)
        return execute(sql, *rest)

    rows = Milestone.objects.select_related("project__terms", "project__client", "project__freelancer")
    milestone = rows.filter(status="delivered").first()
    assert milestone is not None, "the demo has a delivered milestone"
    client = Actor(kind="party", party=milestone.project.client_id, proof="fresh")
    with transaction.atomic():
        with connection.execute_wrapper(counted):
            milestones.approve(milestone=milestone, by=client, at=datetime.now(UTC))
        transaction.set_rollback(True)
    print(sum(not sql.startswith(("SAVEPOINT", "RELEASE")) for sql in statements))


if __name__ == "__main__":
    main()
