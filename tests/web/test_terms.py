"""A proposal on the page: read by those who may and by nobody else, with the paper to take away."""

from __future__ import annotations

import subprocess
from datetime import date

import pytest
from django.test import Client

from milepost.models import Terms
from tests import cast
from tests.web import readers
from tests.web.readers import CANARY, text
from tests.web.terms import SIGNED, status

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]

DEEDS = ("signatures", "change-requests", "refusals", "withdrawals", "invitations")


# -- who sees it ---------------------------------------------------------------------------------


def test_both_sides_read_it_in_full_and_strangers_do_not() -> None:
    ada = cast.ada()
    terms = cast.offered(ada)
    for client in (readers.signed_in(ada), readers.guest(terms.project)):
        page = client.get(f"/terms/{terms.pk}")
        assert page.status_code == 200
        assert page.headers["Cache-Control"] == "no-store"
        assert "12 posts for February" in text(page)
        assert terms.fingerprint in text(page)
    assert readers.mallory().get(f"/terms/{terms.pk}").status_code == 404
    away = Client().get(f"/terms/{terms.pk}")
    assert away.headers["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("deed", DEEDS)
def test_no_stranger_does_anything_about_it(deed: str) -> None:
    terms = cast.offered(cast.ada())
    assert readers.mallory().post(f"/terms/{terms.pk}/{deed}", SIGNED | {"words": "x"}).status_code == 404
    assert Client().post(f"/terms/{terms.pk}/{deed}", SIGNED | {"words": "x"}).status_code == 302
    assert status(terms) == "offered"


@pytest.mark.parametrize("deed", DEEDS)
def test_who_comes_to_a_deed_by_its_address_is_led_to_the_page(deed: str) -> None:
    ada = cast.ada()
    terms = cast.offered(ada)
    client = readers.signed_in(ada)
    assert client.get(f"/terms/{terms.pk}/{deed}").headers["Location"] == f"/terms/{terms.pk}"
    assert client.put(f"/terms/{terms.pk}/{deed}").status_code == 405


def test_the_sender_finds_the_others_link_nowhere() -> None:
    ada = cast.ada()
    terms = cast.offered(ada)
    token = readers.token(terms.project, terms.project.client).rsplit("/", 1)[1]
    client = readers.signed_in(ada)
    pages = [client.get(path) for path in (f"/terms/{terms.pk}", f"/projects/{terms.project_id}")]
    pages += [client.post(f"/terms/{terms.pk}/invitations"), client.get(f"/terms/{terms.pk}")]
    for page in pages:
        assert token not in text(page) + str(page.headers)
        assert "/links/" not in text(page)


def test_nothing_that_people_typed_is_ever_markup() -> None:
    ada = cast.ada()
    milestones = [(CANARY, "3,000.00", date(2027, 1, 31))]
    terms = cast.offered(ada, project_name=CANARY, other_name=CANARY, scope=CANARY, milestones=milestones)
    guest = readers.guest(terms.project)
    guest.post(f"/terms/{terms.pk}/change-requests", {"words": CANARY})
    refused = guest.post(f"/terms/{terms.pk}/signatures", dict.fromkeys(SIGNED, CANARY))
    assert refused.status_code == 422
    for page in (refused, guest.get(f"/terms/{terms.pk}"), readers.signed_in(ada).get(f"/terms/{terms.pk}")):
        assert "<script>alert" not in text(page)
        assert "<img src=x" not in text(page)


# -- the paper -----------------------------------------------------------------------------------


def test_the_paper_is_a_download_that_nothing_runs_in(tmp_path) -> None:
    terms = cast.offered(cast.ada())
    response = readers.guest(terms.project).get(f"/terms/{terms.pk}/paper")
    body = b"".join(response.streaming_content)
    assert body.startswith(b"%PDF-")
    (tmp_path / "paper.pdf").write_bytes(body)
    assert subprocess.run(["qpdf", "--check", tmp_path / "paper.pdf"], capture_output=True, check=False).returncode == 0
    assert response.headers["Content-Disposition"].startswith("attachment;")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Security-Policy"].startswith("sandbox")
    assert response.headers["Cache-Control"] == "no-store"


def test_strangers_get_no_paper() -> None:
    terms = cast.offered(cast.ada())
    assert readers.mallory().get(f"/terms/{terms.pk}/paper").status_code == 404
    assert readers.mallory().get(f"/files/{terms.reading_copy_id}").status_code == 404
    assert Client().get(f"/files/{terms.reading_copy_id}").status_code == 302


def test_terms_whose_text_was_deleted_still_have_a_page() -> None:
    ada = cast.ada()
    terms = cast.offered(ada)
    client = readers.signed_in(ada)
    client.post(f"/terms/{terms.pk}/withdrawals")
    Terms.objects.filter(pk=terms.pk).update(body=None)
    for path in (f"/terms/{terms.pk}", f"/projects/{terms.project_id}"):
        assert client.get(path).status_code == 200
    assert terms.fingerprint in text(client.get(f"/terms/{terms.pk}"))
