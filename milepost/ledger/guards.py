"""The triggers of the books beyond those that keep rows as they are (see `models`); one set of rules, two databases.

A transfer moves both balances. A balance changes only by the one new transfer that explains it, and
nothing else of an account does. Accounts are born at zero. Amounts are whole numbers.
"""

from __future__ import annotations

from milepost.ledger import triggers

# One side of a transfer. The lower account id goes first: whoever locks, locks in one order.
_MOVE = """
UPDATE ledger_account
   SET debits = debits + CASE id WHEN NEW.source_id THEN NEW.amount ELSE 0 END,
       credits = credits + CASE id WHEN NEW.target_id THEN NEW.amount ELSE 0 END,
       last_transfer = NEW.id
 WHERE currency = NEW.currency AND id = {side}(NEW.source_id, NEW.target_id);
"""
_ONE_CURRENCY = "ledger_transfer: source, target and transfer are of one currency"

_EXPLAINED = """
NEW.id = OLD.id AND NEW.path = OLD.path AND NEW.currency = OLD.currency AND NEW.floor = OLD.floor AND EXISTS (
    SELECT 1 FROM ledger_transfer t
     WHERE t.id = NEW.last_transfer AND t.id > OLD.last_transfer
       AND NEW.debits = OLD.debits + CASE OLD.id WHEN t.source_id THEN t.amount ELSE 0 END
       AND NEW.credits = OLD.credits + CASE OLD.id WHEN t.target_id THEN t.amount ELSE 0 END
       AND OLD.id IN (t.source_id, t.target_id))
"""


def register() -> None:
    """Registers them all; nothing is written."""
    _whole_numbers("ledger_transfer", "INSERT", "amount")
    _whole_numbers("ledger_account", "UPDATE", "debits", "credits", "last_transfer")
    _transfer_moves_balances()
    _refuse("ledger_account_explained", "UPDATE", f"NOT ({_EXPLAINED.strip()})", "a new transfer alone changes it")
    _refuse(
        "ledger_account_born", "INSERT", "NEW.debits <> 0 OR NEW.credits <> 0 OR NEW.last_transfer <> 0", "born at zero"
    )


def _transfer_moves_balances() -> None:
    strangers = "(SELECT count(*) FROM ledger_account WHERE currency = NEW.currency AND id IN (NEW.source_id, NEW.target_id)) <> 2"
    refuse, _ = triggers.raise_if(strangers, _ONE_CURRENCY)
    _, not_found = triggers.raise_if("NOT FOUND", _ONE_CURRENCY)
    triggers.register(
        "ledger_transfer",
        "ledger_transfer_moves_balances",
        "AFTER INSERT",
        sqlite=refuse + _MOVE.format(side="min") + _MOVE.format(side="max"),
        postgres=_MOVE.format(side="least") + not_found + _MOVE.format(side="greatest") + not_found,
    )


def _refuse(name: str, event: str, condition: str, text: str) -> None:
    sqlite, postgres = triggers.raise_if(condition, f"ledger_account: {text}")
    triggers.register("ledger_account", name, f"BEFORE {event}", sqlite=sqlite, postgres=postgres)


def _whole_numbers(table: str, event: str, *columns: str) -> None:
    """SQLite alone would keep 0.5 in a column of integers."""
    wrong = " OR ".join(f"typeof(NEW.{column}) <> 'integer'" for column in columns)
    sqlite, _ = triggers.raise_if(wrong, f"{table}: amounts are whole numbers")
    triggers.register(table, f"{table}_whole_numbers", f"BEFORE {event}", sqlite=sqlite)
