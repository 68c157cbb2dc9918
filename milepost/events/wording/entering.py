"""Letters that no event stands behind: the code for one act, and a new link."""

from __future__ import annotations

from django.utils.translation import gettext as _

from milepost.events.story import Story, quoted
from milepost.events.wording.letters import Letter
from milepost.models import Terms

# Put in place of a code, until it is minted as the mail is sent.
CODE_PLACE = "[[code]]"


def code(act: str, minutes: int) -> Letter:
    """Six digits for one act, which the subject names: a code is not typed for something else by mistake."""
    return Letter(
        subject=_subject(act),
        opening=(_("This is the code that the page asked you for:"),),
        code=CODE_PLACE,
        next=_("Type it on that page. It is good for %(minutes)d minutes, for this one act.") % {"minutes": minutes},
        notes=(_("You did not ask for it? Then somebody typed your address; without the code nothing happens."),),
    )


def _subject(act: str) -> str:
    subjects = {
        "offer": _("Your code to sign and send"),
        "sign": _("Your code to sign"),
        "fund": _("Your code to fund a milestone"),
        "approve": _("Your code to approve"),
        "cancel": _("Your code to cancel a milestone"),
        "stop": _("Your code to stop a project"),
        "extend": _("Your code to extend a review"),
        "account": _("Your code to see where to pay"),
        "sent": _("Your code to say that you have paid"),
        "received": _("Your code to say that the payment arrived"),
        "change_party": _("Your code to change your details"),
        "members": _("Your code to change who acts for you"),
    }
    return subjects.get(act, _("Your code"))


def passed_on(story: Story, terms: Terms, words: str, guest: bool) -> Letter:
    """To the person who signs for the party: the proposal was passed on to them."""
    facts = {"who": story.who, "project": story.project_name, "sender": story.name(terms.sender)}  # type: ignore[arg-type]
    safe = _("Nothing is agreed until it is signed, and looking binds you to nothing.")
    if guest:
        safe = _("Nothing is agreed until it is signed. You need no account, and looking binds you to nothing.")
    return Letter(
        subject=_("%(who)s passes a proposal on to you: %(project)s") % facts,
        opening=(_("%(sender)s has sent %(who)s a proposal, %(project)s. You are asked to sign it.") % facts, safe),
        quote=words,
        button=_("Read the proposal"),
        page=("terms", terms.pk),
        next=_("Read it, then sign for %(who)s, ask for a change or decline, until %(until)s.")
        % (facts | {"until": story.moment(terms.sign_until)}),
        notes=(_("You don’t sign for %(who)s? Then do nothing, and tell them.") % facts,),
        explains=guest,
    )


def link(project_id: str, project_name: str) -> Letter:
    """A new way in, for somebody without an account."""
    return Letter(
        subject=_("A new link to %(project)s") % {"project": quoted(project_name)},
        opening=(_("Here is a new link to %(project)s.") % {"project": quoted(project_name)},),
        button=_("Open the project"),
        page=("project", project_id),
        next=_("You get in without an account. Should the link expire one day, its page sends you another."),
    )
