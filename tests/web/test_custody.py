"""To hold money for others: asked for in settings, admitted by the operator, named in the wizard."""

from __future__ import annotations

import pytest
from django.urls import reverse

from milepost.actions import custody, drafts, offers
from milepost.core.refusals import NotAllowed, Refused, Stale
from milepost.core.steps import Body
from milepost.models import Custody, User
from tests import cast, payees
from tests.cast import NOON
from tests.custodians import GROUND, admitted, cora, fresh, offered, olga
from tests.web import readers

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("milepost.web.access.now", lambda: NOON)
    monkeypatch.setattr("milepost.documents.contract.render", lambda *said, **rest: b"%PDF-1.7")


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
