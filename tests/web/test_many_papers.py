"""Ten thousand papers are listed as three are."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from milepost.models import Invoice, Milestone
from milepost.models.base import new_id
from milepost.web import lists
from tests.cast import NOON, Person
from tests.papers import of_project

SignedIn = Callable[..., Client]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


def many(invoice: Invoice, count: int, begin: int = 1_000) -> None:
    """As many papers like this one, of milestones of their own, written in bulk."""
    numbers = range(begin, begin + count)
    found = [Milestone(project=invoice.about.project, number=n, status="closed", moved_at=NOON) for n in numbers]
    Milestone.objects.bulk_create(found, batch_size=500)
    facts = {field.attname: getattr(invoice, field.attname) for field in Invoice._meta.concrete_fields}
    rows = [
        Invoice(**facts | {"id": new_id("inv"), "milestone_id": each.pk, "serial": n, "number": f"X-{n}"})
        for n, each in zip(numbers, found, strict=True)
    ]
    Invoice.objects.bulk_create(rows, batch_size=500)


QUERIES = ("", "?show=paid", "?q=X-", "?show=open&side=issued", "?show=overdue&q=logo")


def statements(browser: Client) -> list[int]:
    """What each list asks of the database."""
    asked = []
    for query in QUERIES:
        with CaptureQueriesContext(connection) as seen:
            response = browser.get(f"/invoices{query}")
        assert len(response.context["invoices"]) <= lists.PAGE
        asked.append(len(seen))
    return asked


def test_ten_thousand_take_as_many_statements_as_three(ada: Person, signed_in: SignedIn) -> None:
    invoice = of_project(ada, "Logo")
    many(invoice, 2)
    browser = signed_in(ada)
    few = statements(browser)
    many(invoice, 9_997, begin=2_000)
    began = time.perf_counter()
    assert statements(browser) == few
    assert max(few) <= 12
    # Generous: this machine is shared. A list that reads all its rows takes far longer.
    assert time.perf_counter() - began < 10


def test_pages_by_key_keep_every_filter(ada: Person, signed_in: SignedIn) -> None:
    many(of_project(ada, "Logo"), 2 * lists.PAGE + 3)
    browser, seen, path = signed_in(ada), [], f"/invoices?show=paid&side=issued&party={ada.party.pk}&q=X-"
    while path:
        context = browser.get(path).context
        assert (context["asked"].show, context["asked"].side, context["asked"].words) == ("paid", "issued", "X-")
        seen += [row["number"] for row in context["invoices"]]
        path = context["pager"].get("next")
    assert len(seen) == len(set(seen)) == 2 * lists.PAGE + 3
