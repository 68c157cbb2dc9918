"""The one writer: what it books, what it answers twice, what it refuses and by which name."""

from __future__ import annotations

from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest
from django.db import transaction

from milepost.core.money import Money
from milepost.core.postings import Entry
from milepost.core.refusals import Refused
from milepost.ledger import audit, book, request
from milepost.ledger.balances import balance, balances
from milepost.ledger.models import Account, Posting, Transfer
from tests.ledger.books import ADA, AT, CARL, entry, fresh, fund, held, payable, post

pytestmark = pytest.mark.usefixtures("db")


def test_a_funding_is_held_and_the_world_owes_it() -> None:
    fund("mil_a", 600_000)
    assert balances([held("mil_a"), CARL, payable("mil_a")], "USD") == {
        held("mil_a"): 600_000,
        CARL: -600_000,
        payable("mil_a"): 0,
    }


def test_a_release_with_a_fee_is_one_posting_of_two_transfers() -> None:
    fund("mil_a", 1000)
    posted = post(entry(held("mil_a"), payable("mil_a"), 900), entry(held("mil_a"), "fees/operator/0", 100))
    assert Transfer.objects.filter(posting=posted.id).count() == 2
    assert balance(payable("mil_a"), "USD") == 900
    assert balance("fees/operator/0", "USD") == 100
    assert balance(held("mil_a"), "USD") == 0


def test_money_may_pass_through_an_account_in_one_posting_in_the_order_given() -> None:
    through = "nobody/payable/mil_a"
    post(entry(CARL, through, 500), entry(through, ADA, 500))
    assert balances([CARL, through, ADA], "USD") == {CARL: -500, through: 0, ADA: 500}
    with pytest.raises(book.Overdrawn):
        post(entry(through, ADA, 500), entry(CARL, through, 500))


def test_one_path_holds_each_currency_apart() -> None:
    fund("mil_a", 700, "USD")
    fund("mil_a", 5, "JPY")
    assert (balance(held("mil_a"), "USD"), balance(held("mil_a"), "JPY")) == (700, 5)


def test_a_posting_remembers_what_it_was_about_and_when() -> None:
    later = AT + timedelta(days=1, microseconds=7)
    posted = post(entry(CARL, held("mil_a"), 1), kind="funding.confirm", subject="mil_a", posted_at=later)
    row = Posting.objects.get(pk=posted.id)
    assert (row.kind, row.subject, row.happened_at, row.posted_at) == ("funding.confirm", "mil_a", AT, later)


def test_the_largest_amount_fits() -> None:
    fund("mil_a", 10**15)
    assert balance(held("mil_a"), "USD") == 10**15


# -- the same again --------------------------------------------------------------------------------


def test_the_same_key_with_the_same_request_answers_with_the_first_posting() -> None:
    first = post(entry(CARL, held("mil_a"), 500), key="fund-1")
    again = post(entry(CARL, held("mil_a"), 500), key="fund-1", posted_at=AT + timedelta(hours=1))
    assert (first.replayed, again.replayed, again.id) == (False, True, first.id)
    assert balance(held("mil_a"), "USD") == 500


def test_a_replay_is_answered_although_the_money_is_gone() -> None:
    fund("mil_a", 500)
    first = post(entry(held("mil_a"), payable("mil_a"), 500), key="release-1")
    assert post(entry(held("mil_a"), payable("mil_a"), 500), key="release-1").id == first.id


@pytest.mark.parametrize(
    "other",
    [
        {"transfers": [entry(CARL, held("mil_a"), 501)]},
        {"transfers": [entry(CARL, held("mil_b"), 500)]},
        {"transfers": [entry(ADA, held("mil_a"), 500)]},
        {"transfers": [entry(CARL, held("mil_a"), 500, "EUR")]},
        {"transfers": [entry(CARL, held("mil_a"), 500), entry(CARL, held("mil_a"), 500)]},
        {"kind": "other"},
        {"subject": "mil_b"},
    ],
)
def test_the_same_key_with_another_request_is_refused(other: dict[str, Any]) -> None:
    post(entry(CARL, held("mil_a"), 500), key="fund-1")
    with pytest.raises(book.KeyReused):
        post(**{"transfers": [entry(CARL, held("mil_a"), 500)], "key": "fund-1"} | other)
    assert not list(audit.findings())
    assert Posting.objects.count() == 1


# -- refusals, each by its name --------------------------------------------------------------------


def test_an_account_with_a_floor_never_goes_below_zero_and_is_named() -> None:
    fund("mil_a", 100)
    with pytest.raises(book.Overdrawn) as refused:
        post(entry(held("mil_a"), payable("mil_a"), 60), entry(held("mil_a"), "fees/operator/0", 41))
    assert refused.value.path == held("mil_a")
    assert held("mil_a") in refused.value.sentence
    assert balance(held("mil_a"), "USD") == 100


