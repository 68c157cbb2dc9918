"""What was given back after a paper was issued: one credit note each, never more than the paper asks for."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from milepost.actions import credit_notes, invoices
from milepost.core.refusals import Refused
from milepost.jobs import audit
from milepost.models import Event, Invoice, Party, Refund
from tests import cast, papers
from tests.cast import NOON, Person

pytestmark = pytest.mark.django_db


def taxed(ada: Person) -> Invoice:
    Party.objects.filter(pk=ada.party.pk).update(tax_id="SE556000-0001")
    return papers.issued(ada, tax_treatment="standard", tax_rate="25")


def test_a_part_is_credited_with_its_part_of_the_tax(ada: Person) -> None:
    invoice = taxed(ada)
    note = papers.credited(invoice, 50_000)
    assert (note.number, note.kind, note.amount_minor, note.currency) == ("CN-0001", "credit_note", 50_000, "USD")
    assert (note.corrects, note.about) == (invoice, invoice.milestone)
    assert note.facts["tax_minor"] == 10_000
    assert note.facts["corrects"] == {
        "kind": "invoice", "number": "INV-0001", "issued_on": "2026-12-01", "whole_minor": 200_000,
    }  # fmt: skip
    event = Event.objects.get(kind="invoice.credited")
    assert event.actor == "house"


def test_parts_that_do_not_divide_add_up_to_the_tax_of_the_whole(ada: Person) -> None:
    invoice = taxed(ada)
    notes = [papers.credited(invoice, minor) for minor in (66_667, 66_667, 66_666)]
    assert sum(note.facts["tax_minor"] for note in notes) == 40_000
    assert not credit_notes.left_of(invoice)
    assert [note.number for note in notes] == ["CN-0001", "CN-0002", "CN-0003"]
    assert not credit_notes.due().exists()


def test_a_payment_request_is_taken_back_likewise(ada: Person) -> None:
    note = papers.credited(papers.issued(ada), 200_000)
    assert note.facts["corrects"]["kind"] == "payment_request"
    assert note.facts["tax_minor"] == 0


def test_a_second_call_answers_with_the_first(ada: Person) -> None:
    note = papers.credited(papers.issued(ada), 200_000)
    assert note.refund is not None
    assert credit_notes.issue(refund=note.refund, at=NOON) == note
    assert Event.objects.filter(kind="invoice.credited").count() == 1


def test_only_what_was_refunded_of_a_paper_is_credited(ada: Person) -> None:
    """Under way, before there is a paper, or of money that was too much: nothing."""
    invoice = papers.issued(ada)
    refund = papers.given_back(papers.paid(cast.fresh(invoice.about.project)), 50_000)
    for status, source in (("sent", refund.source), ("confirmed", "custodian/par_x/unapplied/USD")):
        Refund.objects.filter(pk=refund.pk).update(status=status, source=source)
        assert not credit_notes.due().exists()
        with pytest.raises(Refused):
            credit_notes.issue(refund=refund, at=NOON)
    assert not Invoice.objects.filter(kind="credit_note").exists()


def test_the_table_refuses_to_credit_more_than_was_asked_for(ada: Person) -> None:
    invoice = papers.issued(ada)
    note = papers.credited(invoice, 150_000)
    forged = {field.attname: getattr(note, field.attname) for field in Invoice._meta.concrete_fields}
    forged |= {"id": "inv_forged", "serial": 99, "number": "CN-0099", "refund_id": None}
    for wrong in (
        {"amount_minor": 50_001},
        {"amount_minor": 0},
        {"amount_minor": 1, "currency": "EUR"},
        {"amount_minor": 1, "corrects_id": note.pk},
        {"amount_minor": 1, "issuer_id": note.recipient_id},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Invoice.objects.create(**forged | wrong)


def test_the_audit_finds_a_refund_without_its_credit_note(ada: Person) -> None:
    invoice = papers.issued(ada)
    refund = papers.given_back(papers.paid(cast.fresh(invoice.about.project)), 50_000)
    late = NOON + cast.days(2)
    found = [finding.sentence for finding in audit.findings(at=late)]
    assert f"{refund.pk} was refunded, and no credit note was issued for it." in found
    assert credit_notes.issue(refund=refund, at=late)
    assert not [
        finding for finding in audit.findings(at=late) if finding.invariant in ("credited", "issued", "numbers")
    ]


def test_what_is_refunded_before_a_paper_needs_none(ada: Person) -> None:
    found = cast.funded(cast.in_force(ada))
    assert not credit_notes.due().exists()
    with pytest.raises(Refused, match="approved"):
        invoices.issue(milestone=found, at=NOON)
