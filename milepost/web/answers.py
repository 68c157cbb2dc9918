"""How a door answers: a page that nobody caches, and the same page again when the action said no.

A page's template finds in `problems` what is wrong (`problems.top` for the page, `problems.fields.<name>` at an
input, `problems.all` for a summary) and in `typed` what was posted, so that nothing typed is lost.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from milepost.core.refusals import NotAllowed, NotProved, Refused, Several, Stale

View = Callable[..., HttpResponse]


@dataclass(frozen=True, slots=True)
class Problem:
    """One sentence; `field` is the name of the input that it is about, or empty."""

    field: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Fields:
    """The first sentence at each input. No dict: an input may be called `items`, which templates take for the method."""

    sentences: dict[str, str]

    def __getitem__(self, name: str) -> str:
        return self.sentences[name]

    def __bool__(self) -> bool:
        return bool(self.sentences)


@dataclass(frozen=True, slots=True)
class Problems:
    """Everything that one refusal says."""

    all: list[Problem] = field(default_factory=list)

    @property
    def top(self) -> list[str]:
        return [problem.sentence for problem in self.all if not problem.field]

    @property
    def fields(self) -> Fields:
        return Fields({problem.field: problem.sentence for problem in reversed(self.all) if problem.field})

    def __bool__(self) -> bool:
        return bool(self.all)


def problems_of(refusal: Refused | None) -> Problems:
    if refusal is None:
        return Problems()
    each = refusal.refusals if isinstance(refusal, Several) else [refusal]
    return Problems([Problem(one.field or "", one.sentence) for one in each])


def status_of(refusal: Refused | None) -> int:
    """409 when somebody was faster, 403 when it is theirs to do, 422 for the rest; 200 for no refusal."""
    match refusal:
        case None:
            return 200
        case Stale():
            return 409
        case NotAllowed():
            return 403
        case _:
            return 422


def page(request: HttpRequest, template: str, context: dict[str, Any], refusal: Refused | None = None) -> HttpResponse:
    """A page for one reader, kept by no cache; with a refusal, that is said and what was typed stands there again."""
    typed = request.POST if refusal is not None else QueryDict()
    said = {"problems": problems_of(refusal), "typed": typed}
    response = render(request, template, said | context, status=status_of(refusal))
    response["Cache-Control"] = "no-store"
    return response


def private(response: Any) -> HttpResponse:
    """What a library's view answers, for one reader too: kept by no cache; a form with a mistake is a 422."""
    answer: HttpResponse = response
    form = (getattr(answer, "context_data", None) or {}).get("form")
    if form is not None and form.errors:
        answer.status_code = 422
    answer["Cache-Control"] = "no-store"
    return answer


def refused(request: HttpRequest, refusal: Refused, template: str, context: dict[str, Any]) -> HttpResponse:
    """The page that was posted from, again. Read `context` after the refusal: it shows the state as it is now."""
    return page(request, template, context, refusal)


def again(shown: Callable[[HttpRequest, str, Refused], HttpResponse]) -> Callable[[View], View]:
    """For a POST to something of an id: what its action refuses is said on the page `shown`.

    A proof that is asked for passes: `access.binds`, which stands around it, answers with the page for the code.
    """

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def guarded(request: HttpRequest, id: str, **kwargs: Any) -> HttpResponse:
            try:
                return view(request, id, **kwargs)
            except NotProved:
                raise
            except Refused as refusal:
                return shown(request, id, refusal)

        return guarded

    return decorate
