"""What has arrived on a holder's account: noted, confirmed by a second person, matched, or sent back."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from milepost.actions import arrivals, holding
from milepost.core import entries, references
from milepost.core.actors import Actor
from milepost.core.money import DECIMALS, parse, plain
from milepost.core.postings import branch
from milepost.core.references import structured_reference
from milepost.core.refusals import Refused, Several
from milepost.models import Arrival, Custody, Funding, Party
from milepost.models.money import LIVE
from milepost.web import access, answers, held
from milepost.web.deeds import acting, deed
from milepost.web.road import day_of, name_of

# What is noted later than this is typed wrong more likely than forgotten.
DAYS_BACK = 366
# So many can be chosen from a list; beyond them there is the reference.
MATCHES_MAX = 100


# -- for one funding: the custodian's people, or the freelancer who takes a deposit -----------------------


def of_funding(request: HttpRequest, id: str) -> HttpResponse:
    """GET /fundings/<id>/arrivals: how much of it arrived? POST: noted, and booked where one word is enough."""
    return _note(request, id) if request.method == "POST" else _ask(request, id)


@access.known
def _ask(request: HttpRequest, id: str, refusal: Refused | None = None) -> HttpResponse:
    funding = _funding(request, id)
    holder, project, left = _holder(funding), funding.milestone.project, held.missing(funding)
    context = {
        "funding": funding,
        "reference": structured_reference(funding.pk),
        "payer": name_of(project, "client"),
        "amount": plain(left) if left else "",
        "left": left,
        "arrived": funding.amount - left,
        "left_to": access.left_to(request, holding.said_by(funding.holder, "say_received")),
        "back": "" if holder.pk == project.custodian_id else funding.milestone_id,
        "nav": "holdings" if holder.pk == project.custodian_id else "projects",
    }
    return _form(request, holder, context, refusal)


def _funding(request: HttpRequest, id: str) -> Funding:
    """One that these people receive: for the client, and where a provider collects, there is no such page."""
    funding = access.funding(request, id)
    if not holding.by_hand(funding.holder) or not funding.holder.endswith(f"/{acting(request).party}"):
        raise Http404
    return funding


def _holder(funding: Funding) -> Party:
    project = funding.milestone.project
    at_custodian = project.custodian is not None and funding.holder.endswith(f"/{project.custodian_id}")
    return project.custodian if at_custodian and project.custodian else project.freelancer


@deed(_funding, shown=_ask, leads_to="funding-arrivals", binds="arrived")
def _note(request: HttpRequest, funding: Funding, by: Actor) -> HttpResponse:
    holder = _holder(funding)
    facts = _typed(request, holder, funding.currency)
    again = "again" in request.POST
    arrival = arrivals.note(holder=holder, funding=funding, by=by, at=access.now(), again=again, **facts)
    return _told(request, arrival, funding)


# -- for a custodian: something arrived, and the reference says what for, or nothing does ------------------


def of_party(request: HttpRequest, id: str) -> HttpResponse:
    """GET /parties/<id>/arrivals: something has arrived. POST: noted; matched where its reference is known."""
    return _note_any(request, id) if request.method == "POST" else _ask_any(request, id)


@access.signed_in
def _ask_any(request: HttpRequest, id: str, refusal: Refused | None = None) -> HttpResponse:
    party = _custodian(request, id)
    return _form(request, party, {"currencies": sorted(DECIMALS), "usual": _usual(party)}, refusal)


def _usual(party: Party) -> str:
    """The currency in which it was last asked for money; else the euro."""
    last = _fundings(party).order_by("-requested_at").values_list("currency", flat=True).first()
    return str(last or "EUR")


def _custodian(request: HttpRequest, id: str) -> Party:
    """A party that holds money for others; of another one nothing arrives but for a funding."""
    party = access.party(request, id)
    if not (Custody.objects.filter(party=party).exists() or party.projects_as_custodian.exists()):
        raise Http404
    return party


@deed(_custodian, shown=_ask_any, leads_to="party-arrivals", binds="arrived")
def _note_any(request: HttpRequest, party: Party, by: Actor) -> HttpResponse:
    facts = _typed(request, party, request.POST.get("currency", ""))
    funding = references.found(facts["reference"], _fundings(party).values_list("pk", flat=True))
    found = Funding.objects.get(pk=funding) if funding else None
    again = "again" in request.POST
    arrival = arrivals.note(holder=party, funding=found, by=by, at=access.now(), again=again, **facts)
    return _told(request, arrival, found)


def _fundings(party: Party) -> Any:
    """All that the party was ever to receive as custodian: a late one is still recognised."""
    return Funding.objects.filter(holder=branch("custodian", party.pk))


# -- what was typed ------------------------------------------------------------------------------------------


def _typed(request: HttpRequest, holder: Party, currency: str) -> dict[str, Any]:
    """Amount, day, reference and payer as on the statement; refused all at once, each at its field."""
    wrong: list[Refused] = []

    def take(name: str, meaning: Any) -> Any:
        try:
            return meaning(request.POST.get(name, ""))
        except Refused as refused:
            wrong.append(Refused(refused.sentence, field=name))
            return None

    if currency not in DECIMALS:
        wrong.append(Refused(_("Choose a currency from the list."), field="currency"))
    facts = {
        "money": take("amount", lambda typed: parse(typed, currency)) if currency in DECIMALS else None,
        "arrived_on": take("arrived_on", lambda typed: _day(typed, holder)),
        "reference": take("reference", lambda typed: entries.prose(typed, most=200)),
        "payer": take("payer", lambda typed: entries.prose(typed, most=200)),
    }
    if wrong:
        raise Several(wrong)
    return facts


def _day(typed: str, holder: Party) -> date:
    today = day_of(access.now(), holder.time_zone)
    return entries.day(
        typed,
        earliest=today - timedelta(days=DAYS_BACK),
        latest=today,
        before=_("That is more than a year ago."),
        after=_("That day has yet to come."),
    )


def _form(request: HttpRequest, holder: Party, context: dict[str, Any], refusal: Refused | None) -> HttpResponse:
    """The inputs as they were typed, else as they are most likely."""
    presets = {
        "amount": "",
        "payer": "",
        "reference": "",
        "arrived_on": day_of(access.now(), holder.time_zone).isoformat(),
    }
    presets |= {name: context[name] for name in presets if name in context}
    inputs = {name: request.POST.get(name, preset) if refusal else preset for name, preset in presets.items()}
    facts = {"party": holder, "twice": isinstance(refusal, arrivals.NotedBefore), "nav": "holdings"}
    return answers.page(request, "holdings/arrived.html", facts | context | inputs, refusal)


def _told(request: HttpRequest, arrival: Arrival, funding: Funding | None) -> HttpResponse:
    """Where it goes on: to what still has to be done about it, or back to what it was for."""
    match arrival.status:
        case "noted":
            messages.success(request, _("Noted. A second person has to confirm it before it counts."))
        case "unapplied":
            messages.warning(request, arrival.reason or _("Noted as unapplied: nobody knows yet what it is for."))
        case _:
            messages.success(request, _("Noted, and booked."))
    if (
        arrival.status == "applied"
        and funding is not None
        and arrival.holder_id == funding.milestone.project.freelancer_id
    ):
        return redirect("milestone", funding.milestone_id)
    return redirect("arrival", arrival.pk)


# -- one of them ------------------------------------------------------------------------------------------------


@require_safe
@access.signed_in
def arrival(request: HttpRequest, id: str) -> HttpResponse:
    """GET /arrivals/<id>."""
    return _page(request, id)


@access.signed_in
def _page(request: HttpRequest, id: str, refusal: Refused | None = None) -> HttpResponse:
    found = access.arrival(request, id)
    said = list(found.said.filter(taken_back_at=None).select_related("user").order_by("said_at"))
    me, branch = acting(request).person, found.funding.holder if found.funding else "custodian"
    context = {
        "arrival": found,
        "party": found.holder,
        "left_to": access.left_to(request, holding.said_by(branch, "say_received")),
        "said": said,
        "mine": any(one.user_id == me for one in said),
        "about": found.funding and found.funding.milestone,
        "matches": _matches(found) if found.status == "unapplied" else [],
        "zone": found.holder.time_zone,
        "nav": "holdings",
    }
    return answers.page(request, "holdings/arrival.html", context, refusal)


def _matches(arrival: Arrival) -> list[dict[str, Any]]:
    """The fundings that still want money in its currency, those of the very amount first."""
    rows = _fundings(arrival.holder).filter(status__in=LIVE, currency=arrival.currency)
    related = ("milestone__project__terms", "milestone__project__client")
    found = list(rows.select_related(*related).order_by("requested_at")[:MATCHES_MAX])
    return [
        {
            "id": row.pk,
            "payer": name_of(row.milestone.project, "client"),
            "title": row.milestone.said.title,
            "amount": row.amount,
        }
        for row in sorted(found, key=lambda row: row.amount_minor != arrival.amount_minor)
    ]


@deed(access.arrival, shown=_page, leads_to="arrival", binds="arrived")
def confirmations(request: HttpRequest, arrival: Arrival, by: Actor) -> HttpResponse:
    """POST /arrivals/<id>/confirmations: the second person says the same."""
    arrivals.confirm(arrival=arrival, by=by, at=access.now())
    messages.success(request, _("Confirmed, and booked."))
    return redirect("arrival", arrival.pk)


@deed(access.arrival, shown=_page, leads_to="arrival")
def drops(request: HttpRequest, arrival: Arrival, by: Actor) -> HttpResponse:
    """POST /arrivals/<id>/drops: noted by mistake, before a second person confirmed."""
    arrivals.drop(arrival=arrival, by=by, at=access.now())
    messages.success(request, _("Dropped: it was not booked."))
    return redirect("arrival", arrival.pk)


@deed(access.arrival, shown=_page, leads_to="arrival", binds="arrived")
def matches(request: HttpRequest, arrival: Arrival, by: Actor) -> HttpResponse:
    """POST /arrivals/<id>/matches: what it was for is known now."""
    rows = _fundings(arrival.holder).select_related("milestone__project__terms")
    funding = rows.filter(pk=request.POST.get("funding", "").replace("\x00", "")).first()
    if funding is None:
        raise Refused(_("Choose what it is for."), field="funding")
    arrivals.apply(arrival=arrival, funding=funding, by=by, at=access.now())
    messages.success(request, _("Matched, and booked for “%(title)s”.") % {"title": funding.milestone.said.title})
    return redirect("arrival", arrival.pk)


@deed(access.arrival, shown=_page, leads_to="arrival", binds="returned")
def returns(request: HttpRequest, arrival: Arrival, by: Actor) -> HttpResponse:
    """POST /arrivals/<id>/returns: it was sent back to where it came from."""
    arrivals.give_back(arrival=arrival, by=by, at=access.now())
    messages.success(request, _("Noted as sent back."))
    return redirect("arrival", arrival.pk)
