"""One worker or several, on either database: every deed once, and nothing stops the round."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection

from milepost.actions import funding
from milepost.gateways import mail as server
from milepost.gateways.mail import Envelope
from milepost.gateways.sandbox import Sandbox
from milepost.jobs import announce, mails, payments, worker
from milepost.jobs.sweeps import Sweep
from milepost.jobs.worker import QUEUES, SWEEPS, Worker
from milepost.models import Announcement, Event, Installation, Invoice, Mail, Terms
from tests import cast
from tests.cast import NOON
from tests.databases import together
from tests.jobs.postman import Postman


@pytest.mark.django_db
def test_a_tick_does_what_waits_and_then_has_nothing_to_do(postman: Postman) -> None:
    cast.in_force(holder="nobody")
    made = Worker()
    assert made.tick(NOON) > 0
    while made.tick(NOON):
        pass
    assert made.tick(NOON) == 0
    assert Terms.objects.get().executed_copy is not None
    assert len(postman.taken) == 5


@pytest.mark.django_db
def test_it_says_that_it_lives_once_a_minute(django_assert_max_num_queries: Any) -> None:
    made = Worker((), ())
    made.tick(NOON)
    with django_assert_max_num_queries(0):
        made.tick(NOON + timedelta(seconds=59))
    made.tick(NOON + timedelta(seconds=60))
    assert Installation.objects.get().worker_seen_at == NOON + timedelta(seconds=60)


@pytest.mark.django_db
def test_an_idle_round_asks_little(django_assert_max_num_queries: Any) -> None:
    made = Worker()
    while made.tick(NOON):
        pass
    with django_assert_max_num_queries(8):
        assert made.tick(NOON + timedelta(seconds=1)) == 0


@pytest.mark.usefixtures("committed")
def test_told_to_stop_it_begins_nothing_more() -> None:
    stop = threading.Event()

    def queue(at: datetime) -> int:
        stop.set()
        return 1

    begun: list[datetime] = []

    def never(at: datetime) -> int:
        begun.append(at)
        return 1

    Worker((queue, never), ()).run(stop)
    assert begun == []


def run(made: Worker, until: Callable[[], bool], seconds: float = 15) -> None:
    """Lets the worker run until something is so, then tells it to stop."""
    stop, end = threading.Event(), time.monotonic() + seconds
    thread = threading.Thread(target=made.run, args=(stop,))
    thread.start()
    while not until() and time.monotonic() < end:
        time.sleep(0.02)
    stop.set()
    thread.join(seconds)
    assert not thread.is_alive()
    assert until()


@pytest.mark.usefixtures("committed")
def test_it_outlives_a_database_that_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "TROUBLE_SECONDS", 0.01)
    rounds: list[datetime] = []

    def queue(at: datetime) -> int:
        rounds.append(at)
        if len(rounds) < 3:
            raise OperationalError("server closed the connection")
        return 0

    run(Worker((queue,), ()), lambda: len(rounds) > 2)
    assert len(rounds) > 2


@pytest.mark.usefixtures("committed")
def test_it_notices_a_new_row_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """On SQLite at once, though it looks around only every second; on PostgreSQL within that second."""
    seen: dict[str, float] = {}

    def queue(at: datetime) -> int:
        for pk in Mail.objects.filter(to="soon@example.org").values_list("pk", flat=True):
            seen.setdefault(pk, time.monotonic())
        return 0

    monkeypatch.setattr(worker, "IDLE_SECONDS", 5.0 if connection.vendor == "sqlite" else 1.0)
    monkeypatch.setattr(worker, "GLANCE_SECONDS", 0.05)
    stop = threading.Event()
    thread = threading.Thread(target=Worker((queue,), ()).run, args=(stop,))
    thread.start()
    time.sleep(0.5)
    written = time.monotonic()
    mail = Mail.objects.create(to="soon@example.org", subject="s", text="t", written_at=NOON, due_at=NOON)
    while mail.pk not in seen and time.monotonic() < written + 4:
        time.sleep(0.01)
    stop.set()
    thread.join(10)
    assert seen[mail.pk] - written < 2


# -- several at once ---------------------------------------------------------------------------

WITHOUT_PAPERS = tuple(sweep for sweep in SWEEPS if "seal" not in sweep.name and "print" not in sweep.name)


def workers(at: datetime, count: int = 2, sweeps: tuple[Sweep, ...] = WITHOUT_PAPERS) -> list[Any]:
    """So many workers, each going on until nothing is left."""

    def work() -> int:
        made, whole = Worker(QUEUES, sweeps), 0
        while worked := made.tick(at):
            whole += worked
        return whole

    return together(*[work] * count)


@pytest.mark.usefixtures("committed")
def test_two_workers_make_each_paper_once(postman: Postman) -> None:
    project = cast.in_force(holder="nobody")
    cast.approved(project)
    outcomes = workers(NOON + timedelta(minutes=1), sweeps=SWEEPS[:5])
    assert all(isinstance(outcome, int) for outcome in outcomes), outcomes
    assert Event.objects.filter(project=project, kind="terms.sealed").count() == 1
    assert Event.objects.filter(project=project, kind="invoice.issued").count() == 1
    assert Invoice.objects.get(milestone__project=project).paper is not None
    assert Mail.objects.filter(event__project=project, event__kind="terms.sealed").count() == 2


@pytest.mark.usefixtures("committed")
def test_two_workers_send_every_mail_once(monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[str] = []

    def send(envelope: Envelope) -> None:
        time.sleep(0.002)
        taken.append(envelope.message_id)

    monkeypatch.setattr(server, "send", send)
    projects = [cast.in_force(holder="nobody") for _ in range(6)]
    outcomes = workers(NOON)
    assert all(isinstance(outcome, int) for outcome in outcomes), outcomes
    assert Counter(taken).most_common(1)[0][1] == 1
    assert len(taken) == Mail.objects.filter(event__project__in=projects, done_at__isnull=False).count() == 18
    assert not Mail.objects.filter(done_at=None).exists()
    assert not Announcement.objects.filter(done_at=None).exists()


@pytest.mark.usefixtures("committed")
def test_two_workers_ask_the_provider_once_for_each(
    postman: Postman, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    called: list[tuple[str, str]] = []
    path = tmp_path / "sandbox.sqlite3"

    def count(moment: str, deed: str, key: str) -> None:
        if moment == "after":
            called.append((deed, key))

    monkeypatch.setattr(payments, "provider_of", lambda holder: Sandbox(path, count))
    projects = [cast.in_force() for _ in range(5)]
    for project in projects:
        funding.fund(milestone=cast.milestone(project), by=cast.client(project), at=NOON)

    def ask() -> int:
        return payments.ask_providers(NOON, payments.provider_of)

    assert sum(together(ask, ask)) == 5
    assert Counter(called).most_common(1)[0][1] == 1
    assert {cast.milestone(project).status for project in projects} == {"open"}
    for project in projects:
        confirmed = Event.objects.filter(project=project, kind="funding.confirmed")
        assert confirmed.count() == 1


@pytest.mark.usefixtures("committed")
def test_two_clocks_approve_once(postman: Postman) -> None:
    project = cast.in_force(holder="nobody")
    cast.delivered(project)
    for days in (0, 3.5, 6):
        workers(NOON + cast.days(days), count=1)
    workers(NOON + cast.days(7))
    assert Event.objects.filter(project=project, kind="milestone.approved").count() == 1


def test_the_worker_has_every_queue_and_no_sweep_twice() -> None:
    assert {announce.announce, mails.send_due, payments.ask_providers} == set(QUEUES)
    names = [sweep.name for sweep in SWEEPS]
    assert len(names) == len(set(names))
