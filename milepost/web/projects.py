"""The page of a project: what waits, its money, its road, what is agreed, and what has happened."""

from __future__ import annotations

import hashlib
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from milepost.core.catalogue import Holder, Side
from milepost.core.money import Money
from milepost.core.refusals import Refused
from milepost.models import Project, Terms
from milepost.web import access, activity, ahead, answers, offered, stopping, waiting
from milepost.web.deeds import acting
from milepost.web.road import Stop, Sums, day_of, holder_words, name_of, other_side, road, sums
from milepost.web.standing import post
from milepost.web.templatetags.milepost import window_words

# As many as stay within what a page may weigh.
POSTS_MAX = 24


@require_safe
@access.known
def project(request: HttpRequest, id: str) -> HttpResponse:
    """GET /projects/<id>. A page that polls gets 304 while nothing has happened."""
    found = access.project(request, id)
    return HttpResponseNotModified() if unchanged(request, found) else page(request, found)


def again(request: HttpRequest, id: str, refusal: Refused) -> HttpResponse:
    """The page of a project, after something asked for there did not happen."""
    return page(request, access.project(request, id), refusal)


def page(request: HttpRequest, project: Project, refusal: Refused | None = None) -> HttpResponse:
    """The project as it stands now."""
    side = project.side_of(acting(request))
    if project.terms is None:
        raise Http404
    context = frame(request, project, side)
    context |= (
        _agreed(request, project, side)
        if project.terms.status == "in_force"
        else _offered(request, project, project.terms, side)
    )
    context |= activity.of(request, project)
    return answers.page(request, "projects/project.html", context, refusal)


def frame(request: HttpRequest, project: Project, side: Side) -> dict[str, Any]:
    """What every page of a project knows: who for whom, where home is, and the mark of what has happened so far."""
    return {
        "project": project,
        "side": side,
        "freelancer": name_of(project, "freelancer"),
        "client": name_of(project, "client"),
        "other": name_of(project, other_side(side)),
        # Instead of what binds the party, for a member who may not: whose it is to do.
        "left_to": access.left_to(request),
        "mark": mark(request, project),
        "href": "" if request.user.is_authenticated else reverse("project", args=[project.pk]),
        "nav": "projects",
        "zone": offered.zone_of(project.terms) if project.terms else "UTC",
        "today": day_of(access.now(), offered.zone_of(project.terms)) if project.terms else None,
        "pretend_money": settings.DEMO or bool(project.terms and _pretends(project.terms)),
    }


def mark(request: HttpRequest, project: Project) -> str:
    """Changes with every event of the project, with the day, and with who reads where."""
    by, day = acting(request), access.now().date().isoformat()
    facts = (project.events_hash, by.party, access.role(request) or "", request.path, day)
    return hashlib.sha256("|".join(facts).encode()).hexdigest()[:32]


def unchanged(request: HttpRequest, project: Project) -> bool:
    """A page that polls has the mark that it was drawn with: nothing has happened since."""
    return request.headers.get("If-None-Match", "").strip('W/"') == mark(request, project)


def _agreed(request: HttpRequest, project: Project, side: Side) -> dict[str, Any]:
    stops, ending = road(project), stopping.of(project)
    stopped, zone = ending is not None and ending.answer == "agreed", project.agreed.said.time_zone
    first = _first(request, stops)
    shown = stops[first : first + POSTS_MAX]
    return {
        "steps": [
            waiting.looking(step) if access.left_to(request) else step
            for step in stopping.steps(project, side, ending, stops)
        ]
        + ahead.steps(project, side, stops, access.now(), stopped=stopped, role=access.role(request)),
        "stopped_on": day_of(ending.answered_at, zone) if ending and ending.answered_at else None,
        "offers_stop": stopping.offers_stop(ending, stops) and access.may(request, "stop"),
        "money": _bar(sums(stops, project.agreed.said.currency), stops),
        "milestones": [post(stop, project, side, may_fund=access.may(request, "fund")) for stop in shown],
        "before": first and max(first - POSTS_MAX, 0) + 1,
        "after": first + POSTS_MAX + 1 if first + POSTS_MAX < len(stops) else 0,
        "in_force_on": day_of(project.agreed.in_force_at or access.now(), zone),
        "facts": _facts(project.agreed),
        "papers": _papers(project.agreed, stops),
    }


