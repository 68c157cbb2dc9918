"""Custodians: who offers to hold money for others here, on what ground, and whom the operator admits."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from milepost.actions import custody
from milepost.core.money import Money
from milepost.core.refusals import Refused
from milepost.models import Custody, User
from milepost.web import access
from milepost.web.operator import places

# A house with more of them than this is another kind of house.
MOST = 100


@require_safe
@places.operated
def custodians(request: HttpRequest) -> HttpResponse:
    """GET /installation/custodians."""
    return _page(request, None)


def _page(request: HttpRequest, refusal: Refused | None) -> HttpResponse:
    rows = Custody.objects.select_related("party", "admitted_by").order_by("-asked_at")[:MOST]
    said = [
        {
            "id": row.pk,
            "party": row.party,
            "ground": row.legal_ground,
            "limits": [Money(minor, currency) for currency, minor in sorted(row.second_person_above_minor.items())],
            "asked_at": row.asked_at,
            "admitted_at": row.admitted_at,
            "admitted_by": row.admitted_by,
            "ended_at": row.ended_at,
        }
        for row in rows
    ]
    waiting = [one for one in said if not one["admitted_at"] and not one["ended_at"]]
    context = {
        "waiting": waiting,
        "admitted": [one for one in said if one["admitted_at"] and not one["ended_at"]],
        "ended": [one for one in said if one["ended_at"]],
    }
    return places.page(request, "operator/custodians.html", context, refusal)


@places.deed(_page, "installation-custodians", confirmed=True)
def admissions(request: HttpRequest, by: User, id: str) -> HttpResponse:
    """POST /installation/custodians/<id>/admissions: from now on it can be named in terms."""
    found = custody.admit(custody=_found(id), by=by, at=access.now())
    messages.success(request, _("%(party)s can be named in terms now.") % {"party": found.party})
    return redirect("installation-custodians")


@places.deed(_page, "installation-custodians")
def endings(request: HttpRequest, by: User, id: str) -> HttpResponse:
    """POST /installation/custodians/<id>/endings: no new mandates; those that it has go on."""
    found = custody.end(custody=_found(id), by=by, at=access.now())
    messages.success(request, _("%(party)s takes no new mandates.") % {"party": found.party})
    return redirect("installation-custodians")


def _found(id: str) -> Custody:
    row = (
        Custody.objects.select_related("party").filter(pk=int(id)).first() if id.isdecimal() and len(id) < 19 else None
    )
    if row is None:
        raise Http404
    return row
