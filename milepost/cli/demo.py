"""`milepost demo`: the whole application with pretend people, projects and money. Needs nothing else."""

from __future__ import annotations

from argparse import Namespace
from datetime import UTC, datetime

from django.conf import settings

from milepost.cli.serve import serve
from milepost.cli.server import bind
from milepost.cli.start import CannotStart, demo_mark, make_seal, prepare
from milepost.demo.seed import BEGUN, seed
from milepost.models.people import User

_BEGUN, _WHOLE = "begun\n", "whole\n"


def run(options: Namespace) -> int:
    """Seeds an empty database, then serves. Refused on data that is not the demo's: there anybody may be anybody."""
    sockets = bind(options.host, options.port)
    at = datetime.now(UTC)
    # Its contracts were sealed months ago; the key that did it must be older still.
    make_seal(at - BEGUN)
    prepare(at)
    mark = demo_mark()
    if not User.objects.exists():
        mark.write_text(_BEGUN, encoding="ascii")
        seed(at=at)
        mark.write_text(_WHOLE, encoding="ascii")
    elif not mark.exists():
        raise CannotStart("This data belongs to real people. Name another folder for the demo: --data DIR")
    elif mark.read_text(encoding="ascii") != _WHOLE:
        raise CannotStart(f"The demo was stopped while it was being made. Remove {settings.DATA} and start again.")
    return serve(sockets, with_worker=True)
