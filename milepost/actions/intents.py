"""What fundings, payouts and refunds share: they are claimed, sent, and settled once.

An intent's id is the key used with the provider. A lost answer makes it `unknown`; it is settled by asking
the provider, never by a new key.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q

from milepost.core.lifecycle import INTENT, step
from milepost.core.refusals import Stale
from milepost.models import Intent

LEASE = timedelta(minutes=2)
# How long to wait before asking again, doubled with every attempt up to six hours.
WAIT = timedelta(seconds=20)
WAIT_MAX = timedelta(hours=6)


def claim(*, intent: Intent, at: datetime) -> bool:
    """The worker takes an intent that is due; False when another worker has it.

    A requested one becomes `sent` before the provider is called, so that after a crash it is asked about.
    """
    free = Q(leased_until=None) | Q(leased_until__lte=at)
    rows = type(intent)._default_manager.filter(free, pk=intent.pk, status=intent.status, due_at__lte=at)
    status = step(INTENT, "requested", "send", {"house"}) if intent.status == "requested" else intent.status
    if rows.update(status=status, leased_until=at + LEASE, attempts=intent.attempts + 1) != 1:
        return False
    intent.refresh_from_db()
    return True


def lost(*, intent: Intent, reason: str, at: datetime) -> None:
    """No clear answer: unknown, to be asked about later. One that is unknown already waits longer."""
    wait = min(WAIT * 2 ** min(intent.attempts, 12), WAIT_MAX)
    rest = {"reason": reason[:500], "due_at": at + wait, "leased_until": None}
    if intent.status == "unknown":
        type(intent)._default_manager.filter(pk=intent.pk, status="unknown").update(**rest)
    else:
        intent.move(step(INTENT, intent.status, "lose", {"house"}), **rest)


def settle_by_hand(intent: Intent, verb: str, *, at: datetime, **changes: object) -> None:
    """The same by people's word: it need not have been said before that it was sent."""
    if intent.status == "requested":
        intent.move(step(INTENT, intent.status, "send", {"house"}))
    settle(intent, verb, at=at, **changes)


def settle(intent: Intent, verb: str, *, at: datetime, **changes: object) -> None:
    """Confirmed or failed, once: `Stale` for the second answer, which then changes nothing."""
    if intent.status not in ("sent", "unknown"):
        raise Stale(f"This {type(intent).__name__.lower()} is {intent.status} already.")
    intent.move(step(INTENT, intent.status, verb, {"house"}), settled_at=at, leased_until=None, **changes)
