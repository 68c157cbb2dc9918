"""The demo's first day again, while it goes on being served.

Books, record and signed terms can't be deleted, and here they are not: a new database is made in a folder beside,
and copied over the old one in a single transaction. Whoever reads sees the old day until then, and the new one after.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Final

from django.core.management import call_command
from django.db import connection

from milepost.config.sqlite.connection import Connection
from milepost.demo.seed import seed

DATABASE: Final = "milepost.sqlite3"
SANDBOX: Final = "sandbox.sqlite3"
# How long to wait for whoever is writing, in seconds.
PATIENCE: Final = 20


def reset(data: Path, fresh: Path, *, at: datetime) -> None:
    """Makes the first day in `fresh`, where this process has its settings from, and puts it in place in `data`."""
    call_command("migrate", interactive=False, verbosity=0)
    seed(at=at)
    connection.close()
    put_in_place(fresh, data)


def put_in_place(fresh: Path, data: Path) -> None:
    """Files first, then the books of the pretend provider and the database that names them; what is left over goes."""
    shutil.copytree(fresh / "files", data / "files", dirs_exist_ok=True)
    _copy(fresh / SANDBOX, data / SANDBOX)
    _copy(fresh / DATABASE, data / DATABASE)
    kept = {path.name for path in _files(fresh)}
    for path in _files(data):
        if path.name not in kept:
            path.unlink()


def _copy(source: Path, target: Path) -> None:
    """All of it or nothing, behind the lock that every writer takes: https://www.sqlite.org/backup.html"""
    with closing(sqlite3.connect(source)) as fresh, closing(Connection(target, timeout=PATIENCE)) as live:
        live.take_turn()
        try:
            fresh.backup(live)
        finally:
            live.settle()


def _files(data: Path) -> Iterator[Path]:
    """Files kept by their hash; not those that are just arriving."""
    return (path for path in (data / "files").glob("??/*") if path.is_file())
