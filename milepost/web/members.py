"""Who acts for a party: its members, those who are asked to, and one's own invitations."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from milepost.actions import joining, members
from milepost.core.actors import Actor
from milepost.core.catalogue import MEMBER_ROLES
from milepost.core.refusals import Refused
from milepost.events.wording.people import role_name, role_words
from milepost.models import Member, MemberInvitation, Party
from milepost.web import access, answers
from milepost.web.deeds import acting, deed


@require_safe
@access.signed_in
def of_party(request: HttpRequest, id: str) -> HttpResponse:
    """GET /parties/<id>/members: every member sees them; owners also change them."""
    return _page(request, id)


def _page(request: HttpRequest, id: str, refusal: Refused | None = None) -> HttpResponse:
    party = access.party(request, id)
    found = list(members.living(party))
    waiting = MemberInvitation.objects.filter(party=party, accepted_at=None, ended_at=None, expires_at__gt=access.now())
    waiting = waiting.select_related("party", "made_by").order_by("made_at")
    facts: dict[str, Any] = {
        "party": party,
        "members": [_row(member, acting(request)) for member in found],
        "invitations": [_invitation(one) for one in waiting],
        "roles": [{"value": role, "name": role_name(role), "words": role_words(role)} for role in MEMBER_ROLES[::-1]],
        "may": access.may(request, "members"),
        "chosen": request.POST.get("role", "member") if refusal else "member",
        "nav": "settings",
    }
    return answers.page(request, "members/members.html", facts, refusal)


def _row(member: Member, by: Actor) -> dict[str, Any]:
    role = members.role_of(member)
    return {
        "id": member.pk,
        "name": str(member.user),
        "email": member.user.email,
        "role": role,
        "role_name": role_name(role),
        "joined_at": member.joined_at,
        "you": member.user_id == by.person,
    }


def _invitation(invitation: MemberInvitation) -> dict[str, Any]:
    role = next(role for role in MEMBER_ROLES if role == invitation.role)
    return {
        "id": invitation.pk,
        "email": invitation.email,
        "role_name": role_name(role),
        "role_words": role_words(role),
        "party": invitation.party,
        "by": invitation.made_by,
        "until": invitation.expires_at,
    }


# -- owners ------------------------------------------------------------------------------------


@deed(access.party, shown=_page, leads_to="party-members", binds="members")
def invitations(request: HttpRequest, party: Party, by: Actor) -> HttpResponse:
    """POST /parties/<id>/invitations: somebody is asked to act for the party."""
    email, role = request.POST.get("email", ""), request.POST.get("role", "")
    asked = joining.invite(party=party, email=email, role=role, by=by, at=access.now())
    messages.success(request, _("%(email)s is asked by mail.") % {"email": asked.email})
    return redirect("party-members", party.pk)


@deed(access.party, shown=_page, leads_to="party-members")
def withdrawals(request: HttpRequest, party: Party, by: Actor) -> HttpResponse:
    """POST /parties/<id>/invitations/withdrawals."""
    asked = MemberInvitation.objects.filter(party=party, pk=_posted(request, "invitation")).first()
    if asked is None:
        raise Http404
    joining.take_back_invitation(invitation=asked, by=by, at=access.now())
    messages.success(request, _("Taken back."))
    return redirect("party-members", party.pk)


@deed(access.party, shown=_page, leads_to="party-members", binds="members")
def roles(request: HttpRequest, party: Party, by: Actor) -> HttpResponse:
    """POST /parties/<id>/roles: what a member may do, from now on."""
    member = _member(request, party)
    changed = members.change_role(member=member, role=request.POST.get("role", ""), by=by, at=access.now())
    facts = {"who": changed.user, "role": role_name(members.role_of(changed))}
    messages.success(request, _("%(who)s: %(role)s from now on.") % facts)
    return redirect("party-members", party.pk)


@deed(access.party, shown=_page, leads_to="party-members", binds="members")
def removals(request: HttpRequest, party: Party, by: Actor) -> HttpResponse:
    """POST /parties/<id>/removals."""
    gone = members.remove(member=_member(request, party), by=by, at=access.now())
    messages.success(request, _("%(who)s no longer acts for %(party)s.") % {"who": gone.user, "party": party})
    return redirect("party-members", party.pk)


@deed(access.party, shown=_page, leads_to="party-members")
def departures(request: HttpRequest, party: Party, by: Actor) -> HttpResponse:
    """POST /parties/<id>/departures: oneself."""
    members.leave(party=party, user=access.person(request), at=access.now())
    messages.success(request, _("You no longer act for %(party)s.") % {"party": party})
    return redirect("home")


def _member(request: HttpRequest, party: Party) -> Member:
    typed = _posted(request, "member")
    number = int(typed) if typed.isdecimal() and len(typed) < 18 else 0
    found = Member.objects.select_related("party", "user").filter(party=party, pk=number).first()
    if found is None:
        raise Http404
    return found


def _posted(request: HttpRequest, name: str) -> str:
    # PostgreSQL takes no NUL in a text.
    return request.POST.get(name, "").replace("\x00", "")


# -- one's own invitations ---------------------------------------------------------------------


@require_safe
@login_required
def invited(request: HttpRequest) -> HttpResponse:
    """GET /invitations: what one is asked to join; also for somebody who has no party yet."""
    return _invited(request)


def waiting(request: HttpRequest) -> list[dict[str, Any]]:
    """The invitations of whoever is signed in, as `members/_invited.html` shows them."""
    return [_invitation(one) for one in joining.waiting_for(access.person(request), access.now())]


def _invited(request: HttpRequest, refusal: Refused | None = None) -> HttpResponse:
    return answers.page(request, "members/invited.html", {"invited": waiting(request), "nav": "home"}, refusal)


@require_POST
@login_required
def acceptances(request: HttpRequest, id: str) -> HttpResponse:
    """POST /invitations/<id>/acceptances: from now on one acts for the party."""
    asked = access.member_invitation(request, id)
    try:
        joining.accept(invitation=asked, user=access.person(request), at=access.now())
    except Refused as refusal:
        return _invited(request, refusal)
    request.session[access.PARTY] = asked.party_id
    messages.success(request, _("You act for %(party)s now.") % {"party": asked.party})
    return redirect("home")


@require_POST
@login_required
def refusals(request: HttpRequest, id: str) -> HttpResponse:
    """POST /invitations/<id>/refusals."""
    asked = access.member_invitation(request, id)
    try:
        joining.decline(invitation=asked, user=access.person(request), at=access.now())
    except Refused as refusal:
        return _invited(request, refusal)
    messages.info(request, _("Declined. Nothing has changed for you."))
    return redirect("home")
