"""`milepost audit`: are books, record, terms and papers as they were promised. Reads only, on a live system."""

from __future__ import annotations

from argparse import Namespace
from datetime import UTC, datetime

from milepost.cli.health import rows
from milepost.cli.start import CannotStart
from milepost.jobs.audit import counts, findings


def run(options: Namespace) -> int:
    """Prints each finding with its row; exit code 1 when there is one."""
    if not rows.ready():
        raise CannotStart("There are no tables here, or they are not up to date: start `milepost serve` once.")
    found = 0
    for finding in findings(at=datetime.now(UTC)):
        found += 1
        print(f"{finding.invariant}: {finding.row}: {finding.sentence}", flush=True)
    looked_at = ", ".join(f"{count} {name}" for name, count in counts().items())
    print(f"{found or 'No'} finding{'' if found == 1 else 's'} in {looked_at}.")
    return 1 if found else 0
