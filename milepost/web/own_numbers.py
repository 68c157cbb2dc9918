"""The freelancer adds an invoice, or a credit note, that was numbered elsewhere."""

from __future__ import annotations

from typing import Any, BinaryIO, cast

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from milepost.actions import credit_notes, own_numbers
from milepost.core.actors import Actor
from milepost.core.refusals import Refused
from milepost.models import Milestone
from milepost.web import access, answers
from milepost.web.deeds import acting, deed
from milepost.web.people import summary
from milepost.web.road import day_of, name_of


def invoices(request: HttpRequest, id: str) -> HttpResponse:
    """GET /milestones/<id>/invoices: what is asked for. POST: added."""
    return _add(request, id) if request.method == "POST" else _asked(request, id)


@access.known
def _asked(request: HttpRequest, id: str) -> HttpResponse:
    found = access.milestone(request, id)
    theirs = found.project.role_of(acting(request)) == "freelancer"
    if not theirs or not own_numbers.awaited().filter(pk=found.pk).exists():
        return redirect("milestone", found.pk)
    return _page(request, id)


def _page(request: HttpRequest, id: str, refusal: Refused | None = None) -> HttpResponse:
    found = access.milestone(request, id)
    refund = own_numbers.refund_of(found)
    said = found.project.agreed.said
    facts: dict[str, Any] = {
        "milestone": found,
        "title": found.said.title,
        "amount": found.amount,
        "client": name_of(found.project, "client"),
        "today": day_of(access.now(), said.time_zone).isoformat(),
        "refund": refund,
        "summary": summary(refusal),
        "bytes_max": settings.FILE_BYTES_MAX,
        "megabytes_max": settings.FILE_BYTES_MAX // 2**20,
        "nav": "projects",
    }
    if refund is not None:
        paper = credit_notes.paper_of(refund)
        facts |= {"paper": paper, "amount": min(refund.amount, credit_notes.left_of(paper))}
    return answers.page(request, "invoices/own.html", facts, refusal)


@deed(access.milestone, shown=_page, leads_to="milestone-invoices")
def _add(request: HttpRequest, milestone: Milestone, by: Actor) -> HttpResponse:
    upload = request.FILES.get("pdf")
    invoice = own_numbers.enter(
        milestone=milestone,
        number=request.POST.get("number", ""),
        issued_on=request.POST.get("issued_on", ""),
        pdf=cast(BinaryIO, upload.file) if upload else None,
        refund=request.POST.get("refund", ""),
        by=by,
        at=access.now(),
    )
    messages.success(request, _("Added: %(number)s.") % {"number": invoice.number})
    return redirect("milestone", milestone.pk)
