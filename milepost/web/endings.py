"""Stopping a project: asked by one side, answered by the other, with what becomes of each milestone and its money."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from milepost.actions import endings
from milepost.core.actors import Actor
from milepost.core.refusals import Refused, Stale
from milepost.models import Ending, Project
from milepost.web import access, answers, projects, stopping
from milepost.web.deeds import acting, deed
from milepost.web.road import road


def stops(request: HttpRequest, id: str) -> HttpResponse:
    """GET /projects/<id>/stops: what would happen, and what there is to do about it. POST: asks the other side."""
    return _asked(request, id) if request.method == "POST" else _shown(request, id)


@access.known
def _shown(request: HttpRequest, id: str, refusal: Refused | None = None) -> HttpResponse:
    project = access.project(request, id)
    ending = stopping.of(project)
    in_force = project.terms is not None and project.terms.status == "in_force"
    found = road(project) if in_force else []
    if not stopping.left(found) or (ending and ending.answer):
        return projects.page(request, project, refusal) if refusal else redirect("project", id)
    side = project.side_of(acting(request))
    context = projects.frame(request, project, side) | {
        "ending": ending,
        "mine": ending is not None and ending.asked_by_id == project.party(side).pk,
        "fates": [
            stopping.fate(stop, project, side) for stop in found if stop.milestone.status not in ("closed", "cancelled")
        ],
    }
    return answers.page(request, "projects/stop.html", context, refusal)


@deed(access.project, shown=_shown, leads_to="project-stops")
def _asked(request: HttpRequest, project: Project, by: Actor) -> HttpResponse:
    endings.ask_stop(project=project, reason=request.POST.get("reason", ""), by=by, at=access.now())
    messages.success(request, _("Asked. Everything goes on as agreed until the other side answers."))
    return redirect("project", project.pk)


@deed(access.project, shown=_shown, leads_to="project-stops", binds="stop")
def agreed_or_declined(request: HttpRequest, project: Project, by: Actor) -> HttpResponse:
    """POST /projects/<id>/stops/answers: `answer` is agree or decline, `ending` what was looked at."""
    ending = _looked_at(request, project)
    if request.POST.get("answer") == "agree":
        endings.agree(ending=ending, by=by, at=access.now())
        messages.success(request, _("The project is stopped. What is held for what was not approved goes back."))
    else:
        endings.decline(ending=ending, words=request.POST.get("words", ""), by=by, at=access.now())
        messages.success(request, _("Declined. The project goes on as agreed."))
    return redirect("project", project.pk)


@deed(access.project, shown=_shown, leads_to="project-stops")
def withdrawals(request: HttpRequest, project: Project, by: Actor) -> HttpResponse:
    """POST /projects/<id>/stops/withdrawals: whoever asked takes it back."""
    endings.take_back(ending=_looked_at(request, project), by=by, at=access.now())
    messages.success(request, _("Taken back. The project goes on as agreed."))
    return redirect("project", project.pk)


def _looked_at(request: HttpRequest, project: Project) -> Ending:
    """The one that stood on the page: another one may have been asked meanwhile, with another reason."""
    named = request.POST.get("ending", "")
    found = project.endings.filter(pk=named).first() if "\x00" not in named else None
    if found is None:
        raise Stale(_("Nobody asks to stop this project any more."))
    found.project = project
    return found
