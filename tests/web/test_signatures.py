"""A proposal signed on the page: with a code, by the other side alone, in time."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
import time_machine

from milepost.models import Mail, Signature
from tests import cast
from tests.web import readers
from tests.web.readers import coded, text
from tests.web.terms import SIGNED, status

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


def test_a_guest_signs_with_the_code_from_the_mail() -> None:
    terms = cast.offered(cast.ada())
    client = readers.guest(terms.project)
    response = coded(client, f"/terms/{terms.pk}/signatures", SIGNED)
    assert response.headers["Location"] == f"/terms/{terms.pk}"
    assert status(terms) == "in_force"
    signature = Signature.objects.get(terms=terms, side="client")
    assert (signature.name, signature.legal_name, signature.proof) == ("Carl Olsen", "Carl & Sons Ltd", "code")
    assert "Signed by both" in text(client.get(f"/terms/{terms.pk}"))


def test_who_signed_in_just_now_needs_no_code_and_who_did_yesterday_does() -> None:
    carl = cast.person("Carl Olsen", "carl-account@example.org")
    terms = cast.offered(cast.ada(), other_email=carl.user.email)
    old = readers.signed_in(carl, fresh=False).post(f"/terms/{terms.pk}/signatures", SIGNED)
    assert "one-time-code" in text(old)
    assert status(terms) == "offered"
    new = readers.signed_in(carl).post(f"/terms/{terms.pk}/signatures", SIGNED)
    assert new.headers["Location"] == f"/projects/{terms.project_id}"
    assert status(terms) == "in_force"


@pytest.mark.parametrize("missing", ["signature_typed", "legal_name", "postal_address", "consent"])
def test_what_is_missing_is_said_where_it_is_missing_and_the_rest_stays(missing: str) -> None:
    terms = cast.offered(cast.ada())
    given = {name: value for name, value in SIGNED.items() if name != missing}
    page = readers.guest(terms.project).post(f"/terms/{terms.pk}/signatures", given)
    assert page.status_code == 422
    assert "aria-invalid" in text(page)
    for name in given.keys() - {"consent"}:
        assert given[name].replace("&", "&amp;") in text(page), name
    assert status(terms) == "offered"
    assert not Mail.objects.filter(subject__contains="code").exists()


def test_the_box_is_not_ticked_beforehand() -> None:
    terms = cast.offered(cast.ada())
    page = text(readers.guest(terms.project).get(f"/terms/{terms.pk}"))
    box = page[page.index('name="consent"') - 40 : page.index('name="consent"') + 120]
    assert "checked" not in box
    assert "simple electronic signature" in page


def test_five_wrong_codes_are_the_end_of_that_code() -> None:
    terms = cast.offered(cast.ada())
    client, path = readers.guest(terms.project), f"/terms/{terms.pk}/signatures"
    client.post(path, SIGNED)
    right = readers.digits()
    wrong = f"{(int(right) + 1) % 1_000_000:06}"
    sentences = [text(client.post(path, SIGNED | {"code": wrong})) for _ in range(5)]
    assert "Tries left: 4" in sentences[0]
    assert all("Carl &amp; Sons Ltd" in page for page in sentences)
    assert client.post(path, SIGNED | {"code": right}).status_code == 422
    assert status(terms) == "offered"


def test_a_code_for_one_thing_opens_nothing_else() -> None:
    ada = cast.ada()
    one, other = (cast.offered(ada, other_email="carl-two@example.org") for _ in range(2))
    carl = cast.person("Carl Olsen", "carl-two@example.org")
    first, second = readers.guest(one.project), readers.guest(other.project)
    first.post(f"/terms/{one.pk}/signatures", SIGNED)
    code = readers.digits()
    assert second.post(f"/terms/{other.pk}/signatures", SIGNED | {"code": code}).status_code == 422
    assert status(other) == "offered"
    assert carl.user.email == one.project.client.email


def test_another_code_can_be_asked_for_with_everything_kept() -> None:
    terms = cast.offered(cast.ada())
    client, path = readers.guest(terms.project), f"/terms/{terms.pk}/signatures"
    client.post(path, SIGNED)
    again = client.post(path, SIGNED | {"new_code": "yes"})
    assert ("legal_name", "Carl & Sons Ltd") in again.context["kept"]
    assert client.post(path, SIGNED | {"code": readers.digits()}).status_code == 302
    assert status(terms) == "in_force"


def test_signing_twice_is_said_and_changes_nothing() -> None:
    terms = cast.offered(cast.ada())
    client, path = readers.guest(terms.project), f"/terms/{terms.pk}/signatures"
    coded(client, path, SIGNED)
    again = client.post(path, SIGNED)
    assert again.status_code == 409
    assert "in force by now" in text(again)
    assert Signature.objects.filter(terms=terms).count() == 2


def test_the_sender_can_not_sign_for_the_other_side() -> None:
    ada = cast.ada()
    terms = cast.offered(ada)
    client = readers.signed_in(ada)
    assert 'id="sign"' not in text(client.get(f"/terms/{terms.pk}"))
    assert client.post(f"/terms/{terms.pk}/signatures", SIGNED).status_code == 403
    assert status(terms) == "offered"


def test_the_time_to_sign_ends() -> None:
    terms = cast.offered(cast.ada())
    with time_machine.travel(terms.sign_until - timedelta(hours=1), tick=False):
        client = readers.guest(terms.project)
    with time_machine.travel(terms.sign_until + timedelta(seconds=1), tick=False):
        assert 'id="sign"' not in text(client.get(f"/terms/{terms.pk}"))
        assert client.post(f"/terms/{terms.pk}/signatures", SIGNED).status_code == 409
    assert status(terms) == "offered"


def test_a_drawn_line_is_kept_in_the_box_of_the_signature_page() -> None:
    terms = cast.offered(cast.ada())
    drawing = json.dumps([[[0, 0, 0, 500], [1000, 517, 40, 500]], [[20, 500, 80, 0], [30, 400, 90, 0]]])
    coded(readers.guest(terms.project), f"/terms/{terms.pk}/signatures", SIGNED | {"signature_strokes": drawing})
    strokes = Signature.objects.get(terms=terms, side="client").strokes
    assert [len(stroke) for stroke in strokes] == [2, 2]  # type: ignore[arg-type]
    assert all(0 <= x <= 600 and 0 <= y <= 200 for stroke in strokes for x, y in stroke)  # type: ignore[attr-defined]
    assert max(y for stroke in strokes for _, y in stroke) >= 198  # type: ignore[attr-defined]


@pytest.mark.parametrize("drawing", ["[", '{"a": 1}', "[[[1e999, 1]]]", '[["x"]]', "[[null]]", "1", "[" * 5000])
def test_what_is_no_drawing_is_refused(drawing: str) -> None:
    terms = cast.offered(cast.ada())
    posted = readers.guest(terms.project).post(f"/terms/{terms.pk}/signatures", SIGNED | {"signature_strokes": drawing})
    assert posted.status_code == 422
    assert "drawing" in text(posted)
