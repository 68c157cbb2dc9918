"""More time for a review: the one extension that the terms allow."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from milepost.actions import reviews
from milepost.core.actors import Actor
from milepost.models import Milestone
from milepost.web import access, milestones
from milepost.web.deeds import deed
from milepost.web.waiting import when


@deed(access.milestone, shown=milestones.again, leads_to="milestone", binds="extend")
def extensions(request: HttpRequest, milestone: Milestone, by: Actor) -> HttpResponse:
    """POST /milestones/<id>/extensions: `delivery` is the id of the one that stood on the page."""
    seen = request.POST.get("delivery", "")
    extension = reviews.extend(milestone=milestone, delivery=seen, by=by, at=access.now())
    ends = when(extension.ends_at, milestone.project.agreed.said.time_zone)
    messages.success(request, _("The review now ends on %(ends)s. The freelancer is told.") % {"ends": ends})
    return redirect("milestone", milestone.pk)
