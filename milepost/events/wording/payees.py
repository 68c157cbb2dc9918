"""Letters about where a party is paid: that it was stated or changed, by whom, and from when it holds. Never where."""

from __future__ import annotations

from datetime import UTC, datetime

from django.utils.translation import gettext as _

from milepost.events.audience import Reader
from milepost.events.story import Story, line, moment
from milepost.events.wording.letters import Letter, Page, project


def changed(story: Story, reader: Reader) -> Letter:
    """To the other side of a project: whoever pays is told before another account holds."""
    ask = _("You did not expect this? Ask %(who)s in a way that you know from before, and not by answering a mail.")
    if story.data["first"]:
        return Letter(
            subject=story.fill(_("%(who)s has stated payment details (%(project)s)")),
            opening=(story.fill(_("%(who)s has stated where payments go. The page shows it as soon as you pay.")),),
            button=_("Open the project"),
            page=_page(story, reader),
            next=_("You need not do anything now."),
            notes=(story.fill(ask),),
        )
    keeps = _("What was asked of you before keeps the account that it was asked with; the page shows the right one.")
    shows = _("The page of each payout shows the account that holds on the day.")
    return Letter(
        subject=story.fill(_("%(who)s changes the payment details (%(project)s)")),
        opening=(story.fill(_("%(who)s has stated other payment details. Until they hold, the old ones do.")),),
        facts=((_("They hold from"), _effect(story)),),
        button=_("Open the project"),
        page=_page(story, reader),
        next=shows if reader.part == "custodian" else keeps,
        notes=(story.fill(ask),),
    )


def kept(story: Story, reader: Reader) -> Letter:
    """To the other side: nothing changes after all."""
    return Letter(
        subject=story.fill(_("%(who)s keeps the payment details (%(project)s)")),
        opening=(story.fill(_("The change of payment details was taken back before it held. The old ones hold on.")),),
        button=_("Open the project"),
        page=_page(story, reader),
        next=_("You need not do anything."),
    )


def stated_for(party: str, who: str, page: Page, *, effect: datetime | None, zone: str) -> Letter:
    """To every address of the party itself. `effect`: when a change takes effect; None for the first details."""
    facts = {"party": line(party), "who": line(who)}
    if effect is None:
        return Letter(
            subject=_("%(party)s has payment details now") % facts,
            opening=(_("%(who)s has stated where %(party)s is paid. Those details hold from now on.") % facts,),
            button=_("See the payment details"),
            page=page,
            next=_("If that was not one of you, state the right ones there at once, and warn those who pay you."),
        )
    return Letter(
        subject=_("The payment details of %(party)s are being changed") % facts,
        opening=(
            _("%(who)s has stated other payment details for %(party)s. Until they hold, the old ones do.") % facts,
        ),
        facts=((_("They hold from"), moment(effect, zone)),),
        button=_("See it, or take it back"),
        page=page,
        next=_("If that was not one of you, sign in before then and take it back: any member can."),
    )


def kept_for(party: str, who: str, page: Page) -> Letter:
    """To every address of the party itself."""
    facts = {"party": line(party), "who": line(who)}
    return Letter(
        subject=_("The payment details of %(party)s stay as they are") % facts,
        opening=(_("%(who)s took back the change of the payment details of %(party)s before it held.") % facts,),
        button=_("See the payment details"),
        page=page,
        next=_("You need not do anything. If the change was none of yours, look who is signed in to your account."),
    )


def _page(story: Story, reader: Reader) -> Page:
    """A custodian sees the terms and the money of a project, and not the work."""
    return ("mandate", story.project.terms_id or "") if reader.part == "custodian" else project(story)


def _effect(story: Story) -> str:
    return story.moment(datetime.fromtimestamp(story.data["effect"], UTC))
