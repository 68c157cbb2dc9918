"""Whether everything is as it was promised: books, record, terms, papers. Reads only, in pieces, on a live system."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from milepost.jobs.audit import invoices, money, papers, promises, records
from milepost.jobs.audit.finding import Finding
from milepost.models import Event, File, Invoice, Milestone, Project, Signature, Terms

__all__ = ["Finding", "counts", "findings"]


def findings(*, at: datetime | None = None) -> Iterator[Finding]:
    """Everything that must not be, as it is found; nothing when all is well."""
    yield from money.findings()
    yield from records.findings()
    yield from papers.findings()
    now = at or datetime.now(UTC)
    yield from invoices.findings(now)
    yield from promises.findings(now)


def counts() -> dict[str, int]:
    """How many rows of each kind an audit looks at."""
    looked_at = {
        "projects": Project,
        "events": Event,
        "terms": Terms,
        "signatures": Signature,
        "milestones": Milestone,
        "invoices": Invoice,
        "files": File,
    }
    return {name: model._default_manager.count() for name, model in looked_at.items()}
