"""Letters about money that people move: sent, arrived, to be paid out, to be sent back. Never how much, never to where.

A custodian holds it. A freelancer has a deposit, and owes it back until it is earned: that is never called held.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from milepost.events import holders
from milepost.events.audience import Reader
from milepost.events.story import Story
from milepost.events.wording.letters import Letter, Page, milestone


def _arrivals(story: Story) -> Page:
    """Where its holder says what came."""
    return ("funding-arrivals", story.data["funding"])


def _expected(story: Story, reader: Reader) -> Page:
    """A custodian has no page of the milestone; what it expects stands among what it holds."""
    return _arrivals(story) if reader.part == "custodian" else milestone(story)


def funding_sent(story: Story, reader: Reader) -> Letter:
    return Letter(
        subject=story.fill(_("%(client)s sent the money for %(milestone)s of %(project)s")),
        opening=(story.fill(_("%(client)s says that the money for %(milestone)s is on its way to your account.")),),
        button=_("Say what has arrived"),
        page=_arrivals(story),
        next=_("When it is on the account, say on that page how much it was: it counts by your word alone."),
    )


def funding_unsent(story: Story, reader: Reader) -> Letter:
    return Letter(
        subject=story.fill(_("%(client)s took back: money sent for %(milestone)s of %(project)s")),
        opening=(story.fill(_("%(client)s had said that the money for %(milestone)s was sent, and takes that back.")),),
        button=_("See what is expected"),
        page=_expected(story, reader),
        next=story.fill(_("%(client)s is still asked for it. You get a mail when it is noted as sent.")),
    )


def funding_withdrawn(story: Story, reader: Reader) -> Letter:
    return Letter(
        subject=story.fill(_("Not expected any more: money for %(milestone)s of %(project)s")),
        opening=(story.fill(_("%(client)s does not send the money for %(milestone)s for now.")),),
        button=_("See what was expected"),
        page=_expected(story, reader),
        next=_("If it comes all the same, note it there: it is booked as late, and goes back."),
    )


def not_expected(story: Story, reader: Reader) -> Letter:
    """To the custodian: the milestone was cancelled while money for it was on its way, or was to be."""
    return Letter(
        subject=story.fill(_("Not expected any more: money for %(milestone)s of %(project)s")),
        opening=(story.fill(_("%(milestone)s was cancelled, so no more money is expected for it.")),),
        button=_("See what was expected"),
        page=_arrivals(story),
        next=_("If it comes all the same, note it there: it is booked as late, and goes back. So does what has come."),
    )


def part_arrived(story: Story, reader: Reader) -> Letter:
    return Letter(
        subject=story.fill(_("A part of the money for %(milestone)s of %(project)s has arrived")),
        opening=(
            story.fill(_("%(who)s says that a part of the money for %(milestone)s has arrived, and not yet all.")),
        ),
        button=_("See what is missing"),
        page=("funding", story.data["funding"]),
        next=_("Send the rest as that page says. Work on the milestone begins once all of it has arrived."),
    )


def late(story: Story, reader: Reader) -> Letter:
    return Letter(
        subject=story.fill(_("Your money for %(milestone)s of %(project)s came too late")),
        opening=(story.fill(_("%(who)s says that money for %(milestone)s has arrived. Nothing is asked for it now.")),),
        button=_("Open the milestone"),
        page=milestone(story),
        next=story.fill(_("%(who)s sends it back to you. You need not do anything.")),
    )


def set_aside(story: Story, reader: Reader) -> Letter:
    return Letter(
        subject=story.fill(_("Money for %(milestone)s of %(project)s came in another currency")),
        opening=(
            story.fill(_("%(who)s says that money for %(milestone)s has arrived, and not in the currency agreed.")),
        ),
        button=_("See how to pay"),
        page=("funding", story.data["funding"]),
        next=story.fill(_("%(who)s sends it back to you. What was asked for is still to be paid, as that page says.")),
    )


def returned(story: Story, reader: Reader) -> Letter:
    return Letter(
        subject=story.fill(_("%(who)s sent your money for %(milestone)s of %(project)s back")),
        opening=(story.fill(_("%(who)s could not take what you had sent for %(milestone)s, and has sent it back.")),),
        button=_("Open the milestone"),
        page=milestone(story),
        next=_("It is on its way to where it came from. You need not do anything."),
    )


# -- to a custodian: what is to be paid out ------------------------------------------------------


def to_pay_out(story: Story, reader: Reader) -> Letter:
    return Letter(
        subject=story.fill(_("To be paid out: %(milestone)s of %(project)s")),
        opening=(story.fill(_("%(milestone)s is approved. Please pay %(freelancer)s what you hold for it.")),),
        button=_("See how to pay"),
        page=("payout", story.data["payout"]),
        next=story.fill(_("Pay it from the account, then say so on that page. %(freelancer)s is told at once.")),
    )


def second_person(story: Story, reader: Reader) -> Letter:
    noun = "payout" if "payout" in story.data else "refund"
    payout = _("A colleague says that the payout for %(milestone)s was made. It is above your limit.")
    refund = _("A colleague says that the refund for %(milestone)s was sent. It is above your limit.")
    return Letter(
        subject=story.fill(_("A second person is needed: %(milestone)s of %(project)s")),
        opening=(story.fill(payout if noun == "payout" else refund),),
        button=_("Look at it"),
        page=(noun, story.data[noun]),
        next=_("Look at the account. If it has left, say so too: it does not count before a second person has."),
    )


# -- refunds -------------------------------------------------------------------------------------


def to_send_back(story: Story, reader: Reader) -> Letter:
    """To the custodian, or to the freelancer who has a deposit."""
    return Letter(
        subject=story.fill(_("To be sent back to %(client)s: %(milestone)s of %(project)s")),
        opening=(story.fill(_("Money for %(milestone)s goes back to %(client)s. Please send it.")),),
        button=_("See how much"),
        page=("refund", story.data["refund"]),
        next=_("Send it from the account that it came to, then say so on that page."),
    )


def refund_sent(story: Story, reader: Reader) -> Letter:
    if reader.part == "custodian":
        return second_person(story, reader)
    return Letter(
        subject=story.fill(_("%(who)s sent you money back for %(milestone)s of %(project)s")),
        opening=(story.fill(_("%(who)s says that money for %(milestone)s is on its way back to you.")),),
        button=_("Open the milestone"),
        page=milestone(story),
        next=_("When it is in your account, say so on that page: it counts as sent back by your word alone."),
    )


def refund_unsent(story: Story, reader: Reader) -> Letter:
    custodian = reader.part == "custodian"
    return Letter(
        subject=story.fill(_("%(who)s took back: refund sent for %(milestone)s of %(project)s")),
        opening=(story.fill(_("%(who)s had said that the refund for %(milestone)s was sent, and takes that back.")),),
        button=_("Look at it") if custodian else _("Open the milestone"),
        page=("refund", story.data["refund"]) if custodian else milestone(story),
        next=_("It is still to be sent."),
    )


def refund_overdue(story: Story, reader: Reader) -> Letter:
    if reader.part == "client":
        return Letter(
            subject=story.fill(_("%(freelancer)s was reminded of your money for %(milestone)s of %(project)s")),
            opening=(
                story.fill(_("%(freelancer)s owes you the deposit for %(milestone)s back, and has not sent it yet.")),
            ),
            button=_("Open the milestone"),
            page=milestone(story),
            next=_(
                "Has it arrived? Say so on that page. If not, ask: the refund depends on the one who has the money."
            ),
        )
    return Letter(
        subject=story.fill(_("You owe %(client)s the deposit for %(milestone)s of %(project)s")),
        opening=(story.fill(_("Money for %(milestone)s has to go back to %(client)s, and you have not sent it yet.")),),
        button=_("See how much"),
        page=("refund", story.data["refund"]),
        next=_("Send it, then say so on that page. Both of you see in the record that this was asked."),
    )


def received_back(story: Story, reader: Reader) -> Letter:
    """To the freelancer who sent it."""
    return Letter(
        subject=story.fill(_("%(client)s has the money back for %(milestone)s of %(project)s")),
        opening=(story.fill(_("%(client)s says that what you sent back for %(milestone)s has arrived.")),),
        button=_("Open the milestone"),
        page=milestone(story),
        next=_("Nothing is left to do about it."),
    )


# -- what the letters of every holder say of the one in question ---------------------------------


def who_has_it(story: Story) -> str:
    """Of money that has arrived: where it is now, until the delivery is approved."""
    match story.holder:
        case "custodian":
            return _("The money for %(milestone)s has arrived. %(custodian)s holds it until its delivery is approved.")
        case "freelancer":
            return _(
                "The deposit for %(milestone)s has arrived. "
                "%(freelancer)s has it, and owes it back until its delivery is approved."
            )
    return _("The money for %(milestone)s has arrived, and is held until its delivery is approved.")


def asked_again(story: Story) -> str:
    """Of money that could not be paid out or back: what comes next."""
    match holders.part(story):
        case "custodian":
            return _("The page says why. %(custodian)s is asked for it again, and does it once that is put right.")
        case "freelancer":
            return _("The page says why. %(freelancer)s still owes it.")
    return _("It is asked for again within the hour. The page says why it failed.")
