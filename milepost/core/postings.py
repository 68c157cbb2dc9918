"""What each verb moves in the books: pure functions from facts to entries.

The ledger knows paths, not milestones. Below a holder lie `held/<milestone>`, `payable/<milestone>`,
`paying/<payout>`, `refunding/<refund>` and `unapplied/<currency>`; `outside/<party>` is the world. A holder that is
a party of its own has a branch of its own (`custodian/<party>`), so that the sum below it is what it must have.
"""

from __future__ import annotations

from dataclasses import dataclass

from milepost.core.catalogue import BY_HAND, Holder
from milepost.core.money import Money


@dataclass(frozen=True, slots=True)
class Entry:
    """One amount from one account to another, by path; above zero."""

    source: str
    target: str
    money: Money


def branch(holder: Holder, party: str) -> str:
    """What stands before a holder's accounts: `nobody`, `sandbox`, `custodian/par_...`, `freelancer/par_...`."""
    return f"{holder}/{party}" if holder in BY_HAND else holder


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


def unknown_sender(holder: str) -> str:
    """The world as far as nobody knows yet who sent it; one for each holder."""
    return f"outside/unknown/{holder.rpartition('/')[2]}"


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


def unknown_arrival(holder: str, arrived: Money) -> list[Entry]:
    """It arrived and nobody knows what for, or in a currency that nothing was asked in: booked, never dropped."""
    return [Entry(unknown_sender(holder), unapplied(holder, arrived.currency), arrived)]


def return_unknown(holder: str, arrived: Money) -> list[Entry]:
    """The mirror of `unknown_arrival`: sent back to whoever sent it, or found out to be a milestone's."""
    return [Entry(unapplied(holder, arrived.currency), unknown_sender(holder), arrived)]


def earn(holder: str, milestone: str, freelancer: str, amount: Money) -> list[Entry]:
    """Holder `freelancer`, approved: the deposit is the freelancer's; two entries of one posting, no payout."""
    account = payable(holder, milestone)
    return [Entry(held(holder, milestone), account, amount), Entry(account, outside(freelancer), amount)]


def give_back(holder: str, refund: str, client: str, freelancer: str, amount: Money) -> list[Entry]:
    """The freelancer gave back what had been paid out: from one to the other, noted as the client says received."""
    account = refunding(holder, refund)
    return [Entry(outside(freelancer), account, amount), Entry(account, outside(client), amount)]


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
