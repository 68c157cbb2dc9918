"""Django's SQLite backend, with every write in its turn (see `turns`); the rest is Django's own."""

from __future__ import annotations

from typing import Any

from django.db.backends.sqlite3 import base

from milepost.config.sqlite.connection import Connection, Cursor
from milepost.config.sqlite.schema import DatabaseSchemaEditor


class DjangoCursor(base.SQLiteCursorWrapper, Cursor):  # type: ignore[misc]  # Django names the arguments otherwise
    """Django's `%s` outside, the turn inside."""


class DatabaseWrapper(base.DatabaseWrapper):
    SchemaEditorClass = DatabaseSchemaEditor
    init_commands: list[str]
    _journal: list[str]

    def get_connection_params(self) -> dict[str, Any]:
        params = super().get_connection_params()
        self._journal = [command for command in self.init_commands if "journal_mode" in command]
        self.init_commands = [command for command in self.init_commands if command not in self._journal]
        return params | {"factory": Connection}

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """The journal's mode is said once and kept in the file: saying it again is a write, and would wait for its turn.

        SQLite itself is asked. To read the file's header would be to lose the database: closing any descriptor of a
        file drops all locks that the process holds on it (https://www.sqlite.org/howtocorrupt.html, 2.2).
        """
        connection = super().get_new_connection(conn_params)
        if self._journal and connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
            for command in self._journal:
                connection.execute(command)
        return connection

    def create_cursor(self, name: str | None = None) -> Any:
        return self.connection.cursor(DjangoCursor)

    def _set_autocommit(self, autocommit: bool) -> None:
        super()._set_autocommit(autocommit)  # type: ignore[misc]  # there, but not in the types
        # sqlite3 commits when it is switched on.
        self.connection.settle()
