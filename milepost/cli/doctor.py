"""`milepost doctor`: what is set up, what is not, what is wrong, and the next step for each."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from datetime import UTC, datetime

from django.conf import settings

from milepost.cli.health import ground, rows, work
from milepost.cli.health.line import Line, State


def run(options: Namespace) -> int:
    """Exit code 1 only when something is wrong; what is not set up may be so on purpose."""
    lines = []
    for line in look(datetime.now(UTC)):
        print(line, flush=True)
        lines.append(line)
    return 1 if any(line.state is State.WRONG for line in lines) else 0


def look(at: datetime) -> Iterator[Line]:
    """From the ground up; the upper looks need what the lower ones found well."""
    settings.DATA.mkdir(parents=True, exist_ok=True, mode=0o700)
    yield from ground.look(at)
    yield from rows.look()
    if rows.ready():
        yield from work.look(at)
