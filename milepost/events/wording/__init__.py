"""What is said of events: one line for the project's activity, a letter for each who is told by mail."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from milepost.events.audience import Reader
from milepost.events.story import Story, day, line
from milepost.events.wording import agreeing, dues, ending, entering, holding, invoicing, payees, paying, working
from milepost.events.wording.entering import CODE_PLACE
from milepost.events.wording.letters import LINK_PLACE, Letter
from milepost.events.wording.sentences import sentence
from milepost.models import Event

__all__ = [
    "CODE_PLACE",
    "LETTERS",
    "LINK_PLACE",
    "Letter",
    "Worded",
    "entering",
    "lay_out",
    "letter",
    "payees",
    "sentence",
]

LETTERS: Final[dict[str, Callable[[Story, Reader], Letter]]] = {
    "terms.offered": agreeing.offered,
    "terms.signed": agreeing.mandate_asked,
    "terms.entered_force": agreeing.entered_force,
    "terms.change_asked": agreeing.change_asked,
    "terms.declined": agreeing.declined,
    "terms.withdrawn": agreeing.withdrawn,
    "terms.expired": agreeing.expired,
    "invitation.forwarded": agreeing.passed_on,
    "terms.sealed": agreeing.sealed,
    "payee.changed": payees.changed,
    "payee.taken_back": payees.kept,
    "project.stop_asked": ending.stop_asked,
    "project.stop_taken_back": ending.stop_taken_back,
    "project.stop_declined": ending.stop_declined,
    "project.stopped": ending.stopped,
    "milestone.opened": working.opened,
    "milestone.delivered": working.delivered,
    "milestone.changes_asked": working.changes_asked,
    "milestone.approved": working.approved,
    "milestone.closed": working.closed,
    "milestone.cancel_asked": working.cancel_asked,
    "milestone.cancelled": working.cancelled,
    "review.reminded": working.reminded,
    "review.extended": working.extended,
    "review.stalled": working.stalled,
    "funding.sent": holding.funding_sent,
    "funding.unsent": holding.funding_unsent,
    "funding.arrived": holding.part_arrived,
    "funding.confirmed": paying.funded,
    "funding.late": holding.late,
    "funding.set_aside": holding.set_aside,
    "funding.returned": holding.returned,
    "funding.failed": paying.not_funded,
    "funding.withdrawn": holding.funding_withdrawn,
    "payout.requested": holding.to_pay_out,
    "payout.sent": holding.second_person,
    "payout.confirmed": paying.paid_out,
    "payout.failed": paying.not_paid_out,
    "refund.requested": holding.to_send_back,
    "refund.sent": holding.refund_sent,
    "refund.unsent": holding.refund_unsent,
    "refund.overdue": holding.refund_overdue,
    "refund.confirmed": paying.refunded,
    "refund.failed": paying.not_refunded,
    "payment.sent": paying.sent,
    "payment.unsent": paying.unsent,
    "payment.overdue": dues.overdue,
    "payment.notices_ended": dues.notices_ended,
    "payment.received": paying.received,
    "invoice.issued": invoicing.issued,
    "invoice.credited": invoicing.credited,
}
# So many milestones are named in a mail; the page has them all.
ROAD_MAX: Final = 12
# The subject of a mail is cut here; what is cut stands in the mail itself.
SUBJECT_MAX = 200


@dataclass(frozen=True, slots=True)
class Worded:
    """A mail as text. `minted`: a link has yet to be put in the place of `LINK_PLACE`."""

    subject: str
    text: str
    html: str
    attachments: tuple[str, ...]
    minted: bool


def letter(event: Event, reader: Reader, house: str) -> Worded:
    """The mail about an event to one reader, in the reader's language. `house` is the installation's name."""
    with translation.override(reader.language):
        return lay_out(LETTERS[event.kind](Story(event), reader), guest=reader.guest, house=house)


def lay_out(said: Letter, *, guest: bool, house: str) -> Worded:
    """Subject, text and HTML of what a letter says; the HTML escapes whatever people have typed."""
    minted = guest and said.page is not None
    link = LINK_PLACE if minted else _address(said)
    notes = (*said.notes, _("The link is yours alone: don't pass this mail on.")) if minted else said.notes
    facts: dict[str, Any] = {
        "letter": said,
        "link": link,
        "notes": notes,
        "house": line(house),
        "home": settings.BASE_URL,
        "road": [(line(each.title), day(each.due_on)) for each in said.milestones[:ROAD_MAX]],
        "beyond": max(0, len(said.milestones) - ROAD_MAX),
    }
    return Worded(
        subject=line(said.subject, SUBJECT_MAX),
        text=render_to_string("mail/letter.txt", facts),
        html=render_to_string("mail/letter.html", facts),
        attachments=said.attachments,
        minted=minted,
    )


def _address(said: Letter) -> str:
    if said.page is None:
        return ""
    name, subject = said.page
    return str(settings.BASE_URL) + reverse(name, args=[subject] if subject else [])
