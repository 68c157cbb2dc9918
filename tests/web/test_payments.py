"""A milestone paid for on the page: funded, or paid directly, by the word of both sides."""

from __future__ import annotations

import pytest

from milepost.models import Funding, Payment
from tests import cast
from tests.web import readers
from tests.web.milestones import at, opened, status
from tests.web.readers import coded, text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


def test_funding_twice_is_one_funding() -> None:
    project = cast.in_force()
    milestone, client = cast.milestone(project), readers.guest(project)
    for _ in range(2):
        assert client.post(at(milestone, "fundings")).status_code == 302
    assert Funding.objects.filter(milestone=milestone).count() == 1
    assert "Payment under way" in text(client.get(at(milestone)))
    assert at(milestone, "fundings") not in text(client.get(f"/projects/{project.pk}"))


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
