"""What time alone brings, told day by day through the worker."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from milepost.actions import answers, milestones
from milepost.core.refusals import Refused
from milepost.jobs import deadlines, papers
from milepost.jobs.sweeps import BATCH, REST, Round, Sweep
from milepost.jobs.worker import Worker, settle
from milepost.models import Event, Mail, Terms
from tests import cast
from tests.cast import NOON
from tests.jobs.postman import Postman

pytestmark = pytest.mark.django_db


def kinds(project: cast.Project, *wanted: str) -> list[str]:
    rows = Event.objects.filter(project=project, kind__in=wanted) if wanted else Event.objects.filter(project=project)
    return list(rows.order_by("number").values_list("kind", flat=True))


def test_a_proposal_expires_at_its_time_and_both_are_told(postman: Postman) -> None:
    terms = cast.offered(cast.ada())
    settle(terms.sign_until - timedelta(minutes=1))
    assert Terms.objects.get(pk=terms.pk).status == "offered"
    settle(terms.sign_until)
    assert Terms.objects.get(pk=terms.pk).status == "expired"
    told = [envelope.to for envelope in postman.taken if "Not signed in time" in envelope.subject]
    assert len(told) == 2


def test_work_begins_at_midnight_of_the_start_date_in_the_zone_of_the_terms() -> None:
    """Ada lives in Stockholm: her 5 December begins at 23:00 UTC of the 4th."""
    project = cast.in_force(holder="nobody", start_on="2026-12-05")
    assert cast.milestone(project).status == "planned"
    midnight = NOON.replace(day=4, hour=23)
    settle(midnight - timedelta(minutes=1))
    assert cast.milestone(project).status == "planned"
    settle(midnight)
    assert cast.milestone(project).status == "open"
    assert cast.milestone(project, 2).status == "planned"


def test_a_start_that_was_missed_for_days_is_made_up_for() -> None:
    project = cast.in_force(holder="nobody", start_on="2026-12-05")
    settle(NOON + timedelta(days=30))
    assert cast.milestone(project).status == "open"


@pytest.mark.parametrize("holder", ["nobody", "sandbox"])
def test_after_an_approval_the_next_milestone_opens_at_once(holder: str) -> None:
    """Whether or not the money of the one before has reached the freelancer."""
    project = cast.in_force(holder=holder, start_on="2026-11-01")
    if holder == "sandbox":
        cast.funded(project, 1)
        cast.funded(project, 2)
    worker = Worker()
    worker.tick(NOON)
    cast.approved(project, 1)
    # The same worker, six seconds later; what is seldom looked for is not looked for again.
    worker.tick(NOON + timedelta(seconds=6))
    assert cast.milestone(project, 2).status == "open"
    assert cast.milestone(project, 3).status == "planned"


def test_both_are_reminded_twice_then_the_clock_approves_and_everything_follows() -> None:
    project = cast.in_force(holder="nobody")
    cast.delivered(project)
    for hour in range(0, 24 * 8, 6):
        settle(NOON + timedelta(hours=hour))
    events = Event.objects.filter(project=project, kind__in=("review.reminded", "milestone.approved")).order_by(
        "number"
    )
    days = [(event.kind, (event.at - NOON) / timedelta(days=1)) for event in events]
    assert days == [("review.reminded", 3.5), ("review.reminded", 6.0), ("milestone.approved", 7.0)]
    approved = events.last()
    assert approved is not None
    assert approved.actor == "clock"
    assert Mail.objects.filter(event=approved).count() == 2
    assert "invoice.issued" in kinds(project)


def test_nothing_is_approved_before_its_time_even_if_the_worker_slept_through_the_reminders() -> None:
    project = cast.in_force(holder="nobody")
    cast.delivered(project)
    settle(NOON)
    late = NOON + timedelta(days=30)
    settle(late)
    assert cast.milestone(project).status == "delivered"
    for hour in range(0, 48, 6):
        settle(late + timedelta(hours=hour))
    review = cast.milestone(project).deliveries.get().review
    assert review.by_clock
    assert review.given_at >= late + timedelta(days=7) / 4


def test_a_change_request_stops_the_window() -> None:
    project = cast.in_force(holder="nobody")
    cast.delivered(project)
    settle(NOON)
    milestones.request_changes(milestone=cast.milestone(project), words="More", by=cast.client(project), at=NOON)
    settle(NOON + timedelta(days=30))
    assert cast.milestone(project).status == "open"
    assert kinds(project, "review.reminded") == []


def test_terms_that_never_came_into_force_are_purged_after_half_a_year() -> None:
    terms = cast.offered(cast.ada())
    answers.withdraw(terms=terms, by=cast.person_of(terms).actor(), at=NOON)
    settle(NOON + timedelta(days=179))
    assert Terms.objects.get(pk=terms.pk).body is not None
    settle(NOON + timedelta(days=180))
    assert Terms.objects.get(pk=terms.pk).body is None


def test_agreements_are_sealed_and_invoices_issued_and_printed() -> None:
    project = cast.in_force(holder="nobody")
    cast.approved(project)
    settle(NOON)
    terms = Terms.objects.get(project=project)
    assert terms.executed_copy is not None
    invoice = cast.milestone(project).invoice
    assert invoice.paper is not None
    assert invoice.paper.media_type == "application/pdf"


def test_an_invoice_that_was_missed_before_its_milestone_closed_is_issued_still() -> None:
    project = cast.in_force()
    cast.approved(project)
    cast.settle(cast.milestone(project).payouts.get(), at=NOON)
    assert cast.milestone(project).status == "closed"
    settle(NOON)
    assert cast.milestone(project).invoice.paper is not None


@pytest.mark.parametrize(
    ("typed", "kind", "words", "contained"),
    [
        ({}, "payment_request", None, None),
        ({"tax_treatment": "standard", "tax_rate": "25"}, "invoice", "Tax included, 25 %", 40_000),
        ({"tax_treatment": "standard", "tax_rate": "7.7"}, "invoice", "Tax included, 7.7 %", 14_299),
        ({"tax_treatment": "exempt", "tax_reason": "Small business"}, "invoice", "Small business", None),
    ],
)
def test_the_tax_on_the_paper_is_contained_in_what_is_payable(
    typed: dict[str, str], kind: str, words: str | None, contained: int | None
) -> None:
    project = cast.in_force(cast.person("Ada", "ada-tax@example.org", tax_id="SE1"), holder="nobody", **typed)
    cast.approved(project)
    settle(NOON)
    invoice = cast.milestone(project).invoice
    facts = papers.facts_of(invoice)
    assert invoice.kind == kind
    assert (facts.tax.text if facts.tax else None) == words
    assert (facts.tax.amount.minor if facts.tax and facts.tax.amount else None) == contained
    assert facts.total == cast.usd(200_000)


# -- sweeps ------------------------------------------------------------------------------------


class Row:
    def __init__(self, pk: str) -> None:
        self.pk = pk


def test_a_row_that_is_refused_or_breaks_rests_and_the_others_are_done() -> None:
    done, tried = [], []

    def do(row: Row, at: object) -> bool:
        tried.append(row.pk)
        if row.pk == "broken":
            raise ZeroDivisionError
        if row.pk == "refused":
            raise Refused("Not today.")
        done.append(row.pk)
        return True

    sweep = Sweep("test", timedelta(0), lambda at: [Row("broken"), Row("refused"), Row("fine")], do)
    round_ = Round()
    assert round_.make(sweep, NOON) == 1
    assert round_.make(sweep, NOON + timedelta(seconds=1)) == 1
    assert tried.count("broken") == tried.count("refused") == 1
    round_.make(sweep, NOON + REST)
    assert tried.count("broken") == 2
    round_.make(sweep, NOON + REST * 2)
    assert tried.count("broken") == 2, "twice as long after the second time"
    round_.make(sweep, NOON + REST * 3)
    assert tried.count("broken") == 3
    assert done == ["fine"] * 5


def test_rows_that_rest_do_not_use_up_a_round() -> None:
    done: list[str] = []

    def do(row: Row, at: object) -> bool:
        if row.pk.startswith("broken"):
            raise ZeroDivisionError
        done.append(row.pk)
        return True

    rows = [Row(f"broken{number}") for number in range(200)] + [Row("fine")]
    sweep, round_ = Sweep("test", timedelta(0), lambda at: rows, do), Round()
    for second in range(5):
        round_.make(sweep, NOON + timedelta(seconds=second))
    assert "fine" in done


def test_rows_with_nothing_to_do_keep_no_other_waiting() -> None:
    """More of them than a round takes, always the same ones first."""
    rows, done = [Row(number) for number in range(3 * BATCH + 1)], []

    def do(row: Row, at: datetime) -> bool:
        done.append(row.pk)
        return row.pk == 3 * BATCH and done.count(row.pk) == 1

    sweep, round_ = Sweep("test", timedelta(minutes=1), lambda at: rows, do), Round()
    worked = [round_.make(sweep, NOON + timedelta(seconds=second)) for second in range(5)]
    assert worked == [0, 0, 0, 1, 0]
    assert done == list(range(3 * BATCH + 1)), "each once, then not before it is time again"
    assert round_.make(sweep, NOON + timedelta(minutes=2)) == 0
    assert len(done) == 3 * BATCH + 1 + BATCH


def test_a_sweep_is_made_when_it_is_time_or_when_something_has_changed() -> None:
    made = []

    def find(at: object) -> list[Row]:
        made.append(at)
        return []

    often = Sweep("often", timedelta(minutes=1), find, lambda row, at: True)
    seldom = Sweep("seldom", timedelta(hours=1), find, lambda row, at: True)
    round_ = Round()
    for second in (0, 1, 59, 60):
        round_.make(often, NOON + timedelta(seconds=second))
    assert len(made) == 2
    round_.soon()
    round_.make(often, NOON + timedelta(seconds=61))
    assert len(made) == 3
    round_.make(seldom, NOON)
    round_.soon()
    round_.make(seldom, NOON + timedelta(seconds=1))
    assert len(made) == 4


def test_no_two_sweeps_share_a_name() -> None:
    names = [sweep.name for sweep in (*deadlines.SWEEPS, *papers.SWEEPS)]
    assert len(names) == len(set(names))
