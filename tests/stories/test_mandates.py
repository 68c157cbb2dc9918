"""A custodian's mandate in stories and races: in force with the last of three signatures, and with none missing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from milepost.actions import answers, custody, drafts, offers, signing
from milepost.core.refusals import NotAllowed, NotProved, Refused, Stale
from milepost.jobs import audit
from milepost.models import Custody, Milestone, Signature, Terms
from tests import cast, payees
from tests.cast import NOON, Person
from tests.databases import together


@pytest.fixture(autouse=True)
def _paper(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who signs what is asked here, not how it is set."""
    monkeypatch.setattr("milepost.documents.contract.render", lambda *said, **rest: b"%PDF-1.7")


def cora() -> Person:
    """Admitted, and paid to an account that is in force."""
    made = cast.cora()
    payees.stated(made, name="Cora Trust, clients")
    return made


def offered(held_by: Person, ada: Person | None = None, **typed: Any) -> Terms:
    return cast.offered(ada or cast.ada(), holder="custodian", custodian=held_by.party.pk, **typed)


def signs(terms: Terms, by: cast.Actor, name: str = "Carl Olsen") -> Callable[[], Terms]:
    return lambda: signing.sign(terms=terms, signing=cast.signature(name), by=by, at=NOON)


def carl(terms: Terms) -> cast.Actor:
    return cast.guest(terms.project.client)


def sides(terms: Terms) -> set[str]:
    return set(Signature.objects.filter(terms=terms).values_list("side", flat=True))


def status(terms: Terms) -> str:
    return Terms.objects.get(pk=terms.pk).status


# -- stories ---------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_from_the_proposal_to_the_acceptance() -> None:
    held_by = cora()
    terms = offered(held_by)
    assert cast.fresh(terms.project).custodian_id == held_by.party.pk
    signs(terms, carl(terms))()
    assert (status(terms), sides(terms)) == ("offered", {"client", "freelancer"})
    assert not Milestone.objects.filter(project=terms.project).exists()
    signs(terms, held_by.actor(), "Cora Nilsson")()
    assert (status(terms), len(sides(terms))) == ("in_force", 3)
    assert Milestone.objects.filter(project=terms.project).count() == 3
    assert list(audit.findings(at=NOON)) == []


@pytest.mark.django_db
def test_the_account_in_the_terms_stays_when_the_custodian_states_another() -> None:
    held_by = cora()
    terms = offered(held_by)
    payees.stated(held_by, iban=payees.OTHER, at=NOON + timedelta(days=1), name="Cora Trust, clients")
    later = NOON + timedelta(days=10)
    assert terms.said.custodian is not None
    assert terms.said.custodian.payee.iban == payees.IBAN
    newer = offered(held_by, at=later)
    assert newer.said.custodian is not None
    assert newer.said.custodian.payee.iban == payees.OTHER


@pytest.mark.django_db
def test_a_mandate_that_runs_goes_on_when_the_custodian_has_ended() -> None:
    held_by = cora()
    terms = offered(held_by)
    signs(terms, carl(terms))()
    custody.take_back(party=held_by.party, by=held_by.actor(), at=NOON)
    signs(terms, held_by.actor(), "Cora Nilsson")()
    assert status(terms) == "in_force"
    with pytest.raises(Refused):
        offered(held_by)
    assert Custody.objects.get(party=held_by.party).ended_at == NOON


@pytest.mark.django_db
def test_nobody_else_accepts_for_the_custodian() -> None:
    held_by, other = cora(), cora()
    terms = offered(held_by)
    for by in (other.actor(), cast.person("Mallory", "mallory@example.org").actor()):
        with pytest.raises(NotAllowed):
            signs(terms, by)()
        with pytest.raises(NotAllowed):
            answers.decline(terms=terms, words="No", by=by, at=NOON)
    for proof in ("login", "link"):
        with pytest.raises(NotProved):
            signs(terms, held_by.actor(proof))()
    with pytest.raises(NotAllowed):
        signs(terms, cast.colleague(held_by).actor())()
    assert sides(terms) == {"freelancer"}


@pytest.mark.django_db
def test_a_custodian_asks_for_no_change_and_takes_nothing_back() -> None:
    held_by = cora()
    terms = offered(held_by)
    with pytest.raises(NotAllowed):
        answers.ask_change(terms=terms, words="More", by=held_by.actor(), at=NOON)
    with pytest.raises(NotAllowed):
        answers.withdraw(terms=terms, by=held_by.actor(), at=NOON)


@pytest.mark.django_db
def test_what_was_accepted_is_not_declined_afterwards() -> None:
    held_by = cora()
    terms = offered(held_by)
    signs(terms, held_by.actor(), "Cora Nilsson")()
    with pytest.raises(Stale):
        answers.decline(terms=terms, words="No", by=held_by.actor(), at=NOON)
    with pytest.raises(Stale):
        signs(terms, held_by.actor(), "Cora Nilsson")()
    assert status(terms) == "offered"


