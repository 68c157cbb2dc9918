"""The house's name, the minimum for milestone payment, who may take an account; and what it takes: nothing."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from milepost.actions import installation
from milepost.core.refusals import Refused
from milepost.models import Installation
from milepost.web import access, people, setup
from milepost.web.operator import places


@require_http_methods(["GET", "HEAD", "POST"])
@places.operated
def policy(request: HttpRequest) -> HttpResponse:
    """GET and POST /installation."""
    if request.method != "POST":
        return _page(request)
    try:
        installation.describe(facts=setup.typed(request), by=access.person(request), at=access.now())
    except Refused as refusal:
        return _page(request, refusal)
    messages.success(request, _("Saved."))
    return redirect("installation")


def _page(request: HttpRequest, refusal: Refused | None = None) -> HttpResponse:
    found = Installation.objects.get(pk=1)
    context = setup.policy(request, found, refusal) | {"summary": people.summary(refusal)}
    return places.page(request, "operator/policy.html", context, refusal)
