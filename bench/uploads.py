"""What hostile contracts cost the server: its memory while they are uploaded, four at a time, and the slowest answer.

Run by `./run bench`, and with fewer by the tests: `uploads.py [--count 40]`. Ends with 1 when one of them was not refused
by a sentence at its field, or when the server's memory did not stay flat.
"""

from __future__ import annotations

import argparse
import os
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import cycle, islice
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

from demo import say, wait_for  # noqa: E402

from tests.gateways import hostile, pdfs  # noqa: E402

AT_ONCE = 4
# How much the server may grow over all of them, in MB.
GROWTH_MAX = 20
BOUNDARY = "----milepost"
# A token that the page and the cookie share is all that the check for forged forms asks for.
TOKEN = "m" * 32


class Watch(threading.Thread):
    """Looks at the memory of a process twenty times a second, without its children."""

    def __init__(self, process: int) -> None:
        super().__init__(daemon=True)
        self.process, self.done = process, threading.Event()
        self.before = self.most = self.now()

    def now(self) -> float:
        """In MB of 10^6 bytes."""
        status = Path(f"/proc/{self.process}/status").read_text(encoding="ascii")
        found = re.search(r"VmRSS:\s*(\d+) kB", status)
        assert found, "the process lives"
        return int(found[1]) * 1024 / 1e6

    def run(self) -> None:
        while not self.done.wait(0.05):
            self.most = max(self.most, self.now())


def main() -> int:
    """Prints the figures."""
    words = argparse.ArgumentParser()
    words.add_argument("--count", type=int, default=200)
    count = words.parse_args().count
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as keys:
        files = list(islice(cycle(hostile.made(what, Path(keys)) for what in hostile.FILES), count))
        with serving(folder) as (url, process):
            session, draft = somebody(folder)
            page = f"{url}/proposals/{draft}/contract"
            # Whatever is loaded late has been loaded before the first figure.
            assert upload(page, session, pdfs.saved(pdfs.plain(3)))[0] == 200, "a harmless one is taken"
            assert upload(page, session, b"no PDF")[0] == 422, "what is none is refused"
            watch = Watch(process.pid)
            watch.start()
            with ThreadPoolExecutor(AT_ONCE) as pool:
                answers = list(pool.map(lambda body: upload(page, session, body), files))
            watch.done.set()
            after = watch.now()
    return told(count, answers, watch, after)


def told(count: int, answers: list[tuple[int, str, float]], watch: Watch, after: float) -> int:
    wrong = sum(not (status == 422 and 'id="upload_error"' in page) for status, page, _seconds in answers)
    say(f"hostile PDFs not refused, of {count}", str(wrong), "0")
    say("server before them", f"{watch.before:.0f} MB", "<= 120 MB")
    say("server at most, meanwhile", f"{watch.most:.0f} MB", f"+{GROWTH_MAX} MB")
    say("server after them", f"{after:.0f} MB", f"+{GROWTH_MAX} MB")
    say("slowest answer", f"{max(seconds for _status, _page, seconds in answers):.1f} s", f"20 s, {AT_ONCE} at a time")
    return 1 if wrong or watch.most > watch.before + GROWTH_MAX else 0


@contextmanager
def serving(folder: str) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """An installation of its own, without a worker."""
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        port = probe.getsockname()[1]
    words = ["serve", "--data", folder, "--port", str(port), "--no-worker"]
    process = subprocess.Popen(
        [sys.executable, "-m", "milepost.cli", *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        wait_for(f"http://localhost:{port}/healthz", process)
        yield f"http://localhost:{port}", process
    finally:
        process.terminate()
        process.wait(30)


def somebody(folder: str) -> tuple[str, str]:
    """The session and the draft of somebody who is signed in."""
    env = os.environ | {"MILEPOST_DATA": folder}
    done = subprocess.run([sys.executable, HERE / "ada.py"], env=env, capture_output=True, text=True, check=True)
    session, draft = done.stdout.split()
    return session, draft


def upload(page: str, session: str, body: bytes) -> tuple[int, str, float]:
    """As a browser without scripts sends the step of the contract: status, page and seconds of the answer."""
    fields = {"document": "upload", "do": "upload-take", "csrfmiddlewaretoken": TOKEN}
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="'
    parts = [f'{head}{name}"\r\n\r\n{value}\r\n' for name, value in fields.items()]
    parts.append(f'{head}own_contract"; filename="x.pdf"\r\n\r\n')
    whole = "".join(parts).encode() + body + f"\r\n--{BOUNDARY}--\r\n".encode()
    headers = {
        "Content-Type": f"multipart/form-data; boundary={BOUNDARY}",
        "Cookie": f"session={session}; csrf={TOKEN}",
    }
    started = time.monotonic()
    try:
        with urllib.request.urlopen(urllib.request.Request(page, whole, headers), timeout=120) as answer:  # nosec B310
            status, said = answer.status, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            status, said = error.code, error.read()
    return status, said.decode(), time.monotonic() - started


if __name__ == "__main__":
    sys.exit(main())
