"""A proposal on the page: read, signed, answered, taken back, by those who may and by nobody else."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
import time_machine
from django.test import Client

from milepost.models import Draft, Mail, Signature, Terms
from tests import cast
from tests.cast import NOON
from tests.web import readers
from tests.web.readers import CANARY, coded, text

pytestmark = pytest.mark.django_db

SIGNED = {
    "signature_typed": "Carl Olsen",
    "legal_name": "Carl & Sons Ltd",
    "capacity": "Director",
    "postal_address": "2 High Street",
    "consent": "yes",
}
DEEDS = ("signatures", "change-requests", "refusals", "withdrawals", "invitations")


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        yield


def status(terms: Terms) -> str:
    return Terms.objects.get(pk=terms.pk).status


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


# -- signing -------------------------------------------------------------------------------------


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
    assert "signed by both" in text(again)
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


# -- other answers -------------------------------------------------------------------------------


def test_the_other_side_asks_for_a_change_and_the_sender_can_revise() -> None:
    ada = cast.ada()
    terms = cast.offered(ada)
    guest = readers.guest(terms.project)
    assert guest.post(f"/terms/{terms.pk}/change-requests", {"words": "Two weeks later, please."}).status_code == 302
    assert status(terms) == "offered"
    page = text(readers.signed_in(ada).get(f"/terms/{terms.pk}"))
    assert "Two weeks later, please." in page
    assert f'name="terms" value="{terms.pk}"' in page
    assert 'id="sign"' in text(guest.get(f"/terms/{terms.pk}"))


def test_a_change_without_words_is_asked_again_where_it_was_typed() -> None:
    terms = cast.offered(cast.ada())
    client = readers.guest(terms.project)
    page = client.post(f"/terms/{terms.pk}/change-requests", {"words": "  "})
    assert page.status_code == 422
    assert 'id="words_error"' in text(page)
    long = client.post(f"/terms/{terms.pk}/refusals", {"reason": "x" * 5001})
    assert long.status_code == 422
    assert 'id="reason_error"' in text(long)
    assert 'id="words_error"' not in text(long)
    assert "x" * 5001 in text(long)


def test_the_other_side_declines_and_the_sender_reads_why() -> None:
    ada = cast.ada()
    terms = cast.offered(ada)
    readers.guest(terms.project).post(f"/terms/{terms.pk}/refusals", {"reason": "Too dear."})
    assert status(terms) == "declined"
    assert "Too dear." in text(readers.signed_in(ada).get(f"/terms/{terms.pk}"))
    assert "Too dear." in text(readers.signed_in(ada).get(f"/projects/{terms.project_id}"))


def test_the_sender_can_not_answer_its_own_terms() -> None:
    ada = cast.ada()
    terms = cast.offered(ada)
    client = readers.signed_in(ada)
    assert client.post(f"/terms/{terms.pk}/change-requests", {"words": "x"}).status_code == 403
    assert client.post(f"/terms/{terms.pk}/refusals", {"reason": "x"}).status_code == 403
    assert status(terms) == "offered"


# -- the sender ----------------------------------------------------------------------------------


def test_the_sender_takes_it_back_and_the_guest_is_out() -> None:
    ada = cast.ada()
    terms = cast.offered(ada)
    guest, client = readers.guest(terms.project), readers.signed_in(ada)
    assert client.post(f"/terms/{terms.pk}/withdrawals").status_code == 302
    assert status(terms) == "withdrawn"
    assert guest.post(f"/terms/{terms.pk}/signatures", SIGNED).status_code == 302
    again = client.post(f"/terms/{terms.pk}/withdrawals")
    assert again.status_code == 409
    assert status(terms) == "withdrawn"


def test_one_signs_while_the_other_takes_it_back() -> None:
    carl = cast.person("Carl Olsen", "carl-slow@example.org")
    ada = cast.ada()
    terms = cast.offered(ada, other_email=carl.user.email)
    client = readers.signed_in(carl)
    client.get(f"/terms/{terms.pk}")
    readers.signed_in(ada).post(f"/terms/{terms.pk}/withdrawals")
    late = client.post(f"/terms/{terms.pk}/signatures", SIGNED)
    assert late.status_code == 409
    assert "withdrawn" in text(late)
    assert not Signature.objects.filter(terms=terms, side="client").exists()


def test_the_guest_can_neither_take_it_back_nor_send_it_again() -> None:
    terms = cast.offered(cast.ada())
    guest = readers.guest(terms.project)
    assert guest.post(f"/terms/{terms.pk}/withdrawals").status_code == 403
    assert guest.post(f"/terms/{terms.pk}/invitations").status_code == 403
    assert guest.post(f"/terms/{terms.pk}/invitations", {"email": "thief@example.org"}).status_code == 403
    assert status(terms) == "offered"


def test_sending_the_link_again_ends_the_one_before() -> None:
    ada = cast.ada()
    terms = cast.offered(ada)
    path = readers.token(terms.project, terms.project.client)
    readers.signed_in(ada).post(f"/terms/{terms.pk}/invitations")
    assert Client().get(path).status_code in (404, 410)
    assert Mail.objects.filter(to=terms.project.client.email, subject__contains="link").count() == 1


def test_a_corrected_address_takes_it_back_and_leads_to_the_draft_for_the_right_one() -> None:
    ada = cast.ada()
    terms = cast.offered(ada)
    response = readers.signed_in(ada).post(f"/terms/{terms.pk}/invitations", {"email": "right@example.org"})
    assert status(terms) == "withdrawn"
    draft = Draft.objects.get(sent_as=None, party=ada.party)
    assert draft.pk in response.headers["Location"]
    assert draft.body["other_email"] == "right@example.org"


def test_a_mail_that_could_not_be_delivered_is_said_to_the_sender() -> None:
    ada = cast.ada()
    terms = cast.offered(ada)
    mail = Mail(to=terms.project.client.email, subject="x", text="x", written_at=NOON, due_at=NOON, dead_at=NOON)
    mail.save()
    assert "could not be delivered" in text(readers.signed_in(ada).get(f"/terms/{terms.pk}"))
    assert "could not be delivered" not in text(readers.guest(terms.project).get(f"/terms/{terms.pk}"))


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
