"""The closed lists: sides, holders, payment types, events. One name each, used everywhere."""

from __future__ import annotations

from typing import Final, Literal

Side = Literal["client", "freelancer"]
SIDES: Final[tuple[Side, ...]] = ("client", "freelancer")
Holder = Literal["nobody", "sandbox"]
HOLDERS: Final[tuple[Holder, ...]] = ("nobody", "sandbox")
PaymentType = Literal["milestone", "one_time"]
PAYMENT_TYPES: Final[tuple[PaymentType, ...]] = ("milestone", "one_time")
# The template is for businesses; for a consumer it is refused.
ClientType = Literal["business", "consumer"]
# Tax: nothing is said of it; the amounts include it at a rate; it does not apply, for the reason given.
TaxTreatment = Literal["none", "standard", "exempt"]
TAX_TREATMENTS: Final[tuple[TaxTreatment, ...]] = ("none", "standard", "exempt")
WindowUnit = Literal["hours", "days"]
WINDOW_UNITS: Final[tuple[WindowUnit, ...]] = ("hours", "days")

# noun.verbed -> what it records. Every deed of a person, the clock or the house is one of these.
EVENTS: Final[dict[str, str]] = {
    "project.started": "The project was made, with its two parties.",
    "terms.offered": "Terms were sent; sending signs for the sender.",
    "terms.signed": "A side signed the fingerprint of the terms.",
    "terms.entered_force": "All signatures needed were there: the terms are in force.",
    "terms.change_asked": "The other side asked for a change, in words.",
    "terms.declined": "The other side declined, with a reason.",
    "terms.withdrawn": "The sender took the terms back.",
    "terms.expired": "The terms were not signed in time.",
    "terms.sealed": "The executed copy was rendered and sealed.",
    "invitation.renewed": "The link was sent again; the one before stopped working.",
    "project.claimed": "A guest took an account; the project is in it.",
    "milestone.opened": "Work on the milestone may begin.",
    "milestone.delivered": "The freelancer handed over deliverables.",
    "milestone.changes_asked": "The client asked for changes to a delivery.",
    "milestone.approved": "The client, or the clock, approved the milestone.",
    "milestone.closed": "Everything about the milestone is done.",
    "milestone.cancel_asked": "The client asked the freelancer to cancel the milestone.",
    "milestone.cancelled": "The milestone was cancelled; what was held goes back.",
    "review.started": "The review window of a delivery began to run.",
    "review.reminded": "Both sides were reminded of the end of the review window.",
    "review.stalled": "The notice or its reminders failed: the clock will not approve.",
    "funding.requested": "The client asked the holder to collect the amount.",
    "funding.confirmed": "The holder confirmed that the amount arrived.",
    "funding.failed": "The holder could not collect the amount.",
    "payout.requested": "A payout to the freelancer was asked of the holder.",
    "payout.confirmed": "The holder confirmed the payout.",
    "payout.failed": "The holder could not pay out; the amount is payable again.",
    "refund.requested": "A refund to the client was asked of the holder.",
    "refund.confirmed": "The holder confirmed the refund.",
    "refund.failed": "The holder could not refund; the amount is where it was.",
    "payment.sent": "The client said that the payment was sent.",
    "payment.unsent": "The client took back that the payment was sent.",
    "payment.received": "The freelancer said that the payment arrived.",
    "invoice.issued": "An invoice or a payment request was issued.",
}
