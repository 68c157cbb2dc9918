"""The books are whole, and say the same as intents and payments, milestone by milestone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Count

from milepost.actions import books
from milepost.core.money import Money
from milepost.gateways.payments import NOT_FOUND, Outcome
from milepost.jobs.audit import hands
from milepost.jobs.audit.finding import Finding, pieces
from milepost.jobs.audit.papers import readable
from milepost.jobs.payments import PROVIDED, provider_of
from milepost.ledger import audit as ledger
from milepost.models import Funding, Milestone, Payment, Payout, Project, Refund
from milepost.models.money import LIVE, Intent

KINDS: tuple[type[Intent], ...] = (Funding, Payout, Refund)


def findings() -> Iterator[Finding]:
    for broken in ledger.findings():
        yield Finding(broken.invariant, broken.row, broken.wrong)
    for projects in pieces(Project.objects.filter(terms__status="in_force").select_related("terms")):
        yield from _milestones([project for project in projects if project.terms and readable(project.terms)])
    for kind in KINDS:
        yield from _live(kind)
        yield from _provider(kind)
    yield from hands.findings()


def _milestones(projects: list[Project]) -> Iterator[Finding]:
    """What arrived is somewhere; and where it is, an intent or a payment has brought it."""
    moved = books.money_of(*projects)
    stated = _stated(projects)
    for milestone in Milestone.objects.filter(project__in=projects):
        money = moved.get(milestone.pk)
        if money is None:
            continue
        if not money.adds_up:
            yield Finding("balance", milestone.pk, f"What arrived for {milestone.pk} is not where the books say.")
        for word in ("arrived", "paying", "paid_out", "refunding", "refunded"):
            in_books: Money = getattr(money, word)
            if in_books.minor != stated[milestone.pk, word]:
                words = f"{word} of {milestone.pk}: the books say {in_books}, the intents {stated[milestone.pk, word]}."
                yield Finding("intents", milestone.pk, words)


def _stated(projects: list[Project]) -> Counter[tuple[str, str]]:
    """Per milestone, in minor units, what fundings, payouts, refunds, payments and earned deposits say."""
    sums: Counter[tuple[str, str]] = Counter()
    for kind, live, done in (
        (Funding, "", "arrived"),
        (Payout, "paying", "paid_out"),
        (Refund, "refunding", "refunded"),
    ):
        rows: Iterable[Any] = kind._default_manager.filter(milestone__project__in=projects)
        for intent in rows:
            arrived = getattr(intent, "arrived_minor", None)
            if arrived is not None:
                # By hand a part arrives before the whole does, and some of it too late.
                sums[intent.milestone_id, done] += arrived
            elif intent.status == "confirmed":
                sums[intent.milestone_id, done] += intent.amount_minor
            elif intent.status in LIVE and not getattr(intent, "given_back", False):
                sums[intent.milestone_id, live] += intent.amount_minor
            if getattr(intent, "given_back", False) and intent.status == "confirmed":
                sums[intent.milestone_id, "paid_out"] -= intent.amount_minor
    received = Payment.objects.filter(milestone__project__in=projects, received_at__isnull=False)
    said = {project.pk: project.agreed.said for project in projects}
    for payment in received.select_related("milestone"):
        amount = said[payment.milestone.project_id].milestone(payment.milestone_id).amount_minor
        sums[payment.milestone_id, "arrived"] += amount
        sums[payment.milestone_id, "paid_out"] += amount
    for milestone in Milestone.objects.filter(project__in=projects, status__in=("approved", "closed")):
        terms = said[milestone.project_id]
        agreed = terms.milestone(milestone.pk)
        if terms.holder_of(agreed) == "freelancer":
            sums[milestone.pk, "paid_out"] += agreed.amount_minor
    return sums


def _live(kind: type[Intent]) -> Iterator[Finding]:
    purpose = ("milestone", "source") if kind is Refund else ("milestone",)
    live = (
        kind._default_manager.filter(status__in=LIVE).values(*purpose).annotate(count=Count("pk")).filter(count__gt=1)
    )
    for row in live:
        yield Finding("one live", row["milestone"], f"{row['count']} {kind.__name__.lower()}s are under way at once.")


def _provider(kind: type[Intent]) -> Iterator[Finding]:
    """What is settled with us is settled so with the provider; what the provider never heard of was settled by hand."""
    for piece in pieces(kind._default_manager.filter(holder__in=PROVIDED, status__in=("confirmed", "failed"))):
        for holder in {intent.holder for intent in piece}:
            theirs = provider_of(holder).found([intent.pk for intent in piece])
            for intent in piece:
                outcome = theirs.get(intent.pk, NOT_FOUND)
                by_hand = outcome is NOT_FOUND and not intent.reference.startswith(f"{holder}-")
                if intent.holder == holder and not by_hand and not _same(intent, outcome):
                    words = f"{intent.pk} is {intent.status} here; the provider says {outcome.status}."
                    yield Finding("provider", intent.pk, words)


def _same(intent: Intent, outcome: Outcome) -> bool:
    if intent.status == "failed":
        return outcome.status in ("failed", "not_found")
    arrived = getattr(intent, "arrived_minor", None) or intent.amount_minor
    return outcome.status == "confirmed" and outcome.amount in (None, Money(arrived, intent.currency))
