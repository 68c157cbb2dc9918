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
from milepost.core.money import Money
from milepost.core.postings import branch
from milepost.ledger import balances
from milepost.models import Arrival, Custody, Funding, Intent, Party, Payout, Project, Refund, Signature, Terms
from milepost.models.money import LIVE
from milepost.web import access, answers, held, lists, prompts
from milepost.web.road import day_of

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
    context = {"party": party, "sums": sums(party), "sections": sections, "alone": alone(party)} | _about(party)
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
    context = {"party": party, "section": _shown(found, rows, lists.PAGE), "next": more} | _about(party)
    return answers.page(request, "holdings/section.html", context)


def _about(party: Party) -> dict[str, Any]:
    return {"today": day_of(access.now(), party.time_zone), "nav": "holdings"}


def alone(party: Party) -> bool:
    """One person, and a limit above which two have to say the same: nothing above it could ever be confirmed."""
    limits = Custody.objects.filter(party=party).values_list("second_person_above_minor", flat=True).first()
    return bool(limits) and party.members.filter(ended_at=None).count() < 2


def waiting(parties: Iterable[Party], kind: str) -> prompts.Prompt | None:
    """One line for the first page of a custodian's people; one statement, and none for others."""
    own = [party for party in parties if getattr(party, "holds", False)]
    if not own:
        return None
    ids = [party.pk for party in own]
    branches = [branch("custodian", id) for id in ids]
    arrivals = Arrival.objects.filter(holder__in=ids)
    counts = lists.how_many(
        own,
        arrivals.filter(status="noted"),
        arrivals.filter(status="unapplied"),
        *(each._default_manager.filter(holder__in=branches, status__in=LIVE) for each in (Payout, Refund)),
        Funding.objects.filter(holder__in=branches, status="sent"),
    )
    words = (
        _("for a second person: %(count)d"),
        _("arrived, and nobody knows what for: %(count)d"),
        _("to be paid out: %(count)d"),
        _("to be sent back: %(count)d"),
        _("said to be sent: %(count)d"),
    )
    found = [said % {"count": count} for said, count in zip(words, counts, strict=True) if count]
    if not found:
        return None
    action = {"label": _("See what waits"), "href": reverse("holdings"), "kind": kind}
    sentence = ", ".join(found)
    return prompts.Prompt(
        _("What you hold for others waits for you"), f"{sentence[:1].upper()}{sentence[1:]}.", "", [action]
    )


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
            held.mandate_row,
        ),
        Section(
            "second-persons",
            _("Waiting for a second person"),
            _("Above the limit two people have to say the same. Whoever has not said it yet opens it and confirms."),
            "",
            arrivals.filter(status="noted").order_by("pk"),
            held.arrival_row,
        ),
        Section(
            "unapplied",
            _("Arrived, and nobody knows what for"),
            _("Each is on the books as unapplied until it is matched, or sent back to where it came from."),
            "",
            arrivals.filter(status="unapplied").order_by("pk"),
            held.arrival_row,
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
            held.intent_row,
        ),
        Section(
            "refunds",
            _("To be sent back"),
            _("Cancelled, or more than was asked for. Send it back, then say so."),
            _("Nothing has to be sent back."),
            _live(Refund, party),
            held.intent_row,
        ),
        Section(
            "fundings",
            _("Expected"),
            _("Clients were told to send these to the account, with the reference shown."),
            _("Nothing is expected now."),
            _live(Funding, party),
            held.intent_row,
        ),
    )


def _live(kind: type[Intent], party: Party) -> QuerySet[Any]:
    rows = kind._default_manager.filter(holder=branch("custodian", party.pk), status__in=LIVE)
    related = ("terms", "client", "freelancer", "custodian")
    return rows.select_related(*(f"milestone__project__{one}" for one in related)).order_by("requested_at", "pk")


def _mandates(party: Party) -> QuerySet[Any]:
    """Terms that only its own signature is missing from."""
    signed = Signature.objects.filter(terms=OuterRef("pk"))
    rows = Terms.objects.filter(~Exists(signed.filter(side="custodian")), project__custodian=party, status="offered")
    both = (Exists(signed.filter(side=side)) for side in SIDES)
    related = ("project__client", "project__freelancer", "project__custodian", "project__terms")
    return rows.filter(*both).select_related(*related).order_by("pk")
