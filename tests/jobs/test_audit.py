"""The audit: silent on what is right; whatever is altered behind the triggers' back is found, and its row named."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction
from pytest_django import DjangoDbBlocker

from milepost.actions import funding, payments
from milepost.core.terms import fingerprint
from milepost.jobs import audit, watch
from milepost.jobs.audit import Finding
from milepost.jobs.sweeps import Round
from milepost.jobs.worker import settle
from milepost.models import (
    Delivery,
    Event,
    File,
    Installation,
    Invoice,
    Milestone,
    Payout,
    Project,
    Review,
    Series,
    Signature,
    Terms,
)
from tests import cast, databases
from tests.cast import NOON


@pytest.fixture(scope="module")
def story(_copy: str, django_db_blocker: DjangoDbBlocker) -> str:
    """Paid with pretend money, sealed, invoiced; and another one, paid directly. Written once: papers take their time."""
    with django_db_blocker.unblock(), databases.connected_to(_copy):
        other = cast.in_force(holder="nobody")
        cast.approved(other)
        settle(NOON)
        payments.say_received(milestone=cast.milestone(other), by=cast.freelancer(other), at=NOON)
        found = cast.in_force()
        funding.fund(milestone=cast.milestone(found), by=cast.client(found), at=NOON)
        settle(NOON)
        cast.approved(found)
        settle(NOON)
        return found.pk


@pytest.fixture
def project(_copy: str, story: str, django_db_blocker: DjangoDbBlocker) -> Iterator[Project]:
    """The story as it was written; what a test does to it is rolled back."""
    with django_db_blocker.unblock(), databases.connected_to(_copy):
        assert list(audit.findings(at=NOON)) == []
        with transaction.atomic():
            yield cast.fresh(Project(pk=story))
            transaction.set_rollback(True)


def alter(statement: str, *values: object) -> None:
    """As the owner of the database would: without triggers and checks."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            for (name,) in cursor.fetchall():
                cursor.execute(f'DROP TRIGGER "{name}"')
            cursor.execute("PRAGMA ignore_check_constraints = ON")
        else:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET session_replication_role = replica")
        cursor.execute(statement, values)
        assert cursor.rowcount == 1, f"{statement} met {cursor.rowcount} rows"
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = DEFAULT")
        else:
            cursor.execute("PRAGMA ignore_check_constraints = OFF")


def found() -> list[Finding]:
    return list(audit.findings(at=NOON))


def rows() -> set[str]:
    return {finding.row for finding in found()}


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


# -- the record --------------------------------------------------------------------------------

EVENT = "UPDATE milepost_event SET {} WHERE project_id = %s AND number = 5"


@pytest.mark.parametrize(
    "change",
    [
        "kind = 'milestone.approved'",
        "actor = 'clock'",
        "data = '{}'",
        "data = data || ' '",
        "data = 'nonsense'",
        "version = 2",
        f"hash = '{'0' * 64}'",
        "number = 99",
    ],
)
def test_an_altered_event_is_found(project: Project, change: str) -> None:
    event = Event.objects.get(project=project, number=5)
    alter(EVENT.format(change.replace("%", "%%")), project.pk)
    named = rows()
    assert named & {event.pk, Event.objects.get(project=project, number=6).pk, project.pk}


def test_an_event_at_another_time_is_found(project: Project) -> None:
    event = Event.objects.get(project=project, number=5)
    alter("UPDATE milepost_event SET at = %s WHERE id = %s", NOON + timedelta(seconds=1), event.pk)
    assert event.pk in rows()


def test_a_dropped_last_event_is_found_even_if_the_project_was_told(project: Project) -> None:
    last = Event.objects.filter(project=project).latest("number")
    before = Event.objects.get(project=project, number=last.number - 1)
    for table in ("milepost_mail", "milepost_announcement", "milepost_personal"):
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {table} WHERE event_id = %s", [last.pk])
    alter("DELETE FROM milepost_event WHERE id = %s", last.pk)
    assert project.pk in rows()
    alter(
        "UPDATE milepost_project SET events_number = %s, events_hash = %s WHERE id = %s",
        before.number,
        before.hash,
        project.pk,
    )
    assert found(), f"{last.kind} was dropped, and what it made is still there"


def test_a_personal_value_that_was_exchanged_is_found(project: Project) -> None:
    alter(
        "UPDATE milepost_personal SET value = 'Mallory' WHERE name = 'legal_name' AND event_id = %s",
        Event.objects.filter(project=project, kind="terms.signed").latest("number").pk,
    )
    assert {"commitment", "signature"} <= {finding.invariant for finding in found()}


