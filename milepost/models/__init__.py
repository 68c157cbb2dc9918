"""Tables and what must hold in them. Facts only: what may happen is decided in `core`, done in `actions`."""

from milepost.models.events import Announcement, Event, Mail, Personal
from milepost.models.files import File, Upload
from milepost.models.invoices import Invoice, Series, SeriesStart
from milepost.models.milestones import Cancellation, DeliveredItem, Delivery, Extension, Milestone, Review
from milepost.models.money import Arrival, Funding, Intent, OverdueNotice, Payment, Payout, Refund, Said
from milepost.models.people import (
    Admission,
    Code,
    Custody,
    EmailChange,
    Installation,
    Invitation,
    Member,
    MemberInvitation,
    Party,
    PayeeDetails,
    User,
)  # fmt: skip
from milepost.models.projects import Draft, Ending, Project
from milepost.models.terms import Answer, Signature, Terms

__all__ = [
    "Admission", "Announcement", "Answer", "Arrival", "Cancellation", "Code", "Custody", "DeliveredItem",
    "Delivery", "Draft", "EmailChange", "Ending", "Event", "Extension", "File", "Funding", "Installation", "Intent",
    "Invitation", "Invoice", "Mail", "Member", "MemberInvitation", "Milestone", "OverdueNotice", "Party",
    "PayeeDetails", "Payment", "Payout", "Personal", "Project", "Refund", "Review", "Said", "Series",
    "SeriesStart", "Signature", "Terms", "Upload", "User",
]  # fmt: skip
