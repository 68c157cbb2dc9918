"""Work reviewed on the page: the window, the approval with a code, the changes asked for."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from milepost.actions import milestones, reviews
from milepost.models import Delivery, Review
from tests import cast
from tests.cast import NOON
from tests.web import readers
from tests.web.milestones import at, opened, status
from tests.web.readers import coded, text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


def test_only_the_clients_look_begins_the_window_and_no_page_does() -> None:
    ada = cast.ada()
    project, _ = opened(ada)
    milestone = cast.delivered(project)
    own, guest = readers.signed_in(ada), readers.guest(project)
    for client in (own, guest):
        client.get(at(milestone))
        client.get(at(milestone, "approvals"))
        client.get(f"/projects/{project.pk}")
    own.post(at(milestone, "views"))
    assert Delivery.objects.get(milestone=milestone).review_starts_at is None
    assert guest.post(at(milestone, "views")).headers["Location"] == at(milestone)
    first = Delivery.objects.get(milestone=milestone)
    assert first.review_starts_at == NOON
    with time_machine.travel(NOON + timedelta(hours=1), tick=False):
        told = guest.post(at(milestone, "views"), headers={"HX-Request": "true"})
    assert (told.status_code, told.headers["HX-Trigger"]) == (204, "changed")
    assert Delivery.objects.get(milestone=milestone).review_ends_at == first.review_ends_at


def test_the_client_approves_what_is_shown_with_a_code() -> None:
    project = cast.in_force()
    milestone = cast.delivered(project)
    client = readers.guest(project)
    page = client.get(at(milestone, "approvals"))
    assert "$2,000.00" in text(page)
    assert "https://example.org/work" in text(page)
    delivery = page.context["delivered"]["row"].pk
    assert coded(client, at(milestone, "approvals"), {"delivery": delivery}).status_code == 302
    assert status(milestone) == "approved"
    again = client.post(at(milestone, "approvals"), {"delivery": delivery})
    assert again.status_code == 409
    assert Review.objects.filter(delivery__milestone=milestone).count() == 1


def test_an_old_page_does_not_approve_a_newer_delivery() -> None:
    ada = cast.ada()
    project, _ = opened(ada)
    milestone = cast.delivered(project)
    client = readers.guest(project)
    seen = client.get(at(milestone, "approvals")).context["delivered"]["row"].pk
    milestones.request_changes(milestone=milestone, words="Again", by=cast.client(project), at=NOON)
    cast.delivered(project)
    assert coded(client, at(milestone, "approvals"), {"delivery": seen}).status_code == 409
    assert status(milestone) == "delivered"


def test_a_code_for_another_milestone_approves_nothing() -> None:
    project = cast.in_force(holder="nobody", parallel="yes")
    one, other = cast.delivered(project, 1), cast.delivered(project, 2)
    client = readers.guest(project)
    client.post(at(one, "approvals"))
    assert client.post(at(other, "approvals"), {"code": readers.digits()}).status_code == 422
    assert status(other) == "delivered"


def test_changes_are_asked_for_in_words() -> None:
    ada = cast.ada()
    project, _ = opened(ada)
    milestone = cast.delivered(project)
    client = readers.guest(project)
    empty = client.post(at(milestone, "change-requests"), {"words": ""})
    assert empty.status_code == 422
    assert 'id="words_error"' in text(empty)
    assert client.post(at(milestone, "change-requests"), {"words": "The new logo, please."}).status_code == 302
    assert status(milestone) == "open"
    page = text(readers.signed_in(ada).get(at(milestone)))
    assert "The new logo, please." in page
    assert "asks for changes" in page


def test_the_deadline_and_what_comes_of_silence_stand_first() -> None:
    project = cast.in_force(holder="nobody")
    milestone = cast.delivered(project)
    reviews.start(delivery=milestone.deliveries.get(), at=NOON)
    page = text(readers.guest(project).get(f"/projects/{project.pk}"))
    assert "Approve “January” by Tue 8 Dec, 13:00 CET" in page
    assert "the clock approves it, as both signed" in page
    assert page.index("Approve “January”") < page.index('class="road"')
