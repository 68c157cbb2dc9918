"""A custodian's pages: what must be there, what waits, and what its people say. And a deposit on the freelancer's."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from milepost.actions import funding, milestones
from milepost.ledger import balances
from milepost.models import Arrival, Funding, Payout, Project, Refund
from tests import cast
from tests.cast import NOON
from tests.web import readers

pytestmark = pytest.mark.django_db
TODAY = NOON.date().isoformat()


@pytest.fixture(autouse=True)
def _noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("milepost.web.access.now", lambda: NOON)


def under_custody(**limits: int) -> tuple[Project, cast.Person]:
    cora = cast.cora(**limits)
    return cast.in_force(cast.ada(), custodian=cora, holder="custodian"), cora


def asked(project: Project, number: int = 1) -> Funding:
    return funding.fund(milestone=cast.milestone(project, number), by=cast.client(project), at=NOON)


def arrived(browser: Client, funding: Funding, amount: str = "2,000.00", **facts: str) -> Arrival:
    typed = {"amount": amount, "arrived_on": TODAY, "payer": "Carl & Sons"} | facts
    answer = browser.post(reverse("funding-arrivals", args=[funding.pk]), typed)
    assert answer.status_code == 302, answer.content.decode()[:2000]
    return Arrival.objects.latest("pk")


def held(project: Project) -> int:
    return balances.balance(f"{cast.milestone(project).branch}/held/{cast.milestone(project).pk}", "USD")


def words(browser: Client, path: str, status: int = 200) -> str:
    answer = browser.get(path)
    assert answer.status_code == status
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_what_is_expected_stands_on_the_page_and_what_arrives_is_booked() -> None:
    project, cora = under_custody()
    browser, expected = readers.signed_in(cora), asked(project)
    assert "$2,000.00" in words(browser, "/holdings")
    arrived(browser, expected, "500")
    assert held(project) == 50_000
    arrived(browser, expected, "1,500.00", reference="the rest")
    assert held(project) == 200_000
    assert cast.milestone(project).status == "open"
    page = words(browser, "/holdings")
    assert "Nothing is expected now." in page
    assert "held $2,000.00" in page
    assert "together $2,000.00" in page


def test_a_payout_is_paid_by_the_custodians_word() -> None:
    project, cora = under_custody()
    browser = readers.signed_in(cora)
    arrived(browser, asked(project))
    milestones.approve(milestone=cast.delivered(project), by=cast.client(project), at=NOON)
    payout = Payout.objects.get()
    page = words(browser, reverse("payout", args=[payout.pk]))
    assert "has not said yet where to pay" in page
    assert browser.post(reverse("payout-payments", args=[payout.pk])).status_code == 302
    assert "Paid out, and booked." in words(browser, reverse("payout", args=[payout.pk]))
    assert cast.milestone(project).status == "closed"


def test_above_the_limit_a_second_person_says_the_same() -> None:
    project, cora = under_custody(USD=100_000)
    second = readers.signed_in(cast.colleague(cora))
    browser = readers.signed_in(cora)
    noted = arrived(browser, asked(project))
    assert noted.status == "noted"
    assert held(project) == 0
    own = words(browser, reverse("arrival", args=[noted.pk]))
    assert "somebody else of yours has to say the same" in own
    assert browser.post(reverse("arrival-confirmations", args=[noted.pk])).status_code == 422
    assert "Yes, $2,000.00 arrived" in words(second, reverse("arrival", args=[noted.pk]))
    assert second.post(reverse("arrival-confirmations", args=[noted.pk])).status_code == 302
    assert held(project) == 200_000


def test_a_noted_one_can_be_dropped_before_it_is_confirmed() -> None:
    project, cora = under_custody(USD=0)
    browser = readers.signed_in(cora)
    noted = arrived(browser, asked(project))
    assert browser.post(reverse("arrival-drops", args=[noted.pk])).status_code == 302
    assert "Dropped, not booked" in words(browser, reverse("arrival", args=[noted.pk]))
    assert browser.post(reverse("arrival-drops", args=[noted.pk])).status_code == 409


def test_the_same_line_twice_is_asked_about() -> None:
    project, cora = under_custody()
    browser, expected = readers.signed_in(cora), asked(project)
    arrived(browser, expected, "500.00")
    typed = {"amount": "500.00", "arrived_on": TODAY, "payer": "Carl & Sons"}
    answer = browser.post(reverse("funding-arrivals", args=[expected.pk]), typed)
    assert answer.status_code == 422
    assert "It really came a second time" in answer.content.decode()
    arrived(browser, expected, "500.00", again="yes")
    assert held(project) == 100_000


def test_what_nobody_knows_of_is_unapplied_until_it_is_matched() -> None:
    project, cora = under_custody()
    browser, expected = readers.signed_in(cora), asked(project)
    typed = {"amount": "2,000.00", "currency": "USD", "arrived_on": TODAY, "reference": "??"}
    assert browser.post(reverse("party-arrivals", args=[cora.party.pk]), typed).status_code == 302
    unknown = Arrival.objects.get()
    assert unknown.status == "unapplied"
    assert "nobody knows yet" in words(browser, reverse("arrival", args=[unknown.pk]))
    match = reverse("arrival-matches", args=[unknown.pk])
    assert browser.post(match, {"funding": "fun_0"}).status_code == 422
    assert browser.post(match, {"funding": expected.pk}).status_code == 302
    assert held(project) == 200_000


def test_a_known_reference_finds_its_funding() -> None:
    project, cora = under_custody()
    browser, expected = readers.signed_in(cora), asked(project)
    shown = re.search(
        r"RF\d\d[0-9A-Z]{16}", browser.get(reverse("funding-arrivals", args=[expected.pk])).content.decode()
    )
    assert shown
    reference = f"invoice {shown[0][:4]} {shown[0][4:]} thanks"
    typed = {"amount": "2,000.00", "currency": "USD", "arrived_on": TODAY, "reference": reference}
    assert browser.post(reverse("party-arrivals", args=[cora.party.pk]), typed).status_code == 302
    assert Arrival.objects.get().funding_id == expected.pk
    assert held(project) == 200_000


def test_an_unknown_one_goes_back() -> None:
    _project, cora = under_custody()
    browser = readers.signed_in(cora)
    typed = {"amount": "77", "currency": "EUR", "arrived_on": TODAY}
    browser.post(reverse("party-arrivals", args=[cora.party.pk]), typed)
    unknown = Arrival.objects.get()
    assert browser.post(reverse("arrival-returns", args=[unknown.pk])).status_code == 302
    assert "Sent back" in words(browser, reverse("arrival", args=[unknown.pk]))
    assert set(balances.total_under(f"custodian/{cora.party.pk}/").values()) == {0}


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"amount": "", "currency": "EUR"}, "amount"),
        ({"amount": "1.234,5,6", "currency": "EUR"}, "amount"),
        ({"amount": "5", "currency": "XXX"}, "Choose a currency from the list."),
        ({"amount": "5", "currency": "EUR", "arrived_on": "2999-01-01"}, "That day has yet to come."),
        ({"amount": "5", "currency": "EUR", "arrived_on": "1999-01-01"}, "more than a year ago"),
        ({"amount": "5", "currency": "EUR", "payer": "x" * 201}, "200 are the most"),
    ],
)
def test_what_is_typed_wrong_is_said_where_it_was_typed(typed: dict[str, str], sentence: str) -> None:
    _project, cora = under_custody()
    facts = {"arrived_on": TODAY, "reference": "kept as typed"} | typed
    answer = readers.signed_in(cora).post(reverse("party-arrivals", args=[cora.party.pk]), facts)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert "kept as typed" in answer.content.decode()
    assert not Arrival.objects.exists()


def test_a_deposit_is_said_to_have_arrived_by_the_freelancer() -> None:
    ada = cast.ada()
    project = cast.in_force(ada, holder="freelancer")
    expected, browser = asked(project), readers.signed_in(ada)
    assert "Say what has arrived" in words(browser, reverse("milestone", args=[cast.milestone(project).pk]))
    arrived(browser, expected)
    page = words(browser, reverse("milestone", args=[cast.milestone(project).pk]))
    assert cast.milestone(project).status == "open"
    assert "Deposited $2,000.00" in page
    assert "Held by" not in page


def test_the_client_says_that_a_freelancers_refund_arrived() -> None:
    ada = cast.ada()
    project = cast.in_force(ada, holder="freelancer")
    browser = readers.signed_in(ada)
    arrived(browser, asked(project), "2,500.00")
    refund = Refund.objects.get()
    assert "Send $500.00 back to Carl Olsen" in words(browser, "/")
    page = reverse("refund", args=[refund.pk])
    assert "Send $500.00 back to" in words(browser, page)
    assert browser.post(reverse("refund-payments", args=[refund.pk])).status_code == 302
    assert "It counts once" in words(browser, page)
    carl = readers.guest(project)
    assert "$500.00 has arrived" in words(carl, page)
    assert readers.coded(carl, reverse("refund-receipts", args=[refund.pk])).status_code == 302
    assert "Refunded, and booked." in words(carl, page)


def test_what_was_paid_can_be_given_back() -> None:
    ada = cast.ada()
    project = cast.in_force(ada, holder="freelancer")
    browser = readers.signed_in(ada)
    arrived(browser, asked(project))
    milestones.approve(milestone=cast.delivered(project), by=cast.client(project), at=NOON)
    address = reverse("milestone-refunds", args=[cast.milestone(project).pk])
    too_much = browser.post(address, {"amount": "2,000.01", "reason": "A gift"})
    assert too_much.status_code == 422
    assert "and no more" in too_much.content.decode()
    assert browser.post(address, {"amount": "200", "reason": ""}).status_code == 422
    assert browser.post(address, {"amount": "200", "reason": "Two posts were late"}).status_code == 302
    assert Refund.objects.get().amount_minor == 20_000


def test_nobody_else_sees_a_custodians_pages() -> None:
    project, cora = under_custody()
    noted = arrived(readers.signed_in(cora), asked(project))
    other = readers.signed_in(cast.cora())
    client = readers.guest(project)
    for browser in (other, readers.mallory()):
        assert browser.get(reverse("arrival", args=[noted.pk])).status_code == 404
        assert browser.get(reverse("funding-arrivals", args=[noted.funding_id])).status_code == 404
    assert readers.mallory().get("/holdings").status_code == 404
    assert client.get(reverse("funding-arrivals", args=[noted.funding_id])).status_code == 404
    assert client.post(reverse("funding-arrivals", args=[noted.funding_id]), {}).status_code == 404
    assert words(other, "/holdings").count("$2,000.00") == 0


def test_the_page_asks_as_much_of_the_database_for_many_as_for_few() -> None:
    project, cora = under_custody()
    browser = readers.signed_in(cora)
    asked(project)

    def unknown(count: int) -> None:
        facts = {"holder": cora.party, "currency": "USD", "arrived_on": NOON.date(), "status": "unapplied"}
        facts |= {"noted_by": cora.user, "noted_at": NOON}
        Arrival.objects.bulk_create(Arrival(amount_minor=100 + number, **facts) for number in range(count))

    def statements(path: str) -> int:
        browser.get(path)
        with CaptureQueriesContext(connection) as seen:
            assert browser.get(path).status_code == 200
        return len(seen)

    unknown(1)
    few = [statements(path) for path in ("/holdings", "/holdings/unapplied")]
    unknown(300)
    assert [statements(path) for path in ("/holdings", "/holdings/unapplied")] == few
    assert words(browser, "/holdings/unapplied").count("nobody knows") >= 1
