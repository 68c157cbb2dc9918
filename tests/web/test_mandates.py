"""A custodian's mandate: asked for once both have signed, accepted by signing, or declined."""

from __future__ import annotations

import pytest
from django.urls import reverse

from milepost.models import Mail, Party, Project
from tests import cast, payees
from tests.cast import NOON
from tests.custodians import admitted, cora, form, fresh, offered, signed_by_carl, told
from tests.web import readers

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("milepost.web.access.now", lambda: NOON)
    monkeypatch.setattr("milepost.documents.contract.render", lambda *said, **rest: b"%PDF-1.7")


def test_it_is_asked_once_both_have_signed_and_the_terms_are_in_force_with_its_acceptance() -> None:
    person = admitted()
    terms = offered(person)
    assert told("terms.signed") == set()
    signed_by_carl(terms)
    assert fresh(terms).status == "offered"
    assert told("terms.signed") == {"cora@example.org"}
    browser = readers.signed_in(person)
    assert "Mandates to accept" in readers.text(browser.get("/holdings"))
    page = readers.text(browser.get(reverse("mandate", args=[terms.pk])))
    assert "Both sides have signed" in page
    assert payees.GROUPED in page
    answer = browser.post(reverse("mandate-signatures", args=[terms.pk]), form())
    assert answer.status_code == 302
    assert fresh(terms).status == "in_force"
    assert fresh(terms).signatures.get(side="custodian").consent_version == 3
    assert "cora@example.org" in told("terms.entered_force")
    assert browser.post(reverse("mandate-signatures", args=[terms.pk]), form()).status_code == 409


def test_declined_nothing_is_in_force_and_both_are_told_why() -> None:
    person = admitted()
    terms = signed_by_carl(offered(person))
    browser = readers.signed_in(person)
    assert browser.post(reverse("mandate-refusals", args=[terms.pk]), {"reason": ""}).status_code == 422
    refusal = browser.post(reverse("mandate-refusals", args=[terms.pk]), {"reason": "We know one of them."})
    assert refusal.status_code == 302
    assert fresh(terms).status == "declined"
    assert told("terms.declined") == {terms.said.freelancer.email, terms.said.client.email}
    assert "We know one of them." in Mail.objects.filter(event__kind="terms.declined")[0].text


def test_whoever_has_signed_neither_declines_nor_asks_for_a_change() -> None:
    person = admitted()
    terms = signed_by_carl(offered(person))
    carl = readers.guest(terms.project)
    assert carl.post(reverse("terms-refusals", args=[terms.pk]), {"reason": "No"}).status_code == 409
    assert carl.post(reverse("terms-change-requests", args=[terms.pk]), {"words": "More"}).status_code == 409
    page = readers.text(carl.get(reverse("terms", args=[terms.pk])))
    assert "Waiting for Cora Trust" in page
    assert "Read to the end, then sign" not in page


def test_the_sender_takes_it_back_and_the_custodian_can_sign_no_more() -> None:
    person, ada = admitted(), cast.ada()
    terms = signed_by_carl(offered(person, ada))
    assert "Waiting for Cora Trust" in readers.text(readers.signed_in(ada).get(reverse("terms", args=[terms.pk])))
    assert readers.signed_in(ada).post(reverse("terms-withdrawals", args=[terms.pk])).status_code == 302
    browser = readers.signed_in(person)
    assert browser.post(reverse("mandate-signatures", args=[terms.pk]), form()).status_code == 409
    assert "can’t be accepted any more" in readers.text(browser.get(reverse("mandate", args=[terms.pk])))


def test_a_member_reads_it_and_a_signatory_signs() -> None:
    person = admitted()
    terms = signed_by_carl(offered(person))
    member = readers.signed_in(cast.colleague(person))
    page = readers.text(member.get(reverse("mandate", args=[terms.pk])))
    assert "A signatory of yours accepts it" in page
    assert member.post(reverse("mandate-signatures", args=[terms.pk]), form()).status_code == 403
    assert fresh(terms).status == "offered"


def test_a_custodian_that_signs_first_waits_for_both() -> None:
    person = admitted()
    terms = offered(person)
    assert readers.signed_in(person).post(reverse("mandate-signatures", args=[terms.pk]), form()).status_code == 302
    assert fresh(terms).status == "offered"
    assert signed_by_carl(terms).status == "in_force"


def test_an_old_login_types_the_code() -> None:
    person = admitted()
    terms = signed_by_carl(offered(person))
    browser = readers.signed_in(person, fresh=False)
    assert readers.coded(browser, reverse("mandate-signatures", args=[terms.pk]), form()).status_code == 302
    assert fresh(terms).status == "in_force"


def test_nobody_else_has_the_page_and_the_custodian_has_no_other() -> None:
    person = admitted()
    terms = signed_by_carl(offered(person))
    other = readers.signed_in(admitted(cora("dora@example.org")))
    for browser in (readers.mallory(), readers.guest(terms.project), other):
        assert browser.get(reverse("mandate", args=[terms.pk])).status_code in (302, 404)
        assert browser.get(reverse("mandate-paper", args=[terms.pk])).status_code in (302, 404)
    mine = readers.signed_in(person)
    for path in (reverse("terms", args=[terms.pk]), reverse("project", args=[terms.project_id])):
        assert mine.get(path).status_code == 404
    assert mine.get(reverse("mandate-paper", args=[terms.pk])).status_code == 200
    assert Party.objects.count() >= 3
    assert Project.objects.count() == 1
