"""A deed is a POST to the collection of its fact; this is the way in for all of them."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect

from milepost.core.actors import Actor
from milepost.core.refusals import Refused
from milepost.web import access, answers

View = Callable[..., HttpResponse]
Shown = Callable[[HttpRequest, str, Refused], HttpResponse]


def acting(request: HttpRequest) -> Actor:
    """Whom the person acts for in what `access` has loaded."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    return by


def deed(
    load: Callable[[HttpRequest, str], Any], *, shown: Shown, leads_to: str, binds: str = ""
) -> Callable[[View], View]:
    """For `view(request, subject, by)`: POST only, for whom it is known who they are and may see the subject.

    What is refused is said on the page `shown`. With `binds`, the act that a code from the mail is good for, that code
    is asked for when the action wants a proof. Whoever comes with GET (after a login, by Back) is led to the page.
    """

    def decorate(view: View) -> View:
        def done(request: HttpRequest, id: str) -> HttpResponse:
            # A code that was typed makes another actor than the one that loading the subject finds.
            proved = acting(request) if binds else None
            subject = load(request, id)
            return view(request, subject, proved or acting(request))

        inner = answers.again(shown)(done)
        guarded = access.known(access.binds(binds)(inner) if binds else inner)

        @functools.wraps(view)
        def entered(request: HttpRequest, id: str) -> HttpResponse:
            if request.method in ("GET", "HEAD"):
                return redirect(leads_to, id)
            return guarded(request, id) if request.method == "POST" else HttpResponseNotAllowed(["GET", "POST"])

        return entered

    return decorate
