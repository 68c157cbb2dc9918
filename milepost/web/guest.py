"""The link from a mail: shown without being used up, opened by a button, and then gone from the address."""

from __future__ import annotations

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from milepost.actions import invitations, people
from milepost.actions.invitations import LinkExpired, LinkRevoked, LinkUnknown
from milepost.core.catalogue import Side
from milepost.core.refusals import Refused
from milepost.models import Invitation, Member, User
from milepost.web import access, answers
from milepost.web.road import name_of, other_side


@require_http_methods(["GET", "HEAD", "POST"])
def link(request: HttpRequest, token: str) -> HttpResponse:
    """/links/<token>. GET says who sent it, as mail scanners may see too; POST opens it for this browser."""
    try:
        invitation = invitations.open_link(token=token, at=access.now())
    except LinkExpired as refusal:
        return _sent_again(request, token) if request.method == "POST" else _expired(request, refusal)
    except (LinkUnknown, LinkRevoked) as refusal:
        return _dead(request, refusal)
    return _opened(request, invitation) if request.method == "POST" else _shown(request, invitation)


def _shown(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    project = invitation.project
    side: Side = "client" if invitation.party_id == project.client_id else "freelancer"
    context = {
        "project": project,
        "sender": name_of(project, other_side(side)),
        "offered": project.terms is not None and project.terms.status == "offered",
        "email": invitation.email,
        "stranger": request.user.is_authenticated and not _is_theirs(request.user, invitation),
    }
    return _quiet(answers.page(request, "guest/link.html", context))


def _opened(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    user = request.user
    if user.is_authenticated and user.email == invitation.email:
        people.claim(user=user, at=access.now())
    if user.is_authenticated and not _acts(user, invitation):
        logout(request)
    if not request.user.is_authenticated:
        # What this browser was before ends here: another link, or nobody.
        request.session.flush()
        request.session[access.GUEST] = invitation.pk
    terms = invitation.project.terms
    if terms is not None and terms.status == "offered":
        return redirect("terms", terms.pk)
    return redirect("project", invitation.project_id)


def _is_theirs(user: User, invitation: Invitation) -> bool:
    """Does the person who is signed in act for the party of the link, or may they claim it? Not for a link that was
    passed on: that is good for this project alone."""
    if user.email == invitation.email == invitation.party.email and not invitation.party.members.exists():
        return True
    return _acts(user, invitation)


def _acts(user: User, invitation: Invitation) -> bool:
    return Member.objects.filter(user=user, party=invitation.party_id, ended_at=None).exists()


def _expired(request: HttpRequest, refusal: Refused) -> HttpResponse:
    context = {"sentence": refusal.sentence, "may_ask": True}
    return _quiet(answers.page(request, "guest/dead.html", context), status=410)


def _sent_again(request: HttpRequest, token: str) -> HttpResponse:
    """A new link for one that expired; to the same address, which is not shown."""
    try:
        invitations.ask_new_link(token=token, at=access.now())
    except Refused as refusal:
        return _quiet(answers.page(request, "guest/dead.html", {"sentence": refusal.sentence}), status=422)
    return _quiet(answers.page(request, "guest/sent.html", {}))


def _dead(request: HttpRequest, refusal: Refused) -> HttpResponse:
    """Unknown, altered or taken back: one calm page, on which nothing is learnt."""
    status = 410 if isinstance(refusal, LinkRevoked) else 404
    return _quiet(answers.page(request, "guest/dead.html", {"sentence": refusal.sentence}), status=status)


def _quiet(response: HttpResponse, status: int | None = None) -> HttpResponse:
    """The address holds the token: no other page hears of it. (`no-referrer` would take the button's origin away too.)"""
    response["Referrer-Policy"] = "strict-origin"
    response.status_code = status or response.status_code
    return response
