"""The closed lists: sides, holders, payment types, events. One name each, used everywhere."""

from __future__ import annotations

from typing import Final, Literal

Side = Literal["client", "freelancer"]
SIDES: Final[tuple[Side, ...]] = ("client", "freelancer")
# Who signs terms: both sides, and the custodian that accepts the mandate where one is named.
Signer = Literal["client", "freelancer", "custodian"]
SIGNERS: Final[tuple[Signer, ...]] = ("client", "freelancer", "custodian")
Holder = Literal["nobody", "freelancer", "custodian", "sandbox"]
HOLDERS: Final[tuple[Holder, ...]] = ("nobody", "freelancer", "custodian", "sandbox")
# Whose people say what arrived and what left; the others' money is moved by a provider, or by nobody.
BY_HAND: Final[tuple[Holder, ...]] = ("freelancer", "custodian")
PaymentType = Literal["milestone", "one_time"]
PAYMENT_TYPES: Final[tuple[PaymentType, ...]] = ("milestone", "one_time")
# The template is for businesses; for a consumer it is refused.
ClientType = Literal["business", "consumer"]
# Tax: nothing is said of it; the amounts include it at a rate; it does not apply, for the reason given.
TaxTreatment = Literal["none", "standard", "exempt"]
TAX_TREATMENTS: Final[tuple[TaxTreatment, ...]] = ("none", "standard", "exempt")
WindowUnit = Literal["hours", "days", "business_days"]
WINDOW_UNITS: Final[tuple[WindowUnit, ...]] = ("hours", "days", "business_days")
# The template with the house's clauses, or a contract of one's own with the schedule that governs.
DocumentKind = Literal["template", "upload"]
# What a member may do for a party: a member prepares, delivers and confirms; a signatory also signs and approves;
# an owner also keeps the members and the payee details.
MemberRole = Literal["owner", "signatory", "member"]
MEMBER_ROLES: Final[tuple[MemberRole, ...]] = ("owner", "signatory", "member")
# Who may take an account: anybody; those who were invited by a proposal, a party or the operator; nobody new.
Registration = Literal["open", "invitation", "closed"]
REGISTRATIONS: Final[tuple[Registration, ...]] = ("open", "invitation", "closed")

# noun.verbed -> what it records. Every deed of a person, the clock or the house is one of these.
EVENTS: Final[dict[str, str]] = {
    "project.started": "The project was made, with its two parties.",
    "terms.offered": "Terms were sent; sending signs for the sender.",
    "terms.signed": "A side signed the fingerprint of the terms; a custodian accepts its mandate by it.",
    "terms.entered_force": "All signatures needed were there: the terms are in force.",
    "terms.change_asked": "The other side asked for a change, in words.",
    "terms.declined": "The other side, or the custodian, declined, with a reason.",
    "terms.withdrawn": "The sender took the terms back.",
    "terms.expired": "The terms were not signed in time.",
    "terms.sealed": "The executed copy was rendered and sealed.",
    "invitation.renewed": "The link was sent again; the one before stopped working.",
    "invitation.forwarded": "The other side passed the proposal on to the person who signs for it.",
    "project.claimed": "A guest took an account; the project is in it.",
    "project.stop_asked": "One side asked the other to stop the project.",
    "project.stop_taken_back": "The side that had asked to stop the project took that back.",
    "project.stop_declined": "The other side declined to stop the project.",
    "project.stopped": "Both sides stopped the project; what is not approved is cancelled.",
    "payee.changed": "A side stated payee details: the first take effect at once, others after the cool-down.",
    "payee.taken_back": "A change of payee details was taken back before it took effect.",
    "milestone.opened": "Work on the milestone may begin.",
    "milestone.delivered": "The freelancer handed over deliverables.",
    "milestone.changes_asked": "The client asked for changes to a delivery.",
    "milestone.approved": "The client, or the clock, approved the milestone.",
    "milestone.closed": "Everything about the milestone is done.",
    "milestone.cancel_asked": "The client asked the freelancer to cancel the milestone.",
    "milestone.cancelled": "The milestone was cancelled; what was held goes back.",
    "review.started": "The review window of a delivery began to run.",
    "review.reminded": "Both sides were reminded of the end of the review window.",
    "review.extended": "The client took the one extension of the review window that the terms allow.",
    "review.stalled": "The notice or its reminders failed: the clock will not approve.",
    "funding.requested": "The client asked the holder to collect the amount.",
    "funding.sent": "The client said that the amount was sent to the holder.",
    "funding.unsent": "The client took back that the amount was sent.",
    "funding.arrived": "The holder said that money for the milestone arrived, but not yet all of it.",
    "funding.confirmed": "The holder confirmed that the amount arrived.",
    "funding.late": "Money arrived for a milestone that wants it no more; it goes back.",
    "funding.set_aside": "Money came for the milestone in another currency; it is to be sent back.",
    "funding.returned": "Money that could not be applied was sent back to whoever had sent it.",
    "funding.failed": "The holder could not collect the amount.",
    "funding.withdrawn": "The funding was taken back before anything was sent or arrived.",
    "payout.requested": "A payout to the freelancer was asked of the holder.",
    "payout.sent": "The first of two people of the custodian said that the payout was made.",
    "payout.confirmed": "The holder confirmed the payout.",
    "payout.failed": "The holder could not pay out; the amount is payable again.",
    "refund.requested": "A refund to the client was asked of the holder.",
    "refund.sent": "The holder's people said that the refund was sent.",
    "refund.unsent": "The holder's people took back that the refund was sent.",
    "refund.overdue": "A refund that the freelancer owes and has not sent was asked for again.",
    "refund.confirmed": "The holder confirmed the refund.",
    "refund.failed": "The holder could not refund; the amount is where it was.",
    "payment.sent": "The client said that the payment was sent.",
    "payment.unsent": "The client took back that the payment was sent.",
    "payment.overdue": "A payment that is due was asked for again.",
    "payment.notices_ended": "The last notice of an overdue payment was given; there are no more.",
    "payment.received": "The freelancer said that the payment arrived.",
    "invoice.issued": "An invoice or a payment request was issued.",
    "invoice.credited": "A credit note was issued for an invoice, whole or in part.",
}
