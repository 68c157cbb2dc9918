"""Intents and providers: whatever the provider does, each deed is done once there and once in the books."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from milepost.actions import books, cancelling, funding, intents
from milepost.core.money import Money
from milepost.gateways.payments import NoAnswer, Outcome
from milepost.gateways.sandbox import Sandbox
from milepost.jobs import payments
from milepost.jobs.sweeps import Round
from milepost.models import Event, Funding
from tests import cast
from tests.cast import NOON, usd

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


@pytest.fixture
def sandbox(tmp_path: Path) -> Sandbox:
    return Sandbox(tmp_path / "sandbox.sqlite3")


def faulty(sandbox: Sandbox, fault: Callable[[str, str, str], Outcome | None]) -> Sandbox:
    return Sandbox(sandbox.path, fault)


def ask(sandbox: Any, at: datetime = NOON) -> int:
    return payments.ask_providers(at, lambda holder: sandbox)


def asked(project: cast.Project, number: int = 1) -> Funding:
    return funding.fund(milestone=cast.milestone(project, number), by=cast.client(project), at=NOON)


def kinds(project: cast.Project) -> list[str]:
    return list(Event.objects.filter(project=project, kind__contains="ing.").values_list("kind", flat=True))


def test_fund_approve_pay_out(sandbox: Sandbox) -> None:
    project = cast.in_force()
    intent = asked(project)
    assert ask(sandbox) == 1
    intent.refresh_from_db()
    assert (intent.status, intent.reference) == ("confirmed", f"sandbox-{intent.pk}")
    assert cast.milestone(project).status == "open"
    found = cast.milestone(project)
    cast.delivered(project)
    cast.milestones.approve(milestone=cast.milestone(project), by=cast.client(project), at=NOON)
    assert ask(sandbox) == 1
    assert cast.milestone(project).status == "closed"
    assert sandbox.left(found.pk, "USD") == usd(0)
    assert ask(sandbox) == 0


def test_a_refund_goes_back(sandbox: Sandbox) -> None:
    project = cast.in_force()
    asked(project)
    ask(sandbox)
    cancelling.cancel(milestone=cast.milestone(project), reason="No", by=cast.freelancer(project), at=NOON)
    ask(sandbox)
    assert books.money_of(project)[cast.milestone(project).pk].refunded == usd(200_000)
    assert sandbox.left(cast.milestone(project).pk, "USD") == usd(0)


def test_a_timeout_after_success_is_settled_by_asking(sandbox: Sandbox) -> None:
    project = cast.in_force()
    intent = asked(project)

    def after(moment: str, _deed: str, _key: str) -> Outcome | None:
        if moment == "after":
            raise NoAnswer("timeout")
        return None

    ask(faulty(sandbox, after))
    intent.refresh_from_db()
    assert (intent.status, cast.milestone(project).status) == ("unknown", "planned")
    assert "timeout" in intent.reason
    assert ask(sandbox) == 0, "asked again later, not at once"
    assert ask(sandbox, intent.due_at) == 1
    intent.refresh_from_db()
    assert intent.status == "confirmed"
    assert sandbox.left(intent.milestone_id, "USD") == usd(200_000), "collected once"
    assert books.money_of(project)[intent.milestone_id].held == usd(200_000)


def test_a_request_that_never_arrived_is_sent_again_under_its_key(sandbox: Sandbox) -> None:
    project = cast.in_force()
    intent = asked(project)
    keys = []

    def before(moment: str, _deed: str, key: str) -> Outcome | None:
        keys.append(key)
        raise NoAnswer("connection refused")

    ask(faulty(sandbox, before))
    intent.refresh_from_db()
    ask(sandbox, intent.due_at)
    intent.refresh_from_db()
    assert intent.status == "confirmed"
    assert keys == [intent.pk]
    assert sandbox.left(intent.milestone_id, "USD") == usd(200_000)


@pytest.mark.parametrize("garbage", [ValueError("<html>502</html>"), KeyError("id"), RuntimeError("boom")])
def test_garbage_is_no_answer(sandbox: Sandbox, garbage: Exception) -> None:
    project = cast.in_force()
    intent = asked(project)

    def fault(moment: str, _deed: str, _key: str) -> Outcome | None:
        if moment == "after":
            raise garbage
        return None

    ask(faulty(sandbox, fault))
    intent.refresh_from_db()
    assert intent.status == "unknown"
    assert books.money_of(project)[intent.milestone_id].held == usd(0)


def test_not_settled_yet_is_asked_about_until_it_is(sandbox: Sandbox) -> None:
    project = cast.in_force()
    intent = asked(project)
    ask(faulty(sandbox, lambda *_: Outcome("pending")))
    intent.refresh_from_db()
    assert intent.status == "unknown"
    waits = []
    for _ in range(3):
        asked_at = intent.due_at
        ask(Pending(), asked_at)
        intent.refresh_from_db()
        waits.append(intent.due_at - asked_at)
    assert waits == sorted(waits)
    assert waits[0] < waits[-1]
    ask(sandbox, intent.due_at)
    intent.refresh_from_db()
    assert intent.status == "confirmed"


class Pending:
    """A provider that takes its time."""

    def find(self, key: str) -> Outcome:
        return Outcome("pending")


def test_a_no_is_a_no_and_the_client_may_try_again(sandbox: Sandbox) -> None:
    project = cast.in_force()
    first = asked(project)
    ask(faulty(sandbox, lambda *_: Outcome("failed", reason="The card was declined.")))
    first.refresh_from_db()
    assert (first.status, first.reason) == ("failed", "The card was declined.")
    second = asked(project)
    assert second.pk != first.pk
    ask(sandbox)
    assert cast.milestone(project).status == "open"


def test_less_than_asked_for_does_not_open_the_milestone(sandbox: Sandbox) -> None:
    project = cast.in_force()
    asked(project)
    ask(faulty(sandbox, lambda *_: Outcome("confirmed", usd(150_000), "part")))
    assert cast.milestone(project).status == "planned"
    assert books.money_of(project)[cast.milestone(project).pk].held == usd(150_000)


def test_a_payout_of_another_amount_is_never_believed(sandbox: Sandbox) -> None:
    project = cast.in_force()
    asked(project)
    ask(sandbox)
    cast.delivered(project)
    cast.milestones.approve(milestone=cast.milestone(project), by=cast.client(project), at=NOON)
    ask(faulty(sandbox, lambda *_: Outcome("confirmed", Money(1, "USD"), "odd")))
    payout = cast.milestone(project).payouts.get()
    assert payout.status == "unknown"
    ask(sandbox, payout.due_at)
    assert cast.milestone(project).status == "closed"


def test_killed_between_the_call_and_the_commit_it_is_done_once_there_and_once_here(sandbox: Sandbox) -> None:
    project = cast.in_force()
    intent = asked(project)

    def dies(moment: str, _deed: str, _key: str) -> Outcome | None:
        if moment == "after":
            raise SystemExit
        return None

    with pytest.raises(SystemExit):
        ask(faulty(sandbox, dies))
    intent.refresh_from_db()
    assert intent.status == "sent"
    assert ask(sandbox, NOON + MINUTE) == 0, "the lease still runs"
    assert ask(sandbox, NOON + intents.LEASE) == 1
    intent.refresh_from_db()
    assert intent.status == "confirmed"
    assert sandbox.left(intent.milestone_id, "USD") == usd(200_000)
    assert kinds(project) == ["funding.requested", "funding.confirmed"]


def test_the_slow_worker_that_was_overtaken_changes_nothing(sandbox: Sandbox) -> None:
    project = cast.in_force()
    intent = asked(project)

    def overtaken(moment: str, _deed: str, _key: str) -> Outcome | None:
        if moment == "after":
            ask(sandbox, NOON + intents.LEASE)
        return None

    ask(faulty(sandbox, overtaken))
    intent.refresh_from_db()
    assert intent.status == "confirmed"
    assert books.money_of(project)[intent.milestone_id].held == usd(200_000)
    assert kinds(project) == ["funding.requested", "funding.confirmed"]


def test_a_payout_that_failed_is_asked_for_again_and_ever_more_rarely(sandbox: Sandbox) -> None:
    project = cast.in_force()
    asked(project)
    ask(sandbox)
    cast.delivered(project)
    cast.milestones.approve(milestone=cast.milestone(project), by=cast.client(project), at=NOON)
    no = faulty(sandbox, lambda *_: Outcome("failed", reason="Account closed."))
    sweep, at, asked_at = payments.SWEEPS[0], NOON, []
    ask(no, at)
    round_ = Round()
    while len(asked_at) < 3:
        at += timedelta(minutes=5)
        if round_.make(sweep, at):
            asked_at.append(at)
            ask(no, at)
    hours = [round((at - NOON) / timedelta(hours=1)) for at in asked_at]
    assert hours == [1, 3, 7]
    round_.make(sweep, at + timedelta(days=7))
    ask(sandbox, at + timedelta(days=7))
    assert cast.milestone(project).status == "closed"
    assert sandbox.left(cast.milestone(project).pk, "USD") == usd(0)


def test_money_in_another_currency_is_never_believed(sandbox: Sandbox) -> None:
    intent = asked(cast.in_force())
    ask(faulty(sandbox, lambda *_: Outcome("confirmed", Money(200_000, "EUR"), "odd")))
    intent.refresh_from_db()
    assert intent.status == "unknown"
    assert "EUR" in intent.reason


def test_when_our_own_side_fails_the_answer_is_asked_for_again(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    intent, other = asked(cast.in_force()), asked(cast.in_force())
    whole = funding.confirm

    def fails(*, funding: Funding, **facts: Any) -> Funding:
        if funding.pk == intent.pk:
            raise OSError("disk full")
        return whole(funding=funding, **facts)

    monkeypatch.setattr(funding, "confirm", fails)
    ask(sandbox)
    intent.refresh_from_db()
    other.refresh_from_db()
    assert (intent.status, other.status) == ("sent", "confirmed")
    monkeypatch.undo()
    ask(sandbox, NOON + intents.LEASE)
    intent.refresh_from_db()
    assert intent.status == "confirmed"


def test_a_holder_without_a_provider_is_our_own_mistake() -> None:
    with pytest.raises(AssertionError):
        payments.provider_of("nobody")


@pytest.mark.parametrize("holder", ["custodian", "freelancer"])
def test_what_people_move_is_asked_of_no_provider(holder: str, sandbox: Sandbox) -> None:
    project = cast.in_force(holder=holder)
    intent = asked(project)
    later = NOON + timedelta(days=400)
    assert ask(sandbox, later) == 0
    funding.withdraw(funding=intent, by=cast.client(project), at=NOON)
    assert not any(Round().make(sweep, later) for sweep in payments.SWEEPS)
