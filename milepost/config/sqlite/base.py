"""Django's SQLite backend, with every write in its turn (see `turns`); the rest is Django's own."""

from __future__ import annotations

from typing import Any

from django.db.backends.sqlite3 import base

from milepost.config.sqlite.connection import Connection, Cursor
from milepost.config.sqlite.schema import DatabaseSchemaEditor
from milepost.config.sqlite.turns import file_of

_WAL_FORMAT = b"\x02\x02"


class DjangoCursor(base.SQLiteCursorWrapper, Cursor):  # type: ignore[misc]  # Django names the arguments otherwise
    """Django's `%s` outside, the turn inside."""


class DatabaseWrapper(base.DatabaseWrapper):
    SchemaEditorClass = DatabaseSchemaEditor
    init_commands: list[str]

    def get_connection_params(self) -> dict[str, Any]:
        params = super().get_connection_params()
        if self._in_wal_mode():
            # Said once and kept in the file. Saying it again is a write, and would have to wait for its turn.
            self.init_commands = [command for command in self.init_commands if "journal_mode" not in command]
        return params | {"factory": Connection}

    def create_cursor(self, name: str | None = None) -> Any:
        return self.connection.cursor(DjangoCursor)

    def _set_autocommit(self, autocommit: bool) -> None:
        super()._set_autocommit(autocommit)  # type: ignore[misc]  # there, but not in the types
        # sqlite3 commits when it is switched on.
        self.connection.settle()

    def _in_wal_mode(self) -> bool:
        """What the database's own header says: https://www.sqlite.org/fileformat2.html, bytes 18 and 19."""
        file = file_of(str(self.settings_dict["NAME"]))
        if file is None or not file.exists():
            return False
        with file.open("rb") as opened:
            return opened.read(20)[18:] == _WAL_FORMAT
