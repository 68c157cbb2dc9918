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
from milepost.documents.invoice import InvoiceFacts, InvoiceLine, InvoiceParty, InvoiceTax


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
