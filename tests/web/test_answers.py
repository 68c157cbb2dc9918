"""A proposal answered on the page by the other side; taken back, corrected, sent again by the sender."""

from __future__ import annotations

import pytest
from django.test import Client

from milepost.models import Draft, Mail, Signature
from tests import cast
from tests.cast import NOON
from tests.web import readers
from tests.web.readers import text
from tests.web.terms import SIGNED, status

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


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
