"""A draft read step by step: what each field means, and every refusal with the field that it is about."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final, Literal, TypeVar

from milepost.core import entries
from milepost.core.catalogue import PAYMENT_TYPES, SIDES, TAX_TREATMENTS, WINDOW_UNITS, Holder
from milepost.core.money import AMOUNT_MAX, DECIMALS, Money, parse, plain, total
from milepost.core.refusals import Refused
from milepost.core.steps import Body, Step, at
from milepost.core.terms import Deliverable, Milestone, Named, Tax, Window

T = TypeVar("T")

NAME_MAX: Final = 200
CRITERIA_MAX: Final = 2_000
PROSE_MAX: Final = 20_000
MILESTONES_MAX: Final = 100
DELIVERABLES_MAX: Final = 50
# Of all milestones together: what a contract can show and a form can send.
ALL_DELIVERABLES_MAX: Final = 1_000
YEARS_MAX: Final = 10
SIGN_DAYS_MAX: Final = 90
# How short and how long a review window may be. Shorter than a day would be no review.
WINDOWS: Final[dict[str, tuple[int, int]]] = {"hours": (24, 720), "days": (1, 90)}


class BelowMinimum(Refused):
    """Milestone payment is for larger projects; One-time is offered."""


class NotOneMilestone(Refused):
    """One-time payment has exactly one milestone."""


@dataclass(frozen=True, slots=True)
class Policy:
    """What the installation allows: from which sum milestone payment is, and who may hold the money."""

    minimum: Literal["enforce", "advise", "off"]
    minimums_minor: Mapping[str, int]
    holders: tuple[Holder, ...]

    def least(self, currency: str) -> Money | None:
        """The smallest sum for milestone payment, where this currency has one."""
        minor = self.minimums_minor.get(currency, 0)
        return Money(minor, currency) if minor and self.minimum != "off" else None


@dataclass(slots=True)
class Reading:
    """Reads on after a refusal, so that a person hears everything at once."""

    body: Body
    today: date
    policy: Policy
    sender: Named
    refusals: list[Refused] = field(default_factory=list)

    def read(self, step: Step) -> dict[str, Any]:
        """The parts of terms that the step gives. They are whole only when nothing was refused."""
        readers: dict[Step, Callable[[], dict[str, Any]]] = {
            "project": self._project,
            "payment": self._payment,
            "milestones": self._milestones,
            "contract": self._contract,
        }
        return readers[step]()

    def _take(self, name: str, meaning: Callable[[str], T]) -> T | None:
        try:
            return meaning(at(self.body, name))
        except Refused as refused:
            refused.field = name
            self.refusals.append(refused)
            return None

    def _line(self, name: str, missing: str) -> str | None:
        return self._take(name, lambda typed: entries.line(typed, most=NAME_MAX, missing=missing))

    def _choice(self, name: str, values: tuple[str, ...], missing: str) -> str | None:
        return self._take(name, lambda typed: entries.one_of(typed, values, missing=missing))

    # -- Project -----------------------------------------------------------------------------------

    def _project(self) -> dict[str, Any]:
        side = self._choice("side", SIDES, "Say which side you are on: whether you do the work or pay for it.")
        name = self._line("project_name", "Give the project a name.")
        own = self._take("own_name", self._own_name)
        other = Named(
            name=self._line("other_name", "Type the name of the person or business it is with.") or "",
            email=self._take("other_email", self._other_mailbox) or "",
        )
        self._choice("client_type", ("business", "consumer"), "Say whether the client is a business or a consumer.")
        if at(self.body, "client_type") == "consumer":
            sentence = (
                "The Milepost service agreement is written for businesses. With a consumer it can't be used: "
                "consumers have rights that it does not give them."
            )
            self.refusals.append(Refused(sentence, field="client_type"))
        sender = Named(own or "", self.sender.email)
        client, freelancer = (sender, other) if side == "client" else (other, sender)
        return {
            "project_name": name,
            "sender": side,
            "client": client,
            "freelancer": freelancer,
            "client_type": "business",
        }

    def _own_name(self, typed: str) -> str:
        missing = "Type your name, or that of your business: the contract names both sides."
        return entries.line(self.sender.name or typed, most=NAME_MAX, missing=missing)

    def _other_mailbox(self, typed: str) -> str:
        other = entries.mailbox(typed)
        if entries.same_mailbox(other, self.sender.email):
            raise Refused("This is your own mailbox. The two sides of a contract need one each.")
        return other

    # -- Payment -----------------------------------------------------------------------------------

    def _payment(self) -> dict[str, Any]:
        payment_type = self._choice("payment_type", PAYMENT_TYPES, "Choose how the project is paid.")
        currency = self._choice("currency", tuple(DECIMALS), "Choose a currency from the list.")
        holder = self._choice("holder", self.policy.holders, "Choose who holds the money.")
        tax = self._tax()
        return {
            "payment_type": payment_type,
            "currency": currency,
            "holder": holder,
            "tax": tax,
            "start_on": self._take("start_on", self._start),
        }

    def _tax(self) -> Tax:
        treatment = self._choice("tax_treatment", TAX_TREATMENTS, "Choose how the amounts stand to tax.")
        if treatment == "standard":
            return Tax("standard", self._take("tax_rate", entries.rate) or 0)
        if treatment == "exempt":
            return Tax("exempt", reason=self._line("tax_reason", "Type the reason: invoices have to state it.") or "")
        return Tax()

    def _start(self, typed: str) -> date:
        return entries.day(
            typed,
            earliest=self.today - timedelta(days=366),
            latest=_years_after(self.today),
            before="The start is more than a year ago. Choose a later day.",
            after=f"The start has to be within {YEARS_MAX} years from today.",
        )

    # -- Milestones --------------------------------------------------------------------------------

    def _milestones(self) -> dict[str, Any]:
        rows: list[Body] = self.body["milestones"]
        one_time = at(self.body, "payment_type") == "one_time"
        self._count(rows, one_time)
        milestones = [self._milestone(row, f"milestones.{number}", len(rows)) for number, row in enumerate(rows)]
        self._sum(milestones)
        return {"milestones": tuple(milestones), "parallel": not one_time and at(self.body, "parallel") == "yes"}

    def _count(self, rows: list[Body], one_time: bool) -> None:
        deliverables = sum(len(row["deliverables"]) for row in rows)
        if not rows:
            self.refusals.append(Refused("Add at least one milestone.", field="milestones"))
        elif one_time and len(rows) > 1:
            sentence = f"One-time payment has one milestone; these are {len(rows)}."
            self.refusals.append(NotOneMilestone(sentence, field="milestones"))
        elif len(rows) > MILESTONES_MAX:
            sentence = f"These are {len(rows)} milestones; {MILESTONES_MAX} are the most in one contract."
            self.refusals.append(Refused(sentence, field="milestones"))
        if deliverables > ALL_DELIVERABLES_MAX:
            sentence = (
                f"These are {deliverables:,} deliverables; {ALL_DELIVERABLES_MAX:,} are the most in one contract."
            )
            self.refusals.append(Refused(sentence, field="milestones"))

    def _milestone(self, row: Body, path: str, count: int) -> Milestone:
        items: list[Body] = row["deliverables"]
        said = [row["title"], row["due_on"], row["amount"], *(item["title"] + item["criteria"] for item in items)]
        if count > 1 and not any(text.strip() for text in said):
            sentence = "This milestone is empty. Fill it in, or remove it."
            self.refusals.append(Refused(sentence, field=f"{path}.title"))
            return Milestone(row["id"], "", self.today, 0, ())
        title = self._line(f"{path}.title", "Give the milestone a title.")
        due_on = self._take(f"{path}.due_on", self._due)
        currency = at(self.body, "currency")
        # Without a currency nothing can be said about an amount; the step of payment says what is missing there.
        amount = self._take(f"{path}.amount", lambda typed: parse(typed, currency)) if currency in DECIMALS else None
        deliverables = tuple(
            self._deliverable(item, f"{path}.deliverables.{place}") for place, item in enumerate(items)
        )
        if not items:
            sentence = "Add at least one deliverable: what is handed over."
            self.refusals.append(Refused(sentence, field=f"{path}.deliverables"))
        elif len(items) > DELIVERABLES_MAX:
            sentence = f"These are {len(items)} deliverables; {DELIVERABLES_MAX} are the most for one milestone."
            self.refusals.append(Refused(sentence, field=f"{path}.deliverables"))
        return Milestone(row["id"], title or "", due_on or self.today, amount.minor if amount else 0, deliverables)

    def _deliverable(self, item: Body, path: str) -> Deliverable:
        title = self._line(f"{path}.title", "Say what is handed over.")
        criteria = self._take(f"{path}.criteria", lambda typed: entries.prose(typed, most=CRITERIA_MAX))
        return Deliverable(item["id"], title or "", criteria or "")

    def _due(self, typed: str) -> date:
        try:
            start = self._start(at(self.body, "start_on"))
        except Refused:
            start = self.today - timedelta(days=366)
        return entries.day(
            typed,
            earliest=start,
            latest=_years_after(start),
            before=f"This is before the project starts on {start.isoformat()}.",
            after=f"It has to be due within {YEARS_MAX} years from the start.",
        )

    def _sum(self, milestones: list[Milestone]) -> None:
        currency = at(self.body, "currency")
        if not milestones or not all(milestone.amount_minor for milestone in milestones):
            return
        whole = total((Money(milestone.amount_minor, currency) for milestone in milestones), currency)
        least = self.policy.least(currency)
        if whole.minor > AMOUNT_MAX:
            sentence = f"Together this is {said(whole)}, more than {said(Money(AMOUNT_MAX, currency))}, the most that terms can name."
            self.refusals.append(Refused(sentence, field="milestones"))
        elif self.policy.minimum == "enforce" and least and whole < least and self._is_milestone():
            sentence = (
                f"Milestone payment is for projects of {said(least)} and more; this one is {said(whole)}. "
                "For less there is One-time payment."
            )
            self.refusals.append(BelowMinimum(sentence, field="milestones"))

    def _is_milestone(self) -> bool:
        return at(self.body, "payment_type") == "milestone"

    # -- Contract ----------------------------------------------------------------------------------

    def _contract(self) -> dict[str, Any]:
        unit = self._choice("review_unit", WINDOW_UNITS, "Choose hours or days.") or "days"
        least, most = WINDOWS[unit]
        length = self._take("review_length", lambda typed: entries.whole(typed, least=least, most=most, of=unit))
        days = self._take(
            "sign_within_days", lambda typed: entries.whole(typed, least=1, most=SIGN_DAYS_MAX, of="days")
        )
        return {
            "scope": self._take("scope", lambda typed: entries.prose(typed, most=PROSE_MAX)),
            "exclusions": self._take("exclusions", lambda typed: entries.prose(typed, most=PROSE_MAX)),
            "review": Window(length or least, unit),  # type: ignore[arg-type] # one of WINDOW_UNITS, or refused
            "law": self._line("law", "Say which law applies; there is no preset that would be right for everybody."),
            "venue": self._line("venue", "Say where a dispute would be heard: a city, or the courts of a country."),
            "sign_within_days": days,
        }


def said(money: Money) -> str:
    """`USD 2,000.00`: in a sentence, with thousands apart."""
    digits, point, decimals = plain(money).partition(".")
    return f"{money.currency} {int(digits):,}{point}{decimals}"


def _years_after(start: date) -> date:
    # The 29th of February has no like in ten years' time.
    day = 28 if (start.month, start.day) == (2, 29) else start.day
    return start.replace(year=start.year + YEARS_MAX, day=day)
