"""Where one's party is paid: the account that holds, the change that waits, what was ever stated, and the form."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from milepost.actions import payee
from milepost.core import banking
from milepost.core.actors import Actor
from milepost.core.refusals import Refused
from milepost.models import Party, PayeeDetails
from milepost.web import access, answers
from milepost.web.deeds import acting, deed
from milepost.web.people import summary
from milepost.web.waiting import when

FIELDS = ("kind", "name", "iban", "bic", "lines")


def details(request: HttpRequest, id: str) -> HttpResponse:
    """GET /parties/<id>/payee: for its members. POST: an owner states where it is paid."""
    return _state(request, id) if request.method == "POST" else _shown(request, id)


@require_safe
@access.signed_in
def _shown(request: HttpRequest, id: str) -> HttpResponse:
    return _page(request, id)


def _page(request: HttpRequest, id: str, refusal: Refused | None = None) -> HttpResponse:
    party, at = access.party(request, id), access.now()
    holds, waits = payee.in_force(party, at), payee.pending(party, at)
    context = {
        "party": party,
        "holds": _opened(holds),
        "waits": _opened(waits),
        "may": payee.may_state(party, acting(request)),
        "history": history(party, at),
        "zone": party.time_zone,
        "kind": request.POST.get("kind", "iban") if refusal else (holds.kind if holds else "iban"),
        "name_value": request.POST.get("name", "") if refusal else party.legal_name,
        "summary": summary(refusal),
        "hours": settings.PAYEE_COOLDOWN_HOURS,
        "nav": "settings",
    }
    return answers.page(request, "people/payee.html", context, refusal)


@deed(access.party, shown=_page, leads_to="party-payee", binds="payee")
def _state(request: HttpRequest, party: Party, by: Actor) -> HttpResponse:
    said = banking.payee(**{name: request.POST.get(name, "") for name in FIELDS})
    made = payee.state(party=party, details=said, by=by, at=access.now())
    if made.takes_effect_at > access.now():
        holds = when(made.takes_effect_at, party.time_zone)
        words = _("Kept. These details hold from %(when)s; until then the old ones do.") % {"when": holds}
        messages.success(request, words)
    else:
        messages.success(request, _("Kept. These details hold from now on."))
    return redirect("party-payee", party.pk)


@deed(access.party, shown=_page, leads_to="party-payee")
def undo(request: HttpRequest, party: Party, by: Actor) -> HttpResponse:
    """POST /parties/<id>/payee/undo: any member takes a change back before it holds."""
    waits = payee.pending(party, access.now())
    if waits is None or waits.pk != request.POST.get("details"):
        raise Refused(_("There is no such change to take back: it holds already, or was taken back."))
    payee.take_back(details=waits, by=by, at=access.now())
    messages.success(request, _("Taken back. The details that held before hold on."))
    return redirect("party-payee", party.pk)


def history(party: Party, at: datetime, *, endings: bool = True) -> list[dict[str, Any]]:
    """What was ever stated, the newest first: when, by whom, the end of the account, and what became of it."""
    holds = payee.in_force(party, at)
    return [
        {
            "stated_at": row.stated_at,
            "who": str(row.stated_by) if row.stated_by else str(party),
            "ending": row.ending if endings else "",
            "words": _became(row, holds, at),
            "at": row.ended_at or row.takes_effect_at,
        }
        for row in payee.history(party)
    ]


def _became(row: PayeeDetails, holds: PayeeDetails | None, at: datetime) -> str:
    if row.ended_at:
        return _("taken back or replaced before it held,")
    if row == holds:
        return _("holds since")
    return _("holds from") if row.takes_effect_at > at else _("held from")


def _opened(row: PayeeDetails | None) -> dict[str, Any] | None:
    if row is None:
        return None
    try:
        to = payee.reveal(row)
    except Refused as closed:
        return {"row": row, "closed": closed.sentence}
    return {"row": row, "to": to, "iban": banking.grouped(to.iban)}
