"""What each verb moves in the books: pure functions from facts to entries.

The ledger knows paths, not milestones. Below a holder lie `held/<milestone>`, `payable/<milestone>`,
`paying/<payout>`, `refunding/<refund>` and `unapplied/<currency>`; `outside/<party>` is the world.
"""

from __future__ import annotations

from dataclasses import dataclass

from milepost.core.money import Money


@dataclass(frozen=True, slots=True)
class Entry:
    """One amount from one account to another, by path; above zero."""

    source: str
    target: str
    money: Money


def held(holder: str, milestone: str) -> str:
    return f"{holder}/held/{milestone}"


def payable(holder: str, milestone: str) -> str:
    return f"{holder}/payable/{milestone}"


def paying(holder: str, payout: str) -> str:
    return f"{holder}/paying/{payout}"


def refunding(holder: str, refund: str) -> str:
    return f"{holder}/refunding/{refund}"


def unapplied(holder: str, currency: str) -> str:
    return f"{holder}/unapplied/{currency}"


def outside(party: str) -> str:
    return f"outside/{party}"


def confirm_funding(holder: str, milestone: str, client: str, arrived: Money, wanted: Money) -> list[Entry]:
    """The amount arrived: what the milestone needs is held, what is too much waits to be refunded."""
    kept = min(arrived, wanted)
    excess = arrived - kept
    entries = [Entry(outside(client), held(holder, milestone), kept)] if kept else []
    if excess:
        entries.append(Entry(outside(client), unapplied(holder, arrived.currency), excess))
    return entries


def late_arrival(holder: str, client: str, arrived: Money) -> list[Entry]:
    """It arrived for a milestone that wants it no more: booked, never dropped, then refunded."""
    return [Entry(outside(client), unapplied(holder, arrived.currency), arrived)]


def release(holder: str, milestone: str, amount: Money) -> list[Entry]:
    """Approved: what was held is owed to the freelancer."""
    return [Entry(held(holder, milestone), payable(holder, milestone), amount)]


def request_payout(holder: str, milestone: str, payout: str, amount: Money) -> list[Entry]:
    """Set aside as the payout is asked for, so that nothing can spend it twice."""
    return [Entry(payable(holder, milestone), paying(holder, payout), amount)]


def confirm_payout(holder: str, payout: str, freelancer: str, amount: Money) -> list[Entry]:
    return [Entry(paying(holder, payout), outside(freelancer), amount)]


def fail_payout(holder: str, milestone: str, payout: str, amount: Money) -> list[Entry]:
    return [Entry(paying(holder, payout), payable(holder, milestone), amount)]


def request_refund(holder: str, source: str, refund: str, amount: Money) -> list[Entry]:
    """`source` is the path it goes back from: held, payable or unapplied."""
    return [Entry(source, refunding(holder, refund), amount)]


def confirm_refund(holder: str, refund: str, client: str, amount: Money) -> list[Entry]:
    return [Entry(refunding(holder, refund), outside(client), amount)]


def fail_refund(holder: str, source: str, refund: str, amount: Money) -> list[Entry]:
    return [Entry(refunding(holder, refund), source, amount)]


def payment_received(milestone: str, client: str, freelancer: str, amount: Money) -> list[Entry]:
    """Holder `nobody`: paid from one to the other, noted as it is received; two entries of one posting."""
    account = payable("nobody", milestone)
    return [Entry(outside(client), account, amount), Entry(account, outside(freelancer), amount)]
