"""The audit of money that people move: silent on a full day of it, and every row that was altered is named."""

from __future__ import annotations

import pytest
from django.db import connection

from milepost.actions import arrivals, books, cancelling, funding, payouts, refunds
from milepost.core import postings
from milepost.ledger import book
from milepost.models import Arrival, Payout, Project, Refund, Said
from tests import cast
from tests.cast import NOON, usd
from tests.jobs.tampering import alter, found, rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def project() -> Project:
    """Of the first milestone everything is paid out, with two words; the second is refunded; something is unapplied."""
    cora = cast.cora(USD=100_000)
    mate = cast.colleague(cora)
    made = cast.in_force(holder="custodian", custodian=cora)
    for number, excess in ((1, 0), (2, 7)):
        asked = funding.fund(milestone=cast.milestone(made, number), by=cast.client(made), at=NOON)
        came = cast.arrived(asked, usd(200_000 + excess))
        arrivals.confirm(arrival=came, by=mate.actor(), at=NOON)
    cast.approved(made, 1)
    for by in (cora, mate):
        payouts.say_paid(payout=Payout.objects.get(milestone__project=made), by=by.actor(), at=NOON)
    cancelling.cancel(milestone=cast.milestone(made, 2), reason="No", by=cast.freelancer(made), at=NOON)
    for by in (mate, cora):
        refunds.say_sent(refund=Refund.objects.get(amount_minor=200_000), by=by.actor(), at=NOON)
    facts = {"arrived_on": NOON.date(), "reference": "", "payer": "?", "funding": None}
    arrivals.note(holder=cora.party, money=usd(5), by=cora.actor(), at=NOON, **facts)  # type: ignore[arg-type]
    assert found() == []
    return made


def unapplied() -> Arrival:
    return Arrival.objects.get(status="unapplied")


@pytest.mark.parametrize("noun", ["payout", "refund", "arrival"])
def test_a_word_taken_out_is_found(project: Project, noun: str) -> None:
    """Each of them rested on two people."""
    said = Said.objects.filter(**{f"{noun}__isnull": False}, arrival__funding__isnull=noun != "arrival").last()
    assert said is not None
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM milepost_said WHERE id = %s", [said.pk])
    assert (said.arrival_id or said.payout_id or said.refund_id) in rows()


def test_money_of_nobody_that_nobody_said_had_come_is_found(project: Project) -> None:
    alter("UPDATE milepost_said SET taken_back_at = said_at WHERE arrival_id = %s", unapplied().pk)
    assert unapplied().pk in rows()


@pytest.mark.parametrize(
    "change", ["amount_minor = amount_minor + 1", "status = 'noted'", "status = 'returned'", "currency = 'EUR'"]
)
def test_an_altered_unapplied_arrival_is_found(project: Project, change: str) -> None:
    came = unapplied()
    alter(f"UPDATE milepost_arrival SET {change} WHERE id = %s", came.pk)
    assert came.pk in rows()


@pytest.mark.parametrize("change", ["amount_minor = amount_minor - 1", "status = 'dropped'"])
def test_an_altered_arrival_is_found_by_its_funding(project: Project, change: str) -> None:
    came = Arrival.objects.filter(status="applied").earliest("pk")
    alter(f"UPDATE milepost_arrival SET {change} WHERE id = %s", came.pk)
    assert came.funding_id in rows()


def test_unapplied_money_booked_past_the_arrivals_is_found(project: Project) -> None:
    """The books alone are in order: nothing else knows of it."""
    branch = f"custodian/{project.custodian_id}"
    entries = postings.unknown_arrival(branch, usd(1_000))
    book.post(key="k", kind="arrival.unapplied", subject="arr_x", transfers=entries, happened_at=NOON, posted_at=NOON)
    assert "arr_x" in rows()


def test_unapplied_money_of_a_milestone_that_nobody_sends_back_is_found(project: Project) -> None:
    milestone = cast.milestone(project, 3)
    entries = postings.late_arrival(milestone.branch, project.client_id, usd(3))
    books.post("funding.late", "k", milestone, entries, at=NOON)
    assert {finding.invariant for finding in found() if finding.row == milestone.pk} == {"intents", "unapplied"}


@pytest.mark.parametrize(("table", "change"), [("payout", "status = 'sent'"), ("refund", "status = 'requested'")])
def test_an_altered_intent_of_people_is_found(project: Project, table: str, change: str) -> None:
    kind = Payout if table == "payout" else Refund
    intent = kind.objects.get(status="confirmed")
    alter(f"UPDATE milepost_{table} SET {change} WHERE id = %s", intent.pk)
    assert intent.pk in rows()
