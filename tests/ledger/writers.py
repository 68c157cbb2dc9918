"""Writers to a bare SQLite file, below Django: in this thread, in another, in another process."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from milepost.config.sqlite.connection import Connection
from tests.databases import together


def make(path: Path) -> Path:
    """A file with a table of rows, in WAL mode."""
    with closing(connect(path)) as opened:
        opened.execute("PRAGMA journal_mode=WAL")
        opened.execute("CREATE TABLE parent (id integer PRIMARY KEY)")
        opened.execute(
            "CREATE TABLE row (id integer PRIMARY KEY, parent integer REFERENCES parent DEFERRABLE INITIALLY DEFERRED)"
        )
    return path


def connect(path: Path | str, seconds: float = 20) -> Connection:
    opened = sqlite3.connect(path, timeout=seconds, factory=Connection, isolation_level=None, check_same_thread=False)
    opened.execute("PRAGMA foreign_keys=ON")
    opened.execute("PRAGMA synchronous=OFF")
    return opened


def rows(path: Path) -> int:
    with closing(connect(path)) as opened:
        return int(opened.execute("SELECT count(*) FROM row").fetchone()[0])


def write_elsewhere(path: Path, seconds: float = 0.3) -> Exception | None:
    """What becomes of a writer in another thread that waits for so long."""

    def write() -> None:
        with closing(connect(path, seconds)) as opened:
            opened.execute("INSERT INTO row DEFAULT VALUES")

    outcome: Exception | None = together(write)[0]
    return outcome


def process(code: str) -> subprocess.Popen[str]:
    """Another Python, spoken to through pipes."""
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


@contextmanager
def another_process(path: Path) -> Iterator[subprocess.Popen[str]]:
    """One that has its turn and keeps it until its input is closed."""
    code = f"""
        import sqlite3, sys
        from milepost.config.sqlite.connection import Connection
        opened = sqlite3.connect({str(path)!r}, timeout=5, factory=Connection, isolation_level=None)
        opened.execute("BEGIN IMMEDIATE")
        print("writing", flush=True)
        sys.stdin.read()
        opened.rollback()
    """
    with process(code) as writer:
        assert writer.stdout
        assert writer.stdout.readline() == "writing\n"
        yield writer
        writer.communicate("")
