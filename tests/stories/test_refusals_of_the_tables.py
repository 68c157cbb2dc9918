"""The second fence: what the tables refuse, whoever asks and however."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction

from milepost.models import Event, Funding, Milestone, Payment, Payout, Project, Review, Signature, Terms
from tests import cast
from tests.cast import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def project() -> Project:
    project = cast.in_force()
    cast.approved(project, 1)
    return project


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE milepost_event SET data = '{}'",
        "UPDATE milepost_event SET at = '2020-01-01 00:00:00+00:00'",
        "DELETE FROM milepost_event",
        "UPDATE milepost_terms SET body = NULL",
        "UPDATE milepost_terms SET fingerprint = 'x'",
        "UPDATE milepost_terms SET sign_until = '2030-01-01 00:00:00+00:00'",
        "DELETE FROM milepost_terms",
        "UPDATE milepost_signature SET name = 'Mallory'",
        "DELETE FROM milepost_signature",
        "UPDATE milepost_review SET verdict = 'changes'",
        "DELETE FROM milepost_review",
        "UPDATE milepost_delivery SET note = 'x'",
        "DELETE FROM milepost_delivereditem",
        "UPDATE milepost_file SET sha256 = 'x'",
        "UPDATE ledger_transfer SET amount = 1",
        "DELETE FROM ledger_transfer",
        "DELETE FROM ledger_posting",
        "UPDATE ledger_account SET credits = credits + 1",
        "DELETE FROM ledger_account",
    ],
)
def test_what_happened_stays_as_it_was(project: Project, change: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)


def test_a_status_that_the_tables_do_not_know(project: Project) -> None:
    for rows in (Milestone.objects, Terms.objects, Payout.objects):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(status="released")


def test_one_live_intent_per_purpose(project: Project) -> None:
    live = Payout.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Payout.objects.create(
            milestone=live.milestone, holder="sandbox", amount_minor=1, currency="USD", requested_at=NOON, due_at=NOON
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        Funding.objects.create(
            milestone=live.milestone, holder="sandbox", amount_minor=0, currency="USD", requested_at=NOON, due_at=NOON
        )


def test_one_of_each_kind(project: Project) -> None:
    terms = project.agreed
    with pytest.raises(IntegrityError), transaction.atomic():
        Terms.objects.create(
            project=project,
            number=9,
            sender="client",
            status="in_force",
            body=b"",
            fingerprint="",
            offered_at=NOON,
            sign_until=NOON,
        )
    signature = Signature.objects.filter(terms=terms)[0]
    signature.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        Signature.objects.create(
            terms=terms, side=signature.side, party=signature.party, consent_version=1, proof="code", signed_at=NOON
        )
    number = Event.objects.filter(project=project).latest("number").number
    with pytest.raises(IntegrityError), transaction.atomic():
        Event.objects.create(
            version=1, project=project, number=number, kind="x", at=NOON, actor="house", data="{}", hash=""
        )
    payment = Payment.objects.create(milestone=cast.milestone(project, 2), sent_at=NOON)
    with pytest.raises(IntegrityError), transaction.atomic():
        Payment.objects.create(milestone=payment.milestone, sent_at=NOON)


def test_a_project_has_two_different_parties(project: Project) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Project.objects.filter(pk=project.pk).update(client=project.freelancer)


def test_the_clock_never_asks_for_changes(project: Project) -> None:
    found = cast.delivered(project, 2) if cast.milestone(project, 2).status == "open" else None
    if found is None:
        cast.funded(project, 2)
        found = cast.delivered(project, 2)
    with pytest.raises(IntegrityError), transaction.atomic():
        Review.objects.create(delivery=found.deliveries.get(), verdict="changes", by_clock=True, given_at=NOON)
    with pytest.raises(IntegrityError), transaction.atomic():
        Review.objects.create(delivery=found.deliveries.get(), verdict="approved", given_at=NOON)
