"""What a custodian must have, and what waits for its people: to confirm, to pay out, to send back, to expect."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from milepost.core.catalogue import SIDES
from milepost.core.money import Money, total
from milepost.core.postings import branch
from milepost.ledger import balances
from milepost.models import Arrival, Funding, Intent, Party, Payout, Project, Refund, Signature, Terms
from milepost.models.money import LIVE
from milepost.web import access, answers, lists
from milepost.web.road import name_of
from milepost.web.templatetags.milepost import money_words

# What stands on the first page of each; the rest is behind its own address.
MOST: Final = 12
# The places below a custodian, in the order in which money passes through them.
PLACES: Final = ("held", "payable", "paying", "refunding", "unapplied")


@dataclass(frozen=True, slots=True)
class Section:
    """One kind of thing that waits, the oldest first. `nothing` is said when there is none."""

    name: str
    title: str
    words: str
    nothing: str
    rows: QuerySet[Any]
    row: Callable[[Any], dict[str, Any]]


@require_safe
@access.signed_in
def holdings(request: HttpRequest) -> HttpResponse:
    """GET /holdings: for the people of a custodian; a 404 for everybody else."""
    party = custodian(request)
    sections = [_shown(section, section.rows[: MOST + 1]) for section in _sections(party)]
    context = {"party": party, "sums": sums(party), "sections": sections, "nav": "holdings"}
    return answers.page(request, "holdings/holdings.html", context)


@require_safe
@access.signed_in
def section(request: HttpRequest, section: str) -> HttpResponse:
    """GET /holdings/<section>?after=pay_...: all of one kind, the oldest first, page by page."""
    party = custodian(request)
    found = next((one for one in _sections(party) if one.name == section), None)
    if found is None:
        raise Http404
    after = request.GET.get("after", "")
    rows = list(found.rows.filter(pk__gt=after if lists.KEY.fullmatch(after) else "").order_by("pk")[: lists.PAGE + 1])
    more = f"{request.path}?after={rows[lists.PAGE - 1].pk}" if len(rows) > lists.PAGE else ""
    context = {"party": party, "section": _shown(found, rows, lists.PAGE), "next": more, "nav": "holdings"}
    return answers.page(request, "holdings/section.html", context)


def custodian(request: HttpRequest) -> Party:
    """The party of this person that holds money for others: one admitted as custodian, or named in terms. Else 404."""
    named = Project.objects.held_by_user(access.person(request)).values_list("custodian", flat=True)
    held = Q(custody__isnull=False) | Q(pk__in=named)
    theirs = set(
        Party.objects.filter(held, pk__in=[party.pk for party in access.parties(request)]).values_list("pk", flat=True)
    )
    found = next((party for party in access.parties(request) if party.pk in theirs), None)
    if found is None:
        raise Http404
    return found


def sums(party: Party) -> list[dict[str, Any]]:
    """Per currency what the books say it must have, and where in the course of things that is; five statements."""
    whole: dict[str, dict[str, int]] = {}
    for place in PLACES:
        for currency, minor in balances.total_under(f"{branch('custodian', party.pk)}/{place}/").items():
            whole.setdefault(currency, dict.fromkeys(PLACES, 0))[place] = minor
    words = {
        "held": _("held"),
        "payable": _("released"),
        "paying": _("being paid out"),
        "refunding": _("being refunded"),
        "unapplied": _("unapplied"),
    }
    return [
        {
            "total": Money(sum(places.values()), currency),
            "parts": [
                {"words": words[place], "amount": Money(minor, currency)} for place, minor in places.items() if minor
            ],
        }
        for currency, places in sorted(whole.items())
    ]


def _shown(section: Section, rows: Iterable[Any], most: int = MOST) -> dict[str, Any]:
    found = list(rows)
    return {
        "name": section.name,
        "title": section.title,
        "words": section.words,
        "nothing": section.nothing,
        "rows": [section.row(row) for row in found[:most]],
        "more": len(found) > most,
    }


# -- what waits ----------------------------------------------------------------------------------------


def _sections(party: Party) -> tuple[Section, ...]:
    """In the order in which they are looked at."""
    arrivals = Arrival.objects.filter(holder=party).select_related("funding__milestone__project__terms", "noted_by")
    return (
        Section(
            "mandates",
            _("Mandates to accept"),
            _("Both sides have signed terms that name you. They come into force once you accept."),
            "",
            _mandates(party),
            _mandate_row,
        ),
        Section(
            "second-persons",
            _("Waiting for a second person"),
            _("Above the limit two people have to say the same. Whoever has not said it yet opens it and confirms."),
            "",
            arrivals.filter(status="noted").order_by("pk"),
            _arrival_row,
        ),
        Section(
            "unapplied",
            _("Arrived, and nobody knows what for"),
            _("Each is on the books as unapplied until it is matched, or sent back to where it came from."),
            "",
            arrivals.filter(status="unapplied").order_by("pk"),
            _arrival_row,
        ),
        *_transfers(party),
    )


def _transfers(party: Party) -> tuple[Section, ...]:
    """What its people pay, and what is to be paid to them."""
    return (
        Section(
            "payouts",
            _("To be paid out"),
            _("Approved by the client, or by the clock. Pay them from the account, then say so."),
            _("Nothing has to be paid out."),
            _live(Payout, party),
            _intent_row,
        ),
        Section(
            "refunds",
            _("To be sent back"),
            _("Cancelled, or more than was asked for. Send it back, then say so."),
            _("Nothing has to be sent back."),
            _live(Refund, party),
            _intent_row,
        ),
        Section(
            "fundings",
            _("Expected"),
            _("Clients were told to send these to the account, with the reference shown."),
            _("Nothing is expected now."),
            _live(Funding, party),
            _intent_row,
        ),
    )


def _live(kind: type[Intent], party: Party) -> QuerySet[Any]:
    rows = kind._default_manager.filter(holder=branch("custodian", party.pk), status__in=LIVE)
    related = ("milestone__project__terms", "milestone__project__client", "milestone__project__freelancer")
    return rows.select_related(*related).order_by("requested_at", "pk")


def _mandates(party: Party) -> QuerySet[Any]:
    """Terms that only its own signature is missing from."""
    signed = Signature.objects.filter(terms=OuterRef("pk"))
    rows = Terms.objects.filter(~Exists(signed.filter(side="custodian")), project__custodian=party, status="offered")
    both = (Exists(signed.filter(side=side)) for side in SIDES)
    return rows.filter(*both).select_related("project__client", "project__freelancer", "project__terms").order_by("pk")


def _mandate_row(terms: Terms) -> dict[str, Any]:
    said, project = terms.said, terms.project
    mine = (said.amount(each) for each in said.milestones if said.holder_of(each) == "custodian")
    return {
        "href": reverse("mandate", args=[terms.pk]),
        "title": project.name,
        "words": f"{name_of(project, 'client')} · {name_of(project, 'freelancer')}",
        "amount": total(mine, said.currency),
        "at": terms.offered_at,
        "state": "",
    }


def _intent_row(intent: Any) -> dict[str, Any]:
    project = intent.milestone.project
    name, side = {
        Funding: ("funding", "client"),
        Payout: ("payout", "freelancer"),
        Refund: ("refund", "client"),
    }[type(intent)]
    return {
        "href": reverse(name, args=[intent.pk]),
        "title": name_of(project, side),  # type: ignore[arg-type]  # one of two
        "words": f"{intent.milestone.said.title} · {project.name}",
        "amount": intent.amount,
        "at": intent.requested_at,
        "state": _funding_words(intent) if isinstance(intent, Funding) else "",
    }


def _funding_words(funding: Funding) -> str:
    """How far it has come, as far as anybody has said."""
    if funding.arrived_minor:
        arrived = money_words(Money(funding.arrived_minor, funding.currency))
        return _("%(amount)s has arrived") % {"amount": arrived}
    return _("said to be sent") if funding.status == "sent" else ""


def _arrival_row(arrival: Arrival) -> dict[str, Any]:
    about = arrival.funding and f"{arrival.funding.milestone.said.title} · {arrival.funding.milestone.project.name}"
    return {
        "href": reverse("arrival", args=[arrival.pk]),
        "title": arrival.payer or _("Unknown payer"),
        "words": about or arrival.reference or _("without a reference"),
        "amount": arrival.amount,
        "at": arrival.noted_at,
        "state": _("noted by %(name)s") % {"name": arrival.noted_by} if arrival.status == "noted" else "",
    }
