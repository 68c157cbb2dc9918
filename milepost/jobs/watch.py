"""Keeps watch over the records: a checkpoint of the books and an audit of everything, once a day."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from milepost.jobs import audit
from milepost.jobs.sweeps import Sweep
from milepost.ledger import checkpoints
from milepost.models import Installation

log = logging.getLogger("milepost.worker")

EVERY: Final = timedelta(days=1)
# A broken installation may have a finding for every row; the log need not have them all.
LOGGED_MAX: Final = 50


def unaudited(at: datetime) -> Iterable[Installation]:
    """The installation, a day after its last audit."""
    recent = Installation.objects.filter(audited_at__gt=at - EVERY)
    return Installation.objects.exclude(pk__in=recent)


def look(installation: Installation, at: datetime) -> bool:
    """Audits everything, notes when, and how much was found."""
    found = 0
    for finding in audit.findings(at=at):
        found += 1
        if found <= LOGGED_MAX:
            log.error("Audit: %s, %s: %s", finding.invariant, finding.row, finding.sentence)
    Installation.objects.filter(pk=installation.pk).update(audited_at=at, audit_findings=found)
    return True


def everything(at: datetime) -> Iterable[Installation]:
    return Installation.objects.all()


SWEEPS: Final = (
    Sweep("checkpoint of the books", EVERY, everything, lambda _house, at: checkpoints.write(at)),
    Sweep("audit", timedelta(minutes=1), unaudited, look),
)
