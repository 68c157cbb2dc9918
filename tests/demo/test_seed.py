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
from milepost.core.catalogue import HOLDERS
from milepost.demo.seed import NotEmpty, seed
from milepost.gateways import seal
from milepost.jobs import audit
from milepost.jobs.worker import settle
from milepost.ledger import balances
from milepost.models import (
    Announcement,
    Arrival,
    Draft,
    Event,
    Invoice,
    Mail,
    Milestone,
    Party,
    Project,
    Refund,
    Terms,
    User,
)
from milepost.models.milestones import MILESTONE_STATUSES
from milepost.web import lists, turns
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
    assert audit.counts()["projects"] == 15


def test_three_months_of_social_content_stand_as_the_journey_says() -> None:
    project = Project.objects.get(name="Social content for three months")
    milestones = Milestone.objects.filter(project=project)
    assert [milestone.status for milestone in milestones] == ["closed", "delivered", "planned"]
    money = books.money_of(project)
    first, second, third = (money[milestone.pk] for milestone in milestones)
    assert (first.paid_out.minor, second.held.minor, third.arrived.minor) == (200_000, 200_000, 0)
    assert project.agreed.said.total.minor == 600_000
    assert project.agreed.said.holder == "sandbox"


def test_projects_stand_in_every_state_with_every_holder() -> None:
    states = dict(lists.with_state(Project.objects.all()).values_list("name", "state"))
    assert set(states.values()) == {"active", "offered", "completed", "ended"}
    assert set(Terms.objects.values_list("status", flat=True)) == {
        "offered", "in_force", "declined", "withdrawn", "expired",
    }  # fmt: skip
    assert states["A newsletter for customers"] == "ended"
    [draft] = Draft.objects.filter(sent_as=None)
    assert draft.body["project_name"] == "A film for the shop"
    # A deposit is earned with the approval, so under holder `freelancer` nothing stands approved.
    every = {(holder, status) for holder in HOLDERS for status in MILESTONE_STATUSES} - {("freelancer", "approved")}
    # Nothing of pretend money hangs on people, so nothing of it stays approved either.
    every -= {("sandbox", "approved")}
    assert {(milestone.holder, milestone.status) for milestone in milestones()} == every


def milestones() -> list[Milestone]:
    return list(Milestone.objects.select_related("project__terms"))


def test_money_that_people_move_stands_where_they_said() -> None:
    cora = Party.objects.get(legal_name="Holmgren & Partner")
    assert balances.total_under(f"custodian/{cora.pk}/") == {
        "EUR": 650_000 + 450_000 + 150_000 + 120_000 + 250_000 + 31_500
    }
    assert Arrival.objects.get(status="unapplied").amount_minor == 31_500
    owed = Refund.objects.get(status="requested", holder__startswith="freelancer/")
    assert (owed.amount_minor, owed.milestone.project.name) == (30_000, "Drawings for the guide")


def test_what_waits_for_each_of_them() -> None:
    ada, carl = (Party.objects.get(email=f"{name}@example.org") for name in ("ada", "carl"))
    waits = {(turn.waiting.side, turn.waiting.act) for turn in turns.of([ada, carl])}
    assert waits >= {
        ("client", "sign"), ("client", "approve"), ("client", "say_sent"),
        ("freelancer", "revise"), ("freelancer", "say_arrived"), ("freelancer", "send_refund"), ("freelancer", "deliver"),
    }  # fmt: skip


def test_a_payment_is_overdue_and_was_asked_for_again() -> None:
    late = Milestone.objects.get(project__name="The annual report", number=1)
    assert late.status == "approved"
    assert late.overdue_notices.count() == 2


def test_everybody_can_sign_in_and_only_olga_runs_the_house() -> None:
    people = {user.name: user.is_operator for user in User.objects.all()}
    names = ("Ada Lindqvist", "Carl Olsen", "Cora Holmgren", "Nils Holmgren")
    assert people == dict.fromkeys(names, False) | {"Olga Berg": True}
    assert all(party.members.exists() for party in Party.objects.all()), "nobody is a guest by accident"
    assert not User.objects.exclude(email__endswith="@example.org").exists()


def test_everything_is_told_sealed_and_on_paper_and_nothing_lies_in_the_future() -> None:
    assert not Announcement.objects.filter(done_at=None).exists()
    assert not Mail.objects.filter(done_at=None).exists()
    assert Terms.objects.filter(status="in_force", executed_copy=None).count() == 0
    assert Invoice.objects.count() == 8
    assert Invoice.objects.filter(paper=None).count() == 0
    assert {invoice.kind for invoice in Invoice.objects.all()} == {"invoice", "payment_request"}
    assert not Event.objects.filter(at__gt=AT).exists()
    for project in Project.objects.all():
        instants = [event.at for event in project.events.order_by("number")]
        assert instants == sorted(instants)


def test_the_worker_has_nothing_left_to_do_and_carl_has_days_to_review() -> None:
    assert settle(AT) == 0
    for milestone in Milestone.objects.filter(status="delivered"):
        delivery = milestone.deliveries.get()
        assert delivery.review_ends_at is not None
        assert (delivery.review_ends_at - AT).days >= 4


def test_it_is_made_in_an_empty_database_alone() -> None:
    with pytest.raises(NotEmpty):
        seed(at=AT)
