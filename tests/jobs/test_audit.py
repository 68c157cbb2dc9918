"""The audit: silent on what is right; money and work altered behind the triggers' back are found, each row named."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from milepost.jobs import audit, watch
from milepost.jobs.sweeps import Round
from milepost.models import Delivery, Event, Installation, Invoice, Payout, Project, Review, Series
from tests import cast
from tests.cast import NOON
from tests.jobs.tampering import alter, found, rows

# -- books -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change", ["debits = debits - 1", "credits = credits + 1", "last_transfer = last_transfer + 1"]
)
def test_an_altered_balance_is_found(project: Project, change: str) -> None:
    path = f"sandbox/held/{cast.milestone(project).pk}"
    alter(f"UPDATE ledger_account SET {change} WHERE path = %s", path)
    assert any(path in row for row in rows())


def test_an_altered_transfer_is_found(project: Project) -> None:
    alter("UPDATE ledger_transfer SET amount = amount + 1 WHERE id = (SELECT max(id) FROM ledger_transfer)")
    assert found()


def test_money_moved_to_another_milestone_with_balances_to_match_is_found(project: Project) -> None:
    """The books alone would be in order: fundings and payouts say otherwise."""
    first, second = cast.milestone(project, 1).pk, cast.milestone(project, 2).pk
    alter(
        "UPDATE ledger_posting SET subject = %s WHERE id = (SELECT min(id) FROM ledger_posting WHERE subject = %s)",
        second,
        first,
    )
    assert {first, second} <= rows()


# -- work and money ----------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["planned", "open", "delivered", "approved", "cancelled"])
def test_a_status_without_its_event_is_found(project: Project, status: str) -> None:
    milestone = cast.milestone(project)
    alter("UPDATE milepost_milestone SET status = %s WHERE id = %s", status, milestone.pk)
    assert milestone.pk in rows()


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("milepost_payout", "status = 'failed'"),
        ("milepost_payout", "amount_minor = amount_minor + 1"),
        ("milepost_funding", "arrived_minor = arrived_minor - 1"),
        ("milepost_funding", "status = 'requested'"),
    ],
)
def test_an_altered_intent_is_found(project: Project, table: str, change: str) -> None:
    milestone = cast.milestone(project)
    alter(f"UPDATE {table} SET {change} WHERE milestone_id = %s", milestone.pk)
    named = {milestone.pk, milestone.payouts.get().pk, milestone.fundings.get().pk}
    assert named & rows()


def test_what_the_provider_says_otherwise_is_found(project: Project) -> None:
    """Confirmed here under a name that only the provider gives, and the provider never heard of it."""
    payout = Payout.objects.get(milestone=cast.milestone(project))
    alter("UPDATE milepost_payout SET id = 'pay_gone' WHERE id = %s", payout.pk)
    assert "pay_gone" in {finding.row for finding in found() if finding.invariant == "provider"}


def test_an_invoice_taken_out_or_renumbered_is_found(project: Project) -> None:
    invoice = Invoice.objects.get(milestone=cast.milestone(project))
    alter("UPDATE milepost_invoice SET number = 'PR-0009' WHERE id = %s", invoice.pk)
    assert invoice.pk in rows()
    alter("UPDATE milepost_invoice SET number = %s, serial = 9 WHERE id = %s", invoice.number, invoice.pk)
    assert invoice.issuer_id in rows()


def test_a_counter_that_was_set_back_is_found(project: Project) -> None:
    series = Series.objects.get(party=project.freelancer)
    alter("UPDATE milepost_series SET next_number = 1 WHERE id = %s", series.pk)
    assert series.party_id in rows()


def test_an_approval_by_the_clock_before_its_time_is_found(project: Project) -> None:
    delivery = Delivery.objects.get(milestone=cast.milestone(project))
    review = Review.objects.get(delivery=delivery)
    alter("UPDATE milepost_review SET by_clock = TRUE, party_id = NULL WHERE id = %s", review.pk)
    assert review.pk in rows()


def test_an_answer_that_was_turned_round_is_found(project: Project) -> None:
    review = Review.objects.get(delivery__milestone=cast.milestone(project))
    alter("UPDATE milepost_review SET verdict = 'changes' WHERE id = %s", review.pk)
    assert review.delivery_id in rows()


def test_an_event_that_nobody_is_told_of_is_found_and_one_that_waits_for_days(project: Project) -> None:
    first, second, *_ = Event.objects.filter(project=project).order_by("number")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM milepost_announcement WHERE event_id = %s", [first.pk])
    assert first.pk in rows()
    long_ago = NOON - timedelta(days=9)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE milepost_announcement SET done_at = NULL, due_at = %s WHERE event_id = %s", [long_ago, second.pk]
        )
    later = {finding.row for finding in audit.findings(at=NOON + timedelta(days=9))}
    assert second.pk in later


# -- how it is done ----------------------------------------------------------------------------


def test_it_asks_no_more_for_many_projects_than_for_few(project: Project, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(90) as few:
        assert found() == []
    for _ in range(4):
        cast.in_force(holder="nobody")
    with django_assert_max_num_queries(len(few)):
        assert found() == []


def test_it_says_what_was_looked_at(project: Project) -> None:
    counts = audit.counts()
    assert counts["projects"] == counts["terms"] == counts["invoices"] == 2
    assert counts["signatures"] == 4
    assert counts["milestones"] == 6


def test_the_worker_audits_once_a_day_and_notes_what_was_found(project: Project) -> None:
    round_, (_, sweep) = Round(), watch.SWEEPS
    assert round_.make(sweep, NOON) == 1
    house = Installation.objects.get()
    assert (house.audited_at, house.audit_findings) == (NOON, 0)
    assert round_.make(sweep, NOON + timedelta(hours=23)) == 0
    alter("UPDATE milepost_milestone SET status = 'open' WHERE id = %s", cast.milestone(project).pk)
    assert round_.make(sweep, NOON + timedelta(hours=24)) == 1
    house.refresh_from_db()
    assert (house.audited_at, house.audit_findings > 0) == (NOON + timedelta(hours=24), True)


def test_the_worker_writes_a_checkpoint_a_day_where_something_was_posted(project: Project) -> None:
    round_, (sweep, _) = Round(), watch.SWEEPS
    assert round_.make(sweep, NOON) == 1
    assert round_.make(sweep, NOON + timedelta(hours=23)) == 0
    assert round_.make(sweep, NOON + timedelta(hours=25)) == 0, "nothing was posted since"
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM ledger_checkpoint")
        assert cursor.fetchone() == (1,)
    assert found() == []
