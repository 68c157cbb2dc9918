"""The demo's first day: projects in every state, in order, balanced, and quick to make."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.conf import settings
from django.db import transaction
from django.test import override_settings
from pytest_django import DjangoDbBlocker

from milepost.actions import books
from milepost.demo.seed import NotEmpty, seed
from milepost.gateways import seal
from milepost.jobs import audit
from milepost.jobs.worker import settle
from milepost.models import Announcement, Draft, Event, Invoice, Mail, Milestone, Party, Project, Terms, User
from tests import databases

AT = datetime(2026, 12, 1, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def seeded(_copy: str, django_db_blocker: DjangoDbBlocker) -> str:
    with django_db_blocker.unblock(), databases.connected_to(_copy), override_settings(DEMO=True):
        seal.ensure(settings.DATA / "keys", "Milepost", at=AT)
        seed(at=AT)
    return _copy


@pytest.fixture(autouse=True)
def demo(seeded: str, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with (
        django_db_blocker.unblock(),
        databases.connected_to(seeded),
        override_settings(DEMO=True),
        transaction.atomic(),
    ):
        yield
        transaction.set_rollback(True)


def test_the_audit_finds_nothing() -> None:
    assert list(audit.findings(at=AT)) == []
    assert audit.counts()["projects"] == 3


def test_three_months_of_social_content_stand_as_the_journey_says() -> None:
    project = Project.objects.get(name="Social content for three months")
    milestones = Milestone.objects.filter(project=project)
    assert [milestone.status for milestone in milestones] == ["closed", "delivered", "planned"]
    money = books.money_of(project)
    first, second, third = (money[milestone.pk] for milestone in milestones)
    assert (first.paid_out.minor, second.held.minor, third.arrived.minor) == (200_000, 200_000, 0)
    assert project.agreed.said.total.minor == 600_000
    assert project.agreed.said.holder == "sandbox"


def test_one_is_finished_one_waits_for_carl_and_one_is_being_written() -> None:
    finished = Project.objects.get(name="Words for the new website")
    assert {milestone.status for milestone in finished.milestones.all()} == {"closed"}
    offered = Terms.objects.get(status="offered")
    assert (offered.project.name, offered.recipient) == ("Photos for the winter catalogue", "client")
    assert offered.sign_until > AT
    [draft] = Draft.objects.filter(sent_as=None)
    assert draft.body["project_name"] == "A film for the shop"
    assert Milestone.objects.filter(status="delivered").count() == 1


def test_everybody_can_sign_in_and_only_olga_runs_the_house() -> None:
    people = {user.name: user.is_operator for user in User.objects.all()}
    assert people == {"Ada Lindqvist": False, "Carl Olsen": False, "Olga Berg": True}
    assert all(party.members.count() == 1 for party in Party.objects.all()), "nobody is a guest by accident"
    assert not User.objects.exclude(email__endswith="@example.org").exists()


def test_everything_is_told_sealed_and_on_paper_and_nothing_lies_in_the_future() -> None:
    assert not Announcement.objects.filter(done_at=None).exists()
    assert not Mail.objects.filter(done_at=None).exists()
    assert Terms.objects.filter(status="in_force", executed_copy=None).count() == 0
    assert Invoice.objects.count() == 3
    assert Invoice.objects.filter(paper=None).count() == 0
    assert {invoice.kind for invoice in Invoice.objects.all()} == {"invoice", "payment_request"}
    assert not Event.objects.filter(at__gt=AT).exists()
    for project in Project.objects.all():
        instants = [event.at for event in project.events.order_by("number")]
        assert instants == sorted(instants)


def test_the_worker_has_nothing_left_to_do_and_carl_has_days_to_review() -> None:
    assert settle(AT) == 0
    delivery = Milestone.objects.get(status="delivered").deliveries.get()
    assert delivery.review_ends_at is not None
    assert (delivery.review_ends_at - AT).days >= 4


def test_it_is_made_in_an_empty_database_alone() -> None:
    with pytest.raises(NotEmpty):
        seed(at=AT)
