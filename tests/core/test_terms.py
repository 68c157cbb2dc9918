"""Terms as bytes: the same ones for ever, and another fingerprint for any other word."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from milepost.core.terms import (
    Clause,
    Custodian,
    Deliverable,
    Document,
    Milestone,
    Named,
    Payee,
    Tax,
    Terms,
    Window,
    canonical,
    fingerprint,
    read,
)

DOCUMENT = Document("template", "ab" * 32)
TERMS = Terms(
    project_name="Social content, January to March",
    payment_type="milestone",
    client=Named("Carl & Sons", "carl@example.org"),
    client_type="business",
    freelancer=Named("Ada Lindqvist", "ada@example.org"),
    sender="freelancer",
    signatures=("client", "freelancer"),
    currency="USD",
    tax=Tax(),
    holder="sandbox",
    start_on=date(2027, 1, 1),
    time_zone="Europe/Stockholm",
    language="en",
    review=Window(7, "days"),
    parallel=False,
    sign_until=datetime(2026, 12, 20, 22, 59, tzinfo=UTC),
    scope="Posts and reels.",
    exclusions="",
    law="Sweden",
    venue="Stockholm",
    milestones=(
        Milestone("mil_1", "January", date(2027, 1, 31), 200_000, (Deliverable("dlv_1", "12 posts", "On brand"),)),
        Milestone("mil_2", "February", date(2027, 2, 28), 400_000, (), holder="nobody", review=Window(48, "hours")),
    ),
    clauses=(Clause("parties", 1),),
)


def test_what_was_written_is_read_back() -> None:
    assert read(canonical(TERMS, DOCUMENT)) == (TERMS, DOCUMENT)


def test_the_format_stands() -> None:
    """Signed terms carry this fingerprint: a change of the format needs another number, not another sum."""
    assert fingerprint(canonical(TERMS, DOCUMENT)) == "62ebf6c6a8f5dd2cd59a9f2c932111bae05b0c96c449c50d878a4b5ba3b40e73"


def test_terms_of_the_first_format_are_read_for_ever() -> None:
    """Their bytes were signed: they lack what came later, and say what they said."""
    body = Path(__file__).with_name("terms-1.json").read_bytes()
    assert fingerprint(body) == "3606b7fb58c09c48ed6c59ced92779ff9590083ed4df4201beb45440b09df4a3"
    assert read(body) == (TERMS, DOCUMENT)


def test_a_custodian_and_an_extension_are_read_back() -> None:
    payee = Payee("Cora Notaries, clients", iban="DE89370400440532013000", bic="COBADEFFXXX")
    custodian = Custodian("par_3", "Cora Notaries", "cora@example.org", "Notary, clients' account", payee)
    whole = replace(TERMS, custodian=custodian, extension=Window(3, "business_days", "DE-BY"), payment_days=14)
    assert read(canonical(whole, DOCUMENT)) == (whole, DOCUMENT)


def test_any_other_word_is_another_fingerprint() -> None:
    one = fingerprint(canonical(TERMS, DOCUMENT))
    for other in (
        replace(TERMS, scope="Posts and reels"),
        replace(TERMS, parallel=True),
        replace(TERMS, milestones=TERMS.milestones[:1]),
        replace(TERMS, review=Window(8, "days")),
    ):
        assert fingerprint(canonical(other, DOCUMENT)) != one
    assert fingerprint(canonical(TERMS, Document("template", "ba" * 32))) != one


def test_text_is_kept_in_one_form() -> None:
    composed, decomposed = replace(TERMS, scope="é"), replace(TERMS, scope="e\u0301")
    assert canonical(composed, DOCUMENT) == canonical(decomposed, DOCUMENT)


def test_the_total_and_what_holds_per_milestone() -> None:
    first, second = TERMS.milestones
    assert TERMS.total.minor == 600_000
    assert (TERMS.holder_of(first), TERMS.holder_of(second)) == ("sandbox", "nobody")
    assert (TERMS.review_of(first), TERMS.review_of(second)) == (Window(7, "days"), Window(48, "hours"))
