"""Projects & Invoices: filters with their counts, pages by key, and a search in names."""

from __future__ import annotations

import re
from typing import Any, Final
from urllib.parse import urlencode

from django.db.models import Case, CharField, Count, Exists, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from milepost.models import Draft, Ending, Invoice, Milestone, Party, Project
from milepost.web import access, answers, turns
from milepost.web.rows import draft_row, project_rows

PAGE: Final = 25
KEY: Final = re.compile(r"[a-z]{3}_[0-9a-z]{26}")
# The states of a project, derived; `waiting` are those in which it is the reader's turn.
STATES: Final = ("active", "offered", "completed", "ended")
SHOWN: Final = ("all", "waiting", "active", "offered", "drafts", "completed", "ended")


@require_safe
@access.signed_in
def projects(request: HttpRequest) -> HttpResponse:
    """GET /projects?show=active&q=logo&before=prj_..."""
    own, at = access.parties(request), access.now()
    show = request.GET.get("show", "all")
    show = show if show in SHOWN else "all"
    waits = turns.of(own)
    counts = _counts(own, waits)
    context: dict[str, Any] = {"show": show, "q": sought(request), "filters": _filters(request, show, counts)}
    if show == "drafts":
        rows, pager = paged(request, drafts_of(own, sought(request)))
        context |= {"drafts": [draft_row(draft) for draft in rows]}
    else:
        rows, pager = paged(request, turns.with_change(chosen(request, own, show, waits)))
        context |= {"projects": project_rows(rows, own, waits, at)}
    context |= {"pager": pager, "nothing": not any(counts.values()), "export": _export(request, show)}
    context |= {"zone": own[0].time_zone, "nav": "projects", "begin": begin()}
    return answers.page(request, "lists/projects.html", context)


# -- which ---------------------------------------------------------------------------------------------


def with_state(rows: QuerySet[Project]) -> QuerySet[Any]:
    """Projects with their state, derived from terms and milestones."""
    milestones = Milestone.objects.filter(project=OuterRef("pk"))
    alive = Exists(milestones.exclude(status__in=("closed", "cancelled")))
    done = Exists(milestones.filter(status="closed"))
    stopped = Exists(Ending.objects.filter(project=OuterRef("pk"), answer="agreed"))
    state = Case(
        When(terms__status="offered", then=Value("offered")),
        When(Q(terms__status="in_force") & Q(stopped), then=Value("ended")),
        When(Q(terms__status="in_force") & Q(alive), then=Value("active")),
        When(Q(terms__status="in_force") & Q(done), then=Value("completed")),
        default=Value("ended"),
        output_field=CharField(),
    )
    return rows.annotate(state=state)


def mine(own: list[Party]) -> QuerySet[Any]:
    """Projects of these parties, with their state."""
    return with_state(Project.objects.filter(Q(client__in=own) | Q(freelancer__in=own)))


def chosen(request: HttpRequest, own: list[Party], show: str, waits: list[turns.Turn]) -> QuerySet[Any]:
    rows = mine(own)
    if show in STATES:
        rows = rows.filter(state=show)
    if show == "waiting":
        rows = rows.filter(pk__in={turn.project.pk for turn in waits})
    words = sought(request)
    return rows.filter(name__icontains=words) if words else rows


def drafts_of(own: list[Party], words: str) -> QuerySet[Draft]:
    rows = Draft.objects.filter(party__in=own, deleted_at=None, sent_as=None)
    return rows.filter(body__project_name__icontains=words) if words else rows


def papers_of(own: list[Party]) -> QuerySet[Invoice]:
    return Invoice.objects.filter(Q(issuer__in=own) | Q(recipient__in=own))


def sought(request: HttpRequest) -> str:
    return request.GET.get("q", "").replace("\x00", "").strip()[:200]


# -- counts and pages ------------------------------------------------------------------------------------


def _counts(own: list[Party], waits: list[turns.Turn]) -> dict[str, int]:
    """How many stand behind each filter; two statements."""
    found = dict(mine(own).order_by().values_list("state").annotate(Count("pk")))
    states = {state: found.get(state, 0) for state in STATES}
    drafts, papers = how_many(own, drafts_of(own, ""), papers_of(own))
    return {
        "all": sum(states.values()),
        # A custodian's mandates stand among what it holds: it is no side of these projects.
        "waiting": len({turn.project.pk for turn in waits if turn.waiting.side != "custodian"}),
        **states,
        "drafts": drafts,
        "invoices": papers,
    }


def how_many(own: list[Party], *lists: QuerySet[Any]) -> tuple[int, ...]:
    """How many rows each has, in one statement."""
    counts = [rows.order_by().values(all=Value(1)).annotate(count=Count("pk")).values("count") for rows in lists]
    party = Party.objects.filter(pk=own[0].pk)
    return tuple(party.values_list(*(Coalesce(Subquery(count), 0) for count in counts)).get())


def _filters(request: HttpRequest, show: str, counts: dict[str, int]) -> list[dict[str, Any]]:
    words = {
        "all": _("All"),
        "waiting": _("Waiting for you"),
        "active": _("In force"),
        "offered": _("Offered"),
        "drafts": _("Drafts"),
        "completed": _("Completed"),
        "ended": _("Ended"),
        "invoices": _("Invoices"),
    }
    # An empty filter leads nowhere; the first, the last and the current one always stand.
    kept = [name for name in words if counts[name] or name in ("all", "invoices", show)]
    return [
        {"label": words[name], "href": _href(request, name), "count": counts[name], "current": name == show}
        for name in kept
    ]


def _href(request: HttpRequest, show: str, **more: str) -> str:
    asked = {"show": show if show not in ("all", "invoices") else "", "q": sought(request)} | more
    path = reverse("invoices" if show == "invoices" else "projects")
    query = urlencode({name: value for name, value in asked.items() if value})
    return f"{path}?{query}" if query else path


def paged(request: HttpRequest, rows: QuerySet[Any]) -> tuple[list[Any], dict[str, str]]:
    """One page of rows, the newest first, and the links to those beside it: by key, so that page 100 is as quick as 1."""
    after, before = (_key(request.GET.get(name, "")) for name in ("after", "before"))
    if after:
        found = list(rows.filter(pk__gt=after).order_by("pk")[: PAGE + 1])
        newer, older = len(found) > PAGE, True
        found = found[:PAGE][::-1]
    else:
        found = list((rows.filter(pk__lt=before) if before else rows).order_by("-pk")[: PAGE + 1])
        newer, older = bool(before), len(found) > PAGE
        found = found[:PAGE]
    pager = {}
    if found and newer:
        pager["previous"] = _beside(request, after=found[0].pk)
    if found and older:
        pager["next"] = _beside(request, before=found[-1].pk)
    return found, pager


def _key(typed: str) -> str:
    """An id; whatever else stands in the address means the first page."""
    return typed if KEY.fullmatch(typed) else ""


def _beside(request: HttpRequest, **key: str) -> str:
    kept = {name: value for name, value in request.GET.items() if name in ("show", "side", "party", "q")}
    return f"{request.path}?{urlencode(kept | key)}"


def begin(kind: str = "main") -> list[dict[str, str]]:
    """The one button for somebody who has nothing yet."""
    return [{"label": _("Send proposal"), "href": reverse("proposal-new"), "kind": kind}]


def _export(request: HttpRequest, show: str) -> str:
    """Drafts are nobody's business but one's own: they stay out of the table."""
    if show == "drafts":
        return ""
    return f"{reverse('projects-table')}?{urlencode({'show': show, 'q': sought(request)})}"
