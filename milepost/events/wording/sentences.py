"""Every event as one line of a project's activity, in the past tense."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.utils.translation import gettext as _

from milepost.events.story import Story
from milepost.models import Event


def sentence(event: Event) -> str:
    """One line, in the past tense. Plain text: whatever shows it escapes it.

    Asks nothing of the database when the event's project came with its terms and both parties.
    """
    story = Story(event)
    return story.fill(SENTENCES[event.kind](story))


def _offered(story: Story) -> str:
    return _("%(who)s sent the proposal.") if story.data.get("number") == 1 else _("%(who)s sent a changed proposal.")


def _approved(story: Story) -> str:
    if story.event.actor == "clock":
        return _("The review of %(milestone)s ended in silence: the clock approved it.")
    return _("%(who)s approved %(milestone)s.")


def _reminded(story: Story) -> str:
    if story.data.get("number") == 1:
        return _("Both sides were reminded that %(milestone)s waits for a review.")
    return _("Both sides were reminded once more that %(milestone)s waits for a review.")


def _payee_changed(story: Story) -> str:
    if story.data.get("first"):
        return _("%(who)s stated payment details.")
    return _("%(who)s stated other payment details.")


def _refund_requested(story: Story) -> str:
    if story.data.get("given_back"):
        return _("%(who)s wants to give back what was paid for %(milestone)s.")
    return _("A refund for %(milestone)s was asked for.")


# Each is called when somebody reads, in the reader's language.
SENTENCES: Final[dict[str, Callable[[Story], str]]] = {
    "project.started": lambda _story: _("%(who)s started the project."),
    "terms.offered": _offered,
    "terms.signed": lambda _story: _("%(who)s signed."),
    "terms.entered_force": lambda _story: _("Both sides had signed: the agreement came into force."),
    "terms.change_asked": lambda _story: _("%(who)s asked for a change."),
    "terms.declined": lambda _story: _("%(who)s declined the proposal."),
    "terms.withdrawn": lambda _story: _("%(who)s took the proposal back."),
    "terms.expired": lambda _story: _("The proposal expired: it was not signed in time."),
    "terms.sealed": lambda _story: _("The signed agreement was sealed."),
    "invitation.renewed": lambda _story: _("%(who)s sent the link again."),
    "invitation.forwarded": lambda _story: _("%(who)s passed the proposal on to the person who signs."),
    "project.claimed": lambda _story: _("%(who)s took an account."),
    "project.stop_asked": lambda _story: _("%(who)s asked to stop the project."),
    "project.stop_taken_back": lambda _story: _("%(who)s took back the wish to stop the project."),
    "project.stop_declined": lambda _story: _("%(who)s declined to stop the project."),
    "project.stopped": lambda _story: _("Both sides stopped the project: %(who)s agreed."),
    "payee.changed": _payee_changed,
    "payee.taken_back": lambda _story: _("%(who)s took back the change of payment details."),
    "milestone.opened": lambda _story: _("%(milestone)s was opened for work."),
    "milestone.delivered": lambda _story: _("%(who)s delivered %(milestone)s."),
    "milestone.changes_asked": lambda _story: _("%(who)s asked for changes to %(milestone)s."),
    "milestone.approved": _approved,
    "milestone.closed": lambda _story: _("%(milestone)s was paid and closed."),
    "milestone.cancel_asked": lambda _story: _("%(who)s asked to cancel %(milestone)s."),
    "milestone.cancelled": lambda _story: _("%(who)s cancelled %(milestone)s."),
    "review.started": lambda _story: _("The review of %(milestone)s began."),
    "review.reminded": _reminded,
    "review.extended": lambda _story: _("%(who)s extended the review of %(milestone)s."),
    "review.stalled": lambda _story: _("No notice of %(milestone)s arrived, so the clock did not approve it."),
    "funding.requested": lambda _story: _("%(who)s asked for %(milestone)s to be funded."),
    "funding.sent": lambda _story: _("%(who)s said that the money for %(milestone)s was sent."),
    "funding.unsent": lambda _story: _("%(who)s took back that the money for %(milestone)s was sent."),
    "funding.arrived": lambda _story: _("A part of the money for %(milestone)s arrived."),
    "funding.confirmed": lambda _story: _("The money for %(milestone)s arrived."),
    "funding.late": lambda _story: _("Money for %(milestone)s arrived too late; it goes back."),
    "funding.set_aside": lambda _story: _("Money came for %(milestone)s in another currency; it is to go back."),
    "funding.returned": lambda _story: _("Money that could not be applied to %(milestone)s was sent back."),
    "funding.failed": lambda _story: _("The money for %(milestone)s could not be collected."),
    "funding.withdrawn": lambda _story: _("The funding of %(milestone)s was taken back."),
    "payout.requested": lambda _story: _("The payout for %(milestone)s was asked for again."),
    "payout.sent": lambda _story: _("The payout for %(milestone)s was made; a second person confirms it."),
    "payout.confirmed": lambda _story: _("%(milestone)s was paid out."),
    "payout.failed": lambda _story: _("The payout for %(milestone)s failed; the amount stayed payable."),
    "refund.requested": _refund_requested,
    "refund.sent": lambda _story: _("%(who)s said that the refund for %(milestone)s was sent."),
    "refund.unsent": lambda _story: _("%(who)s took back that the refund for %(milestone)s was sent."),
    "refund.overdue": lambda _story: _("The refund for %(milestone)s was asked for again."),
    "refund.confirmed": lambda _story: _("The refund for %(milestone)s was paid."),
    "refund.failed": lambda _story: _("The refund for %(milestone)s failed; the amount stayed where it was."),
    "payment.sent": lambda _story: _("%(who)s said that the payment for %(milestone)s was sent."),
    "payment.unsent": lambda _story: _("%(who)s took back that the payment for %(milestone)s was sent."),
    "payment.overdue": lambda _story: _("The payment for %(milestone)s was due and was asked for again."),
    "payment.notices_ended": lambda _story: _("The last notice about the payment for %(milestone)s was given."),
    "payment.received": lambda _story: _("%(who)s said that the payment for %(milestone)s arrived."),
    "invoice.issued": lambda _story: _("The invoice for %(milestone)s was issued."),
    "invoice.credited": lambda _story: _("A credit note for %(milestone)s was issued."),
}
