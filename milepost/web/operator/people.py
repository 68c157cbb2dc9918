"""People: who has an account, who may not sign in, who runs the house, who is invited."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from milepost.actions import admissions, operators
from milepost.core.refusals import Refused
from milepost.models import Admission, Installation, User
from milepost.web import access, lists
from milepost.web.operator import places

INVITED_MAX = 50


@require_safe
@places.operated
def people(request: HttpRequest) -> HttpResponse:
    """GET /installation/people?q=ada&before=per_..."""
    return _page(request, None)


def _page(request: HttpRequest, refusal: Refused | None) -> HttpResponse:
    rows, pager = lists.paged(request, _sought(lists.sought(request)))
    context = {
        "people": [_row(person, access.person(request)) for person in rows],
        "pager": pager,
        "q": lists.sought(request),
        "counts": User.objects.aggregate(all=Count("pk"), barred=Count("pk", filter=Q(is_active=False))),
        "invited": Admission.objects.filter(ended_at=None).exclude(email__in=User.objects.values("email"))[
            :INVITED_MAX
        ],
        "registration": Installation.objects.get(pk=1).registration,
    }
    return places.page(request, "operator/people.html", context, refusal)


def _sought(words: str) -> QuerySet[User]:
    alive = Count("memberships", filter=Q(memberships__ended_at=None))
    factors = Authenticator.objects.filter(user=OuterRef("pk"))
    rows = User.objects.annotate(acts_for=alive, has_factor=Exists(factors))
    return rows.filter(Q(email__icontains=words) | Q(name__icontains=words)) if words else rows


def _row(person: Any, me: User) -> dict[str, Any]:
    return {
        "id": person.pk,
        "name": str(person),
        "email": person.email,
        "joined_at": person.joined_at,
        "seen_at": person.last_login,
        "acts_for": person.acts_for,
        "barred": not person.is_active,
        "operator": person.is_operator,
        "me": person.pk == me.pk,
        "has_factor": person.has_factor,
    }


@places.deed(_page, "installation-people", confirmed=True)
def rights(request: HttpRequest, by: User, id: str) -> HttpResponse:
    """POST /installation/people/<id>/rights: barred or let in; operator or not any more."""
    verbs = {"bar": operators.bar, "let-in": operators.let_in, "make": operators.make, "unmake": operators.unmake}
    verb = verbs.get(request.POST.get("verb", ""))
    if verb is None:
        raise Refused(_("Choose what to do."))
    person = verb(user=places.found(id), by=by, at=access.now())
    words = {
        "bar": _("%(person)s can’t sign in any more."),
        "let-in": _("%(person)s may sign in again."),
        "make": _("%(person)s runs this installation, too."),
        "unmake": _("%(person)s does not run this installation any more."),
    }
    messages.success(request, words[request.POST["verb"]] % {"person": person})
    return redirect("home" if verb is operators.unmake and person.pk == by.pk else "installation-people")


@places.deed(_page, "installation-people")
def invitations(request: HttpRequest, by: User) -> HttpResponse:
    """POST /installation/invitations: an address may take an account."""
    invited = admissions.admit(email=request.POST.get("email", ""), by=by, at=access.now())
    messages.success(request, _("Invited: %(email)s.") % {"email": invited.email})
    return redirect("installation-people")


@places.deed(_page, "installation-people")
def invitation_endings(request: HttpRequest, by: User, id: str) -> HttpResponse:
    """POST /installation/invitations/<id>/endings."""
    invited = Admission.objects.filter(pk=id).first() if "\x00" not in id else None
    if invited is None:
        raise Refused(_("There is no such invitation."))
    admissions.end(admission=invited, by=by, at=access.now())
    messages.success(request, _("Taken back: %(email)s.") % {"email": invited.email})
    return redirect("installation-people")
