"""`milepost serve`: the web server, with the worker beside it in the same process where there is but one."""

from __future__ import annotations

import logging
import signal
import socket
import threading
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from types import FrameType

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection

from milepost.actions import people
from milepost.cli.server import DRAIN_SECONDS, Server, bind
from milepost.cli.start import CannotStart, demo_mark, prepare
from milepost.jobs.worker import Worker

log = logging.getLogger("milepost.serve")


def run(options: Namespace) -> int:
    """Serves until SIGTERM or ctrl-C."""
    if demo_mark().exists():
        raise CannotStart("This folder holds the demo. Start it with `milepost demo`, or name another: --data DIR")
    sockets = bind(options.host, options.port)
    at = datetime.now(UTC)
    prepare(at)
    if (path := people.first_start(at=at)) is not None:
        say(f"Nobody owns this installation yet. Set it up here: {settings.BASE_URL}{path}")
    if not settings.MAIL_SET_UP:
        say(
            "No mail server is named, so mails wait. Set MILEPOST_MAIL_URL; consolemail:// prints them here, links and all."
        )
    with_worker = options.worker if options.worker is not None else connection.vendor == "sqlite"
    return serve(sockets, with_worker=with_worker)


def serve(sockets: list[socket.socket], *, with_worker: bool) -> int:
    """Says where it is, and serves until told to stop. Exit code 1 when the worker died beside it."""
    stop = threading.Event()
    worker = Beside(stop)
    with until_told(stop):
        # Only after the static files were collected: WhiteNoise looks at them once.
        server = Server(get_wsgi_application(), sockets)
        if with_worker:
            worker.start()
        say(settings.BASE_URL)
        server.run(stop)
        if with_worker:
            worker.join(DRAIN_SECONDS)
    return 1 if worker.died else 0


class Beside(threading.Thread):
    """The worker in a thread. If it dies the whole process ends, so that whatever started it starts it again."""

    def __init__(self, stop: threading.Event) -> None:
        super().__init__(name="worker", daemon=True)
        self.stop = stop
        self.died = False

    def run(self) -> None:
        """Until told to stop."""
        try:
            Worker().run(self.stop)
        except Exception:
            log.exception("The worker died")
            self.died = True
            self.stop.set()
        finally:
            connection.close()


@contextmanager
def until_told(stop: threading.Event) -> Iterator[None]:
    """SIGTERM and ctrl-C ask for an orderly end; a second one ends at once."""

    def told(number: int, _frame: FrameType | None) -> None:
        stop.set()
        signal.signal(number, signal.SIG_DFL)

    before = {number: signal.signal(number, told) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def say(sentence: str) -> None:
    """At once, also when the output is a file or a pipe."""
    print(sentence, flush=True)
