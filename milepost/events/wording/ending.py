"""Letters about stopping a project: asked, taken back, declined, agreed."""

from __future__ import annotations

from django.utils.translation import gettext as _

from milepost.events.audience import Reader
from milepost.events.story import Story
from milepost.events.wording.letters import Letter, Page, project


def stop_asked(story: Story, reader: Reader) -> Letter:
    return Letter(
        subject=story.fill(_("%(who)s asks to stop %(project)s")),
        opening=(story.fill(_("%(who)s would like to stop %(project)s, and says why:")),),
        quote=story.words("reason"),
        button=_("See and answer"),
        page=_answers(story),
        next=_(
            "That page says what becomes of each milestone and of its money. Agree, or decline and say why. Until you "
            "answer, everything goes on as agreed."
        ),
    )


def stop_taken_back(story: Story, reader: Reader) -> Letter:
    return Letter(
        subject=story.fill(_("%(project)s goes on: %(who)s took back the wish to stop it")),
        opening=(story.fill(_("%(who)s no longer asks to stop %(project)s.")),),
        button=_("Open the project"),
        page=project(story),
        next=_("Everything goes on as agreed. You need not answer any more."),
    )


def stop_declined(story: Story, reader: Reader) -> Letter:
    return Letter(
        subject=story.fill(_("%(who)s declined to stop %(project)s")),
        opening=(story.fill(_("%(who)s would rather go on with %(project)s, and says why:")),),
        quote=story.words(),
        button=_("Open the project"),
        page=project(story),
        next=_("Everything goes on as agreed. You may ask again, with another reason."),
    )


def stopped(story: Story, reader: Reader) -> Letter:
    """To both: what was agreed, and the head of the record, which either side may keep."""
    return Letter(
        subject=story.fill(_("Stopped by both: %(project)s")),
        opening=(
            story.fill(_("%(who)s agreed to stop %(project)s.")),
            _("Whatever was not approved yet is cancelled. What is held or deposited for it goes back to the client."),
        ),
        button=_("Open the project"),
        page=project(story),
        next=_(
            "What is approved is paid as agreed. Agreement, invoices, files and the whole record stay on that page."
        ),
        notes=(
            _("Record no. %(number)d of this project: %(hash)s")
            % {"number": story.event.number, "hash": story.event.hash},
        ),
    )


def _answers(story: Story) -> Page:
    return ("project-stops", story.project.pk)