def test_an_erased_personal_value_is_no_finding(project: Project) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM milepost_personal")
    assert found() == []


# -- terms, signatures, papers -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("status", "declined"),
        ("sender", "client"),
        ("fingerprint", "0" * 64),
        ("number", 7),
        ("sign_until", NOON),
        ("offered_at", NOON + timedelta(days=1)),
        ("in_force_at", NOON + timedelta(days=1)),
        ("ended_at", NOON),
        ("body", None),
        ("executed_copy_id", None),
        ("reading_copy_id", None),
    ],
)
def test_an_altered_column_of_terms_is_found(project: Project, column: str, value: object) -> None:
    alter(f"UPDATE milepost_terms SET {column} = %s WHERE id = %s", value, project.terms_id)
    assert {project.terms_id, project.pk, *_milestones(project)} & rows()


def _milestones(project: Project) -> set[str]:
    return set(Milestone.objects.filter(project=project).values_list("pk", flat=True))


def test_an_amount_altered_in_the_bytes_is_found_even_with_a_new_fingerprint(project: Project) -> None:
    terms = project.agreed
    body = json.loads(bytes(terms.body or b""))
    body["terms"]["milestones"][0]["amount_minor"] = 900_000
    forged = json.dumps(body, separators=(",", ":"), sort_keys=True).encode()
    alter("UPDATE milepost_terms SET body = %s WHERE id = %s", forged, terms.pk)
    assert terms.pk in rows()
    alter("UPDATE milepost_terms SET fingerprint = %s WHERE id = %s", fingerprint(forged), terms.pk)
    assert terms.pk in rows()
    for signature in Signature.objects.filter(terms=terms):
        alter("UPDATE milepost_signature SET fingerprint = %s WHERE id = %s", fingerprint(forged), signature.pk)
    assert terms.pk in rows(), "the record holds the fingerprint that was signed"


@pytest.mark.parametrize("garbage", [b"", b"\xff\x00", b"[]", b"{}"])
def test_terms_that_can_not_be_read_are_a_finding_and_stop_nothing(project: Project, garbage: bytes) -> None:
    terms = project.terms_id
    alter("UPDATE milepost_terms SET body = %s WHERE id = %s", garbage, terms)
    assert terms in rows()
    alter("UPDATE milepost_terms SET fingerprint = %s WHERE id = %s", fingerprint(garbage), terms)
    assert terms in rows()


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("fingerprint", "0" * 64),
        ("name", "Mallory"),
        ("legal_name", "Mallory Ltd"),
        ("capacity", "King"),
        ("postal_address", "Elsewhere"),
        ("email", "mallory@example.org"),
        ("proof", "link"),
        ("consent_version", 9),
        ("address", "10.0.0.1"),
        ("agent", "curl"),
        ("signed_at", NOON + timedelta(seconds=1)),
    ],
)
def test_an_altered_signature_is_found(project: Project, column: str, value: object) -> None:
    signature = Signature.objects.get(terms=project.terms_id, side="client")
    alter(f"UPDATE milepost_signature SET {column} = %s WHERE id = %s", value, signature.pk)
    assert signature.pk in rows()


def path_of(file: File) -> Any:
    return settings.FILES / file.sha256[:2] / file.sha256


@pytest.fixture
def kept() -> Iterator[Callable[[File], Any]]:
    """Puts the bytes of a file back after the test: files are not rolled back."""
    before: list[tuple[Any, bytes]] = []

    def keep(file: File) -> Any:
        path = path_of(file)
        before.append((path, path.read_bytes()))
        return path

    yield keep
    for path, content in before:
        path.write_bytes(content)


@pytest.mark.parametrize("copy", ["reading_copy", "executed_copy"])
def test_altered_bytes_of_a_paper_are_found(project: Project, kept: Callable[[File], Any], copy: str) -> None:
    file = getattr(project.agreed, copy)
    path = kept(file)
    path.write_bytes(path.read_bytes().replace(b"%PDF", b"%PDg", 1))
    assert file.pk in rows()
    path.unlink()
    assert [finding.sentence for finding in found()] == [f"The bytes of {file.pk} are gone."]


def test_an_executed_copy_exchanged_for_another_file_is_found(project: Project) -> None:
    other = Terms.objects.exclude(pk=project.terms_id).get()
    alter("UPDATE milepost_terms SET executed_copy_id = %s WHERE id = %s", other.executed_copy_id, project.terms_id)
    assert project.terms_id in rows()


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
