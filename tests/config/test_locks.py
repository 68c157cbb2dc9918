"""The locks by which SQLite keeps other processes off are not lost."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection, connections

from milepost.models import Installation
from tests.databases import together

pytestmark = pytest.mark.usefixtures("committed")

FOREIGN = (
    "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); print(c.execute('PRAGMA integrity_check').fetchone()[0])"
)


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="SQLite's own matter")
def test_a_program_that_looks_and_leaves_does_not_take_the_journal_along() -> None:
    """It would, if this process had lost its locks: the last one to leave removes the journal."""
    name = connection.settings_dict["NAME"]
    Installation.objects.update(name="before")
    # More connections come and go, as with the threads of a server.
    together(*[lambda: Installation.objects.get().name] * 3)
    for _ in range(3):
        looked = subprocess.run([sys.executable, "-c", FOREIGN, name], capture_output=True, text=True, check=True)
        assert looked.stdout.strip() == "ok"
        assert Path(f"{name}-wal").exists()
        Installation.objects.update(name="after")
        assert Installation.objects.get().name == "after"
    connections.close_all()
