"""The pretend provider keeps its manners: once per key, never more than there is, its own books."""

from __future__ import annotations

import multiprocessing
import threading
from pathlib import Path

import pytest

from milepost.core.money import Money
from milepost.gateways.payments import NOT_FOUND, Conflict, NoAnswer, Outcome
from milepost.gateways.sandbox import Sandbox

TWENTY = Money(2_000, "USD")


@pytest.fixture
def sandbox(tmp_path: Path) -> Sandbox:
    return Sandbox(tmp_path / "sandbox.sqlite3")


def test_what_is_collected_can_be_paid_out_and_no_more(sandbox: Sandbox) -> None:
    assert sandbox.collect("fun_1", TWENTY, "mil_1") == Outcome("confirmed", TWENTY, "sandbox-fun_1")
    assert sandbox.pay_out("pay_1", Money(1_500, "USD"), "mil_1").status == "confirmed"
    too_much = sandbox.refund("ref_1", Money(501, "USD"), "mil_1")
    assert (too_much.status, too_much.amount) == ("failed", None)
    assert too_much.reason
    assert sandbox.refund("ref_2", Money(500, "USD"), "mil_1").status == "confirmed"
    assert sandbox.left("mil_1", "USD") == Money(0, "USD")


def test_what_came_for_one_milestone_or_currency_pays_for_no_other(sandbox: Sandbox) -> None:
    sandbox.collect("fun_1", TWENTY, "mil_1")
    assert sandbox.pay_out("pay_1", TWENTY, "mil_2").status == "failed"
    assert sandbox.pay_out("pay_2", Money(2_000, "EUR"), "mil_1").status == "failed"


def test_the_same_key_twice_is_the_same_deed(sandbox: Sandbox) -> None:
    first = sandbox.collect("fun_1", TWENTY, "mil_1")
    assert sandbox.collect("fun_1", TWENTY, "mil_1") == first
    assert sandbox.left("mil_1", "USD") == TWENTY
    failed = sandbox.pay_out("pay_1", Money(9_999, "USD"), "mil_1")
    sandbox.collect("fun_2", Money(9_999, "USD"), "mil_1")
    assert sandbox.pay_out("pay_1", Money(9_999, "USD"), "mil_1") == failed, "a no stays a no under its key"


@pytest.mark.parametrize(
    ("amount", "purpose"), [(Money(2_001, "USD"), "mil_1"), (Money(2_000, "EUR"), "mil_1"), (TWENTY, "mil_2")]
)
def test_a_key_used_for_something_else_is_refused(sandbox: Sandbox, amount: Money, purpose: str) -> None:
    sandbox.collect("fun_1", TWENTY, "mil_1")
    with pytest.raises(Conflict):
        sandbox.collect("fun_1", amount, purpose)
    with pytest.raises(Conflict):
        sandbox.pay_out("fun_1", TWENTY, "mil_1")
    assert sandbox.left("mil_1", "USD") == TWENTY


def test_it_says_what_became_of_a_key(sandbox: Sandbox) -> None:
    done = sandbox.collect("fun_1", TWENTY, "mil_1")
    assert sandbox.find("fun_1") == done
    assert sandbox.find("fun_2") == NOT_FOUND
    assert sandbox.found(["fun_1", "fun_2"]) == {"fun_1": done}


def test_a_timeout_before_leaves_nothing_and_one_after_leaves_the_deed(tmp_path: Path) -> None:
    def fail(moment: str) -> Sandbox:
        def fault(now: str, _deed: str, _key: str) -> Outcome | None:
            if now == moment:
                raise NoAnswer("timeout")
            return None

        return Sandbox(tmp_path / "sandbox.sqlite3", fault)

    with pytest.raises(NoAnswer):
        fail("before").collect("fun_1", TWENTY, "mil_1")
    assert fail("before").find("fun_1") == NOT_FOUND
    with pytest.raises(NoAnswer):
        fail("after").collect("fun_2", TWENTY, "mil_1")
    assert fail("after").find("fun_2").status == "confirmed"


def test_its_file_is_its_own_answer_when_it_is_out_of_reach(tmp_path: Path) -> None:
    with pytest.raises(NoAnswer):
        Sandbox(tmp_path / "gone" / "sandbox.sqlite3").collect("fun_1", TWENTY, "mil_1")


def test_eight_threads_with_one_key_make_one_deed(sandbox: Sandbox) -> None:
    start, answers = threading.Barrier(8), []

    def collect() -> None:
        start.wait()
        answers.append(sandbox.collect("fun_1", TWENTY, "mil_1"))

    threads = [threading.Thread(target=collect) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [Outcome("confirmed", TWENTY, "sandbox-fun_1")] * 8
    assert sandbox.left("mil_1", "USD") == TWENTY


def _pay_out(path: Path, key: str) -> None:
    Sandbox(path).pay_out(key, Money(1_500, "USD"), "mil_1")


def test_two_processes_can_not_spend_the_same_money(sandbox: Sandbox) -> None:
    sandbox.collect("fun_1", TWENTY, "mil_1")
    spawn = multiprocessing.get_context("spawn")
    processes = [spawn.Process(target=_pay_out, args=(sandbox.path, f"pay_{number}")) for number in (1, 2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(30)
    assert sorted(sandbox.find(f"pay_{number}").status for number in (1, 2)) == ["confirmed", "failed"]
    assert sandbox.left("mil_1", "USD") == Money(500, "USD")
