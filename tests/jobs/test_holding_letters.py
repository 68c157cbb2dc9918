"""Who is told of money that people move, and in which words: those whose turn it is, without amounts or accounts."""

from __future__ import annotations

import re

import pytest

from milepost.actions import arrivals, cancelling, funding, milestones, payouts, refunds
from milepost.core.money import Money
from milepost.events.audience import Reader, audience
from milepost.events.wording import letter
from milepost.models import Event, Project
from tests import cast
from tests.cast import NOON, usd
from tests.jobs.events import event

pytestmark = pytest.mark.django_db


def told(project: Project) -> dict[str, list[tuple[Reader, str]]]:
    """Kind of event -> who reads what of it, over the whole record of a project."""
    rows = Event.objects.select_related("project__terms", "project__client", "project__freelancer")
    found: dict[str, list[tuple[Reader, str]]] = {}
    for each in rows.filter(project=project).order_by("number"):
        for reader in audience(each):
            worded = letter(each, reader, "Milepost")
            found.setdefault(each.kind, []).append((reader, f"{worded.subject}\n{worded.text}\n{worded.html}"))
    return found


def parts(readers: list[tuple[Reader, str]]) -> list[str]:
    return [reader.part for reader, _text in readers]


def much_happens(holder: str, cora: cast.Person | None = None) -> Project:
    """Sent, taken back, sent, a part, the whole, too much, another currency, late, cancelled, approved."""
    project = cast.in_force(holder=holder, custodian=cora, parallel="yes")
    carl, ada, by = cast.client(project), cast.freelancer(project), cast.holds(project)
    asked = [funding.fund(milestone=each, by=carl, at=NOON) for each in project.milestones.order_by("number")]
    funding.say_sent(funding=asked[0], by=carl, at=NOON)
    funding.take_back(funding=asked[0], by=carl, at=NOON)
    arrivals.give_back(arrival=cast.arrived(asked[0], Money(1, "EUR")), by=by, at=NOON)
    cast.arrived(asked[0], usd(1))
    cast.arrived(asked[0], usd(200_000))
    funding.withdraw(funding=asked[1], by=carl, at=NOON)
    cast.arrived(asked[1], usd(3))
    funding.say_sent(funding=asked[2], by=carl, at=NOON)
    cancelling.cancel(milestone=cast.milestone(project, 3), reason="No", by=ada, at=NOON)
    cast.delivered(project, 1)
    milestones.approve(milestone=cast.milestone(project, 1), by=carl, at=NOON)
    return project


@pytest.mark.parametrize("holder", ["custodian", "freelancer"])
def test_no_mail_says_how_much_or_to_which_account(holder: str) -> None:
    found = told(much_happens(holder))
    texts = [text for readers in found.values() for _reader, text in readers]
    assert len(texts) > 12
    for text in texts:
        assert not re.search(r"SE45|ESSE|2[ ,.]?000|USD|EUR", text)


def test_a_custodian_is_told_what_it_has_to_do_and_the_client_what_became_of_the_money() -> None:
    found = told(much_happens("custodian"))
    custodian = {"funding.sent", "funding.unsent", "funding.withdrawn", "milestone.approved", "milestone.cancelled"}
    client = {"funding.arrived", "funding.set_aside", "funding.returned", "funding.late", "funding.confirmed"}
    assert custodian | {"refund.requested"} <= {kind for kind in found if "custodian" in parts(found[kind])}
    assert client <= {kind for kind in found if "client" in parts(found[kind])}
    [(_reader, funded), *_] = found["funding.confirmed"]
    assert "Cora Trust holds it until its delivery is approved" in funded
    assert any("/payouts/pay_" in text for reader, text in found["milestone.approved"] if reader.part == "custodian")
    assert not any(
        "/milestones/" in text for each in found.values() for reader, text in each if reader.part == "custodian"
    )


def test_a_deposit_is_never_called_held() -> None:
    found = told(much_happens("freelancer"))
    for kind in ("funding.confirmed", "milestone.approved", "refund.requested", "milestone.cancelled"):
        for _reader, text in found.get(kind, []):
            assert not re.search(r"\b(held|holds|safe)\b", text), kind
    assert parts(found["funding.confirmed"]) == ["client"], "the freelancer has just said so"
    [(_reader, funded)] = found["funding.confirmed"]
    assert "owes it back until its delivery is approved" in funded
    assert parts(found["funding.sent"]) == ["freelancer", "freelancer"]


def test_the_second_person_is_asked_and_the_first_is_not() -> None:
    cora = cast.cora(USD=1)
    mate = cast.colleague(cora)
    project = cast.in_force(holder="custodian", custodian=cora)
    asked = funding.fund(milestone=cast.milestone(project), by=cast.client(project), at=NOON)
    arrivals.confirm(arrival=cast.arrived(asked, usd(200_000)), by=mate.actor(), at=NOON)
    cast.approved(project)
    payouts.say_paid(payout=cast.milestone(project).payouts.get(), by=cora.actor(), at=NOON)
    [(reader, text)] = told(project)["payout.sent"]
    assert reader.to == mate.user.email
    assert "does not count before a second person has" in text


def test_who_could_not_is_not_told_at_once_that_it_is_still_to_be_done() -> None:
    project = cast.in_force(holder="custodian")
    cast.approved(project)
    payout = cast.milestone(project).payouts.get()
    payouts.could_not(payout=payout, reason="Closed account", by=cast.holds(project), at=NOON)
    found = told(project)
    assert "payout.requested" not in found
    [(reader, text)] = found["payout.failed"]
    assert (reader.part, "Cora Trust is asked for it again" in text) == ("freelancer", True)
    later = event(project, "payout.requested", milestone=cast.milestone(project).pk, payout=payout.pk)
    assert {reader.part for reader in audience(later)} == {"custodian"}


def test_whoever_pays_out_hears_that_the_account_changes() -> None:
    project = cast.in_force(holder="custodian")
    facts = {"details": "pde_1", "ending": "7466", "effect": round(NOON.timestamp()), "first": False}
    changed = event(project, "payee.changed", project.freelancer_id, **facts)
    readers = audience(changed)
    assert {reader.part for reader in readers} == {"client", "custodian"}
    for reader in readers:
        shown = letter(changed, reader, "Milepost").text
        assert ("/mandates/trm_" in shown) == (reader.part == "custodian")


def test_a_refund_of_a_deposit_is_told_to_the_one_whose_word_is_next() -> None:
    project = cast.in_force(holder="freelancer")
    asked = funding.fund(milestone=cast.milestone(project), by=cast.client(project), at=NOON)
    cast.arrived(asked, usd(200_001))
    refund = cast.milestone(project).refunds.get()
    refunds.remind(refund=refund, at=refund.due_at)
    refunds.say_sent(refund=refund, by=cast.holds(project), at=NOON)
    refunds.take_back(refund=refund, by=cast.holds(project), at=NOON)
    refunds.say_received(refund=refund, by=cast.client(project), at=NOON)
    found = told(project)
    for kind, part in (
        ("refund.requested", {"freelancer"}),
        ("refund.overdue", {"client", "freelancer"}),
        ("refund.sent", {"client"}),
        ("refund.unsent", {"client"}),
        ("refund.confirmed", {"freelancer"}),
    ):
        assert set(parts(found[kind])) == part, kind
