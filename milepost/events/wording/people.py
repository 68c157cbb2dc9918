"""Letters about who acts for a party: asked to, joined, left, and what one member asks of another."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from milepost.core.catalogue import MemberRole
from milepost.events.story import day, line, quoted
from milepost.events.wording.letters import Letter, Page

# Whoever signs in with the address sees there what they are asked.
INVITED: Page = ("member-invitations", "")


def role_name(role: MemberRole) -> str:
    names: dict[MemberRole, str] = {"owner": _("Owner"), "signatory": _("Signatory"), "member": _("Member")}
    return names[role]


def role_words(role: MemberRole) -> str:
    """What the role may do, in one sentence."""
    words: dict[MemberRole, str] = {
        "owner": _("Does everything, and keeps the members, the payee details and what papers say."),
        "signatory": _("Also signs and sends, approves, cancels, and says what was paid and what arrived."),
        "member": _("Prepares proposals, delivers, asks for changes. Does not sign or approve."),
    }
    return words[role]


def invited(party: str, by: str, role: MemberRole, until: datetime) -> Letter:
    """To the address that was invited. No link lets anybody in: the address itself has to be proved."""
    facts = {"party": line(party), "who": line(by)}
    return Letter(
        subject=_("%(who)s asks you to act for %(party)s") % facts,
        opening=(_("%(who)s asks you to act for %(party)s.") % facts,),
        facts=((_("As"), role_name(role)), (_("What that is"), role_words(role))),
        button=_("See the invitation"),
        page=INVITED,
        next=_("Sign in with this address, then accept or decline. The invitation ends on %(day)s.")
        % {"day": day(until.date())},
        notes=(_("You don’t know %(party)s? Then do nothing: nobody acts for anybody until you accept.") % facts,),
        explains=True,
    )


def joined(party: str, party_id: str, who: str, role: MemberRole) -> Letter:
    """To the owners."""
    facts = {"party": line(party), "who": line(who), "role": role_name(role)}
    return Letter(
        subject=_("%(who)s now acts for %(party)s") % facts,
        opening=(_("%(who)s has accepted the invitation and acts for %(party)s from now on.") % facts,),
        facts=((_("As"), role_name(role)), (_("What that is"), role_words(role))),
        button=_("See the members"),
        page=("party-members", party_id),
        next=_("You did not expect this? Remove them on that page; it takes effect at once."),
    )


def left(party: str, party_id: str, who: str) -> Letter:
    """To the owners."""
    facts = {"party": line(party), "who": line(who)}
    return Letter(
        subject=_("%(who)s no longer acts for %(party)s") % facts,
        opening=(_("%(who)s has left %(party)s.") % facts,),
        button=_("See the members"),
        page=("party-members", party_id),
        next=_("What they did for %(party)s stays in the record.") % facts,
    )


def removed(party: str, party_id: str, who: str, by: str) -> Letter:
    """To the owners, so that nobody is removed in silence."""
    facts = {"party": line(party), "who": line(who), "by": line(by)}
    return Letter(
        subject=_("%(by)s has removed %(who)s from %(party)s") % facts,
        opening=(_("%(who)s no longer acts for %(party)s: %(by)s has removed them.") % facts,),
        button=_("See the members"),
        page=("party-members", party_id),
        next=_("What they did for %(party)s stays in the record.") % facts,
    )


def no_longer(party: str) -> Letter:
    """To the one who was removed."""
    facts = {"party": line(party)}
    return Letter(
        subject=_("You no longer act for %(party)s") % facts,
        opening=(_("An owner of %(party)s has removed you from its members.") % facts,),
        next=_("Its projects are no longer yours to see. What you did for it stays in the record. Ask an owner why."),
    )


def other_role(party: str, party_id: str, who: str, role: MemberRole) -> Letter:
    """To the one whose role has changed, and to the owners."""
    facts = {"party": line(party), "who": line(who), "role": role_name(role)}
    return Letter(
        subject=_("%(who)s at %(party)s: the role is now %(role)s") % facts,
        opening=(_("What %(who)s may do for %(party)s has changed.") % facts,),
        facts=((_("As"), role_name(role)), (_("What that is"), role_words(role))),
        button=_("See the members"),
        page=("party-members", party_id),
        next=_("It holds from now on."),
    )


def asked_to_send(party: str, who: str, draft_id: str, name: str) -> Letter:
    """To those who may sign: a member has prepared a proposal."""
    facts = {"party": line(party), "who": line(who), "project": quoted(name) if name.strip() else _("a proposal")}
    return Letter(
        subject=_("%(who)s asks you to send %(project)s") % facts,
        opening=(_("%(who)s has prepared %(project)s for %(party)s and may not sign it. You may.") % facts,),
        button=_("Read it and send it"),
        page=("proposal-review", draft_id),
        next=_("Sending signs for %(party)s. Nothing is sent until one of you does.") % facts,
    )
