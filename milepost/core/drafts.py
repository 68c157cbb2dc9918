"""A draft becomes terms: what is wrong with it, and the terms that it makes when nothing is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from milepost.core import entries
from milepost.core.catalogue import SIDES, SIGNERS
from milepost.core.money import DECIMALS, Money, parse, total
from milepost.core.readings import Policy, Reading, read, said
from milepost.core.readings.windows import understood
from milepost.core.refusals import Refused, Several
from milepost.core.steps import STEPS, Body, Step, as_one_time, at
from milepost.core.terms import Named, Terms, Window

__all__ = ["Outline", "OutlineRow", "Policy", "advice", "check", "compose", "in_one", "outline"]


def check(body: Body, *, step: Step, today: date, policy: Policy, sender: Named) -> list[Refused]:
    """What is wrong in one step, each with its field; of `review`, which has none of its own, in all of them.

    `today` is that of the sender's time zone.
    """
    reading = Reading(body, today, policy, sender)
    for one in STEPS[:-1] if step == "review" else (step,):
        read(reading, one)
    return reading.refusals


def compose(
    body: Body, *, sender: Named, at: datetime, time_zone: str, language: str, policy: Policy, answers: str = ""
) -> Terms:
    """The terms that the draft makes, without clauses. Refuses (`Several`) while anything is wrong.

    They can be signed until the end of the day, in `time_zone`, as many days from `at` as the draft says.
    """
    today = at.astimezone(ZoneInfo(time_zone)).date()
    reading = Reading(body, today, policy, sender)
    parts: dict[str, Any] = {}
    for step in STEPS[:-1]:
        parts |= read(reading, step)
    if reading.refusals:
        raise Several(reading.refusals)
    last_day = today + timedelta(days=parts.pop("sign_within_days"))
    return Terms(
        **parts,
        # A custodian accepts its mandate by signing, like the two sides.
        signatures=SIGNERS if parts["custodian"] else SIDES,
        time_zone=time_zone,
        language=language,
        sign_until=datetime.combine(last_day, time(23, 59), ZoneInfo(time_zone)).astimezone(UTC),
        answers=answers,
    )


@dataclass(frozen=True, slots=True)
class OutlineRow:
    """A milestone as far as it can be understood already."""

    title: str
    deliverables: tuple[str, ...]
    due_on: date | None
    amount: Money | None
    # Another review window than that of the terms.
    review: Window | None = None


@dataclass(frozen=True, slots=True)
class Outline:
    """The milestones while they are being typed. `total` counts the amounts that are understood; `unclear` are not."""

    rows: tuple[OutlineRow, ...]
    total: Money | None
    unclear: int


def outline(body: Body) -> Outline:
    """What is understood of the milestones so far. Refuses nothing."""
    windows = understood(body, date.min).rows
    rows = tuple(_outline_row(row, body["currency"], own) for row, own in zip(body["milestones"], windows, strict=True))
    amounts = [row.amount for row in rows if row.amount]
    whole = total(amounts, body["currency"]) if body["currency"] in DECIMALS else None
    return Outline(rows, whole, unclear=len(rows) - len(amounts))


def advice(body: Body, policy: Policy) -> str:
    """What the policy has to say about a sum that it lets pass; empty when it has nothing to say."""
    sketch = outline(body)
    least = policy.least(body["currency"])
    if policy.minimum != "advise" or not least or not sketch.total or sketch.unclear or sketch.total >= least:
        return ""
    if at(body, "payment_type") != "milestone":
        return ""
    return f"Milestone payment is meant for projects of {said(least)} and more; for less, One-time is simpler."


def in_one(body: Body) -> Body:
    """The same work as One-time: one milestone. Refuses while an amount can't be read."""
    amounts = {number: row.amount for number, row in enumerate(outline(body).rows) if row.amount}
    return as_one_time(body, amounts)


def _outline_row(row: Body, currency: str, review: Window | None) -> OutlineRow:
    return OutlineRow(
        title=row["title"].strip(),
        deliverables=tuple(title for item in row["deliverables"] if (title := item["title"].strip())),
        due_on=_day(row["due_on"]),
        amount=_amount(row["amount"], currency),
        review=review,
    )


def _day(typed: str) -> date | None:
    try:
        return entries.day(typed, earliest=date.min, latest=date.max, before="", after="")
    except Refused:
        return None


def _amount(typed: str, currency: str) -> Money | None:
    try:
        return parse(typed, currency)
    except Refused:
        return None
