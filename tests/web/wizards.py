"""Send proposal as a browser meets it: what its pages send, and what they answer."""

from __future__ import annotations

import re
from datetime import date
from html import unescape
from typing import Any

from django.http import HttpResponse
from django.utils import timezone

from milepost.core import steps
from milepost.models import Draft
from tests import cast
from tests.cast import Person
from tests.web.readers import text


def rows() -> list[Any]:
    year = timezone.now().year + 1
    return [("January", "2,000.00", date(year, 1, 31)), ("February", "2,000.00", date(year, 2, 28))]


def filled(person: Person) -> Draft:
    """A draft in which everything is typed, and nothing lies in the past."""
    made = cast.draft(person, at=timezone.now(), start_on=f"{timezone.now().year + 1}-01-01", milestones=rows())
    Draft.objects.filter(pk=made.pk).update(version=1)
    made.refresh_from_db()
    return made


def url(draft: Draft, step: str) -> str:
    return f"/proposals/{draft.pk}/{step}"


def form(draft: Draft, step: str, /, **typed: str) -> dict[str, str]:
    """What the page of a step sends: everything that stands in it, and what is typed over it."""
    sent = {name: draft.body[name] for name in steps.fields(step) if draft.body[name]}  # type: ignore[arg-type]
    if step == "milestones":
        for number, milestone in enumerate(draft.body["milestones"]):
            sent |= {f"milestones.{number}.{name}": milestone[name] for name in steps.MILESTONE_FIELDS}
            for place, item in enumerate(milestone["deliverables"]):
                path = f"milestones.{number}.deliverables.{place}"
                sent |= {f"{path}.{name}": item[name] for name in steps.DELIVERABLE_FIELDS}
    return sent | {"version": str(draft.version), "page": "tab", "do": "next"} | typed


def said_at(response: HttpResponse, field: str) -> str:
    """The sentence that stands at a field."""
    found = re.search(rf'<p class="error" id="{re.escape(field)}_error">(.*?)</p>', text(response), re.DOTALL)
    assert found, f"nothing is said at {field}"
    return unescape(found[1])


def summary(response: HttpResponse) -> list[tuple[str, str]]:
    """Where the links of the summary lead, with their words."""
    found = re.search(r'<section class="summary".*?</section>', text(response), re.DOTALL)
    assert found, "there is no summary"
    return [(place, unescape(words)) for place, words in re.findall(r'<a href="#(.*?)">(.*?)</a>', found[0])]


def refused(response: HttpResponse, field: str, sentence: str) -> None:
    """422; the sentence at its field and in the summary, whose links lead somewhere; the title says so."""
    assert response.status_code == 422
    assert sentence in said_at(response, field)
    linked = dict(summary(response))
    assert sentence in linked[field]
    for place in linked:
        assert f'id="{place}"' in text(response)
    assert "<title>Error: " in text(response)


def stored(draft: Draft) -> dict[str, Any]:
    return Draft.objects.get(pk=draft.pk).body
