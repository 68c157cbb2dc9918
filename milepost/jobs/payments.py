"""Asks holders for what was intended: a row first, then the call, then the answer in a row.

The key is the intent's own id, for ever. Whatever has no clear answer is asked about before it is asked for again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet

from milepost.actions import funding, intents, payouts, refunds
from milepost.core.refusals import Stale
from milepost.gateways.payments import Conflict, NoAnswer, Outcome, Provider
from milepost.gateways.sandbox import Sandbox
from milepost.jobs.errands import free
from milepost.jobs.sweeps import Sweep
from milepost.models import Funding, Intent, Payout, Refund

log = logging.getLogger("milepost.worker")

BATCH: Final = 20
OPEN: Final = ("requested", "sent", "unknown")
# The holders that a provider is asked for; where people move the money, they are (`actions.holding`).
PROVIDED: Final = ("sandbox",)
KINDS: Final[tuple[type[Intent], ...]] = (Funding, Payout, Refund)
# A payout that fails again and again is asked for ever more rarely.
AGAIN_MAX: Final = timedelta(days=7)


def provider_of(holder: str) -> Provider:
    """The provider that a holder is reached by."""
    assert holder in PROVIDED, f"{holder} has no provider"
    return Sandbox(settings.DATA / "sandbox.sqlite3")


def ask_providers(at: datetime, provider_of: Callable[[str], Provider] = provider_of) -> int:
    """Works on every intent that is due; answers how many."""
    return sum(_ask(intent, provider_of, at) for kind in KINDS for intent in _due(kind, at))


def _due(kind: type[Intent], at: datetime) -> list[Intent]:
    rows = kind._default_manager.filter(free(at), holder__in=PROVIDED, status__in=OPEN, due_at__lte=at)
    return list(rows.select_related("milestone__project__terms").order_by("due_at", "pk")[:BATCH])


def _ask(intent: Intent, provider_of: Callable[[str], Provider], at: datetime) -> bool:
    first = intent.status == "requested"
    if not intents.claim(intent=intent, at=at):
        return False
    try:
        outcome = _believable(intent, _answer(intent, provider_of(intent.holder), first=first))
    except Exception as error:
        if not isinstance(error, NoAnswer):
            log.exception("Provider of %s, %s", intent.holder, intent.pk)
        outcome = Outcome("pending", reason=f"{type(error).__name__}: {error}")
    try:
        _settle(intent, outcome, at)
    except Stale:
        log.info("%s was settled by another worker", intent.pk)
    except Exception:
        # The provider has answered and we failed: it is asked again when the lease has run out.
        log.exception("%s could not be settled", intent.pk)
    return True


def _answer(intent: Intent, provider: Provider, *, first: bool) -> Outcome:
    """Asked before: what became of it? Only what the provider has never heard of is sent again, under the same key."""
    if not first and (found := provider.find(intent.pk)).status != "not_found":
        return found
    match intent:
        case Funding():
            return provider.collect(intent.pk, intent.amount, intent.milestone_id)
        case Payout():
            return provider.pay_out(intent.pk, intent.amount, intent.milestone_id)
        case Refund():
            return provider.refund(intent.pk, intent.amount, intent.milestone_id)
    raise AssertionError(f"{intent} is no intent")


def _believable(intent: Intent, outcome: Outcome) -> Outcome:
    """More or less may be collected than was asked for; what is paid out or back is the whole, in its currency."""
    said = outcome.amount
    if said is None or said == intent.amount:
        return outcome
    if isinstance(intent, Funding) and said.currency == intent.currency and said.minor > 0:
        return outcome
    raise Conflict(f"{intent.pk}: asked for {intent.amount}, the provider says {said}")


def _settle(intent: Intent, outcome: Outcome, at: datetime) -> None:
    confirmed = outcome.status == "confirmed"
    if outcome.status not in ("confirmed", "failed"):
        intents.lost(intent=intent, reason=outcome.reason or "Not settled yet.", at=at)
        return
    match intent:
        case Funding() if confirmed:
            arrived = outcome.amount or intent.amount
            funding.confirm(funding=intent, arrived=arrived, reference=outcome.reference, at=at)
        case Payout() if confirmed:
            payouts.confirm(payout=intent, reference=outcome.reference, at=at)
        case Refund() if confirmed:
            refunds.confirm(refund=intent, reference=outcome.reference, at=at)
        case Funding():
            funding.fail(funding=intent, reason=outcome.reason, at=at)
        case Payout():
            payouts.fail(payout=intent, reason=outcome.reason, at=at)
        case Refund():
            refunds.fail(refund=intent, reason=outcome.reason, at=at)


# -- what failed is asked for again ------------------------------------------------------------


def _failed(kind: type[Intent], at: datetime) -> list[Intent]:
    """The newest of its milestone (a refund: of its source too), long enough ago."""
    newer: QuerySet[Any] = kind._default_manager.filter(
        milestone=OuterRef("milestone"), requested_at__gt=OuterRef("requested_at")
    )
    if kind is Refund:
        newer = Refund.objects.filter(
            milestone=OuterRef("milestone"), source=OuterRef("source"), requested_at__gt=OuterRef("requested_at")
        )
    failed = kind._default_manager.filter(status="failed", settled_at__lte=at - payouts.AGAIN_AFTER)
    rows = failed.filter(~Exists(newer), holder__in=PROVIDED)
    return [intent for intent in rows.select_related("milestone__project__terms") if _time_again(intent, at)]


def _time_again(intent: Intent, at: datetime) -> bool:
    failures = type(intent)._default_manager.filter(milestone=intent.milestone_id, status="failed").count()
    wait = min(payouts.AGAIN_AFTER * 2 ** (failures - 1), AGAIN_MAX)
    return intent.settled_at is not None and intent.settled_at + wait <= at


def _owed(at: datetime) -> Iterable[Refund]:
    """Of what freelancers have to send back, what has stood still for so long that both are told once more."""
    rows = Refund.objects.filter(status="requested", holder__startswith="freelancer/", due_at__lte=at)
    rows = rows.filter(attempts__lt=refunds.NOTICES_MAX).exclude(source__startswith="outside/")
    return rows.select_related("milestone").iterator(BATCH)


SWEEPS: Final = (
    Sweep(
        "payouts again",
        timedelta(minutes=1),
        lambda at: _failed(Payout, at),
        lambda payout, at: payouts.again(milestone=payout.milestone, at=at),
    ),
    Sweep(
        "refunds again",
        timedelta(minutes=1),
        lambda at: _failed(Refund, at),
        lambda refund, at: refunds.again(refund=refund, at=at),
    ),
    Sweep("refunds that are owed", timedelta(hours=1), _owed, lambda refund, at: refunds.remind(refund=refund, at=at)),
)
