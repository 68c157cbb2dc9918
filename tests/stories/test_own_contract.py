"""A contract of one's own from upload to seal: bound with the schedule that governs, one fingerprint, one seal."""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from django.conf import settings

from milepost.actions import offers, papers, sealing, signing, uploads
from milepost.core.refusals import Refused, Several
from milepost.documents import clauses
from milepost.documents.consents import GOVERNS
from milepost.gateways import storage
from milepost.jobs import audit
from milepost.models import Draft, Event, File, Project, Terms, Upload
from tests import cast
from tests.cast import NOON, Person
from tests.databases import together
from tests.gateways import pdfs
from tests.uploading import uploaded


def own_draft(ada: Person, *, pages: int = 3, **typed: str) -> Draft:
    return cast.draft(ada, document="upload", upload=uploaded(ada, pages=pages).pk, **typed)


def sent(ada: Person, *, pages: int = 3, **typed: str) -> Terms:
    return offers.offer(draft=own_draft(ada, pages=pages, **typed), signing=cast.signature(), by=ada.actor(), at=NOON)


def body_of(file: File | Upload | None) -> bytes:
    assert file is not None
    with storage.open_file(settings.FILES, file.sha256) as opened:
        return opened.read()


def words_of(pdf: bytes, folder: Path) -> list[str]:
    """The text of each page, in one line."""
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext of poppler-utils reads the paper")
    (folder / "paper.pdf").write_bytes(pdf)
    done = subprocess.run(["pdftotext", folder / "paper.pdf", "-"], capture_output=True, text=True, check=True)
    return [re.sub(r"\s+", " ", page) for page in done.stdout.split("\f")[:-1]]


# -- sent and signed -----------------------------------------------------------------------------------


def test_it_is_sent_signed_and_sealed_as_one(committed: None, tmp_path: Path) -> None:
    ada = cast.ada()
    terms = sent(ada)
    assert terms.upload is not None and (terms.document.kind, terms.upload.pages) == ("upload", 3)
    reading = body_of(terms.reading_copy)
    pages = words_of(reading, tmp_path)
    assert [page[:16] for page in pages[:3]] == ["Contract, page 1", "Contract, page 2", "Contract, page 3"]
    assert "Schedule to the contract" in pages[3] and "3 pages, before this schedule" in pages[3]
    project = terms.project
    carl = cast.guest(project.client)
    with pytest.raises(Several, match="what the schedule governs"):
        signing.sign(terms=terms, signing=cast.signature("Carl", governs=False), by=carl, at=NOON)
    signing.sign(terms=terms, signing=cast.signature("Carl"), by=carl, at=NOON)

    sealed = sealing.executed(terms=Terms.objects.get(pk=terms.pk), at=NOON)
    paper = body_of(sealed.executed_copy)
    pages = words_of(paper, tmp_path)
    assert "Contract, page 1" in pages[0] and "Signatures" in " ".join(pages[4:])
    assert GOVERNS in " ".join(pages) and terms.fingerprint in " ".join(pages).replace(" ", "")
    with pikepdf.open(io.BytesIO(paper)) as pdf:
        (field,) = pdf.Root.AcroForm.Fields
        first, length, second, rest = map(int, field.V.ByteRange)
        assert (first, second + rest) == (0, len(paper)) and length < second, "the seal covers all of it"
    if shutil.which("pdfsig"):
        said = subprocess.run(["pdfsig", tmp_path / "paper.pdf"], capture_output=True, text=True, check=False).stdout
        assert "Signature is Valid" in said and "Total document signed" in said
    if shutil.which("qpdf"):
        subprocess.run(["qpdf", "--check", tmp_path / "paper.pdf"], capture_output=True, check=True)
    assert [str(finding) for finding in audit.findings()] == []


def facts_of(project: Project) -> list[dict[str, Any]]:
    rows = Event.objects.filter(project=project, kind="terms.signed").order_by("number")
    return [json.loads(event.data) for event in rows]


@pytest.mark.django_db
def test_what_was_ticked_is_in_the_record() -> None:
    terms = sent(cast.ada())
    signing.sign(terms=terms, signing=cast.signature("Carl"), by=cast.guest(terms.project.client), at=NOON)
    facts = facts_of(terms.project)
    assert [(fact["consent"], fact["governs"]) for fact in facts] == [(2, "schedule")] * 2
    template = cast.in_force()
    facts = facts_of(template)
    assert [(fact["consent"], "governs" in fact) for fact in facts] == [(1, False)] * 2


