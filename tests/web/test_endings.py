"""Stopping a project and extending a review, on their pages."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from milepost.actions import endings, reviews
from milepost.core.catalogue import Holder
from milepost.models import Delivery, Ending, Extension, Project
from tests import cast
from tests.cast import NOON
from tests.web import readers
from tests.web.milestones import at, opened, status
from tests.web.readers import CANARY, coded, text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


def stops(project: Project, more: str = "") -> str:
    return f"/projects/{project.pk}/stops{more}"


def asked(project: Project, reason: str = "The shop closes.") -> Ending:
    return endings.ask_stop(project=cast.fresh(project), reason=reason, by=cast.client(project), at=NOON)


def statuses(project: Project) -> list[str]:
    return [milestone.status for milestone in project.milestones.order_by("number")]


# -- stopping ----------------------------------------------------------------------------------------


def test_from_the_projects_page_to_the_end_agreed_by_code() -> None:
    ada = cast.ada()
    project, _ = opened(ada)
    client, freelancer = readers.guest(project), readers.signed_in(ada)
    assert stops(project) in text(client.get(f"/projects/{project.pk}"))
    page = text(client.get(stops(project)))
    assert "Is cancelled. Nothing is held for it, and nothing is owed." in page
    assert client.post(stops(project), {"reason": "The shop closes."}).headers["Location"] == f"/projects/{project.pk}"
    assert statuses(project) == ["open", "planned", "planned"]

    for where in ("/", f"/projects/{project.pk}"):
        assert "asks to stop" in text(freelancer.get(where)), where
    page = text(freelancer.get(stops(project)))
    assert "The shop closes." in page and "Agree and stop the project" in page
    ending = Ending.objects.get(project=project)
    data = {"ending": ending.pk, "answer": "agree"}
    assert freelancer.post(stops(project, "/answers"), data).status_code == 302
    assert statuses(project) == ["cancelled"] * 3
    shown = text(freelancer.get(f"/projects/{project.pk}"))
    assert "This project has ended" in shown and "stopped by both on Tue 1 Dec" in shown
    assert stops(project) not in shown
    assert client.get(stops(project)).headers["Location"] == f"/projects/{project.pk}"
    assert "Ended" in text(freelancer.get("/projects?show=ended"))


def test_a_guest_agrees_with_the_code_from_the_mail() -> None:
    project, _ = opened(cast.ada())
    ending = endings.ask_stop(project=project, reason="Enough.", by=cast.freelancer(project), at=NOON)
    client = readers.guest(project)
    response = coded(client, stops(project, "/answers"), {"ending": ending.pk, "answer": "agree"})
    assert response.status_code == 302
    assert statuses(project) == ["cancelled"] * 3


def test_declined_and_taken_back_on_the_page() -> None:
    ada = cast.ada()
    project, _ = opened(ada)
    client, freelancer = readers.guest(project), readers.signed_in(ada)
    ending = asked(project)
    refused = freelancer.post(stops(project, "/answers"), {"ending": ending.pk, "answer": "decline", "words": " "})
    assert refused.status_code == 422 and 'id="words_error"' in text(refused)
    data = {"ending": ending.pk, "answer": "decline", "words": "Two weeks to go."}
    assert freelancer.post(stops(project, "/answers"), data).status_code == 302
    assert freelancer.post(stops(project, "/answers"), data).status_code == 409
    again = asked(project)
    page = text(client.get(f"/projects/{project.pk}"))
    assert "You asked Ada Lindqvist to stop the project" in page and "Take it back" in page
    assert client.post(stops(project, "/withdrawals"), {"ending": again.pk}).status_code == 302
    assert sorted(each.answer for each in Ending.objects.all()) == ["declined", "taken_back"]


def test_an_old_page_does_not_agree_to_what_was_asked_later() -> None:
    ada = cast.ada()
    project, _ = opened(ada)
    old = asked(project)
    endings.take_back(ending=old, by=cast.client(project), at=NOON)
    asked(project, reason="Quite another reason.")
    browser = readers.signed_in(ada)
    for named in (old.pk, "", "end_x", "\x00"):
        response = browser.post(stops(project, "/answers"), {"ending": named, "answer": "agree"})
        assert response.status_code == 409
        assert "Quite another reason." in text(response)
    assert statuses(project)[0] == "open"


def test_without_a_reason_what_was_typed_stays_and_the_field_says_so() -> None:
    project, _ = opened(cast.ada())
    refused = readers.guest(project).post(stops(project), {"reason": "x" * 5001})
    assert refused.status_code == 422
    assert "x" * 5001 in text(refused) and 'id="reason_error"' in text(refused)
    assert not Ending.objects.exists()


def test_the_second_asker_is_told_that_the_other_has_asked() -> None:
    ada = cast.ada()
    project, _ = opened(ada)
    asked(project)
    response = readers.signed_in(ada).post(stops(project), {"reason": "Me too."})
    assert response.status_code == 422
    assert "has asked to stop the project already" in text(response)
    assert "Agree and stop the project" in text(response)


@pytest.mark.parametrize(
    ("holder", "words"),
    [
        ("sandbox", "$2,000.00 of pretend money goes back to Carl Olsen."),
        ("custodian", "Cora Trust sends the $2,000.00 that it holds back to Carl Olsen."),
        ("freelancer", "owes the deposit of $2,000.00 back and sends it to Carl Olsen"),
    ],
)
def test_the_page_says_what_becomes_of_the_money(holder: Holder, words: str) -> None:
    project = cast.in_force(holder=holder)
    milestone = cast.delivered(project, 1)
    client = readers.guest(project)
    assert words in text(client.get(stops(project)))
    assert words in text(client.get(at(milestone)))
    assert "Nothing was paid in for it" in text(client.get(stops(project)))


def test_a_stranger_sees_and_does_nothing_and_words_are_escaped() -> None:
    ada = cast.ada()
    project, milestone = opened(ada)
    ending = asked(project, reason=CANARY)
    mallory = readers.mallory()
    for more in ("", "/answers", "/withdrawals"):
        assert mallory.post(stops(project, more), {"ending": ending.pk, "answer": "agree"}).status_code == 404
    browser = readers.signed_in(ada)
    for where in (stops(project), f"/projects/{project.pk}", at(milestone)):
        assert CANARY not in text(browser.get(where))
    assert statuses(project)[0] == "open"


def test_the_milestones_page_says_that_a_stop_was_asked_for() -> None:
    ada = cast.ada()
    project, milestone = opened(ada)
    asked(project)
    assert "asks to stop the project" in text(readers.signed_in(ada).get(at(milestone)))
    assert "You asked Ada Lindqvist to stop the project" in text(readers.guest(project).get(at(milestone)))


# -- extending ---------------------------------------------------------------------------------------


def test_the_client_takes_more_time_with_the_code_once() -> None:
    ada = cast.ada()
    project, _ = opened(ada)
    milestone = cast.delivered(project)
    delivery = milestone.deliveries.select_related("milestone__project").get()
    client = readers.guest(project)
    assert "I need more time" not in text(client.get(at(milestone))), "the window has not begun"
    reviews.start(delivery=delivery, at=NOON)
    assert "Take 3 days more" in text(client.get(at(milestone)))
    assert "Carl Olsen may extend this review once, by 3 days." in text(readers.signed_in(ada).get(at(milestone)))
    assert client.post(at(milestone, "extensions"), {"delivery": delivery.pk}).status_code == 200, "asks for the code"
    assert not Extension.objects.exists()
    assert coded(client, at(milestone, "extensions"), {"delivery": delivery.pk}).status_code == 302
    assert Delivery.objects.get(pk=delivery.pk).review_ends_at == NOON + timedelta(days=10)
    for reader in (client, readers.signed_in(ada)):
        page = text(reader.get(at(milestone)))
        assert "extended the review once, by 3 days" in page and "Take 3 days more" not in page
    assert coded(client, at(milestone, "extensions"), {"delivery": delivery.pk}).status_code == 422
    assert readers.signed_in(ada).post(at(milestone, "extensions")).status_code == 403


def test_after_the_end_nothing_is_offered_and_nothing_taken() -> None:
    project = cast.in_force()
    milestone = cast.delivered(project)
    delivery = milestone.deliveries.select_related("milestone__project").get()
    reviews.start(delivery=delivery, at=NOON)
    client = readers.guest(project)
    with time_machine.travel(NOON + timedelta(days=7), tick=False):
        assert "Take 3 days more" not in text(client.get(at(milestone)))
        refused = coded(client, at(milestone, "extensions"), {"delivery": delivery.pk})
    assert refused.status_code == 422
    assert status(milestone) == "delivered"
    assert not Extension.objects.exists()
