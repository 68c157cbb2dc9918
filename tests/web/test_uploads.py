"""A contract of one's own in the wizard: chosen, refused at the field, shown, taken away; and who sees its pages."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from milepost.actions import answers
from milepost.gateways import confinement, inspection
from milepost.models import Draft, Event, Terms, Upload
from tests import cast, custodians
from tests.gateways import pdfs
from tests.uploading import uploaded
from tests.web.readers import CANARY, coded, guest, mallory, signed_in, text

pytestmark = pytest.mark.django_db

SIGNED = {
    "signature_typed": "Ada Lindqvist",
    "legal_name": "Ada Lindqvist",
    "postal_address": "1 Main Street",
    "consent": "yes",
    "governs": "yes",
}


@pytest.fixture
def draft() -> Draft:
    return cast.draft(cast.ada())


@pytest.fixture
def own() -> Draft:
    """A draft with a contract of one's own."""
    ada = cast.ada()
    return cast.draft(ada, document="upload", upload=uploaded(ada, pages=3).pk)


def ada(draft: Draft) -> Client:
    return signed_in(cast.Person(draft.author, draft.party))


def pdf(body: bytes | None = None, name: str = "Contract.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, pdfs.saved(pdfs.plain(3)) if body is None else body, "application/pdf")


def step(draft: Draft) -> str:
    return reverse("proposal-step", args=[draft.pk, "contract"])


def sent(browser: Client, draft: Draft, **typed: Any) -> Any:
    """The step of the contract as the page sends it."""
    fields = {"version": draft.version, "page": "p", "document": "upload", "sign_within_days": "14"} | typed
    return browser.post(step(draft), fields)


def offered(browser: Client, draft: Draft, **given: str) -> Any:
    path = reverse("proposal-review", args=[draft.pk])
    return browser.post(path, SIGNED | {"seen": browser.get(path).context["seen"]} | given)


# -- the wizard ----------------------------------------------------------------------------------------


def test_a_pdf_becomes_the_contract(draft: Draft) -> None:
    browser = ada(draft)
    response = sent(browser, draft, do="upload-take", own_contract=pdf())
    assert response.status_code == 302 and response.headers["Location"].endswith("#own")
    upload = Upload.objects.get()
    page = text(browser.get(response.headers["Location"]))
    assert "Contract.pdf" in page and "3 pages" in page and "Remove" in page
    draft.refresh_from_db()
    assert (draft.body["upload"], draft.body["document"]) == (upload.pk, "upload")


def test_the_button_that_goes_on_takes_the_file_along(draft: Draft) -> None:
    response = sent(ada(draft), draft, do="next", own_contract=pdf())
    assert response.headers["Location"] == reverse("proposal-review", args=[draft.pk])
    assert Upload.objects.get().pages == 3


def test_what_is_refused_is_said_at_the_field_and_the_rest_stays(draft: Draft) -> None:
    response = sent(
        ada(draft), draft, do="upload-take", own_contract=pdf(b"MZ" + bytes(99)), sign_within_days="21", scope="Mine"
    )
    assert response.status_code == 422
    page = text(response)
    assert 'id="upload_error"' in page and "a program, whatever its name says" in page
    assert 'value="21"' in page and "Mine" in page and 'href="#upload"' in page
    assert 'value="upload" checked' in page and not Upload.objects.exists()


def test_a_file_that_is_too_large_is_refused(draft: Draft, settings: Any) -> None:
    settings.CONTRACT_BYTES_MAX = 2**20
    response = sent(ada(draft), draft, do="upload-take", own_contract=pdf(bytes(2**20 + 1)))
    assert response.status_code == 422 and "larger than 1 MB" in text(response)


def test_going_on_without_a_file_asks_for_one(draft: Draft) -> None:
    for do in ("next", "upload-take"):
        response = sent(ada(draft), draft, do=do)
        assert response.status_code == 422 and "Choose" in response.context["f"]["upload"].error


def test_a_file_chosen_before_the_template_was_is_left_alone(draft: Draft) -> None:
    response = sent(ada(draft), draft, do="next", document="template", law="Sweden", venue="Lund", own_contract=pdf())
    assert response.status_code == 302 and not Upload.objects.exists()


def test_it_is_removed_by_its_button(own: Draft) -> None:
    browser = ada(own)
    assert sent(browser, own, do="upload-remove").status_code == 302
    own.refresh_from_db()
    assert own.body["upload"] == "" and "Remove" not in text(browser.get(step(own)))


def test_autosave_and_copies_know_it(own: Draft) -> None:
    browser = ada(own)
    saved = {"step": "contract", "document": "upload", "upload": "upl_x", "sign_within_days": "30", "version": "0"}
    assert browser.post(reverse("proposal-saves", args=[own.pk]), saved).status_code == 200
    before = own.body["upload"]
    own.refresh_from_db()
    assert (own.body["upload"], own.body["sign_within_days"]) == (before, "30")


def test_a_draft_from_before_there_were_uploads_has_the_template(draft: Draft) -> None:
    body = {name: value for name, value in draft.body.items() if name not in ("document", "upload")}
    Draft.objects.filter(pk=draft.pk).update(body=body)
    page = text(ada(draft).get(step(draft)))
    assert 'value="template" checked' in page
    assert ada(draft).get(reverse("proposal-review", args=[draft.pk])).status_code == 200


def test_a_name_is_never_markup(draft: Draft) -> None:
    browser = ada(draft)
    sent(browser, draft, do="upload-take", own_contract=pdf(name=f"x{CANARY}.pdf"))
    for path in (step(draft), reverse("proposal-review", args=[draft.pk])):
        page = text(browser.get(path))
        assert "alert(" not in page or "<script>alert" not in page
        assert "<img src=x" not in page


# -- read, signed, seen --------------------------------------------------------------------------------


def test_the_review_shows_its_pages_beside_the_schedule(own: Draft) -> None:
    page = text(ada(own).get(reverse("proposal-review", args=[own.pk])))
    for number in (1, 2, 3):
        assert f'alt="Page {number} of 3"' in page and f"/proposals/{own.pk}/own/{number}?v=" in page
    assert page.count('loading="lazy"') == 3
    assert "Schedule to the contract" in page and "This schedule governs" in page and "Agreement.pdf" in page


def test_who_has_not_ticked_that_the_schedule_governs_has_not_signed(own: Draft) -> None:
    browser = ada(own)
    response = offered(browser, own, governs="")
    assert response.status_code == 422 and 'id="governs_error"' in text(response) and not Terms.objects.exists()
    assert offered(browser, own).status_code == 302
    terms = Terms.objects.get()
    reader = guest(terms.project)
    page = text(reader.get(reverse("terms", args=[terms.pk])))
    assert "The schedule governs the amounts" in page and 'alt="Page 3 of 3"' in page
    path = reverse("terms-signatures", args=[terms.pk])
    refused = reader.post(path, SIGNED | {"governs": ""})
    assert refused.status_code == 422 and 'id="governs_error"' in text(refused)
    coded(reader, path, SIGNED)
    assert Terms.objects.get().status == "in_force"


def test_with_the_template_nobody_is_asked_about_a_schedule(draft: Draft) -> None:
    page = text(ada(draft).get(reverse("proposal-review", args=[draft.pk])))
    assert 'name="governs"' not in page and "Schedule to the contract" not in page


def test_a_contract_that_was_replaced_after_it_was_read_is_not_sent(own: Draft) -> None:
    browser = ada(own)
    seen = browser.get(reverse("proposal-review", args=[own.pk])).context["seen"]
    sent(browser, own, do="upload-take", own_contract=pdf())
    response = browser.post(reverse("proposal-review", args=[own.pk]), SIGNED | {"seen": seen})
    assert response.status_code == 409 and not Terms.objects.exists()


def test_pages_are_pictures_for_those_who_may_read(own: Draft) -> None:
    browser = ada(own)
    path = reverse("proposal-own-page", args=[own.pk, 2])
    response = browser.get(path)
    assert response.headers["Content-Type"] == "image/webp"
    assert response.headers["X-Content-Type-Options"] == "nosniff" and "no-store" in response.headers["Cache-Control"]
    assert b"".join(response.streaming_content)[8:12] == b"WEBP"
    assert mallory().get(path).status_code == 404 and Client().get(path).status_code == 302
    for number in (0, 4, 99_999):
        assert browser.get(reverse("proposal-own-page", args=[own.pk, number])).status_code == 404
    clean = browser.get(reverse("proposal-own", args=[own.pk]))
    assert b"".join(clean.streaming_content).startswith(b"%PDF-1.")
    assert clean.headers["Content-Disposition"] == 'attachment; filename="Agreement.pdf"'
    assert mallory().get(reverse("proposal-own", args=[own.pk])).status_code == 404


def test_pages_of_terms_go_with_the_terms(own: Draft) -> None:
    browser = ada(own)
    offered(browser, own)
    terms = Terms.objects.get()
    path = reverse("terms-own-page", args=[terms.pk, 1])
    for reader in (guest(terms.project), browser):
        response = reader.get(path)
        assert response.status_code == 200 and b"".join(response.streaming_content)
    assert mallory().get(path).status_code == 404
    answers.withdraw(terms=terms, by=cast.Person(own.author, own.party).actor(), at=cast.NOON)
    answers.purge(terms=Terms.objects.get(), at=cast.NOON + cast.days(200))
    assert browser.get(path).status_code == 404
    assert ada(own).get(reverse("terms", args=[terms.pk])).status_code == 200
    assert cast.offered(cast.ada()).upload is None


def test_a_custodian_reads_its_pages_and_accepts_its_mandate_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("milepost.web.access.now", lambda: cast.NOON)
    held_by, ada = custodians.admitted(), cast.ada()
    own = {"document": "upload", "upload": uploaded(ada, pages=3).pk}
    terms = custodians.signed_by_carl(custodians.offered(held_by, ada, **own))
    browser, page = signed_in(held_by), reverse("mandate", args=[terms.pk])
    shown = text(browser.get(page))
    assert 'alt="Page 3 of 3"' in shown and 'name="governs"' not in shown
    path = reverse("mandate-own-page", args=[terms.pk, 3])
    assert f"{path}?v=" in shown
    response = browser.get(path)
    assert response.status_code == 200 and b"".join(response.streaming_content)
    assert mallory().get(path).status_code == 404
    assert browser.post(f"{page}/signatures", custodians.form()).status_code == 302
    assert custodians.fresh(terms).status == "in_force"
    signed = Event.objects.filter(project=terms.project_id, kind="terms.signed").order_by("-number")[0]
    assert '"governs"' not in signed.data and '"consent":3' in signed.data


def test_a_page_that_can_not_be_drawn_is_not_there_and_a_busy_house_says_so(
    own: Draft, monkeypatch: pytest.MonkeyPatch
) -> None:
    Upload.objects.get()
    browser, path = ada(own), reverse("proposal-own-page", args=[own.pk, 1])
    for picture in settings.PICTURES.rglob("*.webp"):
        picture.unlink()
    monkeypatch.setattr(inspection, "PATIENCE_SECONDS", 0.05)
    with inspection.turn(), inspection.turn():
        response = browser.get(path)
    assert response.status_code == 503 and response.headers["Retry-After"] == "5"

    def fails(*_given: object, **_more: object) -> None:
        raise confinement.Unanswered("too much")

    monkeypatch.setattr(confinement, "ask_with_files", fails)
    assert browser.get(path).status_code == 404
    for left in settings.PICTURES.rglob("*.failed"):
        left.unlink()