@pytest.mark.django_db
def test_the_same_terms_give_the_same_paper() -> None:
    terms = sent(cast.ada())
    assert terms.upload is not None
    assert papers.keep_reading_copy(terms.said, terms.upload)[0] == terms.document.sha256
    other = uploaded(cast.ada(), pages=2)
    assert papers.keep_reading_copy(terms.said, other)[0] != terms.document.sha256


@pytest.mark.django_db
@pytest.mark.parametrize("holder", ["nobody", "sandbox"])
def test_every_clause_that_is_carried_out_stands_in_the_schedule(holder: str) -> None:
    said = sent(cast.ada(), holder=holder).said
    ids = {clause.id for clause in said.clauses}
    executed = {"own", "schedule", f"funding.{holder}", "order", "delivery", "acceptance", "payment", "ending"}
    assert executed | {"tax", "invoices", "signature"} <= ids
    assert not ids & clauses.LEFT_TO_OWN, "what the contract says itself is not said twice"
    assert (said.law, said.venue, said.scope, said.exclusions) == ("", "", "", "")


@pytest.mark.django_db
def test_the_template_is_as_it_was() -> None:
    ids = [clause.id for clause in cast.offered(cast.ada()).said.clauses]
    assert "own" not in ids and set(ids) >= clauses.LEFT_TO_OWN


def test_an_upload_that_is_gone_or_another_one_is_found_by_the_audit(committed: None) -> None:
    terms = sent(cast.ada(), pages=5)
    assert terms.upload is not None
    body = body_of(terms.upload)
    path = settings.FILES / terms.upload.sha256[:2] / terms.upload.sha256
    try:
        path.write_bytes(b"another one")
        assert [finding.row for finding in audit.findings()] == [terms.upload.pk]
        path.unlink()
        assert [finding.row for finding in audit.findings()] == [terms.upload.pk]
    finally:
        path.write_bytes(body)
    assert [str(finding) for finding in audit.findings()] == []


# -- at the same time ----------------------------------------------------------------------------------


@pytest.mark.race
def test_a_draft_is_sent_while_its_contract_is_replaced(committed: None, rounds: int) -> None:
    """Whatever comes first: what was read is what is sent, and its bytes stay."""
    for number in range(max(2, rounds // 10)):
        ada = cast.ada()
        draft = own_draft(ada)
        before = draft.body["upload"]
        other = pdfs.with_(lambda pdf, number=number: pdfs.written(pdf, f"Round {number}"))
        send, replace = _at_once(draft, ada, other)
        assert isinstance(send, Terms), send
        assert send.upload_id == before and storage.has(settings.FILES, send.upload.sha256)  # type: ignore[union-attr]
        assert isinstance(replace, Upload | Refused)
        again = papers.keep_reading_copy(send.said, send.upload)
        assert again[0] == send.document.sha256
    assert [str(finding) for finding in audit.findings()] == []


@pytest.mark.race
def test_two_windows_upload_at_once(committed: None) -> None:
    ada = cast.ada()
    draft = own_draft(ada)
    bodies = [pdfs.with_(lambda pdf, text=text: pdfs.written(pdf, text)) for text in ("One", "Other")]
    given = together(*[_keeping(draft, ada, body) for body in bodies])
    assert all(isinstance(each, Upload) for each in given), given
    named = Draft.objects.get(pk=draft.pk).body["upload"]
    kept = {upload.pk for upload in given if storage.has(settings.FILES, upload.sha256)}  # type: ignore[union-attr]
    assert kept == {named}


def _at_once(draft: Draft, ada: Person, body: bytes) -> list[object]:
    return together(
        lambda: offers.offer(draft=Draft.objects.get(pk=draft.pk), signing=cast.signature(), by=ada.actor(), at=NOON),
        _keeping(draft, ada, body),
    )


def _keeping(draft: Draft, ada: Person, body: bytes) -> Callable[[], object]:
    return lambda: uploads.keep(draft=draft, stream=[body], name="x.pdf", by=ada.actor(), at=NOON)
