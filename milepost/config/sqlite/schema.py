"""Rebuilding a table although triggers of other tables speak of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import models
from django.db.backends.sqlite3 import schema


class DatabaseSchemaEditor(schema.DatabaseSchemaEditor):
    """SQLite refuses to rename a table, or to drop a column, while some trigger would then speak of what is not there.

    So triggers step aside: those of other tables come back at once, those of the table itself after the migration.
    """

    def _remake_table(self, model: type[models.Model], *args: Any, **options: Any) -> None:
        with self._triggers_aside(model._meta.db_table):
            super()._remake_table(model, *args, **options)  # type: ignore[misc]  # Django's own, without types

    def remove_field(self, model: type[models.Model], field: Any) -> None:
        with self._triggers_aside(model._meta.db_table):
            super().remove_field(model, field)

    @contextmanager
    def _triggers_aside(self, table: str) -> Iterator[None]:
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger'")
            named = re.compile(rf"\b{re.escape(table)}\b")
            aside = [(name, owner, sql) for name, owner, sql in cursor.fetchall() if named.search(sql)]
        for name, _, _ in aside:
            self.execute(f"DROP TRIGGER {self.quote_name(name)}")
        yield
        for _, owner, sql in aside:
            if owner != table:
                self.execute(sql)
