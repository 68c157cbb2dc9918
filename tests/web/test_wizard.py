"""Send proposal at the page: each step, and the way from one to the next."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from milepost.actions import drafts
from milepost.core import steps
from milepost.models import Draft
from tests.cast import Person
from tests.web.readers import text
from tests.web.wizards import form, refused, said_at, stored, url

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(ada: Person, signed_in: Callable[..., Client]) -> Client:
    return signed_in(ada)


# -- the beginning -----------------------------------------------------------------------------------


def test_opening_the_wizard_writes_nothing(browser: Client) -> None:
    response = browser.get("/proposals/new")
    assert response.status_code == 200 and not Draft.objects.exists()
    assert response["Cache-Control"] == "no-store"


def test_the_first_step_makes_a_draft_and_a_second_press_makes_no_other(browser: Client) -> None:
    page = text(browser.get("/proposals/new"))
    id = re.search(r'name="draft" value="(drf_\w+)"', page)[1]  # type: ignore[index]
    typed = {
        "draft": id, "version": "0", "page": "tab", "side": "freelancer", "project_name": "P", "other_name": "Carl",
        "other_email": "carl@example.net", "client_type": "business", "do": "next",
    }  # fmt: skip
    for _ in range(2):
        response = browser.post("/proposals/new", typed)
        assert response.status_code == 302 and response["Location"] == f"/proposals/{id}/payment"
    assert [draft.body["project_name"] for draft in Draft.objects.all()] == ["P"]


def test_a_first_step_with_mistakes_is_kept_and_said(browser: Client) -> None:
    response = browser.post("/proposals/new", {"version": "0", "project_name": "Half", "other_email": "carl"})
    refused(response, "other_email", "“carl” is not an e-mail address")
    draft = Draft.objects.get()
    assert draft.body["project_name"] == "Half" and 'value="Half"' in text(response)
    assert f'action="/proposals/{draft.pk}/project"' in text(response)


def test_after_a_new_login_the_same_draft_is_gone_on_with(browser: Client, draft: Draft) -> None:
    assert browser.get(f"/proposals/new?draft={draft.pk}")["Location"] == f"/proposals/{draft.pk}"
    fresh = "drf_" + "0" * 26
    assert f'value="{fresh}"' in text(browser.get(f"/proposals/new?draft={fresh}"))
    assert "<script>alert" not in text(browser.get("/proposals/new?draft=<script>alert(1)"))


def test_earlier_proposals_are_offered_to_be_copied(browser: Client, draft: Draft) -> None:
    page = text(browser.get("/proposals/new"))
    assert "Start from a copy" in page and "Social content, January to March" in page


@pytest.mark.parametrize("step", ["project", "payment", "milestones", "contract", "review"])
def test_every_step_has_a_page(browser: Client, draft: Draft, step: str) -> None:
    response = browser.get(url(draft, step))
    page = text(response)
    assert response.status_code == 200 and response["Cache-Control"] == "no-store"
    assert page.count('aria-current="step"') == 1 and page.count("<h1") == 1
    assert "style=" not in page and "onclick" not in page
    ids = re.findall(r'\sid="([^"]+)"', re.sub(r"<template.*?</template>", "", page, flags=re.DOTALL))
    assert len(ids) == len(set(ids)), "an id stands for one place"


def test_every_form_carries_its_own_token(ada: Person, draft: Draft, signed_in: Callable[..., Client]) -> None:
    browser = signed_in(ada, enforce_csrf_checks=True)
    for address in ("/proposals/new", *(url(draft, step) for step in steps.STEPS)):
        page = text(browser.get(address))
        for one in re.findall(r'<form[^>]*method="post".*?</form>', page, re.DOTALL):
            assert "csrfmiddlewaretoken" in one, address
    assert browser.post(url(draft, "project"), form(draft, "project")).status_code == 403


def test_there_is_no_other_step(browser: Client, draft: Draft) -> None:
    assert browser.get(url(draft, "bank")).status_code == 404
    assert browser.post(url(draft, "bank"), {}).status_code == 404


def test_a_draft_is_gone_on_with_where_something_is_missing(browser: Client, draft: Draft) -> None:
    assert browser.get(f"/proposals/{draft.pk}")["Location"] == url(draft, "review")
    Draft.objects.filter(pk=draft.pk).update(body=draft.body | {"start_on": "", "law": ""})
    assert browser.get(f"/proposals/{draft.pk}")["Location"] == url(draft, "payment")


# -- the way through ---------------------------------------------------------------------------------


def test_each_step_leads_to_the_next(browser: Client, draft: Draft) -> None:
    for step, following in zip(steps.STEPS, steps.STEPS[1:], strict=False):
        draft.refresh_from_db()
        assert browser.post(url(draft, step), form(draft, step))["Location"] == url(draft, following)


@pytest.mark.parametrize(("do", "step"), [("back", "milestones"), ("to-project", "project"), ("to-review", "review")])
def test_going_elsewhere_keeps_what_was_typed_even_when_it_is_wrong(
    browser: Client, draft: Draft, do: str, step: str
) -> None:
    response = browser.post(url(draft, "contract"), form(draft, "contract", law="", scope="Half a sente", do=do))
    assert response["Location"] == url(draft, step)
    assert stored(draft)["law"] == "" and stored(draft)["scope"] == "Half a sente"


@pytest.mark.parametrize(
    ("act", "titles", "anchor"),
    [
        ("milestone-add", ["January", "February", ""], "milestones.2"),
        ("milestone-up-1", ["February", "January"], "milestones.0"),
        ("milestone-down-0", ["February", "January"], "milestones.1"),
        ("milestone-remove-1", ["January"], "milestones.0"),
        ("stay", ["January", "February"], "milestones.1"),
        ("milestone-remove-77", ["January", "February"], "milestones.1"),
        ("nonsense", ["January", "February"], "milestones.1"),
        ("-", ["January", "February"], "milestones.1"),
    ],
)
def test_rows_change_without_a_script(browser: Client, draft: Draft, act: str, titles: list[str], anchor: str) -> None:
    response = browser.post(url(draft, "milestones"), form(draft, "milestones", do=act))
    assert response["Location"] == f"{url(draft, 'milestones')}#{anchor}"
    assert [row["title"] for row in stored(draft)["milestones"]] == titles


def test_what_was_understood_of_an_amount_stands_beside_it(browser: Client, draft: Draft) -> None:
    page = text(
        browser.post(
            url(draft, "milestones"),
            form(draft, "milestones", **{"milestones.0.amount": "1.234,50", "milestones.1.title": ""}),
        )
    )
    assert "= USD\u00a01,234.50" in page and "$3,234.50" in page


def test_the_review_leads_to_what_is_missing(browser: Client, draft: Draft) -> None:
    Draft.objects.filter(pk=draft.pk).update(body=draft.body | {"law": "", "start_on": "20266-01-01"})
    page = text(browser.get(url(draft, "review")))
    assert "Before this can be sent" in page and "Sign and send" not in page
    (link,) = re.findall(r'href="(/proposals/\w+/contract\?checked=1#law)"', page)
    there = browser.get(link)
    assert there.status_code == 200 and "Say which law applies" in said_at(there, "law")


def test_the_review_is_what_the_other_side_will_see(browser: Client, draft: Draft) -> None:
    page = text(browser.get(url(draft, "review")))
    for words in (
        "What Carl &amp; Sons will see",
        "Service agreement",
        "USD\u00a04,000.00",
        "12 posts for January",
        "7\u00a0days",
        "Sign and send to Carl &amp; Sons",
    ):
        assert words in page
    assert page.count(">Change<") == 4 and 'name="consent" value="yes" id="consent"' in page and "checked" not in page


# -- budgets -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", ["project", "payment", "milestones", "contract", "review"])
def test_a_page_takes_at_most_twelve_statements(browser: Client, draft: Draft, step: str) -> None:
    with CaptureQueriesContext(
        connection,
    ) as asked:
        browser.get(url(draft, step))
    assert len(asked) <= 12, [query["sql"][:90] for query in asked]


def test_a_hundred_milestones_take_no_more_statements_than_one(browser: Client, draft: Draft) -> None:
    one = draft.body["milestones"][0]
    counts = []
    for number in (1, 100):
        body = steps.with_ids(draft.body | {"milestones": [one | {"id": ""}] * number}, steps.blank(), drafts.new_id)
        Draft.objects.filter(pk=draft.pk).update(body=body)
        with CaptureQueriesContext(connection) as asked:
            assert browser.get(url(draft, "milestones")).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]
