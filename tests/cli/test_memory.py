"""The server stays small whatever is uploaded to it; `./run bench` tries two hundred hostile files."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

BENCH = Path(__file__).resolve().parent.parent.parent / "bench" / "uploads.py"


def test_forty_hostile_contracts_leave_the_servers_memory_flat() -> None:
    env = {name: value for name, value in os.environ.items() if not name.startswith(("MILEPOST", "DATABASE", "DJANGO"))}
    done = subprocess.run(
        [sys.executable, BENCH, "--count", "40"], env=env, capture_output=True, text=True, timeout=280, check=False
    )
    print(done.stdout)  # noqa: T201 # the figures, for whoever runs it with -s
    assert done.returncode == 0, done.stdout + done.stderr
    assert "server at most, meanwhile" in done.stdout
