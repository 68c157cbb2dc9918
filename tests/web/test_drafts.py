"""Drafts at the page: saved as one types, in two windows, by nobody else; copied, deleted, brought back."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from django.test import Client

from milepost.models import Draft
from tests import cast
from tests.cast import Person
from tests.web.readers import text
from tests.web.wizards import form, stored, url

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(ada: Person, signed_in: Callable[..., Client]) -> Client:
    return signed_in(ada)


# -- saved as one types ------------------------------------------------------------------------------


def test_autosave_keeps_and_says_what_it_understood(browser: Client, draft: Draft) -> None:
    sent = form(draft, "milestones", step="milestones", **{"milestones.0.amount": "1.234,50"})
    answer = browser.post(url(draft, "saves"), sent).json()
    assert stored(draft)["milestones"][0]["amount"] == "1.234,50"
    assert answer["version"] == 2 and re.fullmatch(r"\d\d:\d\d", answer["saved"]) and answer["saved_at"]
    assert answer["understood"] == ["= USD\u00a01,234.50", "= USD\u00a02,000.00"]
    assert "$3,234.50" in answer["parts"]["sum"] and "January" in answer["parts"]["preview"]


def test_autosave_keeps_what_is_wrong(browser: Client, draft: Draft) -> None:
    sent = form(
        draft, "milestones", step="milestones", **{"milestones.0.amount": "1,2,3", "milestones.1.due_on": "20266-01-01"}
    )
    answer = browser.post(url(draft, "saves"), sent).json()
    assert answer["understood"][0] == "" and "1 amount open" in answer["parts"]["sum"]
    assert stored(draft)["milestones"][0]["amount"] == "1,2,3"


def test_the_first_autosave_makes_the_draft(browser: Client) -> None:
    id = "drf_" + "0" * 26
    sent = {"step": "project", "version": "0", "page": "tab", "project_name": "Typing"}
    assert browser.post(f"/proposals/{id}/saves", sent).json()["version"] == 1
    assert Draft.objects.get().body["project_name"] == "Typing"
    response = browser.post(f"/proposals/new?draft={id}", sent | {"draft": id, "project_name": "Typing on"})
    assert response.status_code == 422 and Draft.objects.get().body["project_name"] == "Typing on"


def test_autosave_of_nothing_that_exists_keeps_nothing(browser: Client, draft: Draft) -> None:
    assert browser.post("/proposals/drf_x/saves", {"step": "project"}).status_code == 404
    assert browser.post(url(draft, "saves"), {"step": "review", "law": "x"}).status_code == 302
    assert stored(draft) == draft.body


# -- two windows -------------------------------------------------------------------------------------


def test_autosave_from_an_older_window_is_told(browser: Client, draft: Draft) -> None:
    browser.post(url(draft, "saves"), form(draft, "project", step="project", page="one", project_name="First"))
    response = browser.post(
        url(draft, "saves"), form(draft, "project", step="project", page="two", project_name="Second")
    )
    assert response.status_code == 409 and "another window" in response.json()["sentence"]
    assert stored(draft)["project_name"] == "First"


def test_an_older_window_is_offered_both(browser: Client, draft: Draft) -> None:
    browser.post(url(draft, "project"), form(draft, "project", page="one", project_name="From the first"))
    response = browser.post(url(draft, "project"), form(draft, "project", page="two", project_name="From the second"))
    page = text(response)
    assert response.status_code == 409 and 'value="From the second"' in page
    assert "Keep what stands here" in page and f'href="{url(draft, "project")}"' in page
    assert stored(draft)["project_name"] == "From the first"
    version = re.search(r'name="version" value="(\d+)"', page)[1]  # type: ignore[index]
    kept = form(draft, "project", page="three", version=version, project_name="From the second", do="stay")
    assert browser.post(url(draft, "project"), kept).status_code == 302
    assert stored(draft)["project_name"] == "From the second"


# -- whose it is -------------------------------------------------------------------------------------


def every_address(draft: Draft) -> Iterator[tuple[str, str]]:
    for step in ("project", "payment", "milestones", "contract", "review", "bank", "saves", "deletions", "undo"):
        yield "post", url(draft, step)
        if step != "saves":
            yield "get", url(draft, step)
    yield "get", f"/proposals/{draft.pk}"


def test_mallory_finds_nothing_of_adas_draft(draft: Draft, mallory: Person, signed_in: Callable[..., Client]) -> None:
    browser = signed_in(mallory)
    for method, address in every_address(draft):
        response = getattr(browser, method)(address, {"step": "project", "version": "0"} if method == "post" else {})
        assert response.status_code == 404, address
    assert browser.post("/proposals/copies", {"draft": draft.pk}).status_code == 404
    assert browser.post("/proposals/new", {"draft": draft.pk, "project_name": "x"}).status_code == 404
    assert stored(draft) == draft.body and Draft.objects.count() == 1


def test_mallory_answers_nothing_of_adas(ada: Person, mallory: Person, signed_in: Callable[..., Client]) -> None:
    terms = cast.offered(ada)
    assert signed_in(mallory).post("/proposals/copies", {"terms": terms.pk}).status_code == 404
    assert Draft.objects.count() == 1


def test_whose_session_ended_signs_in_and_comes_back_to_the_same_step(draft: Draft) -> None:
    for method, address in every_address(draft):
        response = getattr(Client(), method)(address)
        assert response.status_code == 302 and urlsplit(response["Location"]).query == f"next={address}", address
    assert stored(draft) == draft.body


@pytest.mark.parametrize("address", ["saves", "deletions", "undo"])
def test_who_comes_back_to_a_deed_is_led_to_the_draft(browser: Client, draft: Draft, address: str) -> None:
    assert browser.get(url(draft, address))["Location"] == f"/proposals/{draft.pk}"
    assert browser.get("/proposals/copies")["Location"] == "/proposals/new"


# -- copy, delete, undo ------------------------------------------------------------------------------


def test_a_draft_is_copied_once_by_a_double_click(browser: Client, draft: Draft) -> None:
    id = re.search(r'name="copy" value="(drf_\w+)"', text(browser.get(url(draft, "project"))))[1]  # type: ignore[index]
    for _ in range(2):
        response = browser.post("/proposals/copies", {"draft": draft.pk, "copy": id})
    copy = Draft.objects.exclude(pk=draft.pk).get()
    assert response["Location"] == url(copy, "project") and copy.body["project_name"] == draft.body["project_name"]


def test_a_deleted_draft_is_undone_and_a_second_press_of_either_does_no_harm(browser: Client, draft: Draft) -> None:
    for _ in range(2):
        assert browser.post(url(draft, "deletions"))["Location"] == url(draft, "deletions")
    assert "Undo" in text(browser.get(url(draft, "deletions")))
    assert browser.get(url(draft, "project")).status_code == 404
    for _ in range(2):
        assert browser.post(url(draft, "undo"))["Location"] == f"/proposals/{draft.pk}"
    assert browser.get(url(draft, "project")).status_code == 200 and stored(draft) == draft.body


def test_an_answer_to_a_change_asked_for_says_so(browser: Client, ada: Person) -> None:
    terms = cast.offered(ada)
    response = browser.post("/proposals/copies", {"terms": terms.pk})
    page = text(browser.get(response["Location"]))
    assert "This answers the change" in page and 'name="side"' not in page
