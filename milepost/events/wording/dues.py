"""Letters about a payment that is late: to the client that it is asked for again, to the freelancer that it was."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from milepost.core.dues import NOTICES
from milepost.events.audience import Reader
from milepost.events.story import Story, day
from milepost.events.wording.letters import Letter, Page, milestone


def overdue(story: Story, reader: Reader) -> Letter:
    if reader.part == "freelancer":
        return Letter(
            subject=story.fill(_("%(client)s was asked again for the payment for %(milestone)s of %(project)s")),
            opening=(story.fill(_("The payment for %(milestone)s is late. %(client)s has had a notice of it now.")),),
            facts=_due(story),
            button=_("Open the milestone"),
            page=milestone(story),
            next=_("Has it arrived? Say so on that page, and no more notices go out. You need not do anything else."),
        )
    left = len(NOTICES) - story.data["number"]
    last = _("This is the last notice that you get of it.")
    more = ngettext("You get %(left)d more notice of it.", "You get %(left)d more notices of it.", left)
    return Letter(
        subject=story.fill(_("The payment for %(milestone)s of %(project)s is late")),
        opening=(story.fill(_("%(freelancer)s has yet to be paid for %(milestone)s, which is approved.")),),
        facts=_due(story),
        button=_("See how to pay"),
        page=_how(story),
        next=_("Pay as that page says. Is it on its way already? Say so there, and no more notices come."),
        notes=(more % {"left": left} if left else last,),
    )


def notices_ended(story: Story, reader: Reader) -> Letter:
    return Letter(
        subject=story.fill(_("No more notices go out for %(milestone)s of %(project)s")),
        opening=(
            story.fill(_("%(client)s has had the last notice that the payment for %(milestone)s is late.")),
            story.fill(_("From now on it is between %(client)s and you; the agreement says what applies.")),
        ),
        facts=_due(story),
        button=_("Open the milestone"),
        page=milestone(story),
        next=_("It stays due, and open. Say received on that page when it has arrived."),
    )


def _due(story: Story) -> tuple[tuple[str, str], ...]:
    return ((_("Due"), day(date.fromisoformat(story.data["due_on"]))),)


def _how(story: Story) -> Page:
    return ("milestone-account", story.data["milestone"])
