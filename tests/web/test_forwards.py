"""A proposal passed on, as both readers meet it; the sender is told, and sees no link."""

from __future__ import annotations

import pytest
from django.test import Client

from milepost.actions import invitations
from milepost.models import Code, Invitation, Mail, Terms
from tests import cast
from tests.cast import NOON
from tests.web import readers
from tests.web.readers import coded, guest, signed_in, text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]

SIGNED = {
    "signature_typed": "Nora Olsen",
    "legal_name": "Carl & Sons Ltd",
    "postal_address": "2 Harbour Street",
    "consent": "yes",
}


@pytest.fixture
def terms(db: None) -> Terms:
    return cast.offered(cast.ada(), other_email="carl@example.org")


def passed_on(terms: Terms, email: str = "nora@example.org", words: str = "") -> Client:
    """Carl, the guest, passes it on; what he has open afterwards."""
    carl = guest(terms.project)
    response = carl.post(f"/terms/{terms.pk}/forwards", {"forward_email": email, "forward_words": words})
    assert response.status_code == 302, text(response)
    return carl


def nora(terms: Terms, browser: Client | None = None) -> Client:
    """A browser that opened the link from Nora's mail."""
    browser = browser or Client()
    made = Invitation.objects.get(project=terms.project, email="nora@example.org")
    path = invitations.mint(invitation_id=made.pk, at=NOON)
    assert "Ada Lindqvist" in text(browser.get(path))
    assert browser.post(path).url == f"/terms/{terms.pk}"  # type: ignore[attr-defined]
    return browser


def test_the_page_offers_it_to_the_reader_and_not_to_the_sender(terms: Terms) -> None:
    page = text(guest(terms.project).get(f"/terms/{terms.pk}"))
    assert "Somebody else signs for you? Pass it on" in page
    assert "Pass it on" not in text(signed_in(cast.person_of(terms)).get(f"/terms/{terms.pk}"))


def test_nora_signs_by_her_own_link_and_code_and_carl_goes_on_reading(terms: Terms) -> None:
    carl = passed_on(terms, words="You sign.")
    assert "Passed on." in text(carl.get(f"/terms/{terms.pk}"))
    browser = nora(terms)
    assert coded(browser, f"/terms/{terms.pk}/signatures", SIGNED).status_code == 302
    assert Code.objects.get().email == "nora@example.org"
    assert "Signed by both, in force" in text(carl.get(f"/terms/{terms.pk}"))
    assert carl.get(f"/projects/{terms.project_id}").status_code == 200
    assert browser.get(f"/projects/{terms.project_id}").status_code == 200


def test_the_one_it_was_passed_on_to_is_offered_no_account_that_would_not_have_it(terms: Terms) -> None:
    carl = passed_on(terms)
    browser = nora(terms)
    coded(browser, f"/terms/{terms.pk}/signatures", SIGNED)
    assert "Take an account with carl@example.org" in text(carl.get(f"/terms/{terms.pk}"))
    assert "Take an account" not in text(browser.get(f"/terms/{terms.pk}"))


def test_a_second_signature_by_the_other_of_the_two_is_refused(terms: Terms) -> None:
    carl = passed_on(terms)
    coded(nora(terms), f"/terms/{terms.pk}/signatures", SIGNED)
    response = carl.post(f"/terms/{terms.pk}/signatures", SIGNED)
    assert response.status_code == 409
    assert "in force by now" in text(response)


def test_whoever_is_signed_in_with_that_address_reads_it_as_a_guest_for_this_proposal_alone(terms: Terms) -> None:
    """Nora has an account of her own, for another party: the link is not that party's."""
    other = cast.person("Nora", "nora@example.org")
    passed_on(terms)
    browser = signed_in(other)
    made = Invitation.objects.get(project=terms.project, email="nora@example.org")
    assert "passed on to you" in text(browser.get(invitations.mint(invitation_id=made.pk, at=NOON)))
    nora(terms, browser)
    page = browser.get(f"/terms/{terms.pk}")
    assert page.status_code == 200
    assert "Pass it on" in text(page)
    assert not other.party.projects_as_client.exists()


def test_a_refusal_is_said_at_the_address_and_everything_typed_stays(terms: Terms) -> None:
    ada = terms.project.freelancer
    posted = {"forward_email": ada.email, "forward_words": "You sign, please."}
    response = guest(terms.project).post(f"/terms/{terms.pk}/forwards", posted)
    page = text(response)
    assert response.status_code == 422
    assert "That is somebody of the other side." in page
    assert f'value="{ada.email}"' in page
    assert "You sign, please." in page
    assert 'id="pass-on" open' in page
    assert not Mail.objects.filter(to=ada.email, subject__contains="passes").exists()


def test_links_that_were_passed_on_end_when_the_sender_sends_the_link_again(terms: Terms) -> None:
    carl = passed_on(terms)
    browser, ada = nora(terms), signed_in(cast.person_of(terms))
    assert ada.post(f"/terms/{terms.pk}/invitations").status_code == 302
    for ended in (carl, browser):
        assert ended.get(f"/terms/{terms.pk}").status_code == 302, "asked to open the newest mail"
    there = text(ada.get(f"/terms/{terms.pk}"))
    assert "nora@example.org" not in there
    assert "/links/" not in there


def test_the_sender_reads_in_the_activity_that_it_was_passed_on(terms: Terms) -> None:
    passed_on(terms)
    page = text(signed_in(cast.person_of(terms)).get(f"/projects/{terms.project_id}"))
    assert "Carl &amp; Sons passed the proposal on to the person who signs." in page
    assert "nora@example.org" not in page


def test_the_letters_words_are_text(terms: Terms) -> None:
    passed_on(terms, words=readers.CANARY)
    [letter] = Mail.objects.filter(to="nora@example.org")
    assert readers.CANARY not in letter.html


def test_a_member_passes_it_on_to_one_of_the_signatories() -> None:
    carl = cast.person("Carl Olsen", "carl@example.org")
    found = cast.offered(cast.ada(), other_email="carl@example.org")
    bo = signed_in(cast.colleague(carl, "member"), fresh=False)
    page = text(bo.get(f"/terms/{found.pk}"))
    assert 'value="carl@example.org" checked' in page
    assert bo.post(f"/terms/{found.pk}/forwards", {"forward_email": "carl@example.org"}).status_code == 302
    assert Mail.objects.filter(to="carl@example.org", subject__contains="passes a proposal on").count() == 1
    sigrid = cast.colleague(carl, "signatory", "sigrid@example.org")
    assert bo.post(f"/terms/{found.pk}/forwards", {"forward_email": sigrid.user.email}).status_code == 302
    assert bo.post(f"/terms/{found.pk}/forwards", {"forward_email": "x@example.org"}).status_code == 403
