"""Whether somebody may do this for the party that they act for: asked inside the verb, behind its lock."""

from __future__ import annotations

from django.utils.translation import gettext as _

from milepost.core import rights
from milepost.core.actors import Actor
from milepost.core.refusals import NotAllowed
from milepost.core.rights import Act
from milepost.models import Member, Party


def must_be(*, by: Actor, act: Act) -> None:
    """Refuses (`NotAllowed`) whom the table does not give the act, and who was removed from the party by now.

    In the verb's transaction, behind its first lock: the member's row is held, so that whoever removes them waits
    for this deed or comes before it. The clock and the house may; so may a guest, except what is for owners.
    """
    if by.kind != "party":
        return
    if not by.person:
        if not rights.may(None, act):
            raise NotAllowed(_("Take an account first: this is for the owners of a party."))
        return
    living = Member.objects.filter(party=by.party, user=by.person, ended_at=None)
    member = living.select_for_update(no_key=True).only("role").first()
    if member is None:
        raise NotAllowed(_("You don’t act for %(party)s any more.") % {"party": _name(by)})
    if not rights.may(member.role, act):  # type: ignore[arg-type]  # a CHECK keeps it a role
        raise NotAllowed(refusal(act, _name(by)))


def refusal(act: Act, party: str) -> str:
    """What somebody hears who may not: whose it is to do."""
    if rights.least(act) == "owner":
        return _("Only an owner of %(party)s may do this. Ask one of them.") % {"party": party}
    return _("Only a signatory of %(party)s may do this. Ask one of them.") % {"party": party}


def left_to(party: Party, act: Act = "sign") -> str:
    """What stands in the place of a button for a member who may not do this for the party."""
    if rights.least(act) == "owner":
        return _("An owner of %(party)s does this.") % {"party": party}
    return _("A signatory of %(party)s does this.") % {"party": party}


def _name(by: Actor) -> str:
    return str(Party.objects.get(pk=by.party))
