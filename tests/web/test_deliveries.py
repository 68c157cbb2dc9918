"""Work handed over on the page: files and links, kept as they were, refused in words."""

from __future__ import annotations

import pytest
from django.conf import settings

from milepost.actions import signing
from milepost.models import Delivery, File
from tests import cast
from tests.cast import NOON
from tests.web import readers
from tests.web.milestones import at, opened, status, upload
from tests.web.readers import text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


def test_files_and_links_are_handed_over_for_each_deliverable() -> None:
    ada = cast.ada()
    project, milestone = opened(ada)
    place = milestone.said.deliverables[0].id
    data = {
        "note": "Here it is.",
        f"file-{place}": [upload("one.zip", b"one"), upload("two.zip", b"two")],
        f"link-{place}": "https://example.org/a\n\n https://example.org/b ",
    }
    assert readers.signed_in(ada).post(at(milestone, "deliveries"), data).status_code == 302
    items = list(Delivery.objects.get(milestone=milestone).items.order_by("pk"))
    assert [item.deliverable for item in items] == [place] * 4
    assert [item.file.name if item.file else item.link for item in items] == [
        "one.zip",
        "two.zip",
        "https://example.org/a",
        "https://example.org/b",
    ]
    page = text(readers.guest(project).get(at(milestone)))
    assert "one.zip" in page
    assert items[0].file.sha256[:12] in page  # type: ignore[union-attr]


def test_a_freelancer_with_only_a_link_delivers_too() -> None:
    carl = cast.person("Carl & Sons", "carl-hires@example.org")
    terms = cast.offered(carl, side="client", own_name="Carl & Sons", other_name="Ada", holder="nobody")
    signing.sign(terms=terms, signing=cast.signature("Ada"), by=cast.guest(terms.project.freelancer), at=NOON)
    milestone = cast.milestone(cast.fresh(terms.project))
    place = milestone.said.deliverables[0].id
    guest = readers.guest(terms.project, "freelancer")
    assert guest.post(at(milestone, "deliveries"), {f"link-{place}": "https://example.org"}).status_code == 302
    assert status(milestone) == "delivered"


def test_a_file_that_is_too_large_is_named_and_the_rest_of_what_was_typed_stays(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(settings, "FILE_BYTES_MAX", 1024 * 1024)
    ada = cast.ada()
    _, milestone = opened(ada)
    place = milestone.said.deliverables[0].id
    data = {
        "note": "A note.",
        f"file-{place}": upload("film.mov", b"x" * (1024 * 1024 + 1)),
        f"link-{place}": "https://example.org/kept",
    }
    page = readers.signed_in(ada).post(at(milestone, "deliveries"), data)
    assert page.status_code == 422
    assert "“film.mov” is larger than 1 MB" in text(page)
    assert f'id="file-{place}_error"' in text(page)
    assert "A note." in text(page)
    assert "https://example.org/kept" in text(page)
    assert not File.objects.filter(name="film.mov").exists()
    assert status(milestone) == "open"


@pytest.mark.parametrize("link", ["javascript:alert(1)", "ftp://example.org/x", "not a link", "data:text/html,x"])
def test_only_web_addresses_are_links(link: str) -> None:
    ada = cast.ada()
    _, milestone = opened(ada)
    place = milestone.said.deliverables[0].id
    page = readers.signed_in(ada).post(at(milestone, "deliveries"), {f"link-{place}": link, "note": "Kept."})
    assert page.status_code == 422
    assert "is not a web address" in text(page)
    assert "Kept." in text(page)
    assert not Delivery.objects.filter(milestone=milestone).exists()


def test_an_empty_delivery_is_refused_and_a_second_one_too() -> None:
    ada = cast.ada()
    _, milestone = opened(ada)
    client, place = readers.signed_in(ada), milestone.said.deliverables[0].id
    assert client.post(at(milestone, "deliveries"), {"note": "Nothing"}).status_code == 422
    data = {f"link-{place}": "https://example.org"}
    assert client.post(at(milestone, "deliveries"), data).status_code == 302
    again = client.post(at(milestone, "deliveries"), data)
    assert again.status_code == 409
    assert "delivered by now" in text(again)
    assert Delivery.objects.filter(milestone=milestone).count() == 1


def test_what_was_uploaded_comes_back_as_bytes_and_never_as_a_page() -> None:
    ada = cast.ada()
    project, milestone = opened(ada)
    place = milestone.said.deliverables[0].id
    evil = upload("evil.html", b"<script>alert(1)</script>", "text/html")
    readers.signed_in(ada).post(at(milestone, "deliveries"), {f"file-{place}": evil})
    file = File.objects.get(name="evil.html")
    response = readers.guest(project).get(f"/files/{file.pk}")
    assert b"".join(response.streaming_content) == b"<script>alert(1)</script>"
    assert response.headers["Content-Type"] == "application/octet-stream"
    assert response.headers["Content-Disposition"] == 'attachment; filename="evil.html"'
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Security-Policy"].startswith("sandbox")
    assert readers.mallory().get(f"/files/{file.pk}").status_code == 404
