"""The step of the payment: how, in what currency, by whom held, with what tax, from when."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from typing import Any, Final

from milepost.core import entries
from milepost.core.catalogue import PAYMENT_TYPES, TAX_TREATMENTS
from milepost.core.money import DECIMALS
from milepost.core.readings.reading import YEARS_MAX, Reading, years_after
from milepost.core.refusals import Refused
from milepost.core.steps import at, holders
from milepost.core.terms import Custodian, Tax

# Payment between businesses later than this needs reasons that a form can't ask for (Directive 2011/7/EU, article 3).
PAYMENT_DAYS_MAX: Final = 60
PAYMENT_DAYS: Final = 14


def payment(reading: Reading) -> dict[str, Any]:
    payment_type = reading.choice("payment_type", PAYMENT_TYPES, "Choose how the project is paid.")
    currency = reading.choice("currency", tuple(DECIMALS), "Choose a currency from the list.")
    holder = reading.choice("holder", reading.policy.holders, "Choose who holds the money.")
    tax = _tax(reading)
    chosen = holders(reading.body)
    return {
        "payment_type": payment_type,
        "currency": currency,
        "holder": holder,
        "custodian": reading.take("custodian", partial(_custodian, reading)) if "custodian" in chosen else None,
        "payment_days": _payment_days(reading) if "nobody" in chosen else 0,
        "tax": tax,
        "start_on": reading.take("start_on", partial(start, reading)),
    }


def _custodian(reading: Reading, typed: str) -> Custodian:
    """One of those that the installation admits; never one of the two sides."""
    offered = reading.policy.custodians
    if not offered:
        raise Refused("Nobody is admitted here to hold money for others. Choose another way.")
    found = next((custodian for custodian in offered if custodian.party == typed), None)
    if found is None:
        raise Refused("Choose who holds the money." if not typed else "They take no new mandates. Choose another one.")
    if any(entries.same_mailbox(found.email, side) for side in (reading.sender.email, _other(reading)) if side):
        raise Refused(f"{found.name} is one of the two sides here: a custodian stands between them.")
    return found


def _other(reading: Reading) -> str:
    return at(reading.body, "other_email").strip().lower()


def _payment_days(reading: Reading) -> int:
    """After approval. A draft that was begun before this was asked has the preset."""
    if "payment_days" not in reading.body:
        return PAYMENT_DAYS
    within = partial(entries.whole, least=0, most=PAYMENT_DAYS_MAX, of="days")
    return reading.take("payment_days", within) or 0


def _tax(reading: Reading) -> Tax:
    treatment = reading.choice("tax_treatment", TAX_TREATMENTS, "Choose how the amounts stand to tax.")
    if treatment == "standard":
        return Tax("standard", reading.take("tax_rate", entries.rate) or 0)
    if treatment == "exempt":
        return Tax("exempt", reason=reading.line("tax_reason", "Type the reason: invoices have to state it.") or "")
    return Tax()


def start(reading: Reading, typed: str) -> date:
    return entries.day(
        typed,
        earliest=reading.today - timedelta(days=366),
        latest=years_after(reading.today),
        before="The start is more than a year ago. Choose a later day.",
        after=f"The start has to be within {YEARS_MAX} years from today.",
    )
