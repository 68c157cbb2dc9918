"""A contract of one's own in the wizard: chosen, refused at the field, shown, taken away; and who sees its pages."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from milepost.models import Draft, Upload
from tests import cast
from tests.gateways import pdfs
from tests.web.readers import mallory, signed_in, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft() -> Draft:
    return cast.draft(cast.ada())


def ada(draft: Draft) -> Client:
    return signed_in(cast.Person(draft.author, draft.party))


def pdf(body: bytes | None = None, name: str = "Contract.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, pdfs.saved(pdfs.plain(3)) if body is None else body, "application/pdf")


def sent(browser: Client, draft: Draft, **typed: Any) -> Any:
    """The step of the contract as the page sends it."""
    fields = {"version": draft.version, "page": "p", "document": "upload", "sign_within_days": "14"} | typed
    return browser.post(reverse("proposal-step", args=[draft.pk, "contract"]), fields)


def test_a_pdf_becomes_the_contract(draft: Draft) -> None:
    browser = ada(draft)
    response = sent(browser, draft, do="upload-take", own_contract=pdf())
    assert response.status_code == 302 and response.headers["Location"].endswith("#own")
    upload = Upload.objects.get()
    page = text(browser.get(response.headers["Location"]))
    assert "Contract.pdf" in page and "3 pages" in page and "Remove" in page
    draft.refresh_from_db()
    assert (draft.body["upload"], draft.body["document"]) == (upload.pk, "upload")
