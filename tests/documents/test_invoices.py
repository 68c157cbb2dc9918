"""Invoice and payment request: what is printed, and what never is."""

from __future__ import annotations

import io
import shutil
import subprocess
from dataclasses import replace
from datetime import date

import pikepdf
import pytest

from milepost.core.money import Money
from milepost.documents import invoice
from milepost.documents.invoice import Corrected, InvoiceFacts, InvoiceLine, InvoiceParty, InvoiceTax


def euros(minor):
    return Money(minor, "EUR")


FACTS = InvoiceFacts(
    number="ADA-2027-0007",
    issued_on=date(2027, 2, 4),
    due_on=date(2027, 2, 18),
    issuer=InvoiceParty("Ada Lindqvist", "Storgatan 5\n111 23 Stockholm", "ada@lindqvist.example", "SE556677889901"),
    recipient=InvoiceParty("Carl & Sons AB", "Hamngatan 1\n411 06 Göteborg", "carl@carlandsons.example"),
    project="Social content, January to March",
    milestone="January",
    lines=(InvoiceLine("12 posts", euros(150_000), ("with pictures",)), InvoiceLine("1 reel", euros(50_000))),
    tax=InvoiceTax("VAT 25 %", euros(40_000)),
    holder="nobody",
    state="To be paid by bank transfer; the bank details are shown in Milepost.",
)


def test_an_invoice_prints_its_facts_on_one_page():
    text = " ".join(pdf_text(invoice.render(FACTS)).split())
    for fact in (
        "Invoice", "ADA-2027-0007", "4 February 2027", "18 February 2027", "Ada Lindqvist", "Storgatan 5",
        "Tax number SE556677889901", "Carl & Sons AB", "411 06 Göteborg", "Social content, January to March", "January",
        "12 posts", "EUR 1,500.00", "EUR 500.00", "Without tax EUR 1,600.00", "VAT 25 % EUR 400.00",
        "Total EUR 2,000.00", "To be paid by bank transfer", "Page 1 of 1",
    ):  # fmt: skip
        assert fact in text
    assert "Payment request" not in text and "Pretend" not in text


def test_without_tax_data_it_is_a_payment_request_and_says_so():
    facts = replace(FACTS, tax=None, due_on=None)
    text = pdf_text(invoice.render(facts))
    assert facts.title == "Payment request"
    assert text.startswith("Payment request") and "and not an invoice" in text
    assert "Due" not in text and "Without tax" not in text


def test_an_exempt_invoice_says_why():
    text = pdf_text(invoice.render(replace(FACTS, tax=InvoiceTax("Reverse charge: the recipient owes the VAT."))))
    assert text.startswith("Invoice") and "Reverse charge: the recipient owes the VAT." in text
    assert "Without tax" not in text


NOTE = replace(
    FACTS,
    number="CN-0001",
    due_on=None,
    lines=(InvoiceLine("January", euros(66_667)),),
    tax=InvoiceTax("VAT 25 %", euros(13_333)),
    state="The amount was refunded to Carl & Sons AB.",
    corrects=Corrected("invoice", "INV-0007", date(2027, 2, 4), euros(200_000)),
)


def test_a_credit_note_says_what_it_takes_back_and_has_no_minus():
    text = " ".join(pdf_text(invoice.render(NOTE)).split())
    assert text.startswith("Credit note CN-0001")
    for fact in (
        "For Invoice INV-0007 of 4 February 2027", "Without tax EUR 533.34", "VAT 25 % EUR 133.33",
        "Credited EUR 666.67", "This credits invoice INV-0007 in part: it was for EUR 2,000.00.",
    ):  # fmt: skip
        assert fact in text
    assert "-EUR" not in text and "−" not in text and "Total" not in text
    whole = replace(NOTE, lines=FACTS.lines, tax=InvoiceTax("Reverse charge."))
    assert "This credits invoice INV-0007 in full. Reverse charge." in " ".join(pdf_text(invoice.render(whole)).split())


def test_what_takes_a_payment_request_back_is_no_credit_note():
    paper = Corrected("payment_request", "PR-0003", date(2027, 2, 4), euros(200_000))
    text = " ".join(pdf_text(invoice.render(replace(NOTE, tax=None, corrects=paper))).split())
    assert text.startswith("Refund note CN-0001")
    assert "A part of the EUR 2,000.00 that payment request PR-0003 asked for was refunded." in text
    assert "not a credit note" in text
    assert "Without tax" not in text and "Refunded EUR 666.67" in text


def test_the_reference_is_printed_in_fours_where_something_is_to_be_paid():
    text = " ".join(pdf_text(invoice.render(replace(FACTS, reference="RF81BXR1GEHDNFKGV8YH"))).split())
    assert "Reference RF81 BXR1 GEHD NFKG V8YH" in text
    assert "Reference" not in pdf_text(invoice.render(FACTS))


@pytest.mark.parametrize("facts", [NOTE, replace(NOTE, tax=None), replace(FACTS, tax=None)])
def test_every_kind_is_pdf_a_and_pdf_ua(facts):
    with pikepdf.open(io.BytesIO(invoice.render(facts))) as opened:
        metadata = opened.open_metadata()
        assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"], metadata["pdfuaid:part"]) == ("3", "A", "1")
        assert metadata["dc:title"] == f"{facts.title} {facts.number}"


def test_pretend_money_is_said_twice():
    assert pdf_text(invoice.render(replace(FACTS, holder="sandbox"))).count("Nothing is to be paid.") == 2


def test_the_same_facts_give_the_same_bytes_in_pdf_a_and_pdf_ua():
    pdf = invoice.render(FACTS)
    assert invoice.render(FACTS) == pdf
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        metadata = opened.open_metadata()
        assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"], metadata["pdfuaid:part"]) == ("3", "A", "1")
        assert metadata["dc:title"] == "Invoice ADA-2027-0007"


def test_long_words_and_many_lines_are_set():
    lines = [InvoiceLine("x" * 900, euros(1), ("y" * 900,)) for _ in range(60)]
    assert invoice.render(replace(FACTS, lines=lines, project="z" * 900, number="N" * 90)).startswith(b"%PDF")


def pdf_text(pdf):
    if not shutil.which("pdftotext"):
        pytest.skip("pdftotext (poppler-utils) is not installed")
    done = subprocess.run(["pdftotext", "-raw", "-", "-"], input=pdf, capture_output=True, check=True)
    return done.stdout.decode().replace("\N{NO-BREAK SPACE}", " ")
