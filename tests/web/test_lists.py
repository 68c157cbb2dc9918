"""Projects & Invoices: filters with counts, pages by key, search, tables to keep."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape

from milepost.actions import invoices, payments
from milepost.core.terms import canonical, fingerprint
from milepost.models import Draft, Milestone, Project, Terms
from milepost.models.base import new_id
from milepost.web import lists
from milepost.web.tables import FORMULA, defused
from tests import cast
from tests.cast import Person

SignedIn = Callable[..., Client]
CANARY = '<img src=x onerror="alert(1)">{{ 7|add:7 }}'


def many(project: Project, count: int) -> None:
    """As many projects like this one, with milestones of their own, written in bulk."""
    said, document = project.agreed.said, project.agreed.document
    projects, all_terms, milestones = [], [], []
    for number in range(count):
        ids = {each.id: new_id("mil") for each in said.milestones}
        body = canonical(said, document)
        for old, fresh in ids.items():
            body = body.replace(old.encode(), fresh.encode())
        other = Project(
            name=f"Project {number}", client=project.client, freelancer=project.freelancer, started_at=cast.NOON
        )
        terms = Terms(
            project=other,
            number=1,
            status="in_force",
            sender="freelancer",
            body=body,
            fingerprint=fingerprint(body),
            offered_at=cast.NOON,
            sign_until=cast.NOON,
            in_force_at=cast.NOON,
        )
        projects.append(other)
        all_terms.append(terms)
        milestones += [
            Milestone(id=fresh, project=other, number=place, status=status, moved_at=cast.NOON)
            for place, (fresh, status) in enumerate(zip(ids.values(), ("closed", "open", "planned"), strict=True), 1)
        ]
    Project.objects.bulk_create(projects, batch_size=500)
    Terms.objects.bulk_create(all_terms, batch_size=500)
    Milestone.objects.bulk_create(milestones, batch_size=500)
    for other, terms in zip(projects, all_terms, strict=True):
        other.terms = terms
    Project.objects.bulk_update(projects, ["terms"], batch_size=500)


def rows_of(response: Any) -> list[list[str]]:
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def paid(ada: Person, **typed: object) -> Project:
    """A project of one milestone, finished."""
    project = cast.in_force(ada, holder="nobody", milestones=[("All", "2,500.00", cast.NOON.date())], **typed)
    milestone = cast.approved(project)
    invoices.issue(milestone=milestone, at=cast.NOON)
    payments.say_received(milestone=milestone, by=cast.freelancer(project), at=cast.NOON)
    return project


# -- filters -------------------------------------------------------------------------------------------------


def test_each_filter_shows_its_own_and_says_how_many(ada: Person, signed_in: SignedIn) -> None:
    cast.in_force(ada, project_name="Under way", holder="nobody")
    cast.offered(ada, project_name="Sent")
    paid(ada, project_name="Finished")
    terms = cast.offered(ada, project_name="Refused")
    cast.answers.decline(terms=terms, words="Too dear.", by=cast.client(terms.project), at=cast.NOON)
    cast.draft(ada, project_name="Begun")
    browser = signed_in(ada)
    shown = {"active": "Under way", "offered": "Sent", "completed": "Finished", "ended": "Refused", "drafts": "Begun"}
    for show, name in shown.items():
        page = browser.get("/projects", {"show": show}).content.decode()
        for other in shown.values():
            assert (f">{other}</a>" in page) == (other == name), (show, other)
        assert f'href="/projects?show={show}" aria-current="true"' in page
    counts = {one["label"]: one["count"] for one in browser.get("/projects").context["filters"]}
    assert counts == {
        "All": 4, "Waiting for you": 1, "In force": 1, "Offered": 1, "Drafts": 1, "Completed": 1, "Ended": 1, "Invoices": 1,
    }  # fmt: skip


def test_waiting_shows_where_it_is_my_turn(ada: Person, signed_in: SignedIn) -> None:
    cast.in_force(ada, project_name="Mine to deliver", holder="nobody")
    cast.offered(ada, project_name="Theirs to sign")
    page = signed_in(ada).get("/projects?show=waiting").content.decode()
    assert "Mine to deliver" in page
    assert "Theirs to sign" not in page


def test_a_filter_that_nobody_knows_shows_all(ada: Person, signed_in: SignedIn) -> None:
    cast.offered(ada, project_name="Sent")
    assert b"Sent" in signed_in(ada).get("/projects?show=%00&before=%00&after=x'--").content


def test_search_looks_into_names_and_keeps_the_filter(ada: Person, signed_in: SignedIn) -> None:
    cast.offered(ada, project_name="Logo for the café")
    cast.offered(ada, project_name="Website")
    page = signed_in(ada).get("/projects", {"show": "offered", "q": "LOGO"}).content.decode()
    assert "Logo for the café" in page
    assert "Website" not in page
    assert '<input type="hidden" name="show" value="offered">' in page
    assert b"No project here has" in signed_in(ada).get("/projects?q=nothing").content


def test_mallory_finds_nothing_of_others(ada: Person, mallory: Person, signed_in: SignedIn) -> None:
    paid(ada, project_name="Private")
    cast.draft(ada, project_name="Private draft")
    browser = signed_in(mallory)
    for path in ("/projects", "/projects?q=Private", "/projects?show=drafts", "/invoices", "/invoices?q=PR"):
        page = browser.get(path).content.decode()
        assert "Private draft" not in page
        assert ">Private<" not in page
    assert len(rows_of(browser.get("/projects.csv"))) == 1
    assert len(rows_of(browser.get("/invoices.csv"))) == 1


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/projects", "/projects.csv", "/invoices", "/invoices.csv"])
def test_others_sign_in_first_and_come_back(client: Client, path: str) -> None:
    assert client.get(path).headers["Location"] == f"/accounts/login/?next={path}"


def test_what_people_typed_is_text(ada: Person, signed_in: SignedIn) -> None:
    paid(ada, project_name=CANARY, other_name=CANARY)
    cast.draft(ada, project_name=CANARY, other_name=CANARY)
    for path in ("/projects", "/projects?show=drafts", "/invoices", f"/projects?q={CANARY}"):
        page = signed_in(ada).get(path).content.decode()
        assert escape(CANARY) in page
        assert "<img src=x" not in page


# -- pages -----------------------------------------------------------------------------------------------------


def test_every_project_is_on_one_page_and_only_one(ada: Person, signed_in: SignedIn) -> None:
    many(cast.in_force(ada), 2 * lists.PAGE + 3)
    browser, seen, path = signed_in(ada), [], "/projects?q=Project"
    while path:
        context = browser.get(path).context
        seen += [row["href"] for row in context["projects"]]
        path, last = context["pager"].get("next"), path
    assert len(seen) == len(set(seen)) == 2 * lists.PAGE + 3
    back = browser.get(browser.get(last).context["pager"]["previous"]).context
    assert [row["href"] for row in back["projects"]] == seen[lists.PAGE : 2 * lists.PAGE]
    assert "next" in back["pager"]


@pytest.mark.parametrize("path", ["/projects", "/projects?show=active", "/projects?show=waiting", "/invoices", "/"])
def test_twelve_statements_for_three_rows_and_for_three_thousand(ada: Person, signed_in: SignedIn, path: str) -> None:
    first = cast.in_force(ada)
    many(first, 2)
    paid(ada)
    browser = signed_in(ada)
    with CaptureQueriesContext(connection) as few:
        assert browser.get(path).status_code == 200
    many(first, 3000)
    with CaptureQueriesContext(connection) as lots:
        assert browser.get(path).status_code == 200
    assert len(few) == len(lots) <= 12, [query["sql"][:150] for query in lots]


def test_the_page_of_three_thousand_says_so_and_weighs_little(ada: Person, signed_in: SignedIn) -> None:
    many(cast.in_force(ada), 3000)
    response = signed_in(ada).get("/projects")
    assert response.context["filters"][0]["count"] == 3001
    assert len(response.context["projects"]) == lists.PAGE
    assert len(response.content) < 60_000


def test_looking_changes_nothing(ada: Person, signed_in: SignedIn) -> None:
    paid(ada)
    browser = signed_in(ada)
    for path in ("/projects", "/projects?show=drafts", "/invoices", "/projects.csv", "/invoices.csv"):
        with CaptureQueriesContext(connection) as seen:
            response = browser.get(path)
            list(response) if response.streaming else response.content
        assert not [query["sql"] for query in seen if not query["sql"].startswith(("SELECT", "DECLARE", "SAVEPOINT"))]


# -- tables to keep ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("begin", FORMULA)
def test_a_cell_is_never_a_formula(begin: str) -> None:
    assert defused(f"{begin}cmd|' /C calc'!A0").startswith("'")
    assert defused("January") == "January"


def test_the_table_of_projects_has_all_of_them_defused(ada: Person, signed_in: SignedIn) -> None:
    cast.offered(ada, project_name='=HYPERLINK("https://evil.example","x")', other_name="+Carl, & Sons")
    cast.offered(ada, project_name="Second")
    response = signed_in(ada).get("/projects.csv")
    assert response.headers["Content-Disposition"] == 'attachment; filename="projects.csv"'
    head, *rows = rows_of(response)
    assert head[0] == "Project"
    assert rows[1][:2] == ['\'=HYPERLINK("https://evil.example","x")', "'+Carl, & Sons"]
    assert rows[0][2:6] == ["freelancer", "offered", "USD", "6000.00"]


def test_the_table_of_invoices(ada: Person, signed_in: SignedIn) -> None:
    paid(ada, project_name="Logo")
    _head, row = rows_of(signed_in(ada).get("/invoices.csv"))
    assert row[:4] == ["PR-0001", "Payment request", "issuer", "Carl Olsen"]
    assert row[4:10] == ["Logo", "All", "2026-12-01", "2026-12-15", "paid", "USD"]
    assert row[10:] == ["2500.00", "", "0.00", ""]


def test_a_draft_without_a_name_still_has_a_line_to_press(ada: Person, signed_in: SignedIn) -> None:
    draft = Draft.objects.create(party=ada.party, author=ada.user, started_at=cast.NOON, saved_at=cast.NOON)
    page = signed_in(ada).get("/projects?show=drafts").content.decode()
    assert f'href="/proposals/{draft.pk}">Without a name yet</a>' in page
