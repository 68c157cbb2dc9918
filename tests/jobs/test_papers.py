"""What the worker makes of papers: each with its PDF, its mail, and what is printed for every holder."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from milepost.actions import credit_notes, invoices
from milepost.jobs import announce
from milepost.jobs import papers as sweeps
from milepost.jobs.printing import facts_of
from milepost.jobs.worker import settle
from milepost.models import Invoice, Mail, Party
from tests import cast, papers
from tests.cast import NOON
from tests.payees import IBAN, stated

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """How papers are set is tried elsewhere."""
    monkeypatch.setattr("milepost.documents.contract.render", lambda said: b"%PDF-1.7")
    monkeypatch.setattr("milepost.documents.invoice.render", lambda facts: b"%PDF-1.7 " + facts.number.encode())


def mails(kind: str) -> list[Any]:
    return list(Mail.objects.filter(event__kind=kind).order_by("to"))


def test_a_refund_gets_its_credit_note_its_pdf_and_a_mail_to_both() -> None:
    ada = cast.ada()
    Party.objects.filter(pk=ada.party.pk).update(tax_id="SE556000-0001")
    invoice = papers.issued(ada, tax_treatment="standard", tax_rate="25")
    project = invoice.about.project
    papers.given_back(papers.paid(cast.fresh(project)), 50_000)
    settle(NOON)
    note = Invoice.objects.get(kind="credit_note")
    assert note.paper is not None
    assert note.paper.name == "CN-0001.pdf"
    told = mails("invoice.credited")
    assert {mail.to for mail in told} == {project.client.email, project.freelancer.email}
    for mail in told:
        assert mail.subject.startswith("Credit note CN-0001: “January”")
        assert "taken back from invoice INV-0001" in mail.text
        assert mail.attachments == [note.paper_id]
    settle(NOON)
    assert Invoice.objects.filter(kind="credit_note").count() == 1
    assert len(mails("invoice.credited")) == 2


def test_a_refund_note_is_never_called_a_credit_note() -> None:
    note = papers.credited(papers.issued(cast.ada()), 200_000)
    settle(NOON)
    for mail in mails("invoice.credited"):
        assert mail.subject.startswith("Refund note CN-0001")
        assert "redit note" not in mail.text.replace("CN-0001", "")
    assert facts_of(note).title == "Refund note"


def test_the_worker_leaves_papers_alone_that_are_numbered_elsewhere() -> None:
    ada = papers.elsewhere(cast.ada())
    found = cast.approved(cast.in_force(ada, holder="nobody"))
    settle(NOON)
    assert not Invoice.objects.exists()
    assert not [*sweeps.to_invoice(NOON), *sweeps.to_invoice_ever(NOON), *sweeps.to_credit(NOON)]
    papers.entered(found, "A-1", pdf=None)
    settle(NOON)
    (mail,) = mails("invoice.issued")
    assert mail.to == found.project.client.email
    assert "added the number of their invoice" in mail.text
    assert mail.attachments == []
    assert not [*sweeps.to_print(NOON)]


def test_who_numbers_papers_elsewhere_is_asked_as_the_milestone_is_approved() -> None:
    ada = papers.elsewhere(cast.ada())
    cast.approved(cast.in_force(ada, holder="nobody"))
    settle(NOON)
    (mail,) = mails("milestone.approved")
    assert mail.to == ada.party.email
    assert "Add your invoice on that page" in mail.text


def test_a_deposit_that_closed_as_it_was_approved_is_invoiced_at_once_and_named_as_one() -> None:
    project = cast.in_force(holder="freelancer")
    assert cast.approved(project).status == "closed"
    assert [each.pk for each in sweeps.to_invoice(NOON)] == [cast.milestone(project).pk]
    assert not [*sweeps.to_invoice(NOON + cast.days(1))]
    settle(NOON)
    invoice = Invoice.objects.get()
    assert (invoice.due_on, invoice.payee) == (None, None)
    assert "Paid from the deposit that Ada Lindqvist received" in facts_of(invoice).state
    (mail,) = mails("invoice.issued")
    assert "It is paid from the deposit." in mail.text


def test_an_uploaded_pdf_is_fetched_and_never_mailed() -> None:
    ada = papers.elsewhere(cast.ada())
    papers.entered(papers.paid(cast.in_force(ada, holder="nobody")))
    settle(NOON)
    (mail,) = mails("invoice.issued")
    assert mail.attachments == []
    assert "It is paid already." in mail.text


def test_a_transfer_is_asked_for_by_reference_due_date_and_the_end_of_the_account() -> None:
    ada = cast.ada()
    stated(ada)
    invoice = papers.issued(ada)
    facts = facts_of(invoice)
    assert facts.due_on == invoice.due_on >= date(2026, 12, 1)
    assert facts.reference.startswith("RF")
    assert f"ending in {IBAN[-4:]}" in facts.state
    assert IBAN[4:-4] not in str(facts).replace(" ", "")


def test_issued_papers_keep_the_account_and_the_day_that_they_were_issued_with() -> None:
    ada = cast.ada()
    first = stated(ada)
    invoice = papers.issued(ada)
    before = invoices.as_issued(invoice)
    stated(ada, iban="DE89370400440532013000", at=NOON, proof="strong")
    later = NOON + cast.days(10)
    assert papers.issued(ada, at=later).payee != first
    invoice.refresh_from_db()
    assert invoice.payee == first
    assert invoices.as_issued(invoice) == before


@pytest.mark.parametrize(
    ("holder", "words"),
    [
        ("sandbox", "Paid from what was held for this milestone."),
        ("freelancer", "Paid from the deposit that Ada Lindqvist received in advance."),
        ("custodian", "Paid from what Cora Trust held for this milestone."),
        ("nobody", "To be paid to Ada Lindqvist."),
    ],
)
def test_how_it_is_paid_is_said_for_every_holder(holder: str, words: str) -> None:
    """The facts of an invoice as they were taken down, for each who may hold the money."""
    invoice = papers.issued(cast.ada(), holder="nobody")
    invoice.facts |= {"holder": holder, "custodian": "Cora Trust" if holder == "custodian" else ""}
    if holder != "nobody":
        invoice.due_on = None
    facts = facts_of(invoice)
    assert facts.state.startswith(words)
    assert bool(facts.reference) == (holder == "nobody")


def test_a_credit_note_that_waits_for_its_paper_is_told_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    note = papers.credited(papers.issued(cast.ada()), 1_000)
    monkeypatch.setattr(sweeps, "to_print", lambda at: [])
    assert credit_notes.issue(refund=note.refund, at=NOON) == note  # type: ignore[arg-type]  # it has one
    announce.announce(NOON)
    assert mails("invoice.credited") == []
    announce.announce(NOON + announce.PAPER_WAIT)
    assert len(mails("invoice.credited")) == 2
