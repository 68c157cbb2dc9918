"""`milepost worker`: mails, the clock and providers, in a process of their own."""

from __future__ import annotations

import threading
from argparse import Namespace
from datetime import UTC, datetime

from milepost.cli.serve import until_told
from milepost.cli.start import prepare
from milepost.jobs.worker import Worker


def run(options: Namespace) -> int:
    """Works until SIGTERM or ctrl-C; what is under way is finished first."""
    prepare(datetime.now(UTC))
    stop = threading.Event()
    with until_told(stop):
        Worker().run(stop)
    return 0
