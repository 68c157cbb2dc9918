"""The executed copy: both signatures, the fingerprint, the seal; and what is refused as a drawn signature."""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, datetime

import pikepdf
import pytest

from milepost.documents import contract, signatures
from milepost.documents.consents import CONSENTS, CURRENT
from milepost.gateways import seal

SIGNED_AT = datetime(2026, 11, 12, 17, 45, 2, tzinfo=UTC)
FINGERPRINT, READING, HEAD = "a1" * 32, "b2" * 32, "c3" * 32


@pytest.fixture(scope="module")
def executed(make_terms, both_signatures):
    return execute(make_terms(), both_signatures)


def execute(terms, both):
    return contract.render_executed(
        terms, fingerprint=FINGERPRINT, reading_sha256=READING, signatures=both, chain_head=HEAD
    )


@pytest.fixture(scope="module")
def sealed(executed, keys):
    return seal.seal(executed, keys=keys, at=SIGNED_AT, reason="Signed by both parties")


def test_the_signature_page_shows_all_facts_of_both_signatures(executed):
    text = pdf_text(executed).split("\f")[-2]
    flat = re.sub(r"\s+", " ", text)
    for fact in (
        "The freelancer", "Ada Lindqvist", "for herself", "Storgatan 5, 111 23 Stockholm, Sweden",
        "ada@lindqvist.example", "agreed to the terms by sending them; consent, version 1",
        "signed in with this e-mail address shortly before",
        "11 November 2026, 09:12:33 UTC; 11 November 2026, 10:12 (Europe/Stockholm)",
        "203.0.113.7; Mozilla/5.0 (X11; Linux x86_64)", "Typed",
        "The client", "Carl Carlsson", "Carl & Sons AB", "managing director", "Hamngatan 1, 411 06 Göteborg, Sweden",
        "carl@carlandsons.example", "agreed to the terms sent; consent, version 1",
        "a code sent to this e-mail address, typed in for this signature",
        "12 November 2026, 17:45:02 UTC; 12 November 2026, 18:45 (Europe/Stockholm)",
        "2001:db8::42; Mozilla/5.0 (iPhone)", "Drawn by hand",
        FINGERPRINT, READING, HEAD,
        "Electronic signature (simple), sealed by the installation.",
        "Any alteration can be found with a copy that either side holds.",
        CONSENTS[1],
    ):  # fmt: skip
        assert fact in flat


def test_the_executed_copy_has_the_words_of_the_reading_copy(make_terms, executed):
    reading = pdf_text(contract.render(make_terms())).split("\f")[:-1]
    for page, same in zip(reading, pdf_text(executed).split("\f"), strict=False):
        body, _, _ = page.partition("This is the reading copy.")
        assert lines(body) <= lines(same)


def lines(page):
    return {line for line in page.splitlines() if not line.startswith("Page ")}


def test_a_drawn_signature_is_drawn_and_described(make_terms, both_signatures, executed):
    ada, carl = both_signatures
    typed = execute(make_terms(), (ada, replace(carl, manner="typed", strokes=())))
    assert len(curves(executed)) - len(curves(typed)) >= 4
    assert b"Signature drawn by Carl Carlsson" in alternatives(executed)
    assert alternatives(typed) == b""


def curves(pdf):
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return [step for step in pikepdf.parse_content_stream(opened.pages[-1]) if str(step.operator) in {"l", "c"}]


def alternatives(pdf):
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        texts = [each.get("/Alt") for each in opened.objects if isinstance(each, pikepdf.Dictionary)]
        return b" ".join(str(text).encode() for text in texts if text is not None)


def test_many_points_and_long_facts_still_fit(make_terms, both_signatures):
    ada, carl = both_signatures
    line = tuple((place % 600, (place * 7) % 200) for place in range(signatures.POINTS_MAX))
    crowded = replace(carl, strokes=(line,), user_agent="Mozilla/" + "x" * 500, legal_name="Carl " * 40)
    assert execute(make_terms(), (replace(ada, postal_address="שדרות רוטשילד 1\nתל אביב"), crowded)).startswith(b"%PDF")