def test_after_a_refusal_nothing_was_written_and_the_transaction_goes_on() -> None:
    fund("mil_a", 100)
    with transaction.atomic():
        with pytest.raises(book.Overdrawn):
            book.post(
                key="too-much",
                kind="release",
                subject="mil_a",
                transfers=[entry(CARL, held("mil_a"), 1), entry(held("mil_a"), payable("mil_a"), 102)],
                happened_at=AT,
                posted_at=AT,
            )
        fund("mil_b", 1)
    assert balance(held("mil_a"), "USD") == 100
    assert not Posting.objects.filter(key="too-much").exists()
    assert balance(held("mil_b"), "USD") == 1


@pytest.mark.parametrize("path", ["outside/par_x", "chargeback/mil_a", "stripe/costs/USD", "custodian/par_x/costs/USD"])
def test_the_world_costs_and_claims_may_go_below_zero(path: str) -> None:
    post(entry(path, held("mil_a"), 5))
    assert balance(path, "USD") == -5
    assert Account.objects.get(path=path).floor is False


@pytest.mark.parametrize(
    "path",
    [
        "sandbox/held/m", "sandbox/retained/m", "stripe/payable/m", "nobody/paying/p", "custodian/par_x/refunding/r",
        "sandbox/unapplied/USD", "fees/operator/0",
    ],
)  # fmt: skip
def test_all_else_may_not(path: str) -> None:
    with pytest.raises(book.Overdrawn):
        post(entry(path, CARL, 1))


@pytest.mark.parametrize("minor", [0, -1, 10**15 + 1, 0.5, 1.0, True, "5", None])
def test_an_amount_that_is_none_is_refused(minor: Any) -> None:
    # `Money` would not be made of these; the books do not rely on that.
    loose = cast("Money", SimpleNamespace(minor=minor, currency="USD"))
    with pytest.raises(request.AmountRefused):
        post(Entry(CARL, held("mil_a"), loose))


@pytest.mark.parametrize("currency", ["usd", "US", "USDT", "", "U$D", "EUR\n"])
def test_a_currency_that_is_none_is_refused(currency: str) -> None:
    with pytest.raises(request.NotOneCurrency):
        post(Entry(CARL, held("mil_a"), cast("Money", SimpleNamespace(minor=5, currency=currency))))


def test_two_currencies_in_one_posting_are_refused() -> None:
    with pytest.raises(request.NotOneCurrency):
        post(entry(CARL, held("mil_a"), 5, "USD"), entry(CARL, held("mil_b"), 5, "EUR"))


def test_from_an_account_to_itself_is_refused() -> None:
    with pytest.raises(request.SameAccount):
        post(entry(CARL, CARL, 5))


@pytest.mark.parametrize("entries", [[], [entry(CARL, held("mil_a"), 1)] * 201])
def test_nothing_and_too_much_are_refused(entries: list[Entry]) -> None:
    with pytest.raises(request.NoEntries):
        post(*entries)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "held",
        "Sandbox/held/m",
        "sandbox//m",
        "sandbox/held/",
        "sandbox/he ld/m",
        "sandbox/hëld/m",
        "a/" + "b" * 199,
    ],
)
def test_a_malformed_path_is_refused(path: str) -> None:
    with pytest.raises(request.MalformedPath):
        post(entry(CARL, path, 5))


@pytest.mark.parametrize(
    "words",
    [{"key": ""}, {"key": "a b"}, {"key": "k" * 201}, {"kind": "Release"}, {"subject": ""}, {"subject": "mil\n"}],
)
def test_malformed_words_are_refused(words: dict[str, str]) -> None:
    with pytest.raises(request.MalformedWord):
        post(entry(CARL, held("mil_a"), 5), **words)


def test_every_refusal_carries_a_sentence() -> None:
    with pytest.raises(Refused) as refused:
        post(entry(CARL, CARL, 5))
    assert refused.value.sentence == f"Nothing moves from {CARL} to itself."


def test_an_instant_without_a_zone_is_our_own_mistake() -> None:
    with pytest.raises(AssertionError):
        post(entry(CARL, held("mil_a"), 5), posted_at=datetime(2026, 11, 2))  # noqa: DTZ001


# -- corrections -----------------------------------------------------------------------------------


def test_a_correction_mirrors_a_posting() -> None:
    first = fund("mil_a", 500)
    back = post(*book.mirror(first.key), corrects=first.key, kind="correction")
    assert balance(held("mil_a"), "USD") == 0
    assert Posting.objects.get(pk=back.id).corrects_id == first.id
    assert not list(audit.findings())


def test_a_correction_is_replayed_like_any_posting() -> None:
    first = fund("mil_a", 500)
    wanted = {"corrects": first.key, "key": "undo"}
    assert post(*book.mirror(first.key), **wanted).id == post(*book.mirror(first.key), **wanted).id


def test_a_posting_is_corrected_once() -> None:
    first = fund("mil_a", 500)
    fund("mil_a", 500)
    post(*book.mirror(first.key), corrects=first.key)
    with pytest.raises(book.NotCorrectable):
        post(*book.mirror(first.key), corrects=first.key)


def test_a_correction_takes_back_exactly_what_was_booked() -> None:
    first = fund("mil_a", 500)
    with pytest.raises(book.NotCorrectable):
        post(entry(held("mil_a"), CARL, 499), corrects=first.key)
    with pytest.raises(book.NotCorrectable):
        post(entry(held("mil_a"), CARL, 500), corrects=fresh("nothing"))
