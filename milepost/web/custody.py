"""A party offers to hold money for others: its ground, its limits, and how far that has come."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from milepost.actions import custody, payee
from milepost.core.actors import Actor
from milepost.core.money import DECIMALS, Money, parse, plain
from milepost.core.refusals import Refused, Several
from milepost.models import Custody, Party
from milepost.web import access, answers
from milepost.web.deeds import deed

# For these a limit can be typed at once; others that were set are shown as well.
COMMON = ("EUR", "USD", "GBP", "CHF", "SEK")


def of_party(request: HttpRequest, id: str) -> HttpResponse:
    """GET /parties/<id>/custody. POST: asked, or changed."""
    return _ask(request, id) if request.method == "POST" else _page(request, id)


@access.signed_in
def _page(request: HttpRequest, id: str, refusal: Refused | None = None) -> HttpResponse:
    party = access.party(request, id)
    found = Custody.objects.filter(party=party).first()
    limits = found.second_person_above_minor if found else {}
    names = [*COMMON, *sorted(set(limits) - set(COMMON))]
    ground = found.legal_ground if found else ""
    context: dict[str, Any] = {
        "party": party,
        "custody": found,
        "ground": request.POST.get("legal_ground", "") if refusal else ground,
        "limits": [_limit(request, name, limits.get(name), refusal) for name in names],
        "has_account": payee.in_force(party, access.now()) is not None,
        "may": access.may(request, "custody"),
        "alone": party.members.filter(ended_at=None).count() < 2,
        "limited": bool(limits),
        "zone": party.time_zone,
        "nav": "settings",
    }
    return answers.page(request, "custody/custody.html", context, refusal)


def _limit(request: HttpRequest, currency: str, minor: int | None, refusal: Refused | None) -> dict[str, str]:
    name = f"limit_{currency}"
    shown = plain(Money(minor, currency)) if minor is not None else ""
    error = answers.problems_of(refusal).fields.sentences.get(name, "")
    return {
        "name": name,
        "currency": currency,
        "value": request.POST.get(name, "") if refusal else shown,
        "error": error,
    }


@deed(access.party, shown=_page, leads_to="party-custody")
def _ask(request: HttpRequest, party: Party, by: Actor) -> HttpResponse:
    ground = request.POST.get("legal_ground", "")
    asked = custody.ask(party=party, legal_ground=ground, second_person_above=_limits(request), by=by, at=access.now())
    if asked.admitted_at:
        messages.success(request, _("Saved."))
    else:
        messages.success(request, _("Asked. The operator of this installation admits custodians."))
    return redirect("party-custody", party.pk)


def _limits(request: HttpRequest) -> list[Money]:
    found: list[Money] = []
    wrong: list[Refused] = []
    for name in request.POST:
        currency, typed = name.removeprefix("limit_"), request.POST.get(name, "")
        if not name.startswith("limit_") or currency not in DECIMALS or not typed.strip():
            continue
        try:
            # Nothing at all: then every amount needs a second person.
            found.append(Money(0, currency) if typed.strip() == "0" else parse(typed, currency))
        except Refused as refusal:
            wrong.append(Refused(refusal.sentence, field=name))
    if wrong:
        raise Several(wrong)
    return found


@deed(access.party, shown=_page, leads_to="party-custody")
def endings(request: HttpRequest, party: Party, by: Actor) -> HttpResponse:
    """POST /parties/<id>/custody/endings: no new mandates; those that there are go on."""
    custody.take_back(party=party, by=by, at=access.now())
    messages.success(request, _("You take no new mandates from now on."))
    return redirect("party-custody", party.pk)
