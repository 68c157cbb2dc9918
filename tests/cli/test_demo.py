"""The demo as people start it: one command, a page, an orderly end, a second start on what is there."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "milepost.cli", *words]


def bare() -> dict[str, str]:
    return {
        name: value for name, value in os.environ.items() if not name.startswith(("MILEPOST", "DATABASE", "DJANGO"))
    }


def milepost(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command(*words), env=bare(), capture_output=True, text=True, timeout=120, check=False)


def status(address: str) -> int:
    try:
        with urllib.request.urlopen(address, timeout=30) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Running:
    """A server that was started, and what it said and how it ended once it has been stopped."""

    address: str
    process: subprocess.Popen[str]
    said: str = ""
    ended_with: int | None = None


@contextmanager
def running(*words: str) -> Iterator[Running]:
    port = free_port()
    process = subprocess.Popen(command(*words, "--port", str(port)), env=bare(), stdout=subprocess.PIPE, text=True)
    server = Running(f"http://localhost:{port}", process)
    try:
        wait_for(server.address, process)
        yield server
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            server.said += process.communicate(timeout=30)[0]
        finally:
            process.kill()
        server.ended_with = process.returncode


def wait_for(address: str, process: subprocess.Popen[str]) -> None:
    until = time.monotonic() + 120
    while process.poll() is None and time.monotonic() < until:
        with suppress(OSError), urllib.request.urlopen(f"{address}/healthz", timeout=5):
            return
        time.sleep(0.1)
    pytest.fail("it did not come up")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo that was started once, looked at and stopped."""
    data = tmp_path_factory.mktemp("demo")
    with running("demo", "--data", str(data)) as server:
        assert status(f"{server.address}/") == 200
    assert server.ended_with == 0
    assert server.said.strip() == server.address
    return data


def test_the_books_of_the_demo_are_in_order(demo: Path) -> None:
    done = milepost("audit", "--data", str(demo))
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith("No findings in 15 projects")


def test_the_doctor_finds_the_demo_well(demo: Path) -> None:
    done = milepost("doctor", "--data", str(demo))
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_second_start_keeps_what_is_there(demo: Path) -> None:
    database = demo / "milepost.sqlite3"
    made_at = (demo / "static.stamp").stat().st_mtime_ns
    with running("demo", "--data", str(demo)) as server:
        assert database.exists()
    assert server.ended_with == 0
    assert (demo / "static.stamp").stat().st_mtime_ns == made_at


def test_the_demos_folder_is_never_served_as_a_real_one(demo: Path) -> None:
    done = milepost("serve", "--data", str(demo), "--port", str(free_port()))
    assert done.returncode == 1
    assert "holds the demo" in done.stderr


def test_a_real_folder_is_never_shown_as_the_demo(demo: Path) -> None:
    mark = demo / "demo.mark"
    whole = mark.read_text()
    mark.unlink()
    done = milepost("demo", "--data", str(demo), "--port", str(free_port()))
    mark.write_text("begun\n")
    begun = milepost("demo", "--data", str(demo), "--port", str(free_port()))
    mark.write_text(whole)
    assert done.returncode == begun.returncode == 1
    assert "belongs to real people" in done.stderr
    assert "stopped while it was being made" in begun.stderr


def test_the_first_start_prints_a_link_that_makes_the_owner(tmp_path: Path) -> None:
    with running("serve", "--data", str(tmp_path)) as server:
        assert server.process.stdout
        said = server.process.stdout.readline()
        assert f"{server.address}/setup/" in said
        link = said.split()[-1]
        assert status(link) == 200
        assert status(link[:-1] + "_") == 404
    assert server.ended_with == 0
