"""Fifty at once: the numbers of each issuer and kind end up 1 to N, without a hole or a double. On both databases."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection

from milepost.actions import credit_notes, invoices, series
from milepost.core.refusals import Refused
from milepost.jobs import audit
from milepost.models import Event, Invoice, Milestone, Party, Series
from tests import cast, papers
from tests.cast import NOON
from tests.databases import together

pytestmark = pytest.mark.race


class Crash(Exception):
    """The process is gone between one statement and the next."""


@pytest.fixture(autouse=True)
def _audited(committed: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr("milepost.documents.contract.render", lambda said: b"%PDF-1.7")
    yield
    assert [str(finding) for finding in audit.findings(at=NOON)] == []


def approved(owner: cast.Person, count: int) -> list[Milestone]:
    return [cast.approved(cast.in_force(owner, holder="nobody")) for _ in range(count)]


def issuing(found: list[Milestone]) -> list[Callable[[], Any]]:
    return [lambda each=each: invoices.issue(milestone=each, at=NOON) for each in found]


def serials(party: Party, kind: str = "payment_request") -> list[int | None]:
    return list(Invoice.objects.filter(issuer=party, kind=kind).order_by("serial").values_list("serial", flat=True))


def one_to(count: int) -> list[int]:
    return list(range(1, count + 1))


def test_fifty_threads_issue_1_to_50() -> None:
    ada = cast.ada()
    found = approved(ada, 50)
    given = together(*issuing(found), seconds=120)
    assert [each for each in given if not isinstance(each, Invoice)] == []
    assert serials(ada.party) == one_to(50)
    assert sorted(each.number for each in given) == [f"PR-{number:04}" for number in one_to(50)]
    assert Series.objects.get(party=ada.party).next_number == 51


def dying(verb: Callable[..., Any], every: int, how: Callable[[], None]) -> Callable[..., Any]:
    """The verb, of which one call in so many ends before it answers."""
    calls, lock = iter(range(10_000)), threading.Lock()

    def wrapped(*given: Any, **named: Any) -> Any:
        with lock:
            dies = next(calls) % every == 0
        answer = verb(*given, **named) if not dies or how is rolled_back else None
        if dies:
            how()
        return answer

    return wrapped


def rolled_back() -> None:
    raise ValueError("after the row, before the commit")


def crashed() -> None:
    connection.connection.close()
    raise Crash


def test_two_parties_with_rollbacks_and_crashes_in_between_end_without_a_hole(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each paper is asked for by two workers; some die between number and row, some between row and commit."""
    ada, eva = cast.ada(), cast.person("Eva", "eva@example.org")
    found = [*approved(ada, 13), *approved(eva, 12)]
    monkeypatch.setattr(invoices, "write", dying(invoices.write, 4, crashed))
    monkeypatch.setattr(invoices, "tell", dying(invoices.tell, 5, rolled_back))
    given = together(*issuing([*found, *found]), seconds=120)
    died = [each for each in given if not isinstance(each, Invoice)]
    assert len(died) >= 10
    monkeypatch.undo()
    together(*issuing(found))
    assert serials(ada.party) == one_to(13)
    assert serials(eva.party) == one_to(12)
    assert Event.objects.filter(kind="invoice.issued", project__freelancer__in=[ada.party, eva.party]).count() == 25


def test_two_workers_issue_one_paper(rounds: int) -> None:
    for _ in range(max(1, rounds // 5)):
        (found,) = approved(cast.ada(), 1)
        given = together(*issuing([found] * 4))
        assert len({each.pk for each in given}) == 1
        assert given[0].number == "PR-0001"


def test_two_workers_credit_a_refund_once_and_refunds_of_many_at_once_have_no_hole() -> None:
    ada = cast.ada()
    found = approved(ada, 6)
    for each in found:
        invoices.issue(milestone=each, at=NOON)
    refunds = [papers.given_back(papers.paid(cast.fresh(each.project)), 50_000) for each in found]
    asked = [lambda each=each: credit_notes.issue(refund=each, at=NOON) for each in refunds * 2]
    given = together(*asked)
    assert len({each.pk for each in given}) == 6
    assert serials(ada.party, "credit_note") == one_to(6)


def test_of_two_papers_with_one_own_number_one_is_refused(rounds: int) -> None:
    for _ in range(max(1, rounds // 5)):
        ada = cast.ada()
        found = approved(papers.elsewhere(ada), 2)
        pairs = zip(found, ("a-1", "A-1"), strict=True)
        given = together(*[lambda pair=pair: papers.entered(*pair, pdf=None) for pair in pairs])
        assert sorted(isinstance(each, Refused) for each in given) == [False, True], given


def test_numbers_go_on_higher_while_papers_are_issued() -> None:
    ada = cast.ada()
    found = approved(ada, 10)
    typed = {kind: series.Numbering(prefix, "") for kind, prefix in series.PREFIXES.items()}
    higher = typed | {"payment_request": series.Numbering("2027/", "500")}
    keep = [lambda: series.keep(party=ada.party, issues_here=True, typed=higher, by=ada.actor(), at=NOON)] * 2
    given = together(*issuing(found), *keep)
    assert [each for each in given if isinstance(each, Exception) and not isinstance(each, Refused)] == []
    numbers = serials(ada.party)
    low = [each for each in numbers if each and each < 500]
    assert low == one_to(len(low))
    assert numbers[len(low) :] == list(range(500, 510 - len(low)))
