"""What stands before a view: signed in, known, and for acts that bind the code from the mail."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from milepost.actions import people
from milepost.core.actors import Actor
from milepost.core.refusals import NotProved, NotProvedStrongly, Refused
from milepost.web.access import confirming, objects
from milepost.web.access.door import guest, now, parties

View = Callable[..., HttpResponse]

# The inputs of the page for the mailed code: they belong to no other page.
MAILED = ("code", "new_code")


def signed_in(view: View) -> View:
    """For people with an account; others sign in first and come back. Without a party they are asked for it."""

    @functools.wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if not parties(request) and request.path != reverse("welcome"):
            return redirect_to_login(request.get_full_path(), reverse("welcome"))
        return view(request, *args, **kwargs)

    return guarded


def known(view: View) -> View:
    """For people with an account and for guests who opened their link."""

    @functools.wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated and guest(request) is None:
            return redirect_to_login(request.get_full_path())
        return view(request, *args, **kwargs)

    return guarded


def binds(act: str) -> Callable[[View], View]:
    """For a POST that binds: the view is called with `request.actor`; when the action asks for proof, a code is
    mailed and typed on a page that keeps everything that was posted, and the view is called again with it. When it
    asks for a strong one, whoever has a passkey or an authenticator app uses it on such a page."""

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def guarded(request: HttpRequest, id: str, **kwargs: Any) -> HttpResponse:
            by = request.actor = _acting(request, id)  # type: ignore[attr-defined]
            if "code" in request.POST:
                try:
                    request.actor = people.use_code(  # type: ignore[attr-defined]
                        by=by, act=act, subject=id, digits=request.POST["code"], at=now()
                    )
                except Refused as refusal:
                    return _code_page(request, refusal, status=422)
            elif "new_code" in request.POST:
                return _send_code(request, act, id)
            elif confirming.answered(request):
                try:
                    confirming.confirm(request, by, recovery=False)
                except Refused as refusal:
                    return confirming.page(request, recovery=False, refusal=refusal, without=MAILED)
                _acting(request, id)
            try:
                return view(request, id, **kwargs)
            except NotProvedStrongly:
                return confirming.page(request, recovery=False, without=MAILED)
            except NotProved:
                return _send_code(request, act, id)

        return guarded

    return decorate


def _acting(request: HttpRequest, id: str) -> Actor:
    loaders: dict[str, Callable[[HttpRequest, str], Any]] = {
        "mil": objects.milestone,
        "trm": objects.terms_or_mandate,
        "drf": objects.draft,
        "prj": objects.project,
        "par": objects.party,
        "fun": objects.funding,
        "pay": objects.payout,
        "ref": objects.refund,
        "arr": objects.arrival,
    }
    loader = loaders.get(id.split("_")[0])
    if loader is None:
        raise Http404
    loader(request, id)
    return request.actor  # type: ignore[attr-defined,no-any-return]


def _send_code(request: HttpRequest, act: str, subject: str) -> HttpResponse:
    try:
        people.send_code(by=request.actor, act=act, subject=subject, at=now())  # type: ignore[attr-defined]
    except Refused as refusal:
        return _code_page(request, refusal, status=429)
    return _code_page(request, None)


def _code_page(request: HttpRequest, refusal: Refused | None, status: int = 200) -> HttpResponse:
    """Asks for the code; everything that was posted goes along in hidden fields."""
    kept = [
        (name, value)
        for name, values in request.POST.lists()
        if name not in (*MAILED, "csrfmiddlewaretoken")
        for value in values
    ]
    facts = {"kept": kept, "refusal": refusal, "email": request.actor.email}  # type: ignore[attr-defined]
    answer = render(request, "people/code.html", facts, status=status)
    # What was typed, a bank account for example, stands in it.
    answer["Cache-Control"] = "no-store"
    return answer
