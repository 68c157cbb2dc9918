"""One milestone on the page: seen, acted upon, cancelled by those who may and by nobody else."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from milepost.actions import cancelling
from milepost.models import Event
from tests import cast
from tests.cast import NOON
from tests.web import readers
from tests.web.milestones import at, opened, status, upload
from tests.web.readers import CANARY, coded, text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]

DEEDS = (
    "fundings",
    "deliveries",
    "views",
    "approvals",
    "change-requests",
    "cancellations",
    "account",
    "payments",
    "payments/undo",
    "receipts",
)


# -- who sees it, and who does what ---------------------------------------------------------------


def test_both_sides_see_it_and_strangers_do_not() -> None:
    ada = cast.ada()
    project, milestone = opened(ada)
    for client in (readers.signed_in(ada), readers.guest(project)):
        page = client.get(at(milestone))
        assert page.status_code == 200
        assert page.headers["Cache-Control"] == "no-store"
        assert "12 posts for January" in text(page)
    assert readers.mallory().get(at(milestone)).status_code == 404
    assert Client().get(at(milestone)).headers["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("deed", DEEDS)
def test_no_stranger_does_anything_about_it(deed: str) -> None:
    milestone = cast.delivered(cast.in_force(holder="nobody"))
    events = Event.objects.count()
    data = {"words": "x", "reason": "x", "note": "x", "link-": "https://example.org"}
    assert readers.mallory().post(at(milestone, deed), data).status_code == 404
    assert Client().post(at(milestone, deed), data).status_code == 302
    assert (status(milestone), Event.objects.count()) == ("delivered", events)


@pytest.mark.parametrize("deed", [deed for deed in DEEDS if deed != "approvals"])
def test_who_comes_to_a_deed_by_its_address_is_led_to_the_page(deed: str) -> None:
    ada = cast.ada()
    _, milestone = opened(ada)
    assert readers.signed_in(ada).get(at(milestone, deed)).headers["Location"] == at(milestone)


# What the wrong side posts, and in which status: all of it is refused, and nothing happens.
WRONG = [
    ("client", "delivered", "deliveries"),
    ("freelancer", "delivered", "approvals"),
    ("freelancer", "delivered", "change-requests"),
    ("freelancer", "delivered", "views"),
    ("client", "delivered", "cancellations"),
    ("freelancer", "approved", "payments"),
    ("freelancer", "approved", "payments/undo"),
    ("client", "approved", "receipts"),
    ("freelancer", "approved", "account"),
    ("freelancer", "planned", "fundings"),
]


@pytest.mark.parametrize(("side", "state", "deed"), WRONG)
def test_the_wrong_side_is_refused(side: str, state: str, deed: str) -> None:
    ada = cast.ada()
    project = cast.in_force(ada, holder="sandbox" if state == "planned" else "nobody")
    milestone = {"delivered": cast.delivered, "approved": cast.approved, "planned": cast.milestone}[state](project)
    client = readers.signed_in(ada) if side == "freelancer" else readers.guest(project)
    events = Event.objects.count()
    data = {"words": "x", "reason": "x", "note": "x", "link-": "https://example.org/x"}
    assert client.post(at(milestone, deed), data).status_code in (403, 409)
    assert (status(milestone), Event.objects.count()) == (state, events)


def test_each_side_has_its_own_buttons() -> None:
    ada = cast.ada()
    project, milestone = opened(ada)
    own, guest = readers.signed_in(ada), readers.guest(project)
    assert at(milestone, "deliveries") in text(own.get(at(milestone)))
    assert at(milestone, "deliveries") not in text(guest.get(at(milestone)))
    cast.delivered(project)
    assert at(milestone, "change-requests") in text(guest.get(at(milestone)))
    assert at(milestone, "change-requests") not in text(own.get(at(milestone)))
    assert at(milestone, "approvals") not in text(own.get(at(milestone)))


def test_nothing_that_people_typed_is_ever_markup() -> None:
    ada = cast.ada()
    project = cast.in_force(ada, holder="nobody", project_name=CANARY, milestones=[(CANARY, "3000", date(2027, 1, 31))])
    milestone = cast.milestone(project)
    own, guest = readers.signed_in(ada), readers.guest(project)
    place = milestone.said.deliverables[0].id
    data = {"note": CANARY, f"file-{place}": upload(CANARY), f"link-{place}": "https://example.org/?<script>alert(1)"}
    assert own.post(at(milestone, "deliveries"), data).status_code in (302, 422)
    if status(milestone) == "open":
        own.post(at(milestone, "deliveries"), {"note": CANARY, f"file-{place}": upload(CANARY)})
    pages = [guest.get(at(milestone)), guest.get(at(milestone, "approvals")), own.get(at(milestone))]
    guest.post(at(milestone, "change-requests"), {"words": CANARY})
    guest.post(at(milestone, "cancellations"), {"reason": CANARY, "ask": "yes"})
    pages += [guest.get(at(milestone)), own.get(at(milestone)), own.get(f"/projects/{project.pk}")]
    for page in pages:
        assert page.status_code == 200
        assert "<script>alert" not in text(page)
        assert "<img src=x" not in text(page)


# -- cancelling -----------------------------------------------------------------------------------


def test_a_client_asks_and_the_freelancer_cancels() -> None:
    ada = cast.ada()
    project = cast.in_force(ada)
    milestone = cast.funded(project)
    guest, own = readers.guest(project), readers.signed_in(ada)
    assert "Ask to cancel" in text(guest.get(at(milestone)))
    assert guest.post(at(milestone, "cancellations"), {"reason": "No budget", "ask": "yes"}).status_code == 302
    assert status(milestone) == "open"
    assert "No budget" in text(own.get(at(milestone)))
    assert own.post(at(milestone, "cancellations"), {"reason": ""}).status_code == 422
    assert own.post(at(milestone, "cancellations"), {"reason": "Agreed"}).status_code == 302
    assert status(milestone) == "cancelled"


def test_a_planned_milestone_is_cancelled_by_the_client_with_a_code() -> None:
    project = cast.in_force()
    milestone = cast.milestone(project, 3)
    client = readers.guest(project)
    assert coded(client, at(milestone, "cancellations"), {"reason": "Two are enough"}).status_code == 302
    assert status(milestone) == "cancelled"


def test_the_other_sides_request_can_not_be_forged() -> None:
    ada = cast.ada()
    project, milestone = opened(ada)
    asked = readers.signed_in(ada).post(at(milestone, "cancellations"), {"reason": "x", "ask": "yes"})
    assert asked.status_code == 403
    assert not milestone.cancellations.exists()
    assert cancelling.ask_cancel(milestone=milestone, reason="x", by=cast.client(project), at=NOON)
