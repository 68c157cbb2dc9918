"""The page of a project: who sees it, what stands first, what it costs the database, and that reading changes nothing."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from milepost.actions import answers, invoices, reviews
from milepost.core.actors import HOUSE
from milepost.events.record import record
from milepost.models import Delivery, Event, Invitation, Mail, Milestone, Project
from tests import cast, payees
from tests.cast import NOON
from tests.web import readers
from tests.web.readers import CANARY, text

pytestmark = pytest.mark.django_db

# What a page may ask of the database, however much there is to show.
STATEMENTS_MAX = 12


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        yield


def at(project: Project) -> str:
    return f"/projects/{project.pk}"


def statements(client: Client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert client.get(path).status_code == 200
    return len(asked)


def long(number: int, **typed: Any) -> Project:
    rows = [(f"Part {count}", "2,000.00", date(2027, 1, 31)) for count in range(number)]
    return cast.in_force(cast.ada(), milestones=rows, **typed)


# -- who sees it ---------------------------------------------------------------------------------


def test_both_sides_see_it_and_strangers_do_not() -> None:
    ada = cast.ada()
    project = cast.in_force(ada)
    for client in (readers.signed_in(ada), readers.guest(project)):
        page = client.get(at(project))
        assert page.status_code == 200
        assert page.headers["Cache-Control"] == "no-store"
        assert "Ada Lindqvist for Carl" in text(page)
    assert readers.mallory().get(at(project)).status_code == 404
    assert readers.mallory().get("/projects/prj_nothing").status_code == 404
    assert Client().get(at(project)).headers["Location"].startswith("/accounts/login/")


def test_a_guest_is_offered_no_way_to_pages_that_need_an_account() -> None:
    project = cast.in_force()
    page = text(readers.guest(project).get(at(project)))
    assert 'href="/settings' not in page
    assert f'class="mark" href="{at(project)}"' in page


# -- what stands first ---------------------------------------------------------------------------


def first(page: str) -> str:
    """The words of the box that stands before everything else."""
    return page[page.index('class="next') : page.index("</section>", page.index('class="next'))]


def test_what_comes_next_is_said_to_each_side_in_its_own_words() -> None:
    ada = cast.ada()
    project = cast.in_force(ada)
    own, guest = readers.signed_in(ada), readers.guest(project)
    milestone = cast.milestone(project)
    assert "Fund “January”" in first(text(guest.get(at(project))))
    assert f"/milestones/{milestone.pk}/fundings" in first(text(guest.get(at(project))))
    assert "Waiting for Carl Olsen to fund “January”" in first(text(own.get(at(project))))
    cast.funded(project)
    assert "Deliver “January” by Sun 31 Jan 2027" in first(text(own.get(at(project))))
    assert "Ada Lindqvist works on “January”" in first(text(guest.get(at(project))))
    cast.delivered(project)
    reviews.start(delivery=milestone.deliveries.get(), at=NOON)
    assert "Approve “January” by Tue 8 Dec, 13:00 CET" in first(text(guest.get(at(project))))
    assert "Carl Olsen reviews “January”" in first(text(own.get(at(project))))


def test_paid_directly_is_said_by_one_and_then_by_the_other() -> None:
    ada = cast.ada()
    project = cast.in_force(ada, holder="nobody", milestones=[("All of it", "3000", date(2027, 1, 31))])
    milestone = cast.approved(project)
    payees.stated(ada)
    own, guest = readers.signed_in(ada), readers.guest(project)
    assert "Pay $3,000.00 to Ada Lindqvist" in first(text(guest.get(at(project))))
    assert "Waiting for Carl Olsen to pay $3,000.00" in first(text(own.get(at(project))))
    readers.coded(guest, f"/milestones/{milestone.pk}/payments")
    assert "arrived?" in first(text(own.get(at(project))))
    own.post(f"/milestones/{milestone.pk}/receipts")
    for client in (own, guest):
        assert "Everything is done" in first(text(client.get(at(project))))


def test_a_proposal_has_a_page_in_each_of_its_states() -> None:
    ada = cast.ada()
    terms = cast.offered(ada)
    project, own, guest = terms.project, readers.signed_in(ada), readers.guest(terms.project)
    assert "Waiting for Carl &amp; Sons to sign" in first(text(own.get(at(project))))
    assert "Read the proposal and sign it" in first(text(guest.get(at(project))))
    answers.ask_change(terms=terms, words="Later, please", by=cast.client(project), at=NOON)
    assert "Later, please" in first(text(own.get(at(project))))
    assert "You asked for a change" in first(text(guest.get(at(project))))
    answers.decline(terms=terms, words="Too dear", by=cast.client(project), at=NOON + timedelta(hours=1))
    assert "Too dear" in first(text(own.get(at(project))))
    assert "You declined" in first(text(guest.get(at(project))))


def test_an_expired_proposal_can_be_sent_again() -> None:
    ada = cast.ada()
    terms = cast.offered(ada)
    answers.expire(terms=terms, at=terms.sign_until)
    page = first(text(readers.signed_in(ada).get(at(terms.project))))
    assert "The time to sign ran out" in page
    assert f'name="terms" value="{terms.pk}"' in page


# -- money ---------------------------------------------------------------------------------------


def test_the_bar_reads_the_books() -> None:
    project = cast.in_force(parallel="yes")
    cast.settle(cast.approved(project, 1).payouts.get(), at=NOON)
    cast.funded(project, 2)
    sums = readers.guest(project).get(at(project)).context["money"]["sums"]
    assert [sums.paid, sums.held, sums.to_come] == [cast.usd(200_000)] * 3
    assert sums.whole == cast.usd(600_000)


def test_pretend_money_is_marked_as_such() -> None:
    assert "Pretend money" in text(readers.guest(project := cast.in_force()).get(at(project)))
    assert "Pretend money" not in text(readers.guest(project := cast.in_force(holder="nobody")).get(at(project)))


# -- what it costs -------------------------------------------------------------------------------


def test_it_asks_as_much_of_the_database_for_three_milestones_as_for_fifty() -> None:
    few, many = long(3), long(50)
    for project in (few, many):
        cast.approved(project, 1)
        invoices.issue(milestone=cast.milestone(project, 1), at=NOON)
    for number in range(60):
        record(Project.objects.get(pk=many.pk), "invitation.renewed", by=HOUSE, at=NOON + timedelta(seconds=number))
    asked = [statements(readers.guest(project), at(project)) for project in (few, many)]
    assert asked[0] == asked[1] <= STATEMENTS_MAX
    ada = cast.person("Ada Two", "ada-two@example.org")
    project = cast.in_force(ada)
    client = readers.signed_in(ada)
    paths = [at(project), f"/terms/{project.terms_id}", f"/milestones/{cast.milestone(project).pk}"]
    assert max(statements(client, path) for path in paths) <= STATEMENTS_MAX


def test_a_long_road_is_shown_in_parts_beginning_with_what_comes_next() -> None:
    project = long(50, holder="nobody")
    Milestone.objects.filter(project=project, number__lte=30).update(status="closed")
    client = readers.guest(project)
    page = client.get(at(project))
    assert [each["number"] for each in page.context["milestones"]] == list(range(25, 49))
    assert text(page).count("<") < 2 * 1200
    assert len(gzip.compress(page.content)) < 25 * 1024
    earlier = client.get(at(project), {"from": page.context["before"]})
    assert earlier.context["milestones"][0]["number"] == 1
    later = client.get(at(project), {"from": page.context["after"]})
    assert later.context["milestones"][-1]["number"] == 50
    for odd in ("0", "-1", "x", "999999999999", "²"):
        assert client.get(at(project), {"from": odd, "before": odd}).status_code == 200


def test_activity_goes_back_to_the_beginning_a_page_at_a_time() -> None:
    ada = cast.ada()
    project = cast.in_force(ada)
    cast.approved(project)
    client, seen, below = readers.signed_in(ada), [], {}
    while True:
        page = client.get(at(project), below)
        seen += [event["words"] for event in page.context["events"]]
        if not page.context["earlier"]:
            break
        below = {"before": page.context["earlier"]}
    assert len(seen) == Event.objects.filter(project=project).count()
    assert seen[-1] == "Ada Lindqvist started the project."


# -- reading changes nothing ----------------------------------------------------------------------


def test_reading_writes_nothing() -> None:
    ada = cast.ada()
    project = cast.in_force(ada)
    milestone = cast.delivered(project)
    readers.token(project, project.client)

    def rows() -> list[Any]:
        kinds = (Event, Mail, Delivery, Milestone, Invitation, Project)
        return [list(kind.objects.order_by("pk").values()) for kind in kinds]

    own, guest = readers.signed_in(ada), readers.guest(project)
    before = rows()
    for client in (own, guest):
        for path in (at(project), f"/terms/{project.terms_id}", f"/milestones/{milestone.pk}"):
            assert client.get(path).status_code == 200
        client.get(f"/milestones/{milestone.pk}/approvals")
        b"".join(client.get(f"/terms/{project.terms_id}/paper").streaming_content)  # type: ignore[attr-defined]
    assert rows() == before


def test_a_page_that_asks_again_gets_nothing_until_something_happens() -> None:
    ada = cast.ada()
    project = cast.in_force(ada)
    client = readers.signed_in(ada)
    paths = (at(project), f"/terms/{project.terms_id}", f"/milestones/{cast.milestone(project).pk}")
    marks = {path: client.get(path).context["mark"] for path in paths}
    for path, mark in marks.items():
        assert client.get(path, headers={"If-None-Match": f'"{mark}"'}).status_code == 304
        assert client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200
    cast.funded(project)
    for path, mark in marks.items():
        assert client.get(path, headers={"If-None-Match": f'"{mark}"'}).status_code == 200


def test_one_readers_mark_is_not_anothers() -> None:
    ada = cast.ada()
    project = cast.in_force(ada)
    mark = readers.signed_in(ada).get(at(project)).context["mark"]
    assert readers.guest(project).get(at(project), headers={"If-None-Match": f'"{mark}"'}).status_code == 200


# -- what people typed ---------------------------------------------------------------------------


def test_nothing_that_people_typed_is_ever_markup() -> None:
    ada = cast.ada()
    rows = [(CANARY, "3,000.00", date(2027, 1, 31))]
    project = cast.in_force(ada, project_name=CANARY, other_name=CANARY, own_name=CANARY, milestones=rows)
    cast.delivered(project)
    for client in (readers.signed_in(ada), readers.guest(project)):
        page = text(client.get(at(project)))
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert page.count("&lt;script&gt;alert") >= 3


def test_the_other_sides_link_is_on_no_page_of_the_project() -> None:
    ada = cast.ada()
    project = cast.in_force(ada)
    token = readers.token(project, project.client).rsplit("/", 1)[1]
    client = readers.signed_in(ada)
    milestone = cast.delivered(project)
    for path in (at(project), f"/terms/{project.terms_id}", f"/milestones/{milestone.pk}", "/", "/projects"):
        page = client.get(path)
        assert token not in text(page) + str(page.headers)
