"""Tables and what must hold in them. Facts only: what may happen is decided in `core`, done in `actions`."""

from milepost.models.events import Announcement, Event, Mail, Personal
from milepost.models.files import File
from milepost.models.invoices import Invoice, Series
from milepost.models.milestones import Cancellation, DeliveredItem, Delivery, Milestone, Review
from milepost.models.money import Funding, Intent, Payment, Payout, Refund
from milepost.models.people import Code, Installation, Invitation, Member, Party, User
from milepost.models.projects import Draft, Project
from milepost.models.terms import Answer, Signature, Terms

__all__ = [
    "Announcement", "Answer", "Cancellation", "Code", "DeliveredItem", "Delivery", "Draft", "Event", "File",
    "Funding", "Installation", "Intent", "Invitation", "Invoice", "Mail", "Member", "Milestone", "Party", "Payment",
    "Payout", "Personal", "Project", "Refund", "Review", "Series", "Signature", "Terms", "User",
]  # fmt: skip
