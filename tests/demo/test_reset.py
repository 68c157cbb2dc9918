"""The demo begins anew while it is being read: nobody sees half of it, and nobody's real data is ever touched."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from milepost.gateways import seal, vault
from tests.cast import NOON

FIRST = "SELECT name FROM milepost_project ORDER BY id LIMIT 1"


def reset(data: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("MILEPOST_", "DATABASE", "DJANGO"))
    }
    command = [sys.executable, "-m", "milepost.demo", str(data)]
    return subprocess.run(command, capture_output=True, text=True, env=kept | environment, check=False, timeout=120)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A demo's folder, before its first day."""
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "secret").write_text("a-secret-of-the-demo-that-is-long-enough-0123456789")
    (tmp_path / "demo.mark").touch()
    return tmp_path


def test_the_first_day_comes_back_at_one_stroke(data: Path) -> None:
    seal.ensure(data / "keys", "Milepost", at=NOON)
    first = reset(data)
    assert first.returncode == 0, first.stderr
    database = data / "milepost.sqlite3"
    with closing(sqlite3.connect(database, isolation_level=None)) as spoilt:
        before = {row[0] for row in spoilt.execute("SELECT id FROM milepost_event")}
        spoilt.execute("UPDATE milepost_party SET legal_name = 'Changed'")
    (data / "files" / "ab").mkdir(exist_ok=True)
    left_over = data / "files" / "ab" / ("ab" + "0" * 62)
    left_over.write_bytes(b"delivered yesterday")

    with closing(sqlite3.connect(database, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        assert {row[0] for row in reader.execute("SELECT id FROM milepost_event")} == before
        second = reset(data)
        assert second.returncode == 0, second.stderr
        assert {row[0] for row in reader.execute("SELECT id FROM milepost_event")} == before, "what is read stays whole"
        reader.execute("COMMIT")
        after = {row[0] for row in reader.execute("SELECT id FROM milepost_event")}
        assert len(after) == len(before)
        assert not after & before
        assert reader.execute("SELECT count(*) FROM milepost_party WHERE legal_name = 'Changed'").fetchone() == (0,)
        assert reader.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        triggers = reader.execute("SELECT count(*) FROM sqlite_master WHERE type = 'trigger'").fetchone()
        assert triggers[0] > 10, "the new day is guarded like the old one"
        kept = "SELECT sha256 FROM milepost_file UNION SELECT sha256 FROM milepost_upload"
        names = {row[0] for row in reader.execute(kept)}
        sealed = reader.execute("SELECT id, sealed FROM milepost_payeedetails").fetchall()
    accounts = [vault.open_(closed, about=id, keys=data / "keys") for id, closed in sealed]
    assert len(accounts) == 2, "bank details open with the demo's own key"
    assert {path.name for path in (data / "files").glob("??/*")} == names
    assert not left_over.exists()
    assert not list(data.glob("fresh-*"))


def test_only_a_demo_is_ever_reset(data: Path) -> None:
    (data / "demo.mark").unlink()
    (data / "milepost.sqlite3").write_bytes(b"somebody's books")
    refused = reset(data)
    assert refused.returncode == 1
    assert "Only a demo" in refused.stderr
    assert (data / "milepost.sqlite3").read_bytes() == b"somebody's books"


def test_a_demo_on_another_database_is_not_reset(data: Path) -> None:
    assert reset(data, DATABASE_URL="postgres://localhost/somewhere").returncode == 1
