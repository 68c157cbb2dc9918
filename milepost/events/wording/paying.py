"""Letters about money: that it came, went or could not. Never how much, never to which account."""

from __future__ import annotations

from django.utils.translation import gettext as _

from milepost.events.audience import Reader
from milepost.events.story import Story
from milepost.events.wording import holding
from milepost.events.wording.letters import Letter, milestone


def funded(story: Story, reader: Reader) -> Letter:
    client = _("Work on it begins when its turn has come. You approve what is delivered before anything is paid out.")
    freelancer = _("You get another mail when work on it may begin.")
    if story.holder == "freelancer":
        client = _("Work on it begins when its turn has come. You approve what is delivered before anything is earned.")
    return Letter(
        subject=story.fill(_("%(milestone)s of %(project)s is funded")),
        opening=(story.fill(holding.who_has_it(story)),),
        button=_("Open the milestone"),
        page=milestone(story),
        next=client if reader.part == "client" else freelancer,
    )


def not_funded(story: Story, reader: Reader) -> Letter:
    return Letter(
        subject=story.fill(_("%(milestone)s of %(project)s could not be funded")),
        opening=(story.fill(_("The money for %(milestone)s could not be collected. Nothing was taken.")),),
        button=_("Try again"),
        page=milestone(story),
        next=_("Work on it does not begin until it is funded. The page says what went wrong; you can try again there."),
    )


def paid_out(story: Story, reader: Reader) -> Letter:
    return Letter(
        subject=story.fill(_("%(milestone)s of %(project)s was paid out to you")),
        opening=(story.fill(_("The payout for %(milestone)s is confirmed.")),),
        button=_("Open the milestone"),
        page=milestone(story),
        next=_("Nothing is left to do for it."),
    )


def not_paid_out(story: Story, reader: Reader) -> Letter:
    return Letter(
        subject=story.fill(_("The payout for %(milestone)s of %(project)s failed")),
        opening=(
            story.fill(_("The payout for %(milestone)s could not be made. The amount is still yours to be paid.")),
        ),
        button="" if reader.part == "operator" else _("Open the milestone"),
        page=None if reader.part == "operator" else milestone(story),
        next=story.fill(holding.asked_again(story)),
    )


def refunded(story: Story, reader: Reader) -> Letter:
    if reader.part == "freelancer":
        return holding.received_back(story, reader)
    return Letter(
        subject=story.fill(_("The refund for %(milestone)s of %(project)s was paid")),
        opening=(story.fill(_("The refund for %(milestone)s is confirmed.")),),
        button=_("Open the milestone"),
        page=milestone(story),
        next=_("It is on its way back to where it came from. You need not do anything."),
    )


def not_refunded(story: Story, reader: Reader) -> Letter:
    return Letter(
        subject=story.fill(_("The refund for %(milestone)s of %(project)s failed")),
        opening=(story.fill(_("The refund for %(milestone)s could not be made. The money is where it was.")),),
        button="" if reader.part == "operator" else _("Open the milestone"),
        page=None if reader.part == "operator" else milestone(story),
        next=story.fill(holding.asked_again(story)),
    )


def sent(story: Story, reader: Reader) -> Letter:
    return Letter(
        subject=story.fill(_("%(who)s sent the payment for %(milestone)s of %(project)s")),
        opening=(story.fill(_("%(who)s says that the payment for %(milestone)s is on its way to your account.")),),
        button=_("Open the milestone"),
        page=milestone(story),
        next=_("When it is in your account, say so on that page: it counts as paid by your word alone."),
    )


def unsent(story: Story, reader: Reader) -> Letter:
    return Letter(
        subject=story.fill(_("%(who)s took back: payment sent for %(milestone)s of %(project)s")),
        opening=(story.fill(_("%(who)s had said that the payment for %(milestone)s was sent, and takes that back.")),),
        button=_("Open the milestone"),
        page=milestone(story),
        next=story.fill(_("%(who)s is still asked to pay. You get a mail when that is noted.")),
    )


def received(story: Story, reader: Reader) -> Letter:
    return Letter(
        subject=story.fill(_("%(who)s received your payment for %(milestone)s of %(project)s")),
        opening=(
            story.fill(_("%(who)s says that your payment for %(milestone)s has arrived. It is paid and closed.")),
        ),
        button=_("Open the milestone"),
        page=milestone(story),
        next=_("Nothing is left to do for it."),
    )
