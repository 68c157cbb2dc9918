"""Codes as a telephone reads them."""

from __future__ import annotations

import re

import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from milepost.core import banking
from milepost.core.money import Money
from milepost.core.references import structured_reference
from milepost.core.terms import Payee
from milepost.documents import codes
from milepost.documents.codes import Code

PIXELS = 6
NAMES = st.text(st.characters(categories=["L", "N", "Zs"], max_codepoint=0x17F), min_size=1, max_size=70).map(str.strip)


def read(code: Code) -> str:
    """What the code says, drawn as a browser draws its path."""
    picture = Image.new("L", (code.size * PIXELS, code.size * PIXELS), 255)
    draw, drawn = ImageDraw.Draw(picture), ""
    for run in re.finditer(r"M(\d+) (\d+)h(\d+)v1h-(\d+)z", code.path):
        x, y, length, back = (int(number) for number in run.groups())
        assert length == back
        draw.rectangle((x * PIXELS, y * PIXELS, (x + length) * PIXELS - 1, (y + 1) * PIXELS - 1), fill=0)
        drawn += run[0]
    assert drawn == code.path
    (found,) = zxingcpp.read_barcodes(picture)
    return found.text


@pytest.mark.parametrize(
    ("payee", "amount"),
    [
        (Payee("Ada Lindqvist", "SE4550000000058398257466", "HANDSESS"), Money(200_000, "EUR")),
        (Payee("Åse Østergård & Søn", "NO9386011117947"), Money(1, "EUR")),
        (Payee("x" * 70, "MT84MALT011000012345MTLCAST001S", "MALTMTMT"), Money(99_999_999_999, "EUR")),
    ],
)
def test_a_bank_reads_exactly_the_payment(payee: Payee, amount: Money) -> None:
    reference = structured_reference("mil_1")
    said = banking.epc(payee, amount, reference)
    assert said is not None
    lines = read(codes.qr(said)).split("\n")
    assert lines[:4] == ["BCD", "002", "1", "SCT"]
    assert lines[4:7] == [payee.bic, payee.name, payee.iban]
    assert lines[7] == f"EUR{amount.minor // 100}.{amount.minor % 100:02}"
    assert lines[8:] == ["", reference]


@given(name=NAMES.filter(bool), minor=st.integers(1, 99_999_999_999))
def test_whatever_the_name_and_the_amount_it_is_read_as_it_was_said(name: str, minor: int) -> None:
    said = banking.epc(Payee(name, "DE89370400440532013000"), Money(minor, "EUR"), structured_reference("mil_2"))
    if said is not None:
        code = codes.qr(said)
        assert read(code) == said
        # Version 13 is the largest that the standard allows.
        assert code.size - 2 * codes.EDGE <= 69
