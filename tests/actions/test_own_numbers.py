"""Invoices that were numbered elsewhere: what is asked, what is refused, and what they are then."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction

from milepost.actions import credit_notes, invoices, own_numbers, series
from milepost.core.refusals import NotAllowed, Refused, Several, Stale
from milepost.gateways import storage
from milepost.models import Event, File, Invoice, Milestone, Party
from tests import cast, papers
from tests.cast import NOON, Person
from tests.papers import PDF, entered

pytestmark = pytest.mark.django_db


@pytest.fixture
def milestone(ada: Person) -> Milestone:
    """Approved, of somebody who numbers papers elsewhere."""
    return cast.approved(cast.in_force(papers.elsewhere(ada), holder="nobody"))


def sentences(refused: pytest.ExceptionInfo[Refused]) -> dict[str, str]:
    each = refused.value.refusals if isinstance(refused.value, Several) else [refused.value]
    return {one.field or "": one.sentence for one in each}


def test_it_is_an_invoice_with_the_number_and_the_pdf_that_came_with_it(milestone: Milestone) -> None:
    invoice = entered(milestone, " 2026 / 014 ")
    assert (invoice.number, invoice.kind, invoice.serial) == ("2026 / 014", "invoice", None)
    assert (invoice.amount_minor, invoice.facts["issued_on"]) == (200_000, "2026-12-01")
    assert invoice.paper is not None
    assert (invoice.paper.media_type, invoice.paper.name) == ("application/pdf", "2026 - 014.pdf")
    with storage.open_file(settings.FILES, invoice.paper.sha256) as kept:
        assert kept.read() == PDF
    event = Event.objects.get(kind="invoice.issued")
    assert event.actor == milestone.project.freelancer_id


def test_the_number_alone_is_enough(milestone: Milestone) -> None:
    assert own_numbers.awaited().filter(pk=milestone.pk).exists()
    assert entered(milestone, pdf=None).paper is None
    assert not own_numbers.awaited().filter(pk=milestone.pk).exists()


def test_the_house_gives_it_no_number_of_its_own(milestone: Milestone) -> None:
    with pytest.raises(Refused, match="numbers of their own"):
        invoices.issue(milestone=milestone, at=NOON)
    assert not Invoice.objects.exists()


def test_a_second_click_is_the_same_and_a_second_number_is_not(milestone: Milestone) -> None:
    first = entered(milestone, "A-1")
    assert entered(milestone, "a-1").pk == first.pk
    with pytest.raises(Stale, match="A-1"):
        entered(milestone, "A-2")
    assert Event.objects.filter(kind="invoice.issued").count() == 1


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ({"number": ""}, "number", "Type the number"),
        ({"number": "  "}, "number", "Type the number"),
        ({"number": "x" * 41}, "number", "40"),
        ({"number": "=cmd()"}, "number", "letters from A to Z"),
        ({"number": "А-1"}, "number", "letters from A to Z"),
        ({"issued_on": ""}, "issued_on", "Choose a day"),
        ({"issued_on": "yesterday"}, "issued_on", "."),
        ({"issued_on": "2026-12-02"}, "issued_on", "yet to come"),
        ({"issued_on": "2026-11-30"}, "issued_on", "before the agreement"),
        ({"issued_on": "9999-99-99"}, "issued_on", "."),
        ({"pdf": BytesIO(b"MZ\x90\x00 a program")}, "pdf", "no PDF"),
        ({"pdf": BytesIO(b"")}, "pdf", "no PDF"),
        ({"pdf": BytesIO(b"<html>%PDF-1.7 %%EOF</html>")}, "pdf", "no PDF"),
        ({"pdf": BytesIO(PDF[:-7])}, "pdf", "cut off"),
        ({"pdf": BytesIO(PDF + b"\x00" * 5000)}, "pdf", "cut off"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    milestone: Milestone, typed: dict[str, Any], field: str, words: str
) -> None:
    with pytest.raises(Refused) as refused:
        entered(milestone, **typed)
    assert words in sentences(refused)[field]
    assert not Invoice.objects.exists()
    assert not File.objects.filter(media_type="application/pdf", name__contains="2026-014").exists()


def test_everything_that_is_wrong_is_said_at_once(milestone: Milestone) -> None:
    with pytest.raises(Several) as refused:
        entered(milestone, "", issued_on="")
    assert sentences(refused).keys() == {"number", "issued_on"}


def test_today_is_that_of_the_zone_of_the_terms(milestone: Milestone) -> None:
    """Half past midnight of the second in Stockholm is still the first in UTC."""
    assert entered(milestone, issued_on="2026-12-02", at=datetime(2026, 12, 1, 23, 30, tzinfo=UTC)).number


@pytest.mark.parametrize("number", ["A-1", "a-1", " A-1 "])
def test_a_number_that_was_used_is_refused_whatever_its_capitals(
    ada: Person, milestone: Milestone, number: str
) -> None:
    entered(milestone, "A-1")
    another = cast.approved(cast.in_force(ada, holder="nobody"))
    with pytest.raises(Refused, match="You have used this number: A-1") as refused:
        entered(another, number)
    assert refused.value.field == "number"
    # Another issuer has numbers of their own.
    eva = papers.elsewhere(cast.person("Eva", "eva@example.org"))
    assert entered(cast.approved(cast.in_force(eva, holder="nobody")), number)


def test_a_number_that_the_house_gave_is_used_too(ada: Person) -> None:
    assert papers.issued(ada).number == "PR-0001"
    milestone = cast.approved(cast.in_force(papers.elsewhere(ada), holder="nobody"))
    with pytest.raises(Refused, match="PR-0001"):
        entered(milestone, "pr-0001")


def test_the_table_refuses_what_passes_by_the_verb(ada: Person, milestone: Milestone) -> None:
    invoice = entered(milestone, "A-1")
    another = cast.approved(cast.in_force(ada, holder="nobody"))
    with pytest.raises(IntegrityError), transaction.atomic():
        invoices.write(another, kind="invoice", serial=None, number="a-1", facts=invoice.facts, at=NOON)


def test_the_house_never_comes_to_a_number_that_was_typed(ada: Person, milestone: Milestone) -> None:
    entered(milestone, "INV-0007")
    typed = {kind: series.Numbering(prefix) for kind, prefix in series.PREFIXES.items()}
    keep = lambda **higher: series.keep(  # noqa: E731
        party=ada.party, issues_here=True, typed=typed | higher, by=ada.actor(), at=NOON
    )
    with pytest.raises(Several, match="INV-0007"):
        keep()
    assert not Party.objects.get(pk=ada.party.pk).issues_here
    keep(invoice=series.Numbering("INV-", "8"))
    assert Party.objects.get(pk=ada.party.pk).issues_here


def test_only_the_freelancer_with_an_account_adds_it(milestone: Milestone) -> None:
    project = milestone.project
    for by in (cast.client(project), cast.freelancer(project), papers.owner(cast.person("M", "m@example.org").party)):
        with pytest.raises(NotAllowed):
            entered(milestone, by=by)


def test_not_before_it_is_approved_and_not_when_the_house_numbers(ada: Person) -> None:
    project = cast.in_force(papers.elsewhere(ada), holder="nobody")
    with pytest.raises(Refused, match="approved"):
        entered(cast.milestone(project))
    Party.objects.filter(pk=ada.party.pk).update(issues_here=True)
    with pytest.raises(Refused, match="numbered here"):
        entered(cast.approved(project))


def test_a_refund_asks_for_a_credit_note_of_ones_own(milestone: Milestone) -> None:
    entered(milestone, "A-1")
    refund = papers.given_back(papers.paid(cast.fresh(milestone.project)), 50_000)
    with pytest.raises(Refused, match="numbers of their own"):
        credit_notes.issue(refund=refund, at=NOON)
    (awaited,) = own_numbers.awaited()
    assert own_numbers.missing(awaited) == "credit_note"
    assert own_numbers.refund_of(awaited) == refund
    note = entered(milestone, "A-2", refund=refund.pk, issued_on="2026-12-03", at=NOON + timedelta(days=2))
    assert (note.kind, note.amount_minor, note.serial) == ("credit_note", 50_000, None)
    assert note.corrects == Invoice.objects.get(number="A-1")
    assert not own_numbers.awaited().exists()
    assert entered(milestone, "A-2", refund=refund.pk).pk == note.pk
    with pytest.raises(Stale, match="nothing to credit"):
        entered(milestone, "A-3", refund="ref_forged")
