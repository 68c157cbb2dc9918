"""Where the client pays when nobody holds the money, and who may see it."""

from __future__ import annotations

from typing import Any

from milepost.core.actors import Actor
from milepost.core.catalogue import Side
from milepost.web.road import Stop


def facts(stop: Stop, side: Side, by: Actor) -> dict[str, Any] | None:
    """How an approved milestone is paid where nobody holds the money; None when nothing is paid directly."""
    if stop.holder != "nobody" or stop.milestone.status != "approved":
        return None
    payee = stop.milestone.project.freelancer
    return {
        "reference": stop.invoice.number if stop.invoice else stop.id[-8:].upper(),
        "sent_at": stop.sent_at,
        "has_account": bool(payee.payment_instructions.strip()),
        # Bank details are for a client who is signed in, or has typed the code; a link alone is not enough.
        "account": payee.payment_instructions if side == "freelancer" or proved(by) else "",
    }


def proved(by: Actor) -> bool:
    return by.proof in ("login", "fresh", "code")
