"""What the person at the door may do for the party that they act for, and what they are asked to join."""

from __future__ import annotations

from django.http import Http404, HttpRequest

from milepost.actions import members
from milepost.actions import rights as rights_of
from milepost.core import rights
from milepost.core.actors import Actor
from milepost.core.catalogue import MemberRole
from milepost.core.rights import Act
from milepost.models import MemberInvitation
from milepost.web.access.door import parties, person


def role(request: HttpRequest) -> MemberRole | None:
    """What the person is in the party acted for (`request.actor`); None for a guest, who has a link instead."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    if not by.person:
        return None
    return next(party.role for party in parties(request) if party.pk == by.party)  # type: ignore[attr-defined]


def may(request: HttpRequest, act: Act) -> bool:
    """For the buttons of a page. The action asks again, behind its lock."""
    return rights.may(role(request), act)


def left_to(request: HttpRequest, act: Act = "sign") -> str:
    """Empty for whoever may do it for the party; else what stands in the place of a button."""
    if may(request, act):
        return ""
    by: Actor = request.actor  # type: ignore[attr-defined]
    return rights_of.left_to(next(party for party in parties(request) if party.pk == by.party), act)


def member_invitation(request: HttpRequest, id: str) -> MemberInvitation:
    """Asked of an address that the signed-in person has proved; for everybody else it is not there."""
    rows = MemberInvitation.objects.filter(email__in=members.proved(person(request))).select_related("party")
    found = rows.filter(pk=id).first() if "\x00" not in id else None
    if found is None:
        raise Http404
    return found
