"""The first start: the owner, their party, the house's name and policy."""

from __future__ import annotations

import hmac
from typing import Any

from allauth.account.adapter import get_adapter
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from milepost.actions import installation as house
from milepost.actions import people as verbs
from milepost.actions.installation import InstallationFacts
from milepost.actions.people import PartyFacts
from milepost.core.money import DECIMALS, Money, plain
from milepost.core.refusals import Refused
from milepost.models import Installation
from milepost.web import access, answers, people
from milepost.web.people import value

# For these a minimum can be typed at once; others that were set are shown as well.
COMMON = ("USD", "EUR", "GBP", "CHF")


# -- the first start -------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "POST"])
def setup(request: HttpRequest, token: str) -> HttpResponse:
    """Opened by the link that `milepost serve` prints, while nobody owns the installation; afterwards a 404."""
    path = verbs.first_start(at=access.now())
    if path is None or not hmac.compare_digest(path.encode(), f"/setup/{token}".encode()):
        raise Http404
    if request.method == "GET":
        return answers.page(request, "setup/first.html", _first(request))
    try:
        owner = house.set_up(
            token=token,
            owner=request.POST.get("owner", ""),
            email=request.POST.get("email", ""),
            party=_party(request),
            installation=typed(request),
            at=access.now(),
        )
    except Refused as refusal:
        return answers.refused(request, refusal, "setup/first.html", _first(request, refusal))
    # Whoever has the link from the server's own console is the owner: mail may not be set up yet.
    get_adapter(request).login(request, owner)
    return redirect("home")


def _party(request: HttpRequest) -> PartyFacts:
    typed = {name: request.POST.get(name, "").strip() for name in ("kind", "legal_name", "postal_address", "tax_id")}
    return PartyFacts(
        **typed, time_zone=request.POST.get("time_zone", ""), email=request.POST.get("email", "").strip().lower()
    )


def _first(request: HttpRequest, refusal: Refused | None = None) -> dict[str, Any]:
    return (
        people.form(request, None, refusal)
        | policy(request, Installation.objects.get(pk=1), refusal)
        | {
            "owner": value("owner", "", request, refusal),
            "email": value("email", "", request, refusal),
            "path": request.path,
        }
    )


# -- the house’s name and policy, asked here and on the operator’s page ----------------------------------


def policy(request: HttpRequest, installation: Installation, refusal: Refused | None) -> dict[str, Any]:
    """The inputs for the name and the minimum, with what is set now or was typed."""
    set_now = {money.currency: money for money in house.minimums(installation)}
    currencies = [*COMMON, *(currency for currency in set_now if currency not in COMMON)]
    return {
        "house": value("house", installation.name, request, refusal),
        "registrations": _registrations(value("registration", installation.registration, request, refusal)["value"]),
        "policies": _policies(value("minimum_policy", installation.minimum_policy, request, refusal)["value"]),
        "minimums": [
            {"currency": currency} | value(f"minimum_{currency}", _shown(set_now.get(currency)), request, refusal)
            for currency in currencies
        ],
    }


def _policies(chosen: str) -> list[dict[str, Any]]:
    words = {
        "enforce": (_("Enforce it"), _("Below the minimum, milestone payment is not offered.")),
        "advise": (_("Advise"), _("The wizard says so, and lets people go on.")),
        "off": (_("Off"), _("No minimum.")),
    }
    return [
        {"value": policy, "label": label, "words": explained, "checked": policy == chosen}
        for policy, (label, explained) in words.items()
    ]


def _registrations(chosen: str) -> list[dict[str, Any]]:
    words = {
        "open": (_("Anybody"), _("Whoever has an e-mail address may sign up.")),
        "invitation": (
            _("By invitation"),
            _("Those who were sent a proposal, asked to join a party, or invited by you."),
        ),
        "closed": (_("Nobody new"), _("Guests go on with their links; those who have an account sign in.")),
    }
    return [
        {"value": value, "label": label, "words": explained, "checked": value == chosen}
        for value, (label, explained) in words.items()
    ]


def _shown(minimum: Money | None) -> str:
    return plain(minimum) if minimum else ""


def typed(request: HttpRequest) -> InstallationFacts:
    names = (name for name in request.POST if name.startswith("minimum_"))
    minimums = {name.removeprefix("minimum_"): request.POST.get(name, "") for name in names}
    return InstallationFacts(
        name=request.POST.get("house", ""),
        minimum_policy=request.POST.get("minimum_policy", ""),
        registration=request.POST.get("registration") or Installation.objects.get(pk=1).registration,
        minimums={currency: typed for currency, typed in minimums.items() if currency in DECIMALS},
    )
