"""How a party's papers are numbered: here, with a series for each kind, or by the party itself."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from milepost.actions import series
from milepost.actions.series import Numbering
from milepost.core.actors import Actor
from milepost.core.refusals import Refused
from milepost.models import Party
from milepost.web import access, answers
from milepost.web.deeds import deed
from milepost.web.people import summary, value


@access.signed_in
def numbering(request: HttpRequest, id: str) -> HttpResponse:
    """GET /parties/<id>/numbering: how. POST: kept, for the papers to come."""
    return _keep(request, id) if request.method == "POST" else _page(request, id)


def _page(request: HttpRequest, id: str, refusal: Refused | None = None) -> HttpResponse:
    party = access.party(request, id)
    here = request.POST.get("issues") == "here" if refusal else party.issues_here
    facts = {
        "party": party,
        "issues_here": here,
        "own": not here,
        "may": access.may(request, "invoices"),
        "kinds": [_kind(kind, said, request, refusal) for kind, said in series.of(party).items()],
        "summary": summary(refusal),
        "nav": "settings",
    }
    return answers.page(request, "people/numbering.html", facts, refusal)


def _kind(kind: str, said: Numbering, request: HttpRequest, refusal: Refused | None) -> dict[str, Any]:
    words = {
        "invoice": _("Invoices"),
        "payment_request": _("Payment requests, without tax data"),
        "credit_note": _("Credit notes and refund notes"),
    }
    return {
        "kind": kind,
        "words": words[kind],
        "example": said.next,
        "was": said.next_number,
        "prefix": value(f"prefix_{kind}", said.prefix, request, refusal),
        "next": value(f"next_{kind}", said.next_number, request, refusal),
    }


@deed(access.party, shown=_page, leads_to="party-numbering")
def _keep(request: HttpRequest, party: Party, by: Actor) -> HttpResponse:
    here = request.POST.get("issues", "here") == "here"
    typed = {kind: _typed(request, kind) for kind in series.PREFIXES}
    series.keep(party=party, issues_here=here, typed=typed, by=by, at=access.now())
    messages.success(request, _("Saved."))
    return redirect("party-numbering", party.pk)


def _typed(request: HttpRequest, kind: str) -> Numbering:
    """A number that was left as the page showed it stays whichever comes next: papers may be issued meanwhile."""
    number = request.POST.get(f"next_{kind}", "")
    left = number.strip() == request.POST.get(f"was_{kind}", "")
    return Numbering(request.POST.get(f"prefix_{kind}", ""), "" if left else number)
