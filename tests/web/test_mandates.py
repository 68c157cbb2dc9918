"""A custodian: asked for in settings, admitted by the operator, named in the wizard, accepts by signing, or declines."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from milepost.actions import custody, drafts, offers, signing
from milepost.core.refusals import NotAllowed, Refused, Stale
from milepost.core.steps import Body
from milepost.jobs import announce
from milepost.models import Custody, Mail, Party, Project, Terms, User
from tests import cast, payees
from tests.cast import NOON, Person
from tests.web import readers

pytestmark = pytest.mark.django_db

GROUND = "Notary in Stockholm, supervised by the bar; the money lies on a clients’ account."


@pytest.fixture(autouse=True)
def _noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("milepost.web.access.now", lambda: NOON)
    monkeypatch.setattr("milepost.documents.contract.render", lambda *said, **rest: b"%PDF-1.7")


def cora(email: str = "cora@example.org") -> Person:
    """A party that could hold money for others, and has not asked for it."""
    made = cast.person("Cora Trust", email, kind="organisation")
    payees.stated(made, name="Cora Trust, clients")
    return made


def olga() -> Person:
    made = cast.person("Olga Berg", "olga@example.org")
    User.objects.filter(pk=made.user.pk).update(is_operator=True)
    made.user.refresh_from_db()
    return made


def admitted(person: Person | None = None, **limits: int) -> Person:
    person = person or cora()
    asked = custody.ask(
        party=person.party,
        legal_ground=GROUND,
        second_person_above=[cast.usd(minor) for minor in limits.values()],
        by=person.actor(),
        at=NOON,
    )
    custody.admit(custody=asked, by=User.objects.filter(is_operator=True).first() or olga().user, at=NOON)
    return person


def offered(held_by: Person, ada: Person | None = None, **typed: Any) -> Terms:
    whole = {"holder": "custodian", "custodian": held_by.party.pk} | typed
    return cast.offered(ada or cast.ada(), **whole)


def signed_by_carl(terms: Terms) -> Terms:
    carl = cast.guest(terms.project.client)
    return signing.sign(terms=terms, signing=cast.signature("Carl Olsen"), by=carl, at=NOON)


def form() -> dict[str, str]:
    return {
        "signature_typed": "Cora Nilsson",
        "legal_name": "Cora Trust AB",
        "capacity": "Partner",
        "postal_address": "Storgatan 2",
        "consent": "yes",
    }


def fresh(terms: Terms) -> Terms:
    return Terms.objects.select_related("project__custodian").get(pk=terms.pk)


def told(kind: str) -> set[str]:
    announce.announce(NOON + timedelta(minutes=1))
    return set(Mail.objects.filter(event__kind=kind).values_list("to", flat=True))


# -- to be a custodian --------------------------------------------------------------------------------------


def test_it_is_asked_for_with_a_ground_and_admitted_by_the_operator() -> None:
    person, browser, operator = cora(), None, olga()
    browser = readers.signed_in(person)
    address = reverse("party-custody", args=[person.party.pk])
    assert browser.post(address, {"legal_ground": GROUND, "limit_USD": "1,000"}).status_code == 302
    assert "Waiting for the operator" in readers.text(browser.get(address))
    assert custody.custodians(NOON) == ()
    page = readers.signed_in(operator)
    assert "Notary in Stockholm" in readers.text(page.get("/installation/custodians"))
    row = Custody.objects.get()
    admission = reverse("installation-custodian-admissions", args=[row.pk])
    assert page.post(admission).status_code == 302
    assert page.post(admission).status_code == 409
    assert [one.name for one in custody.custodians(NOON)] == ["Cora Trust"]
    assert page.post(reverse("installation-custodian-endings", args=[row.pk])).status_code == 302
    assert custody.custodians(NOON) == ()


def test_another_ground_is_admitted_anew_and_other_limits_are_not() -> None:
    person = admitted()
    ask = {"party": person.party, "by": person.actor(), "at": NOON}
    custody.ask(legal_ground=GROUND, second_person_above=[cast.usd(5)], **ask)  # type: ignore[arg-type]
    assert Custody.objects.get().admitted_at
    custody.ask(legal_ground="Another licence.", second_person_above=[], **ask)  # type: ignore[arg-type]
    assert Custody.objects.get().admitted_at is None


def test_what_the_operator_has_not_read_is_not_admitted() -> None:
    person, operator = cora(), olga()
    ask = {"party": person.party, "second_person_above": [], "by": person.actor(), "at": NOON}
    seen = custody.ask(legal_ground=GROUND, **ask)  # type: ignore[arg-type]
    custody.ask(legal_ground="Whatever you like.", **ask)  # type: ignore[arg-type]
    with pytest.raises(Stale):
        custody.admit(custody=seen, by=operator.user, at=NOON)
    with pytest.raises(NotAllowed):
        custody.admit(custody=Custody.objects.get(), by=person.user, at=NOON)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"legal_ground": ""}, "Say on what ground"),
        ({"legal_ground": "x" * 1001}, "At most 1000 characters"),
        ({"legal_ground": "ok", "limit_USD": "1.234"}, "more than one way"),
        ({"legal_ground": "ok", "limit_USD": "-5"}, "USD"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(typed: dict[str, str], sentence: str) -> None:
    person = cora()
    answer = readers.signed_in(person).post(reverse("party-custody", args=[person.party.pk]), typed)
    assert answer.status_code == 422
    assert sentence in readers.text(answer)
    assert not Custody.objects.exists()


def test_without_an_account_nobody_is_a_custodian() -> None:
    person = cast.person("Cora Trust", "cora@example.org")
    answer = readers.signed_in(person).post(reverse("party-custody", args=[person.party.pk]), {"legal_ground": GROUND})
    assert answer.status_code == 422
    assert "Say first where you are paid" in readers.text(answer)


def test_only_an_owner_asks_for_it() -> None:
    person = cora()
    member = readers.signed_in(cast.colleague(person))
    address = reverse("party-custody", args=[person.party.pk])
    assert "Only an owner changes this" in readers.text(member.get(address))
    assert member.post(address, {"legal_ground": GROUND}).status_code == 403
    assert readers.mallory().get(address).status_code == 404


# -- to be named in terms ----------------------------------------------------------------------------------------


def test_the_terms_name_it_with_its_account_and_need_its_signature() -> None:
    person = admitted()
    terms = offered(person)
    said = terms.said.custodian
    assert said is not None
    assert (said.name, said.legal_ground, said.payee.iban) == ("Cora Trust", GROUND, payees.IBAN)
    assert terms.said.signatures == ("client", "freelancer", "custodian")
    assert fresh(terms).project.custodian == person.party


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"custodian": ""}, "Choose who holds the money."),
        ({"custodian": "par_nobody"}, "no new mandates"),
        ({"other_email": "cora@example.org"}, "one of the two sides"),
        ({"other_email": "CORA+notary@example.org"}, "one of the two sides"),
    ],
)
def test_a_custodian_that_can_t_be_is_refused_at_its_field(typed: Body, sentence: str) -> None:
    person = admitted()
    with pytest.raises(Refused) as refused:
        offered(person, **typed)
    problems = [one for one in refused.value.refusals if one.field == "custodian"]  # type: ignore[attr-defined]
    assert sentence in problems[0].sentence


def test_one_that_ended_between_draft_and_sending_is_refused_and_nothing_is_lost() -> None:
    person, ada = admitted(), cast.ada()
    draft = cast.draft(ada, holder="custodian", custodian=person.party.pk, other_email="carl@example.org")
    custody.end(custody=Custody.objects.get(), by=User.objects.get(is_operator=True), at=NOON)
    with pytest.raises(Refused):
        offers.offer(draft=draft, signing=cast.signature(), by=ada.actor(), at=NOON)
    draft.refresh_from_db()
    assert draft.body["custodian"] == person.party.pk
    page = readers.text(readers.signed_in(ada).get(reverse("proposal-review", args=[draft.pk])))
    assert "Nobody is admitted here" in page or "Choose who holds the money" in page


def test_a_custodian_with_people_of_a_side_is_refused() -> None:
    person, ada = admitted(), cast.ada()
    person.party.members.create(user=ada.user, role="member")
    draft = cast.draft(ada, holder="custodian", custodian=person.party.pk, other_email="carl@example.org")
    wrong = drafts.check(draft=draft, step="payment", at=NOON)
    assert [one.field for one in wrong] == ["custodian"]
    assert "people in common" in wrong[0].sentence


def test_one_milestone_may_have_another_holder() -> None:
    person, ada = admitted(), cast.ada()
    draft = cast.draft(ada, holder="nobody", other_email="carl@example.org", custodian=person.party.pk)
    draft.body["milestones"][1]["holder"] = "custodian"
    draft.save()
    said = drafts.compose(draft=draft, at=NOON)
    assert [said.holder_of(each) for each in said.milestones] == ["nobody", "custodian", "nobody"]
    assert said.custodian is not None
    assert said.payment_days == 14


# -- the mandate ----------------------------------------------------------------------------------------------------


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
    assert payees.IBAN in page
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
