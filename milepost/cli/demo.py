"""`milepost demo`: the whole application with pretend people, projects and money. Needs nothing else."""

from __future__ import annotations

from argparse import Namespace
from datetime import UTC, datetime

from milepost.cli.serve import serve
from milepost.cli.server import bind
from milepost.cli.start import CannotStart, demo_mark, prepare
from milepost.demo.seed import seed
from milepost.models.people import User


def run(options: Namespace) -> int:
    """Seeds an empty database, then serves. Refused on data that is not the demo's: there anybody may be anybody."""
    sockets = bind(options.host, options.port)
    at = datetime.now(UTC)
    prepare(at)
    if not User.objects.exists():
        demo_mark().touch()
        seed(at=at)
    elif not demo_mark().exists():
        raise CannotStart("This data belongs to real people. Name another folder for the demo: --data DIR")
    return serve(sockets, with_worker=True)