def _offered(request: HttpRequest, project: Project, terms: Terms, side: Side) -> dict[str, Any]:
    """While nothing is in force: the road as it was proposed."""
    step = offered.step(terms, side, access.now(), role=access.role(request))
    context: dict[str, Any] = {"steps": [step], "terms": terms}
    if terms.body is None:
        return context
    said, none = terms.said, Money(0, terms.said.currency)
    proposed = [
        {
            "title": each.title,
            "state": "planned",
            "words": _("Proposed"),
            "due_on": each.due_on,
            "amount": said.amount(each),
            "deliverables": each.deliverables,
            "number": number,
        }
        for number, each in enumerate(said.milestones, start=1)
    ]
    return context | {
        "money": {"sums": Sums(none, none, none, none, said.total, said.total), "held_words": ""},
        "milestones": proposed[:POSTS_MAX],
        "facts": _facts(terms),
        "papers": _papers(terms, []),
        "more_milestones": max(len(proposed) - POSTS_MAX, 0),
    }


def _first(request: HttpRequest, stops: list[Stop]) -> int:
    """Where the part of the road that is shown begins: as asked for, or so that what comes next is in it."""
    asked = request.GET.get("from", "")
    if asked.isdecimal() and 0 < int(asked[:6]) <= len(stops):
        return int(asked[:6]) - 1
    ahead = next((place for place, stop in enumerate(stops) if stop.milestone.status not in ("closed", "cancelled")), 0)
    return ahead - ahead % POSTS_MAX


def _bar(sums: Sums, stops: list[Stop]) -> dict[str, Any]:
    custodian = stops[0].milestone.project.agreed.said.custodian if stops else None
    words = _held_words({stop.holder for stop in stops}, custodian.name if custodian else "")
    return {"sums": sums, "held_words": words}


def _held_words(holders: set[Holder], custodian: str) -> str:
    """What the middle part of the bar is called: a deposit is not held, it is with the freelancer."""
    if "sandbox" in holders:
        return _("held, pretend money")
    if "freelancer" in holders:
        return _("held or deposited") if "custodian" in holders else _("deposited with the freelancer")
    if "custodian" in holders:
        return _("held by %(name)s") % {"name": custodian}
    return _("held")


def _facts(terms: Terms) -> list[dict[str, str]]:
    """What is agreed, beside the road, in plain words."""
    said = terms.said
    holders = dict.fromkeys(said.holder_of(each) for each in said.milestones)
    windows = dict.fromkeys(window_words(said.review_of(each)) for each in said.milestones)
    together = _("Several may be worked on at once") if said.parallel else _("One after the other")
    facts = [
        (_("Who holds the money"), "; ".join(holder_words(holder, said) for holder in holders)),
        (_("Review"), _("%(window)s after each delivery, then approved by the clock") % {"window": ", ".join(windows)}),
    ]
    if said.extension is not None:
        facts.append(
            (_("Extension"), _("Once for each delivery, by %(more)s") % {"more": window_words(said.extension)})
        )
    if len(said.milestones) > 1:
        facts.append((_("Milestones"), together))
    return [{"label": label, "words": words} for label, words in facts]


def _papers(terms: Terms, stops: list[Stop]) -> list[dict[str, Any]]:
    """The contract, and the invoices that were issued."""
    paper = reverse("terms-paper", args=[terms.pk])
    contract = _("Service agreement, signed (PDF)") if terms.executed_copy_id else _("Service agreement (PDF)")
    papers: list[dict[str, Any]] = [{"name": contract, "href": paper}] if terms.reading_copy_id else []
    for stop in stops:
        if stop.invoice is not None:
            kind = _("Invoice") if stop.invoice.kind == "invoice" else _("Payment request")
            href = reverse("invoice", args=[stop.invoice.pk])
            papers.append({"name": f"{kind} {stop.invoice.number}", "href": href, "amount": stop.amount})
    return papers


def _pretends(terms: Terms) -> bool:
    said = terms.said if terms.body is not None else None
    return said is not None and any(said.holder_of(each) == "sandbox" for each in said.milestones)
