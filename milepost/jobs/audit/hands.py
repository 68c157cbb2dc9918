"""Money that people move: each amount rests on somebody's word, and whatever is unapplied is known row by row."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from django.db.models import Count, Q, Sum

from milepost.core.catalogue import BY_HAND
from milepost.core.postings import branch
from milepost.jobs.audit.finding import Finding, pieces
from milepost.ledger import balances
from milepost.models import Arrival, Custody, Funding, Payout, Project, Refund, Said
from milepost.models.money import LIVE, Intent

# Which word makes an arrival, and an event, true.
WORD_OF: Final = {"applied": "arrived", "unapplied": "arrived", "returned": "returned"}
WORDS_OF: Final = {"funding.returned": ("returned",), "payout.confirmed": ("sent",)}
ARRIVED: Final = ("arrived",)
REFUNDED: Final = ("sent", "received")


def findings() -> Iterator[Finding]:
    yield from _arrivals()
    yield from _fundings()
    yield from _intents()
    for path, currency in _unapplied_accounts():
        # Money moves meanwhile: what is really wrong is wrong at the second look too.
        wrong = _unapplied(path, currency)
        again = _unapplied(path, currency) if wrong else []
        yield from (finding for finding in wrong if finding in again)


def people(projects: list[Project], heard: Iterable[Mapping[tuple[str, str], int]]) -> Iterator[Finding]:
    """Two people stand behind what the record says rested on two."""
    needed = {key: count for each in heard for key, count in each.items()}
    if not needed:
        return
    mine = Q(payout__milestone__project__in=projects) | Q(refund__milestone__project__in=projects)
    rows = Said.objects.filter(mine | Q(arrival__funding__milestone__project__in=projects), taken_back_at=None)
    said: dict[tuple[str, str], set[str | None]] = defaultdict(set)
    for one in rows:
        said[one.arrival_id or one.payout_id or one.refund_id or "", one.word].add(one.user_id)
    for (kind, subject), count in needed.items():
        words = REFUNDED if kind == "refund.confirmed" else WORDS_OF.get(kind, ARRIVED)
        there = max(len(said[subject, word]) for word in words)
        if there < count:
            yield Finding("people", subject, f"{kind} of {subject} rested on {count} people; {there} are there.")


def _arrivals() -> Iterator[Finding]:
    """Each that was booked has the word that it takes."""
    for piece in pieces(Arrival.objects.filter(status__in=WORD_OF)):
        words = Said.objects.filter(arrival__in=piece, taken_back_at=None).values_list("arrival", "word")
        said = set(words)
        for arrival in piece:
            if (arrival.pk, WORD_OF[arrival.status]) not in said:
                yield Finding("word", arrival.pk, f"Nobody said that {arrival.pk} was {WORD_OF[arrival.status]}.")


def _fundings() -> Iterator[Finding]:
    """What a funding has of arrivals is what arrived for it."""
    for piece in pieces(Funding.objects.filter(_by_hand())):
        rows = Arrival.objects.filter(funding__in=piece, status="applied").values_list("funding")
        sums = dict(rows.annotate(sum=Sum("amount_minor")))
        for funding in piece:
            arrived, stated = sums.get(funding.pk, 0), funding.arrived_minor or 0
            if arrived != stated:
                words = f"{funding.pk} says that {stated} arrived; its arrivals say {arrived}."
                yield Finding("arrivals", funding.pk, words)


def _intents() -> Iterator[Finding]:
    """What was settled by people has the word of whoever has to say it."""
    kinds: tuple[type[Intent], ...] = (Payout, Refund)
    for kind in kinds:
        name = kind.__name__.lower()
        for piece in pieces(kind._default_manager.filter(_by_hand(), status="confirmed")):
            words = Said.objects.filter(**{f"{name}__in": piece}, taken_back_at=None)
            said = set(words.values_list(name, "word"))
            for intent in piece:
                word = "sent" if intent.holder.startswith("custodian/") else "received"
                if (intent.pk, word) not in said:
                    yield Finding("word", intent.pk, f"Nobody said that {intent.pk} was {word}.")


def _by_hand() -> Q:
    several = Q()
    for holder in BY_HAND:
        several |= Q(holder__startswith=f"{holder}/")
    return several


def _unapplied_accounts() -> Iterator[tuple[str, str]]:
    """Path and currency of every account with unapplied money that people look after."""
    parties = {*Custody.objects.values_list("party", flat=True)}
    parties |= set(Project.objects.filter(custodian__isnull=False).values_list("custodian", flat=True).distinct())
    branches = {branch("custodian", party) for party in parties}
    freelancers = Q(holder__startswith="freelancer/")
    branches |= set(Funding.objects.filter(freelancers, arrivals__status="unapplied").values_list("holder", flat=True))
    refunds = Refund.objects.filter(freelancers, source__contains="/unapplied/")
    branches |= set(refunds.values_list("holder", flat=True).distinct())
    for one in sorted(branches):
        yield from balances.under(f"{one}/unapplied/")


def _unapplied(path: str, currency: str) -> list[Finding]:
    """Of each arrival that nothing was found for its whole amount; of a milestone only what is to go back next."""
    there = balances.by_subject(path, currency)
    holder = path.split("/unapplied/")[0]
    funded = Q(funding__holder=holder)
    if holder.startswith("custodian/"):
        funded |= Q(funding=None, holder=holder.partition("/")[2])
    waiting = Arrival.objects.filter(funded, status="unapplied", currency=currency)
    stated: Counter[str] = Counter(dict(waiting.values_list("pk", "amount_minor")))
    live = Refund.objects.filter(source=path, status__in=LIVE).values("milestone").annotate(count=Count("pk"))
    next_up = {row["milestone"] for row in live}
    found = []
    for subject in sorted(there.keys() | stated.keys()):
        if subject in next_up and there[subject] > 0:
            continue
        if there.get(subject, 0) != stated[subject]:
            words = f"{path} has {there.get(subject, 0)} {currency} of {subject}; {stated[subject]} are waited for."
            found.append(Finding("unapplied", subject, words))
    return found
