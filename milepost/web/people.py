"""A person's own pages: the facts asked once after the first sign-in, settings, and the look."""

from __future__ import annotations

from typing import Any, Final
from zoneinfo import available_timezones

from django.conf import settings as site
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from milepost.actions import parties, people
from milepost.actions.people import PartyFacts
from milepost.core.refusals import Refused
from milepost.models import Party
from milepost.web import access, answers, members
from milepost.web.context import THEMES
from milepost.web.deeds import acting as acting_as

# What is asked of a party, by the names of the inputs.
FACTS: Final = ("kind", "legal_name", "postal_address", "tax_id", "time_zone", "language")


# -- once, after the first sign-in -------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@access.signed_in
def welcome(request: HttpRequest) -> HttpResponse:
    """The facts of the party that a newcomer acts for; a guest's party, just claimed, is filled in."""
    own = access.parties(request)
    if own and own[0].legal_name and own[0].postal_address:
        return redirect(here(request, request.GET.get("next", "")))
    return _asked(request, own[0] if own else None, "people/welcome.html", invited=members.waiting(request))


@require_http_methods(["GET", "POST"])
@access.signed_in
def another(request: HttpRequest) -> HttpResponse:
    """One more party to act for: an organisation beside oneself."""
    return _asked(request, None, "people/another.html")


def _asked(request: HttpRequest, party: Party | None, template: str, **more: Any) -> HttpResponse:
    if request.method == "GET":
        return answers.page(request, template, form(request, party) | more)
    by, facts = access.actor(request), facts_of(request, party)
    try:
        if party is None:
            made = people.make_party(user=access.person(request), facts=facts, at=access.now())
            request.session[access.PARTY] = made.pk
        else:
            people.edit_party(party=party, facts=facts, by=by, at=access.now())
    except Refused as refusal:
        return answers.refused(request, refusal, template, form(request, party, refusal) | more)
    return redirect(here(request, request.POST.get("next", "")))


# -- settings ------------------------------------------------------------------------------------


@require_GET
@access.signed_in
def settings(request: HttpRequest) -> HttpResponse:
    """What the party that one acts for says of itself. Without a party, that is asked first."""
    own = access.parties(request)
    return _settings(request, own[0].pk) if own else redirect("welcome")


def _settings(request: HttpRequest, id: str, refusal: Refused | None = None) -> HttpResponse:
    party = access.party(request, id)
    facts = form(request, party, refusal) | {
        "party": party,
        "parties": access.parties(request),
        "may": {"party": access.may(request, "party"), "payee": access.may(request, "payee")},
        "name": value("name", access.person(request).name, request, refusal),
    }
    return answers.page(request, "people/settings.html", facts, refusal)


@access.signed_in
def party(request: HttpRequest, id: str) -> HttpResponse:
    """POST /parties/<id>. Whoever comes back from the page for the code is led to the settings."""
    return _kept(request, id) if request.method == "POST" else redirect("settings")


@access.binds("change_party")
@answers.again(_settings)
def _kept(request: HttpRequest, id: str) -> HttpResponse:
    """Everything on the settings page is kept at once. Other payment details need a fresh login or a code."""
    by, found = acting_as(request), access.party(request, id)
    parties.keep(
        party=found,
        facts=facts_of(request, found),
        name=request.POST.get("name", ""),
        user=access.person(request),
        by=by,
        at=access.now(),
    )
    messages.success(request, _("Saved."))
    return redirect("settings")


@require_POST
@access.signed_in
def acting(request: HttpRequest) -> HttpResponse:
    """From now on one acts for another of one's own parties."""
    request.session[access.PARTY] = access.party(request, request.POST.get("party", "")).pk
    leads_to = request.POST.get("next", "")
    return redirect(here(request, leads_to) if leads_to else "settings")


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """System, light or dark, for a year; back to where one was."""
    response = redirect(here(request, request.POST.get("next", "")))
    chosen = request.POST.get("theme", "")
    if chosen in THEMES:
        response.set_cookie("theme", chosen, max_age=365 * 24 * 3600, samesite="Lax", secure=site.SECURE, httponly=True)
    return response


def here(request: HttpRequest, path: str) -> str:
    """The path if it lies in this house; else the first page."""
    safe = url_has_allowed_host_and_scheme(path, {request.get_host()}, require_https=request.is_secure())
    return path if safe and path.startswith("/") else "/"


# -- the form of a party ---------------------------------------------------------------------------


def facts_of(request: HttpRequest, party: Party | None) -> PartyFacts:
    """What was typed; what the form does not ask stays as it was."""
    before = {name: getattr(party, name) for name in FACTS} if party else {}
    typed = {name: request.POST[name].replace("\r\n", "\n").strip() for name in FACTS if name in request.POST}
    given: dict[str, Any] = {"kind": "", "legal_name": "", "postal_address": ""} | before | typed
    return PartyFacts(**given, email=party.email if party else access.person(request).email)


def form(request: HttpRequest, party: Party | None, refusal: Refused | None = None) -> dict[str, Any]:
    """Each input with its value and what is wrong with it; the zones to choose from."""
    before = {name: getattr(party, name, "") for name in FACTS} | (
        {} if party else {"kind": "person", "time_zone": "UTC"}
    )
    fields = {name: value(name, before[name], request, refusal) for name in FACTS}
    return {
        "fields": fields,
        "person_checked": fields["kind"]["value"] == "person",
        "organisation_checked": fields["kind"]["value"] == "organisation",
        "zones": zones(),
        # Nobody has chosen a zone yet: the script may offer that of the browser.
        "guess_zone": refusal is None and fields["time_zone"]["value"] in ("", "UTC"),
        "summary": summary(refusal),
        "next": here(request, request.POST.get("next", request.GET.get("next", ""))),
    }


def value(name: str, before: str, request: HttpRequest, refusal: Refused | None) -> dict[str, str]:
    """One input: what was typed stands there again beside what is wrong with it."""
    wrong = answers.problems_of(refusal).fields.sentences
    return {
        "name": name,
        "value": request.POST.get(name, before) if refusal else before,
        "error": wrong.get(name, ""),
    }


def summary(refusal: Refused | None) -> list[dict[str, str]]:
    """What is wrong, each a link to its input, as `parts/errors.html` shows it."""
    problems = answers.problems_of(refusal).all
    return [{"id": problem.field, "words": problem.sentence} for problem in problems if problem.field]


def zones() -> list[tuple[str, list[str]]]:
    """The time zones of places, by continent; UTC first."""
    found: dict[str, list[str]] = {}
    for zone in sorted(available_timezones()):
        continent, _slash, place = zone.partition("/")
        if place and continent in CONTINENTS:
            found.setdefault(continent, []).append(zone)
    return [("UTC", ["UTC"]), *found.items()]


CONTINENTS: Final = (
    "Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"
)  # fmt: skip
