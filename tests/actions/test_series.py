"""How papers are numbered: prefixes, where a series goes on, and what the audit says of holes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from milepost.actions import series
from milepost.actions.series import PREFIXES, Numbering
from milepost.core.refusals import NotAllowed, Several
from milepost.jobs import audit
from milepost.models import Invoice, Party, Series, SeriesStart
from tests import cast, papers
from tests.cast import NOON, Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def keep(ada: Person) -> Callable[..., Party]:
    """Ada saves the page; `kind=(prefix, next)` for what she changes."""

    def kept(*, here: bool = True, by: Any = None, **typed: tuple[str, str]) -> Party:
        whole = {kind: Numbering(prefix) for kind, prefix in PREFIXES.items()}
        whole |= {kind: Numbering(*pair) for kind, pair in typed.items()}
        return series.keep(party=ada.party, issues_here=here, typed=whole, by=by or ada.actor(), at=NOON)

    return kept


def test_each_kind_has_its_prefix_and_its_start(ada: Person, keep: Callable[..., Party]) -> None:
    keep(payment_request=("2027-", "14"), credit_note=("2027-C", "1"))
    invoice = papers.issued(ada)
    assert invoice.number == "2027-0014"
    assert papers.credited(invoice, 1).number == "2027-C0001"
    assert series.of(ada.party)["payment_request"].next == "2027-0015"
    start = SeriesStart.objects.get()
    assert (start.before, start.number, start.stated_by) == (1, 14, ada.user)
    assert not [finding for finding in audit.findings(at=NOON) if finding.invariant == "numbers"]


def test_issued_papers_keep_their_numbers_and_the_series_goes_on(ada: Person, keep: Callable[..., Party]) -> None:
    assert papers.issued(ada).number == "PR-0001"
    keep(payment_request=("ADA-", ""))
    assert papers.issued(ada).number == "ADA-0002"
    keep(payment_request=("ADA-", "2027001"))
    assert papers.issued(ada).number == "ADA-2027001"
    assert Invoice.objects.order_by("pk")[0].number == "PR-0001"
    assert not [finding for finding in audit.findings(at=NOON) if finding.invariant == "numbers"]


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ({"invoice": ("12", "")}, "prefix_invoice", "no digit at the end"),
        ({"invoice": ("<b>", "")}, "prefix_invoice", "no digit at the end"),
        ({"invoice": ("A" * 21, "")}, "prefix_invoice", "no digit at the end"),
        ({"invoice": ("{year}-", "")}, "prefix_invoice", "no digit at the end"),
        ({"invoice": ("pr-", "")}, "prefix_invoice", "no number may come twice"),
        ({"invoice": ("A-", ""), "credit_note": ("a-", "")}, "prefix_credit_note", "no number may come twice"),
        ({"invoice": ("", ""), "credit_note": ("", "")}, "prefix_invoice", "no number may come twice"),
        ({"payment_request": ("X-", ""), "invoice": ("PR-", "")}, "prefix_invoice", "no number may come twice"),
        ({"payment_request": ("PR-", "1")}, "next_payment_request", "2 at least"),
        ({"payment_request": ("PR-", "0")}, "next_payment_request", "whole number"),
        ({"payment_request": ("PR-", "-3")}, "next_payment_request", "whole number"),
        ({"payment_request": ("PR-", "1e3")}, "next_payment_request", "whole number"),
        ({"payment_request": ("PR-", "٣")}, "next_payment_request", "whole number"),
        ({"payment_request": ("PR-", "9" * 10)}, "next_payment_request", "whole number"),
        ({"payment_request": ("PR-", "9" * 5000)}, "next_payment_request", "whole number"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    ada: Person, keep: Callable[..., Party], typed: dict[str, tuple[str, str]], field: str, words: str
) -> None:
    papers.issued(ada)
    before = {row.pk: (row.prefix, row.next_number) for row in Series.objects.all()}
    with pytest.raises(Several) as refused:
        keep(here=False, **typed)
    assert words in {each.field: each.sentence for each in refused.value.refusals}[field]
    kept = {row.pk: (row.prefix, row.next_number) for row in Series.objects.all()}
    assert before.items() <= kept.items()
    assert Party.objects.get(pk=ada.party.pk).issues_here


def test_owners_alone_say_how_papers_are_numbered(ada: Person, keep: Callable[..., Party]) -> None:
    for role in ("signatory", "member"):
        with pytest.raises(NotAllowed):
            keep(by=cast.colleague(ada, role).actor())
    with pytest.raises(NotAllowed):
        keep(by=cast.person("Mallory", "mallory@example.org").actor())


def test_a_hole_and_a_number_out_of_nowhere_are_found(ada: Person) -> None:
    papers.issued(ada)
    numbers = lambda: [each for each in audit.findings(at=NOON) if each.invariant == "numbers"]  # noqa: E731
    assert not numbers()
    Series.objects.filter(party=ada.party).update(next_number=3)
    assert [finding.row for finding in numbers()] == [ada.party.pk]
    Series.objects.filter(party=ada.party).update(next_number=1)
    assert [finding.row for finding in numbers()] == [ada.party.pk]


def test_where_a_series_went_on_is_never_changed(ada: Person, keep: Callable[..., Party]) -> None:
    keep(invoice=("INV-", "100"))
    with pytest.raises(IntegrityError), transaction.atomic():
        SeriesStart.objects.update(number=2)
    with pytest.raises(IntegrityError), transaction.atomic():
        SeriesStart.objects.all()._raw_delete("default")
