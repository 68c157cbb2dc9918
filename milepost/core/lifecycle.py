"""Life of terms and of a milestone, as tables: (status, verb) -> who may, and what comes next.

The action refuses by them, the page draws its buttons from them, the docs draw the diagram from them,
the tests walk every cell.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from milepost.core.actors import Role
from milepost.core.refusals import NotAllowed, Stale

TermsStatus = Literal["offered", "in_force", "declined", "withdrawn", "expired"]
MilestoneStatus = Literal["planned", "open", "delivered", "approved", "closed", "cancelled"]
IntentStatus = Literal["requested", "sent", "unknown", "confirmed", "failed"]
ArrivalStatus = Literal["noted", "applied", "unapplied", "returned", "dropped"]


@dataclass(frozen=True, slots=True)
class Step:
    """`who` may take it; `next` is the status it leads to."""

    who: tuple[Role | Literal["sender", "recipient"], ...]
    next: str


Table = dict[tuple[str, str], Step]

TERMS: Final[Table] = {
    ("offered", "sign"): Step(("recipient", "custodian"), "offered"),
    # Once all the signatures that the terms need are there.
    ("offered", "enter_force"): Step(("house",), "in_force"),
    ("offered", "ask_change"): Step(("recipient",), "offered"),
    # To the person of the same party who signs.
    ("offered", "forward"): Step(("recipient",), "offered"),
    ("offered", "decline"): Step(("recipient", "custodian"), "declined"),
    ("offered", "withdraw"): Step(("sender",), "withdrawn"),
    ("offered", "expire"): Step(("clock",), "expired"),
}

MILESTONE: Final[Table] = {
    ("planned", "fund"): Step(("client",), "planned"),
    ("planned", "open"): Step(("house",), "open"),
    ("open", "deliver"): Step(("freelancer",), "delivered"),
    ("delivered", "request_changes"): Step(("client",), "open"),
    ("delivered", "approve"): Step(("client", "clock"), "approved"),
    ("approved", "close"): Step(("house",), "closed"),
    ("planned", "cancel"): Step(("client", "freelancer"), "cancelled"),
    # The freelancer alone may cancel, with full refund; the client asks, and the freelancer then cancels: both.
    ("open", "cancel"): Step(("freelancer",), "cancelled"),
    ("delivered", "cancel"): Step(("freelancer",), "cancelled"),
    ("planned", "ask_cancel"): Step(("client",), "planned"),
    ("open", "ask_cancel"): Step(("client",), "open"),
    ("delivered", "ask_cancel"): Step(("client",), "delivered"),
}

# An intent is what is asked of the outside world; `unknown` is settled by asking, never by a new key.
# Where people move the money (`catalogue.BY_HAND`), `sent` is the payer's word, which may be taken back.
INTENT: Final[Table] = {
    ("requested", "send"): Step(("house",), "sent"),
    ("requested", "withdraw"): Step(("house",), "failed"),
    ("sent", "unsend"): Step(("house",), "requested"),
    ("sent", "confirm"): Step(("house",), "confirmed"),
    ("sent", "fail"): Step(("house",), "failed"),
    ("sent", "lose"): Step(("house",), "unknown"),
    ("unknown", "confirm"): Step(("house",), "confirmed"),
    ("unknown", "fail"): Step(("house",), "failed"),
}

# Money that a holder's people say has arrived. `noted` waits for a second person; `unapplied` is on the books, with
# nothing that it could be for: to be matched, or returned to whoever sent it.
ARRIVAL: Final[Table] = {
    ("noted", "apply"): Step(("custodian", "freelancer"), "applied"),
    ("noted", "set_aside"): Step(("custodian", "freelancer"), "unapplied"),
    ("noted", "drop"): Step(("custodian", "freelancer"), "dropped"),
    ("unapplied", "apply"): Step(("custodian", "freelancer"), "applied"),
    ("unapplied", "return"): Step(("custodian", "freelancer"), "returned"),
}

# What is cancelled when both sides stop the project; what is approved by then stays.
CANCELLABLE: Final = tuple(status for status, verb in MILESTONE if verb == "cancel")
# Milestones in one of these no longer keep the ones after them from their turn.
PASSED: Final = ("approved", "closed", "cancelled")

# What is said when the status does not allow the verb: "This milestone is <words>, so ... "
WORDS: Final[dict[str, str]] = {
    "offered": "waiting to be signed",
    "in_force": "in force",
    "declined": "declined",
    "withdrawn": "withdrawn",
    "expired": "expired",
    "planned": "planned",
    "open": "open for work",
    "delivered": "delivered",
    "approved": "approved",
    "closed": "closed",
    "cancelled": "cancelled",
    "requested": "requested",
    "sent": "under way",
    "unknown": "without an answer yet",
    "confirmed": "confirmed",
    "failed": "failed",
    "noted": "noted, waiting for a second person",
    "applied": "applied",
    "unapplied": "without anything it is for",
    "returned": "returned",
    "dropped": "dropped",
}

VERBS: Final[dict[str, str]] = {
    "sign": "sign",
    "ask_change": "ask for a change",
    "forward": "pass this on",
    "decline": "decline",
    "enter_force": "bring these into force",
    "withdraw": "withdraw",
    "unsend": "take back that it was sent",
    "apply": "apply it",
    "set_aside": "set it aside",
    "drop": "drop it",
    "return": "return it",
    "expire": "let these expire",
    "fund": "fund this milestone",
    "open": "open this milestone",
    "deliver": "deliver",
    "request_changes": "request changes",
    "approve": "approve",
    "close": "close this milestone",
    "cancel": "cancel this milestone",
    "ask_cancel": "ask to cancel this milestone",
    "send": "send it",
    "confirm": "confirm it",
    "fail": "mark it failed",
    "lose": "mark it unknown",
}


def step(table: Table, status: str, verb: str, roles: set[str]) -> str:
    """The next status. Refuses `Stale` when the status has no such verb, `NotAllowed` when it is not theirs."""
    found = table.get((status, verb))
    if found is None:
        raise Stale(f"This is {WORDS[status]} by now, so you can't {VERBS[verb]} any more.")
    if not roles & set(found.who):
        raise NotAllowed(f"Only the {' or the '.join(found.who)} may {VERBS[verb]}.")
    return found.next


def verbs(table: Table, status: str, roles: set[str]) -> list[str]:
    """What somebody of these roles may do now; the page draws its buttons from this."""
    return [verb for (at, verb), found in table.items() if at == status and roles & set(found.who)]


def its_turn(before: Sequence[str], *, parallel: bool) -> bool:
    """Whether a milestone may be worked on: at once where the terms say so, else when all those before have passed."""
    return parallel or all(status in PASSED for status in before)
