"""What the demo costs: time to the first page, memory when idle, SQL statements of an approval; then hostile uploads.

Run by `./run bench`. Starts the demo in a folder of its own, twice, and prints what it measured.
"""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
START_SECONDS = 120
IDLE_SECONDS = 5


def main() -> None:
    """Prints one line a figure, with its budget."""
    with tempfile.TemporaryDirectory() as folder:
        with demo(folder) as (_process, seconds):
            say("first start to first page", f"{seconds:.1f} s", "the install comes before it; together <= 30 s")
        with demo(folder) as (process, seconds):
            say("warm start to first page", f"{seconds:.1f} s", "<= 6 s")
            time.sleep(IDLE_SECONDS)
            say("memory of the idle demo", f"{resident_mb(process.pid):.0f} MB", "<= 120 MB")
        count = subprocess.run(
            [sys.executable, HERE / "approve.py"],
            env=os.environ | {"MILEPOST_DATA": folder, "MILEPOST_DEMO": "1"},
            capture_output=True,
            text=True,
            check=True,
        )
        say("SQL statements of an approval", count.stdout.strip(), "<= 12")
    subprocess.run([sys.executable, HERE / "uploads.py"], check=True)


@contextlib.contextmanager
def demo(folder: str) -> Iterator[tuple[subprocess.Popen[bytes], float]]:
    """The demo running, and the seconds from its start to its first answer."""
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "milepost.cli", "demo", "--data", folder, "--port", str(port)]
    started = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        wait_for(f"http://localhost:{port}/", process)
        yield process, time.monotonic() - started
    finally:
        process.terminate()
        process.wait(30)


def wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    """Until the page answers with 200."""
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=5) as answer:  # nosec B310: our own address
            if answer.status == 200:
                return
        time.sleep(0.05)
    sys.exit("The demo did not come up; start it by hand to see why: ./run demo")


def resident_mb(process: int) -> float:
    """Of the process and its children, in MB of 10^6 bytes."""
    children = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii").split()
    status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    own = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))
    return own * 1024 / 1e6 + sum(resident_mb(int(child)) for child in children)


def say(what: str, figure: str, budget: str) -> None:
    """One line of the table."""
    print(f"{what:32}{figure:>10}   budget {budget}", flush=True)


if __name__ == "__main__":
    main()