def test_a_browser_that_says_odd_things_keeps_no_contract_unsealed(make_terms, both_signatures):
    ada, carl = both_signatures
    odd = replace(carl, user_agent="Odd 🎉\x07\u202e" + "x" * 9000, strokes=(((5, 5),), *carl.strokes))
    text = re.sub("[\\s\u200b]", "", pdf_text(execute(make_terms(), (ada, odd))))
    assert "Odd<U+1F389><U+0007><U+202E>xxx" in text and "x" * 600 not in text


# -- the seal ----------------------------------------------------------------------------------------


def test_the_sealed_copy_keeps_pdf_a_and_pdf_ua(executed, sealed):
    assert sealed.startswith(executed)
    with pikepdf.open(io.BytesIO(sealed)) as pdf:
        metadata = pdf.open_metadata()
        assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"], metadata["pdfuaid:part"]) == ("3", "A", "1")
        (field,) = pdf.Root.AcroForm.Fields
        assert field.V.SubFilter == "/ETSI.CAdES.detached" and field.V.M == "D:20261112174502Z"
        assert [int(edge) for edge in field.get("/Rect", [0, 0, 0, 0])] == [0, 0, 0, 0]


def test_the_sealed_copy_passes_qpdf(sealed, tmp_path):
    need("qpdf", "qpdf")
    (tmp_path / "sealed.pdf").write_bytes(sealed)
    done = subprocess.run(["qpdf", "--check", tmp_path / "sealed.pdf"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_pdfsig_says_valid_and_covering_the_whole_document(sealed, tmp_path):
    said = pdfsig(sealed, tmp_path)
    assert "Signature is Valid" in said and "Total document signed" in said
    assert "Signer Certificate Common Name: Olga's installation" in said
    assert said.count("Signature #") == 1


@pytest.mark.parametrize("place", [0.02, 0.3, 0.6, 0.9])
def test_a_flipped_byte_is_found(sealed, executed, tmp_path, place):
    altered = bytearray(sealed)
    altered[int(len(executed) * place)] ^= 1
    assert "Signature is Valid" not in pdfsig(bytes(altered), tmp_path)


def test_what_is_added_after_the_seal_is_found(sealed, tmp_path):
    assert "Total document signed" not in pdfsig(sealed + b"\n% one more line\n%%EOF\n", tmp_path)


def pdfsig(pdf, folder):
    need("pdfsig", "poppler-utils")
    (folder / "paper.pdf").write_bytes(pdf)
    return subprocess.run(["pdfsig", folder / "paper.pdf"], capture_output=True, text=True).stdout


def pdf_text(pdf):
    need("pdftotext", "poppler-utils")
    done = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True)
    return done.stdout.decode().replace("\N{NO-BREAK SPACE}", " ")


def need(program, package):
    if not shutil.which(program):
        pytest.skip(f"{program} ({package}) is not installed")


# -- what comes from the page ------------------------------------------------------------------------


def test_a_drawing_is_read():
    assert signatures.read_strokes("[[[0, 0], [600, 200]], [], [[5, 5]]]") == (((0, 0), (600, 200)), ((5, 5),))


@pytest.mark.parametrize(
    "sent",
    [
        "", "null", "3", "{}", "[]", "[[]]", "[[[1, 1]]]", "[[[1, 1], [1, 1]]]", "[[1, 2]]", "[[[1, 2, 3]]]",
        "[[[1, 2], [601, 2]]]", "[[[1, 2], [3, -1]]]", "[[[1.5, 2], [3, 4]]]", '[[["1", "2"], ["3", "4"]]]',
        "[[[true, 1], [2, 2]]]", "[[[NaN, 1], [2, 2]]]", "[" * 100_000, json.dumps([[[1, 1], [2, 2]] * 2501]),
    ],
)  # fmt: skip
def test_what_is_no_drawing_is_refused_in_words(sent):
    with pytest.raises(signatures.BadDrawing) as refused:
        signatures.read_strokes(sent)
    assert "type your name" in refused.value.sentence


def test_the_current_consent_exists():
    assert set(CURRENT.values()) <= set(CONSENTS)
