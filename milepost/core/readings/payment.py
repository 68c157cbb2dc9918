"""The step of the payment: how, in what currency, by whom held, with what tax, from when."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from typing import Any

from milepost.core import entries
from milepost.core.catalogue import PAYMENT_TYPES, TAX_TREATMENTS
from milepost.core.money import DECIMALS
from milepost.core.readings.reading import YEARS_MAX, Reading, years_after
from milepost.core.terms import Tax


def payment(reading: Reading) -> dict[str, Any]:
    payment_type = reading.choice("payment_type", PAYMENT_TYPES, "Choose how the project is paid.")
    currency = reading.choice("currency", tuple(DECIMALS), "Choose a currency from the list.")
    holder = reading.choice("holder", reading.policy.holders, "Choose who holds the money.")
    tax = _tax(reading)
    return {
        "payment_type": payment_type,
        "currency": currency,
        "holder": holder,
        "tax": tax,
        "start_on": reading.take("start_on", partial(start, reading)),
    }


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
