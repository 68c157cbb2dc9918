"""The step of the milestones: each with its deliverables, its day and its amount; and their sum."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from typing import Any, Final, cast

from milepost.core import entries
from milepost.core.catalogue import Holder
from milepost.core.money import AMOUNT_MAX, DECIMALS, Money, parse, total
from milepost.core.readings.payment import start
from milepost.core.readings.reading import YEARS_MAX, Reading, said, years_after
from milepost.core.readings.windows import window_of
from milepost.core.refusals import Refused
from milepost.core.steps import Body, at
from milepost.core.terms import Deliverable, Milestone

CRITERIA_MAX: Final = 2_000
MILESTONES_MAX: Final = 100
DELIVERABLES_MAX: Final = 50
# Of all milestones together: what a contract can show and a form can send.
ALL_DELIVERABLES_MAX: Final = 1_000


class BelowMinimum(Refused):
    """Milestone payment is for larger projects; One-time is offered."""


class NotOneMilestone(Refused):
    """One-time payment has exactly one milestone."""


def milestones(reading: Reading) -> dict[str, Any]:
    rows: list[Body] = reading.body["milestones"]
    one_time = at(reading.body, "payment_type") == "one_time"
    _count(reading, rows, one_time)
    milestones = [_milestone(reading, row, f"milestones.{number}", len(rows)) for number, row in enumerate(rows)]
    _sum(reading, milestones)
    return {"milestones": tuple(milestones), "parallel": not one_time and at(reading.body, "parallel") == "yes"}


def _count(reading: Reading, rows: list[Body], one_time: bool) -> None:
    deliverables = sum(len(row["deliverables"]) for row in rows)
    if not rows:
        reading.refusals.append(Refused("Add at least one milestone.", field="milestones"))
    elif one_time and len(rows) > 1:
        sentence = f"One-time payment has one milestone; these are {len(rows)}."
        reading.refusals.append(NotOneMilestone(sentence, field="milestones"))
    elif len(rows) > MILESTONES_MAX:
        sentence = f"These are {len(rows)} milestones; {MILESTONES_MAX} are the most in one contract."
        reading.refusals.append(Refused(sentence, field="milestones"))
    if deliverables > ALL_DELIVERABLES_MAX:
        sentence = f"These are {deliverables:,} deliverables; {ALL_DELIVERABLES_MAX:,} are the most in one contract."
        reading.refusals.append(Refused(sentence, field="milestones"))


def _milestone(reading: Reading, row: Body, path: str, count: int) -> Milestone:
    items: list[Body] = row["deliverables"]
    said = [row["title"], row["due_on"], row["amount"], *(item["title"] + item["criteria"] for item in items)]
    if count > 1 and not any(text.strip() for text in said):
        sentence = "This milestone is empty. Fill it in, or remove it."
        reading.refusals.append(Refused(sentence, field=f"{path}.title"))
        return Milestone(row["id"], "", reading.today, 0, ())
    title = reading.line(f"{path}.title", "Give the milestone a title.")
    due_on = reading.take(f"{path}.due_on", partial(_due, reading))
    currency = at(reading.body, "currency")
    # Without a currency nothing can be said about an amount; the step of payment says what is missing there.
    amount = reading.take(f"{path}.amount", lambda typed: parse(typed, currency)) if currency in DECIMALS else None
    deliverables = tuple(
        _deliverable(reading, item, f"{path}.deliverables.{place}") for place, item in enumerate(items)
    )
    if not items:
        sentence = "Add at least one deliverable: what is handed over."
        reading.refusals.append(Refused(sentence, field=f"{path}.deliverables"))
    elif len(items) > DELIVERABLES_MAX:
        sentence = f"These are {len(items)} deliverables; {DELIVERABLES_MAX} are the most for one milestone."
        reading.refusals.append(Refused(sentence, field=f"{path}.deliverables"))
    minor = amount.minor if amount else 0
    more: dict[str, Any] = {"holder": _holder(reading, row, path), "review": window_of(reading, row, path)}
    return Milestone(row["id"], title or "", due_on or reading.today, minor, deliverables, **more)


def _holder(reading: Reading, row: Body, path: str) -> Holder | None:
    """Another one than that of the terms; None where none was chosen, or the same."""
    if not row.get("holder") or row["holder"] == at(reading.body, "holder"):
        return None
    chosen = reading.choice(f"{path}.holder", reading.policy.holders, "Choose who holds the money of this milestone.")
    return cast(Holder | None, chosen)


def _deliverable(reading: Reading, item: Body, path: str) -> Deliverable:
    title = reading.line(f"{path}.title", "Say what is handed over.")
    criteria = reading.take(f"{path}.criteria", lambda typed: entries.prose(typed, most=CRITERIA_MAX))
    return Deliverable(item["id"], title or "", criteria or "")


def _due(reading: Reading, typed: str) -> date:
    try:
        begins = start(reading, at(reading.body, "start_on"))
    except Refused:
        begins = reading.today - timedelta(days=366)
    return entries.day(
        typed,
        earliest=begins,
        latest=years_after(begins),
        before=f"This is before the project starts on {begins.isoformat()}.",
        after=f"It has to be due within {YEARS_MAX} years from the start.",
    )


def _sum(reading: Reading, milestones: list[Milestone]) -> None:
    currency = at(reading.body, "currency")
    if not milestones or not all(milestone.amount_minor for milestone in milestones):
        return
    whole = total((Money(milestone.amount_minor, currency) for milestone in milestones), currency)
    least = reading.policy.least(currency)
    if whole.minor > AMOUNT_MAX:
        sentence = f"Together this is {said(whole)}, more than {said(Money(AMOUNT_MAX, currency))}, the most that terms can name."
        reading.refusals.append(Refused(sentence, field="milestones"))
    elif reading.policy.minimum == "enforce" and least and whole < least and _is_milestone(reading):
        sentence = (
            f"Milestone payment is for projects of {said(least)} and more; this one is {said(whole)}. "
            "For less there is One-time payment."
        )
        reading.refusals.append(BelowMinimum(sentence, field="milestones"))


def _is_milestone(reading: Reading) -> bool:
    return at(reading.body, "payment_type") == "milestone"