@pytest.mark.django_db
def test_without_its_acceptance_they_expire() -> None:
    held_by = cora()
    terms = offered(held_by)
    signs(terms, carl(terms))()
    late = terms.sign_until + timedelta(seconds=1)
    with pytest.raises(Stale):
        signing.sign(terms=terms, signing=cast.signature("Cora Nilsson"), by=held_by.actor(), at=late)
    assert answers.expire(terms=terms, at=late).status == "expired"
    assert list(audit.findings(at=NOON)) == []


@pytest.mark.django_db
def test_changed_terms_may_name_another_custodian_or_none() -> None:
    first, second, ada = cora(), cora(), cast.ada()
    terms = offered(first, ada)
    answers.ask_change(terms=terms, words="We know them.", by=carl(terms), at=NOON)
    for holder, named in (("custodian", second.party.pk), ("nobody", "")):
        revised = drafts.again(
            terms=Terms.objects.get(project=terms.project, status="offered"), by=ada.actor(), at=NOON
        )
        revised.body |= {"holder": holder, "custodian": named}
        revised.save()
        newer = offers.offer(draft=revised, signing=cast.signature(), by=ada.actor(), at=NOON)
        assert (cast.fresh(terms.project).custodian_id or "") == named
        with pytest.raises(NotAllowed):
            signs(newer, first.actor())()
    assert list(audit.findings(at=NOON)) == []


# -- races -------------------------------------------------------------------------------------------------


@pytest.fixture
def audited(committed: None) -> Iterator[None]:
    yield
    assert [str(finding) for finding in audit.findings(at=NOON)] == []


def outcome(*acts: Callable[[], object]) -> list[bool]:
    """Which of the acts was done; a refusal is fine, any other exception is ours."""
    given = together(*acts)
    for each in given:
        if isinstance(each, BaseException) and not isinstance(each, Refused):
            raise each
    return [not isinstance(each, Refused) for each in given]


@pytest.mark.race
@pytest.mark.usefixtures("audited")
def test_the_last_two_sign_at_once_and_it_comes_into_force_once(rounds: int) -> None:
    held_by = cora()
    for _ in range(max(1, rounds // 4)):
        terms = offered(held_by)
        acts = (signs(terms, carl(terms)), signs(terms, held_by.actor()), signs(terms, held_by.actor()))
        done = outcome(*acts)
        assert done[0] and done[1] ^ done[2]
        assert (status(terms), len(sides(terms))) == ("in_force", 3)
        assert Milestone.objects.filter(project=terms.project).count() == 3
        kinds = list(terms.project.events.order_by("number").values_list("kind", flat=True))
        assert kinds.count("terms.entered_force") == 1
        assert kinds.count("terms.signed") == 3


@pytest.mark.race
@pytest.mark.usefixtures("audited")
def test_accepted_while_the_sender_takes_it_back(rounds: int) -> None:
    held_by, ada = cora(), cast.ada()
    for _ in range(max(1, rounds // 4)):
        terms = offered(held_by, ada)
        signs(terms, carl(terms))()
        accepted, taken_back = outcome(
            signs(terms, held_by.actor()),
            lambda: answers.withdraw(terms=terms, by=ada.actor(), at=NOON),  # noqa: B023
        )
        assert accepted ^ taken_back
        assert status(terms) == ("in_force" if accepted else "withdrawn")
        assert Milestone.objects.filter(project=terms.project).count() == (3 if accepted else 0)


@pytest.mark.race
@pytest.mark.usefixtures("audited")
def test_two_of_its_people_accept_and_decline_at_once(rounds: int) -> None:
    held_by = cora()
    partner = cast.colleague(held_by, "signatory")
    for _ in range(max(1, rounds // 4)):
        terms = offered(held_by)
        signs(terms, carl(terms))()
        accepted, declined = outcome(
            signs(terms, held_by.actor()),
            lambda: answers.decline(terms=terms, words="No", by=partner.actor(), at=NOON),  # noqa: B023
        )
        assert accepted ^ declined
        assert status(terms) == ("in_force" if accepted else "declined")


@pytest.mark.race
@pytest.mark.usefixtures("audited")
def test_ended_while_it_is_named(rounds: int) -> None:
    for _ in range(max(1, rounds // 10)):
        held_by = cora()
        sent, ended = outcome(
            lambda: offered(held_by),  # noqa: B023
            lambda: custody.take_back(party=held_by.party, by=held_by.actor(), at=NOON),  # noqa: B023
        )
        assert ended
        assert Terms.objects.filter(project__custodian=held_by.party).exists() == sent
