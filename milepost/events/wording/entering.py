"""Letters that no event stands behind: the code for one act, and a new link."""

from __future__ import annotations

from django.utils.translation import gettext as _

from milepost.events.story import quoted
from milepost.events.wording.letters import Letter

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
    }
    return subjects.get(act, _("Your code"))


def link(project_id: str, project_name: str) -> Letter:
    """A new way in, for somebody without an account."""
    return Letter(
        subject=_("A new link to %(project)s") % {"project": quoted(project_name)},
        opening=(_("Here is a new link to %(project)s.") % {"project": quoted(project_name)},),
        button=_("Open the project"),
        page=("project", project_id),
        next=_("You get in without an account. Should the link expire one day, its page sends you another."),
    )
