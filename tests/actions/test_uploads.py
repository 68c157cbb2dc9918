"""A contract of one's own beside a draft: kept, replaced, taken away, and whose it is."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import pytest
from django.conf import settings

from milepost.actions import drafts, offers, uploads
from milepost.actions.drafts import Gone
from milepost.core.refusals import NotAllowed, Refused, Several
from milepost.gateways import inspection, pictures, storage
from milepost.gateways.inspection import Unacceptable
from milepost.gateways.storage import TooLarge
from milepost.models import Draft, Terms, Upload
from tests import cast
from tests.actions.drafting import save, stored
from tests.cast import NOON, Person
from tests.gateways import pdfs
from tests.uploading import uploaded

pytestmark = pytest.mark.django_db


def pdf(pages: int = 3, text: str = "Contract") -> bytes:
    return pdfs.with_(lambda made: pdfs.written(made, text), pages - 1)


def kept(draft: Draft, ada: Person, body: bytes | None = None, name: str = "Agreement.pdf") -> Upload:
    return uploads.keep(draft=draft, stream=[body or pdf()], name=name, by=ada.actor(), at=NOON)


def there(upload: Upload) -> bool:
    return storage.has(settings.FILES, upload.sha256)


def test_what_is_kept_is_the_clean_copy(draft: Draft, ada: Person) -> None:
    body = pdf(4)
    upload = kept(draft, ada, body)
    assert (upload.party, upload.user, upload.pages, upload.name) == (ada.party, ada.user, 4, "Agreement.pdf")
    assert upload.original_sha256 == hashlib.sha256(body).hexdigest() != upload.sha256
    with storage.open_file(settings.FILES, upload.sha256) as file:
        clean = file.read()
    assert hashlib.sha256(clean).hexdigest() == upload.sha256 and len(clean) == upload.size_bytes
    assert (stored(draft)["upload"], stored(draft)["document"]) == (upload.pk, "upload")


def test_another_one_takes_its_place_and_the_first_is_gone(draft: Draft, ada: Person) -> None:
    first = kept(draft, ada, pdf(2, "First"))
    pictures.picture(settings.PICTURES, settings.FILES, first.sha256, 1).close()
    second = kept(draft, ada, pdf(2, "Second"))
    assert stored(draft)["upload"] == second.pk
    assert not there(first) and there(second)
    assert not list((settings.PICTURES / first.sha256[:2] / first.sha256).glob("*.webp"))


def test_it_is_taken_away_and_asked_for_again(draft: Draft, ada: Person) -> None:
    upload = kept(draft, ada)
    draft = uploads.remove(draft=draft, by=ada.actor(), at=NOON)
    assert not there(upload) and (stored(draft)["upload"], stored(draft)["document"]) == ("", "upload")
    wrong = drafts.check(draft=draft, step="contract", at=NOON)
    assert [(one.field, "Choose the PDF" in one.sentence) for one in wrong] == [("upload", True)]
    assert uploads.remove(draft=draft, by=ada.actor(), at=NOON).body["upload"] == ""


def test_a_file_that_is_refused_changes_nothing(draft: Draft, ada: Person) -> None:
    upload = kept(draft, ada)
    for body, kind in ((b"MZ", Unacceptable), (bytes(11 * 2**20), TooLarge)):
        with pytest.raises(kind) as refused:
            kept(draft, ada, body)
        assert refused.value.field == "upload"
    assert stored(draft)["upload"] == upload.pk and there(upload)


def test_a_file_for_somebody_elses_draft_is_not_even_read(draft: Draft) -> None:
    def never() -> Iterator[bytes]:
        pytest.fail("it was read")
        yield b""

    mallory = cast.person("Mallory", "mallory@example.org")
    with pytest.raises(NotAllowed):
        uploads.keep(draft=draft, stream=never(), name="x.pdf", by=mallory.actor(), at=NOON)
    with pytest.raises(NotAllowed):
        uploads.remove(draft=draft, by=mallory.actor(), at=NOON)


def test_a_file_whose_draft_is_sent_meanwhile_is_let_go(
    draft: Draft, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, look, found = kept(draft, ada, pdf(2, "First")), inspection.take_in, []
    draft.refresh_from_db()

    def meanwhile(*given: object, **more: object) -> object:
        found.append(look(*given, **more))  # type: ignore[arg-type]
        offers.offer(draft=Draft.objects.get(pk=draft.pk), signing=cast.signature(), by=ada.actor(), at=NOON)
        return found[0]

    monkeypatch.setattr(inspection, "take_in", meanwhile)
    with pytest.raises(Gone):
        kept(draft, ada, pdf(2, "Second"))
    assert Terms.objects.get().upload == first and there(first)
    assert not storage.has(settings.FILES, found[0].sha256)


def test_a_contract_of_another_party_can_not_be_sent(draft: Draft, ada: Person) -> None:
    mallory = cast.person("Mallory", "mallory@example.org")
    Draft.objects.filter(pk=draft.pk).update(body=draft.body | {"document": "upload", "upload": uploaded(mallory).pk})
    draft.refresh_from_db()
    with pytest.raises(Refused) as refused:
        offers.offer(draft=draft, signing=cast.signature(), by=ada.actor(), at=NOON)
    assert refused.value.field == "upload" and not Terms.objects.exists()


def test_it_can_not_be_named_by_typing(draft: Draft, ada: Person) -> None:
    other = uploaded(ada)
    save(draft, ada, "contract", document="upload", upload=other.pk)
    assert stored(draft)["upload"] == "" and stored(draft)["document"] == "upload"


def test_bytes_that_are_gone_are_said_at_the_field(draft: Draft, ada: Person) -> None:
    upload = kept(draft, ada)
    storage.remove(settings.FILES, upload.sha256)
    draft.refresh_from_db()
    with pytest.raises(Refused, match="not there any more") as refused:
        offers.offer(draft=draft, signing=cast.signature(), by=ada.actor(), at=NOON)
    assert refused.value.field == "upload"


def test_a_copy_and_an_answer_keep_it(draft: Draft, ada: Person) -> None:
    upload = kept(draft, ada)
    draft.refresh_from_db()
    copy = drafts.copy(draft=draft, by=ada.actor(), at=NOON)
    assert copy.body["upload"] == upload.pk
    uploads.remove(draft=draft, by=ada.actor(), at=NOON)
    assert there(upload), "the copy still names it"
    terms = offers.offer(draft=copy, signing=cast.signature(), by=ada.actor(), at=NOON)
    assert drafts.again(terms=terms, by=ada.actor(), at=NOON).body["upload"] == upload.pk


def test_the_same_file_twice_is_kept_once_and_until_both_are_gone(draft: Draft, ada: Person) -> None:
    other = cast.draft(ada)
    first, second = kept(draft, ada), kept(other, ada)
    assert first.pk != second.pk and first.sha256 == second.sha256
    uploads.remove(draft=draft, by=ada.actor(), at=NOON)
    assert there(second)


def test_going_back_to_the_template_keeps_the_file_for_later(draft: Draft, ada: Person) -> None:
    upload = kept(draft, ada)
    save(draft, ada, "contract", version=9, document="template")
    draft.refresh_from_db()
    assert uploads.of(draft) is None and uploads.named(draft) == upload and there(upload)
    terms = offers.offer(draft=draft, signing=cast.signature(), by=ada.actor(), at=NOON)
    assert (terms.document.kind, terms.upload) == ("template", None)


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("C:\\Users\\ada\\Agreement.pdf", "Agreement.pdf"),
        ("../../etc/passwd", "passwd"),
        ("a\u202efdp.exe", "afdp.exe"),
        ("tab\tand\x00null.pdf", "tabandnull.pdf"),
        ("", "Contract.pdf"),
        ("///", "Contract.pdf"),
        ("A\u030a.pdf", "Å.pdf"),
        ("x" * 400 + ".pdf", "x" * 251 + ".pdf"),
    ],
)
def test_a_name_is_a_name_and_nothing_else(draft: Draft, ada: Person, name: str, clean: str) -> None:
    assert kept(draft, ada, name=name).name == clean


def test_without_the_tick_that_the_schedule_governs_nothing_is_sent(draft: Draft, ada: Person) -> None:
    kept(draft, ada)
    draft.refresh_from_db()
    with pytest.raises(Several) as refused:
        offers.offer(draft=draft, signing=cast.signature(governs=False), by=ada.actor(), at=NOON)
    assert [one.field for one in refused.value.refusals] == ["governs"] and not Terms.objects.exists()
