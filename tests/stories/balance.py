"""How every story ends: with the books balanced and the chain whole."""

from __future__ import annotations

from milepost.actions import books
from milepost.jobs import audit
from milepost.models import Project
from tests import cast


def balanced(project: Project) -> None:
    """Nothing is lost, and the audit finds nothing wrong."""
    money = books.money_of(cast.fresh(project))
    assert all(each.adds_up for each in money.values())
    assert [str(finding) for finding in audit.findings()] == []
