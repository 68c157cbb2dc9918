"""Letters about milestones: opened, delivered, reviewed, cancelled, and what the clock does."""

from __future__ import annotations

from django.utils.translation import gettext as _

from milepost.events.audience import Reader
from milepost.events.story import Story, day, quoted, span
from milepost.events.wording import holding
from milepost.events.wording.letters import Letter, milestone, project


def opened(story: Story, reader: Reader) -> Letter:
    """One letter for all that opened at the same moment."""
    together = story.project.events.filter(kind="milestone.opened", at=story.event.at).count()
    due_on = story.milestone.due_on if story.milestone else None
    only = _("Work may begin: %(milestone)s of %(project)s")
    several = _("Work may begin on several milestones of %(project)s")
    return Letter(
        subject=story.fill(only if together == 1 else several),
        opening=(
            story.fill(
                _("%(milestone)s is open: you can start.") if together == 1 else _("They are open: you can start.")
            ),
        ),
        facts=((_("Due"), day(due_on)),) if due_on and together == 1 else (),
        button=_("Open the milestone") if together == 1 else _("Open the project"),
        page=milestone(story) if together == 1 else project(story),
        next=story.fill(_("Hand over the deliverables on that page when they are done. %(client)s is told at once.")),
    )


def delivered(story: Story, reader: Reader) -> Letter:
    """The notice from whose delivery the review window runs: so it says how long it is and how it ends."""
    said, named = story.agreed, story.milestone
    window = span(said.review_of(named)) if named else ""
    deliverables = ", ".join(quoted(each.title) for each in named.deliverables) if named else ""
    return Letter(
        subject=story.fill(_("%(who)s delivered %(milestone)s of %(project)s")),
        opening=(story.fill(_("%(who)s has handed over %(milestone)s. Please look at it.")),),
        quote=story.words("note"),
        facts=((_("To be handed over"), deliverables), (_("Your time to review"), window)),
        button=_("Review the delivery"),
        page=milestone(story),
        next=_(
            "You have %(window)s, from the arrival of this mail or your first look. Approve, or say what should change. "
            "If you do neither, the clock approves at the end, as both have signed; you are reminded twice before. "
            "The page shows the exact time."
        )
        % {"window": window},
        notes=_more_time(story),
    )


def _more_time(story: Story) -> tuple[str, ...]:
    """That the client may extend the review, where the terms allow it and it was not taken yet."""
    window = story.agreed.extension
    taken = story.project.events.filter(kind="review.extended", data__contains=f'"{story.data["delivery"]}"')
    if window is None or taken.exists():
        return ()
    return (_("You need longer? On that page you can take %(more)s more, once.") % {"more": span(window)},)


def changes_asked(story: Story, reader: Reader) -> Letter:
    return Letter(
        subject=story.fill(_("%(who)s asked for changes to %(milestone)s of %(project)s")),
        opening=(story.fill(_("%(who)s has looked at %(milestone)s and asks for changes:")),),
        quote=story.words(),
        button=_("Open the milestone"),
        page=milestone(story),
        next=_("The review has stopped. Deliver again when it is done: a new review begins then."),
    )


def approved(story: Story, reader: Reader) -> Letter:
    if reader.part == "custodian":
        return holding.to_pay_out(story, reader)
    clock = story.event.actor == "clock"
    by_person = _("%(who)s approved %(milestone)s of %(project)s")
    by_clock = _("The clock approved %(milestone)s of %(project)s")
    told = _("%(who)s has approved %(milestone)s.")
    silent = _("The review of %(milestone)s ended without an answer, so the clock approved it, as both have signed.")
    return Letter(
        subject=story.fill(by_clock if clock else by_person),
        opening=(story.fill(silent if clock else told),),
        button=_("Open the milestone"),
        page=milestone(story),
        next=story.fill(_after_approval(story, reader)) + _own_paper(story, reader),
    )


def _own_paper(story: Story, reader: Reader) -> str:
    """Who numbers invoices elsewhere is asked for this one."""
    if reader.part != "freelancer" or story.project.freelancer.issues_here:
        return ""
    return " " + _("Add your invoice on that page: its number, and its PDF if you like.")


def _after_approval(story: Story, reader: Reader) -> str:
    if story.holder == "freelancer":
        return _("The deposit for it is %(freelancer)s's now. Nothing is left to pay.")
    if story.holder != "nobody":
        if reader.part == "client":
            return _("The money is paid out to %(freelancer)s now. You need not do anything.")
        return _("The payout is on its way. You get a mail when it is confirmed.")
    if reader.part == "client":
        return _("Pay %(freelancer)s as that page says, then note there that you have sent it.")
    return _("%(client)s is asked to pay now. When the money is in your account, say so on that page.")


