"""A milestone paid for on the page: funded, or paid to an account that is shown to nobody else."""

from __future__ import annotations

import pytest

from milepost.models import Funding, Party, Payment
from tests import cast
from tests.web import readers
from tests.web.milestones import at, opened, status
from tests.web.readers import coded, text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]

ACCOUNT = "IBAN SE45 5000 0000 0583 9825 7466"


def test_funding_twice_is_one_funding() -> None:
    project = cast.in_force()
    milestone, client = cast.milestone(project), readers.guest(project)
    for _ in range(2):
        assert client.post(at(milestone, "fundings")).status_code == 302
    assert Funding.objects.filter(milestone=milestone).count() == 1
    assert "Payment under way" in text(client.get(at(milestone)))
    assert at(milestone, "fundings") not in text(client.get(f"/projects/{project.pk}"))


def test_a_guest_sees_the_account_after_the_code_alone() -> None:
    ada = cast.ada()
    Party.objects.filter(pk=ada.party.pk).update(payment_instructions=ACCOUNT)
    project, _ = opened(ada)
    milestone = cast.approved(project)
    client = readers.guest(project)
    for page in (
        client.get(at(milestone)),
        client.get(f"/projects/{project.pk}"),
        client.post(at(milestone, "account")),
    ):
        assert ACCOUNT not in text(page)
    shown = coded(client, at(milestone, "account"))
    assert ACCOUNT in text(shown)
    assert shown.headers["Cache-Control"] == "no-store"
    assert ACCOUNT not in text(client.get(at(milestone)))


def test_a_signed_in_client_sees_the_account_once_there_is_something_to_pay() -> None:
    ada, carl = cast.ada(), cast.person("Carl Olsen", "carl-pays@example.org")
    Party.objects.filter(pk=ada.party.pk).update(payment_instructions=ACCOUNT)
    project, milestone = opened(ada, other_email=carl.user.email)
    client = readers.signed_in(carl, fresh=False)
    assert ACCOUNT not in text(client.get(at(milestone)))
    cast.approved(project)
    assert ACCOUNT in text(client.get(at(milestone)))


def test_where_to_pay_is_not_known_yet_and_both_are_told() -> None:
    ada = cast.ada()
    project, _ = opened(ada)
    milestone = cast.approved(project)
    assert "Not given here yet" in text(readers.guest(project).get(at(milestone)))
    assert "You have not said where to pay" in text(readers.signed_in(ada).get(at(milestone)))


def test_sent_is_the_clients_word_and_received_the_freelancers() -> None:
    ada = cast.ada()
    project, _ = opened(ada)
    milestone = cast.approved(project)
    guest, own = readers.guest(project), readers.signed_in(ada)
    assert coded(guest, at(milestone, "payments")).status_code == 302
    assert "Has $2,000.00 arrived?" in text(own.get(at(milestone)))
    assert guest.post(at(milestone, "payments/undo")).status_code == 302
    assert guest.post(at(milestone, "payments/undo")).status_code == 409
    coded(guest, at(milestone, "payments"))
    assert own.post(at(milestone, "receipts")).status_code == 302
    assert status(milestone) == "closed"
    assert own.post(at(milestone, "receipts")).status_code == 409
    assert Payment.objects.filter(milestone=milestone, unsent_at=None).count() == 1


def test_nothing_is_paid_before_it_is_approved() -> None:
    ada = cast.ada()
    project, _ = opened(ada)
    milestone = cast.delivered(project)
    assert readers.guest(project).post(at(milestone, "payments")).status_code == 422
    assert readers.signed_in(ada).post(at(milestone, "receipts")).status_code == 422
    assert not Payment.objects.exists()
