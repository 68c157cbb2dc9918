"""One milestone: what is to be handed over, what was, and the deeds of both sides about it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, BinaryIO, Final, cast

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from milepost.actions import cancelling, milestones, reviews
from milepost.actions.milestones import Item
from milepost.core import lifecycle, rights
from milepost.core.actors import Actor
from milepost.core.catalogue import Side
from milepost.core.refusals import Refused
from milepost.gateways.storage import TooLarge
from milepost.models import Milestone
from milepost.web import access, ahead, answers, dues, extending, projects, stopping
from milepost.web.deeds import acting, deed
from milepost.web.road import Stop, holder_name, holder_words, stop_of
from milepost.web.standing import deliverables, handed, standing, state_for
from milepost.web.templatetags.milepost import window_words
from milepost.web.waiting import Step


@require_safe
@access.known
def milestone(request: HttpRequest, id: str) -> HttpResponse:
    """GET /milestones/<id>."""
    found = access.milestone(request, id)
    if projects.unchanged(request, found.project):
        return HttpResponseNotModified()
    return page(request, found)


def again(request: HttpRequest, id: str, refusal: Refused) -> HttpResponse:
    """The page of a milestone, after something asked for there did not happen."""
    return page(request, access.milestone(request, id), refusal)


def page(request: HttpRequest, milestone: Milestone, refusal: Refused | None = None) -> HttpResponse:
    """The milestone as it stands now."""
    context = _facts(request, milestone)
    if "deliver" in context["may"]:
        context["handing"] = _handing(request, context["stop"], refusal)
    return answers.page(request, "milestones/milestone.html", context, refusal)


def _facts(request: HttpRequest, milestone: Milestone) -> dict[str, Any]:
    project = milestone.project
    side = project.side_of(acting(request))
    stop = stop_of(project, milestone.pk)
    may, pay = _may(request, stop, side), dues.facts(stop, side, access.now())
    # Where it is paid directly, the section about that says who does what next.
    steps = [] if pay else ahead.steps(project, side, [stop], access.now(), role=access.role(request), whole=False)
    return projects.frame(request, project, side) | {
        "stop": stop,
        "count": len(project.agreed.said.milestones),
        "state": state_for(stop, side),
        "words": standing(stop, project, side),
        "steps": [_here(step, milestone.pk, bool({"deliver", "approve"} & may.keys())) for step in steps],
        "may": may,
        "has_form": bool({"deliver", "approve"} & may.keys()),
        "deliverables": deliverables(stop),
        "delivered": _handed_over(stop),
        "earlier": _earlier(stop),
        "pay": pay,
        "extension": project.agreed.said.extension,
        "extending": extending.facts(stop, project.agreed.said, side, access.now()),
        "cancel_words": stopping.becomes_of_money(stop, project),
        "stop_asked": stopping.asked(project, stop, side),
        "holder_words": holder_words(stop.holder, project.agreed.said),
        "holder_name": holder_name(stop.holder, project.agreed.said),
        "window_words": window_words(project.agreed.said.review_of(stop.said)),
        "bytes_max": settings.FILE_BYTES_MAX,
        "megabytes_max": settings.FILE_BYTES_MAX // 2**20,
    }


def _here(step: Step, id: str, has_form: bool) -> Step:
    """The step without what only leads to this page. One button stands out: that of the form, where there is one."""
    own = {reverse("milestone", args=[id]), reverse("milestone-views", args=[id])}
    actions = [action for action in step.actions if action["href"].partition("#")[0] not in own]
    return replace(step, actions=[action | {"kind": ""} if has_form else action for action in actions])


# What somebody has to be in the party for each verb; the others are everybody's.
RIGHTS: Final[dict[str, rights.Act]] = {
    "fund": "fund",
    "approve": "approve",
    "cancel": "cancel",
    "ask_cancel": "cancel",
}


def _may(request: HttpRequest, stop: Stop, side: Side) -> dict[str, bool]:
    """The verbs that the table gives this side now, less what the action would refuse anyway."""
    found = set(lifecycle.verbs(lifecycle.MILESTONE, stop.milestone.status, {side}))
    if not stop.wants_funding:
        found.discard("fund")
    if side == "client" and (stop.money.held or stop.funding_underway):
        found.discard("cancel")
    if "cancel" in found or stop.cancel_reason is not None:
        found.discard("ask_cancel")
    return {verb: True for verb in found if access.may(request, RIGHTS.get(verb, "deliver"))}


def _handing(request: HttpRequest, stop: Stop, refusal: Refused | None) -> list[dict[str, str]]:
    """The form of a delivery: a place for each deliverable, and where there are several one for all together."""
    places = [(each.id, each.title, each.criteria) for each in stop.said.deliverables]
    if len(places) > 1:
        places.append(("", _("For the milestone as a whole"), ""))
    return [
        {
            "id": deliverable,
            "title": title,
            "criteria": criteria,
            "links": request.POST.get(f"link-{deliverable}", "") if refusal else "",
            "error": refusal.sentence if refusal and refusal.field == f"file-{deliverable}" else "",
        }
        for deliverable, title, criteria in places
    ]


def _handed_over(stop: Stop) -> dict[str, Any] | None:
    """The last delivery, what of it is for no single deliverable, and what was answered."""
    if stop.delivery is None:
        return None
    return {
        "row": stop.delivery,
        "whole": [handed(item) for item in stop.items if not item.deliverable],
        "links": any(item.file is None for item in stop.items),
        "review": stop.review_of_last,
    }


def _earlier(stop: Stop) -> list[dict[str, Any]]:
    """The deliveries before the last, each with what was answered; ten at most, the newest first."""
    if stop.delivery is None or stop.delivery.number == 1:
        return []
    rows = stop.milestone.deliveries.filter(number__lt=stop.delivery.number).select_related("review")
    rows = rows.prefetch_related("items__file").order_by("-number")[:10]
    return [{"row": row, "handed": [handed(item) for item in row.items.all()]} for row in rows]


# -- the freelancer hands over ------------------------------------------------------------------


@deed(access.milestone, shown=again, leads_to="milestone")
def deliveries(request: HttpRequest, milestone: Milestone, by: Actor) -> HttpResponse:
    """POST /milestones/<id>/deliveries: files and links of each deliverable, and a note."""
    note = request.POST.get("note", "")
    delivered = milestones.deliver(
        milestone=milestone, note=note, items=_items(request, milestone), by=by, at=access.now()
    )
    messages.success(request, _("Delivered. %(hint)s") % {"hint": _("The client is told by mail.")})
    return redirect("milestone", delivered.milestone_id)


def _items(request: HttpRequest, milestone: Milestone) -> list[Item]:
    """What was chosen and typed, deliverable by deliverable, and for the milestone as a whole."""
    wanted = [each.id for each in milestone.said.deliverables] + [""]
    return [item for deliverable in wanted for item in _items_of(request, deliverable)]


def _items_of(request: HttpRequest, deliverable: str) -> Iterator[Item]:
    for upload in request.FILES.getlist(f"file-{deliverable}"):
        if upload.size and upload.size > settings.FILE_BYTES_MAX:
            words = _("“%(name)s” is larger than %(most)d MB, the most that is taken here. Choose the files again.")
            facts = {"name": upload.name, "most": settings.FILE_BYTES_MAX // 2**20}
            raise TooLarge(words % facts, field=f"file-{deliverable}")
        yield Item(
            deliverable=deliverable,
            name=upload.name or "",
            media_type=upload.content_type or "application/octet-stream",
            stream=cast(BinaryIO, upload.file),
        )
    for line in request.POST.get(f"link-{deliverable}", "").splitlines():
        if line.strip():
            yield Item(deliverable=deliverable, link=line.strip())


# -- the client reviews -------------------------------------------------------------------------


@deed(access.milestone, shown=again, leads_to="milestone")
def views(request: HttpRequest, milestone: Milestone, by: Actor) -> HttpResponse:
    """POST /milestones/<id>/views: the client looks; the first look begins the review window."""
    delivery = milestone.deliveries.select_related("milestone__project__terms").order_by("-number").first()
    if delivery is not None:
        reviews.view(delivery=delivery, by=by, at=access.now())
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Trigger": "changed"})
    return redirect("milestone", milestone.pk)


def approvals(request: HttpRequest, id: str) -> HttpResponse:
    """GET: what exactly would be approved, with one button. POST: approved."""
    return _approve(request, id) if request.method == "POST" else _review(request, id)


@access.known
def _review(request: HttpRequest, id: str, refusal: Refused | None = None) -> HttpResponse:
    found = access.milestone(request, id)
    context = _facts(request, found)
    if "approve" not in context["may"]:
        return page(request, found, refusal) if refusal else redirect("milestone", id)
    return answers.page(request, "milestones/approve.html", context, refusal)


@deed(access.milestone, shown=_review, leads_to="milestone-approvals", binds="approve")
def _approve(request: HttpRequest, milestone: Milestone, by: Actor) -> HttpResponse:
    seen = request.POST.get("delivery", "")
    milestones.approve(milestone=milestone, by=by, at=access.now(), delivery=seen)
    messages.success(request, _("Approved “%(title)s”.") % {"title": milestone.said.title})
    return redirect("milestone", milestone.pk)


@deed(access.milestone, shown=again, leads_to="milestone")
def change_requests(request: HttpRequest, milestone: Milestone, by: Actor) -> HttpResponse:
    """POST /milestones/<id>/change-requests."""
    words = request.POST.get("words", "")
    milestones.request_changes(milestone=milestone, words=words, by=by, at=access.now())
    messages.success(request, _("Sent. The review window has stopped; a new delivery starts it anew."))
    return redirect("milestone", milestone.pk)


# -- cancelling ---------------------------------------------------------------------------------


@deed(access.milestone, shown=again, leads_to="milestone", binds="cancel")
def cancellations(request: HttpRequest, milestone: Milestone, by: Actor) -> HttpResponse:
    """POST /milestones/<id>/cancellations: `ask` asks the freelancer, without it the milestone is cancelled."""
    reason = request.POST.get("reason", "")
    if request.POST.get("ask"):
        cancelling.ask_cancel(milestone=milestone, reason=reason, by=by, at=access.now())
        messages.success(request, _("Asked. The milestone goes on until the freelancer agrees."))
    else:
        cancelling.cancel(milestone=milestone, reason=reason, by=by, at=access.now())
        messages.success(request, _("“%(title)s” is cancelled.") % {"title": milestone.said.title})
    return redirect("milestone", milestone.pk)