def closed(story: Story, reader: Reader) -> Letter:
    """Only the last milestone's closing is told: the project is completed."""
    return Letter(
        subject=story.fill(_("Completed: %(project)s")),
        opening=(story.fill(_("The last milestone of %(project)s is paid. Everything that was agreed is done.")),),
        button=_("Open the project"),
        page=project(story),
        next=_("Nothing is left to do. Agreement, invoices, files and the whole record stay on that page."),
        notes=(
            _("Record no. %(number)d of this project: %(hash)s")
            % {"number": story.event.number, "hash": story.event.hash},
        ),
    )


def cancel_asked(story: Story, reader: Reader) -> Letter:
    return Letter(
        subject=story.fill(_("%(who)s asks to cancel %(milestone)s of %(project)s")),
        opening=(story.fill(_("%(who)s would like to cancel %(milestone)s, and says why:")),),
        quote=story.words("reason"),
        button=_("Open the milestone"),
        page=milestone(story),
        next=story.fill(
            _("If you agree, cancel it on that page, which says what becomes of the money. If not, go on working."),
        ),
    )


def cancelled(story: Story, reader: Reader) -> Letter:
    if reader.part == "custodian":
        return holding.not_expected(story, reader)
    return Letter(
        subject=story.fill(_("%(who)s cancelled %(milestone)s of %(project)s")),
        opening=(story.fill(_("%(who)s has cancelled %(milestone)s, and says why:")),),
        quote=story.words("reason"),
        button=_("Open the milestone"),
        page=milestone(story),
        next=_goes_back(story) + " " + _("The other milestones stay as agreed."),
    )


def _goes_back(story: Story) -> str:
    """What becomes of the money of a milestone that was cancelled."""
    match story.agreed.holder_of(story.milestone) if story.milestone else "":
        case "nobody":
            return _("Nothing is owed for it.")
        case "freelancer":
            return story.fill(_("What was deposited for it %(freelancer)s owes back, and sends to %(client)s."))
        case "custodian":
            custodian = story.agreed.custodian
            words = _("What was held for it %(custodian)s sends back to the client in full.")
            return words % {"custodian": custodian.name if custodian else ""}
    return _("What was held for it goes back to the client in full.")


def reminded(story: Story, reader: Reader) -> Letter:
    ends = {"ends": story.ends}
    if reader.part == "client":
        return Letter(
            subject=_("%(milestone)s waits for your review until %(ends)s")
            % {"milestone": story.title, "ends": story.ends},
            opening=(
                story.fill(_("%(freelancer)s delivered %(milestone)s of %(project)s, and waits for your answer.")),
            ),
            facts=((_("The review ends"), story.ends),),
            button=_("Review the delivery"),
            page=milestone(story),
            next=_(
                "Approve, or say what should change, by %(ends)s. "
                "If you do neither, the clock approves it then, as both have signed."
            )
            % ends,
            notes=_more_time(story),
        )
    return Letter(
        subject=story.fill(_("%(client)s was reminded to review %(milestone)s of %(project)s")),
        opening=(
            story.fill(_("%(client)s has not answered your delivery of %(milestone)s yet, and was reminded now.")),
        ),
        facts=((_("The review ends"), story.ends),),
        button=_("Open the milestone"),
        page=milestone(story),
        next=_("You need not do anything. Without an answer the clock approves it on %(ends)s.") % ends,
    )


def extended(story: Story, reader: Reader) -> Letter:
    """To both: the end that there is now. Nothing but this moves it."""
    ends = {"ends": story.ends}
    for_client = _("Approve, or say what should change, by %(ends)s. You are reminded twice more before.")
    for_freelancer = _("You need not do anything. Without an answer the clock approves it on %(ends)s.")
    return Letter(
        subject=story.fill(_("%(who)s took more time to review %(milestone)s of %(project)s")),
        opening=(
            story.fill(_("%(who)s extended the review of %(milestone)s, as the agreement allows once for a delivery.")),
        ),
        facts=((_("The review ended before"), story.ended_before), (_("The review ends now"), story.ends)),
        button=_("Review the delivery") if reader.part == "client" else _("Open the milestone"),
        page=milestone(story),
        next=(for_client if reader.part == "client" else for_freelancer) % ends,
    )


def stalled(story: Story, reader: Reader) -> Letter:
    """To the freelancer, and to the operator, whose mail server or address list it may be."""
    for_operator = _("Look at the mail server and at the address. Only the two sides can act in the project.")
    for_freelancer = _("Ask %(client)s to look at the page, and whether the address is right: their first look counts.")
    return Letter(
        subject=story.fill(_("%(client)s can't be reached about %(milestone)s of %(project)s")),
        opening=(
            story.fill(
                _(
                    "Our mails to %(client)s about the delivery of %(milestone)s were refused, so the clock won't approve it."
                ),
            ),
        ),
        button="" if reader.part == "operator" else _("Open the milestone"),
        page=None if reader.part == "operator" else milestone(story),
        next=for_operator if reader.part == "operator" else story.fill(for_freelancer),
    )
