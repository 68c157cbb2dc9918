"""What all of the operator's pages share: for the operator alone, and how to get from one to the other."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from milepost.core.refusals import Refused
from milepost.models import User
from milepost.web import access, answers

View = Callable[..., HttpResponse]
Shown = Callable[[HttpRequest, Refused | None], HttpResponse]


def operated(view: View) -> View:
    """For everybody but the operator there is no such page."""

    @functools.wraps(view)
    @access.signed_in
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not access.person(request).is_operator:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def deed(shown: Shown, leads_to: str, *, confirmed: bool = False) -> Callable[[View], View]:
    """For `view(request, by, **)`: a POST of the operator. What is refused is said on the page `shown`.

    `confirmed`: only for one who has just shown that it is they; else that is asked for first.
    """

    def decorate(view: View) -> View:
        def posted(request: HttpRequest, **kwargs: str) -> HttpResponse:
            try:
                return view(request, access.person(request), **kwargs)
            except Refused as refusal:
                return shown(request, refusal)

        guarded = access.confirmed(posted) if confirmed else posted

        @functools.wraps(view)
        @operated
        def done(request: HttpRequest, **kwargs: str) -> HttpResponse:
            if request.method in ("GET", "HEAD"):
                return redirect(leads_to)
            return guarded(request, **kwargs) if request.method == "POST" else HttpResponseNotAllowed(["GET", "POST"])

        return done

    return decorate


def page(request: HttpRequest, template: str, context: dict[str, Any], refusal: Refused | None = None) -> HttpResponse:
    """One of them, with the way to the others."""
    names = {
        "installation": _("Policy"),
        "installation-people": _("People"),
        "installation-custodians": _("Custodians"),
        "installation-health": _("Health"),
    }
    here = str(request.resolver_match.url_name) if request.resolver_match else ""
    places = [
        {
            "label": label,
            "href": reverse(name),
            "current": _nearest(here) == name,
        }
        for name, label in names.items()
    ]
    zone = access.parties(request)[0].time_zone
    return answers.page(request, template, {"places": places, "zone": zone, "nav": "settings"} | context, refusal)


def _nearest(here: str) -> str:
    """`installation-people-rights` is done on the page of `installation-people`."""
    name = "-".join(here.split("-")[:2])
    return {"installation-custodian": "installation-custodians", "installation-mail": "installation-health"}.get(
        name, "installation-people" if name.startswith("installation-invitation") else name
    )


def found(id: str) -> User:
    """A person of this installation; a 404 for an id that nobody has."""
    person = User.objects.filter(pk=id).first() if "\x00" not in id else None
    if person is None:
        raise Http404
    return person
