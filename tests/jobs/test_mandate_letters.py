"""What a custodian is told of its mandate, and what both sides are told of it: each with a page that they may open."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from milepost.actions import answers, signing
from milepost.jobs import announce
from milepost.models import Mail, Terms
from tests import cast, payees
from tests.cast import NOON, Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> tuple[Terms, Person, Person]:
    """Terms that both sides have signed, with Ada who sent them and Cora who is to accept."""
    monkeypatch.setattr("milepost.documents.contract.render", lambda *said, **rest: b"%PDF-1.7")
    ada, cora = cast.ada(), cast.cora()
    payees.stated(cora, name="Cora Trust, clients")
    terms = cast.offered(ada, holder="custodian", custodian=cora.party.pk)
    signing.sign(terms=terms, signing=cast.signature("Carl"), by=cast.guest(terms.project.client), at=NOON)
    return terms, ada, cora


def told(kind: str, to: Person, at: datetime = NOON) -> str:
    """The mail about such an event to somebody; one at most."""
    announce.announce(at + timedelta(minutes=1))
    return "\n".join(
        f"{mail.subject}\n{mail.text}" for mail in Mail.objects.filter(event__kind=kind, to=to.party.email)
    )


def test_it_is_asked_to_accept_on_its_own_page(asked: tuple[Terms, Person, Person]) -> None:
    terms, _ada, cora = asked
    said = told("terms.signed", cora)
    assert f"/mandates/{terms.pk}" in said
    assert "/projects/" not in said
    assert payees.IBAN not in said.replace(" ", "")


def test_taken_back_nothing_is_expected_of_it(asked: tuple[Terms, Person, Person]) -> None:
    terms, ada, cora = asked
    answers.withdraw(terms=terms, by=ada.actor(), at=NOON)
    said = told("terms.withdrawn", cora)
    assert "Ada Lindqvist took the terms back" in said
    assert "nothing is expected of you" in said


def test_run_out_it_is_led_to_a_page_that_it_may_open(asked: tuple[Terms, Person, Person]) -> None:
    terms, _ada, cora = asked
    late = terms.sign_until + timedelta(seconds=1)
    answers.expire(terms=terms, at=late)
    said = told("terms.expired", cora, late)
    assert "The mandate ran out" in said
    assert f"/mandates/{terms.pk}" in said
    assert "/projects/" not in said


def test_before_both_have_signed_it_hears_of_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("milepost.documents.contract.render", lambda *said, **rest: b"%PDF-1.7")
    ada, cora = cast.ada(), cast.cora()
    payees.stated(cora, name="Cora Trust, clients")
    terms = cast.offered(ada, holder="custodian", custodian=cora.party.pk)
    answers.withdraw(terms=terms, by=ada.actor(), at=NOON)
    announce.announce(NOON + timedelta(minutes=1))
    assert not Mail.objects.filter(to=cora.party.email, event__isnull=False).exists()


def test_both_sides_hear_that_it_declined_and_why(asked: tuple[Terms, Person, Person]) -> None:
    terms, ada, cora = asked
    answers.decline(terms=terms, words="We know one of them.", by=cora.actor(), at=NOON)
    said = told("terms.declined", ada)
    assert "Cora Trust declined to hold the money" in said
    assert "We know one of them." in said
    assert Mail.objects.filter(event__kind="terms.declined").count() == 2
    assert told("terms.declined", cora) == ""
