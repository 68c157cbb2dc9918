"""Send proposal at the page: every bad input gets its sentence at its field, and nothing typed is ever lost."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html import unescape
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from milepost.actions import drafts, offers, people
from milepost.core import steps
from milepost.models import Code, Draft, Installation, Project, Terms
from tests import cast
from tests.cast import Person

pytestmark = pytest.mark.django_db

CANARY = "\"'><script>alert(1)</script>{{7*7}}&amp;"
SIGNED = {
    "signature_typed": "Ada Lindqvist",
    "legal_name": "Ada Lindqvist",
    "postal_address": "1 Main Street",
    "consent": "yes",
}


@pytest.fixture
def browser(ada: Person, signed_in: Callable[..., Client]) -> Client:
    return signed_in(ada)


@pytest.fixture
def draft(ada: Person) -> Draft:
    """Everything is typed, and nothing lies in the past."""
    made = cast.draft(ada, at=timezone.now(), start_on=f"{timezone.now().year + 1}-01-01", milestones=rows())
    Draft.objects.filter(pk=made.pk).update(version=1)
    made.refresh_from_db()
    return made


def rows() -> list[Any]:
    from datetime import date

    year = timezone.now().year + 1
    return [("January", "2,000.00", date(year, 1, 31)), ("February", "2,000.00", date(year, 2, 28))]


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


def text(response: HttpResponse) -> str:
    return response.content.decode()


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


# -- what bad input gets -----------------------------------------------------------------------------

HUGE = "x" * 5000
BAD: list[tuple[str, str, str, str]] = [
    ("project", "project_name", "", "Give the project a name."),
    ("project", "project_name", HUGE, "This has 5,000 characters; 200 are the most that fit."),
    ("project", "project_name", "Content 🦄", "No font here can print"),
    ("project", "project_name", "Pay \u202e1", "After “Pay” there is a hidden character (U+202E)."),
    ("project", "project_name", "a\x00b", "hidden character (U+FFFD)"),
    ("project", "other_name", "", "Type the name of the person or business"),
    ("project", "other_name", HUGE, "This has 5,000 characters"),
    ("project", "other_email", "", "Type an e-mail address."),
    ("project", "other_email", "carl at example", "is not an e-mail address"),
    ("project", "client_type", "consumer", "written for businesses"),
    ("project", "client_type", "alien", "Say whether the client is a business or a consumer."),
    ("project", "side", "both", "Say which side you are on"),
    ("payment", "payment_type", "hourly", "Choose how the project is paid."),
    ("payment", "currency", "DOGE", "Choose a currency from the list."),
    ("payment", "holder", "stripe", "Choose who holds the money."),
    ("payment", "start_on", "", "Choose a day."),
    ("payment", "start_on", "31.1.2027", "Type it as year-month-day, like 2027-01-31."),
    ("payment", "start_on", "20266-01-31", "The year 20266 is too far away."),
    ("payment", "start_on", "1999-01-01", "more than a year ago"),
    ("milestones", "milestones.0.title", "", "Give the milestone a title."),
    ("milestones", "milestones.1.title", HUGE, "This has 5,000 characters"),
    ("milestones", "milestones.1.title", "🦄", "No font here can print"),
    ("milestones", "milestones.1.due_on", "2001-01-01", "This is before the project starts"),
    ("milestones", "milestones.1.due_on", "20266-01-31", "The year 20266 is too far away."),
    ("milestones", "milestones.0.amount", "", "Type an amount."),
    ("milestones", "milestones.0.amount", "1,2,3", "can be read in more than one way"),
    ("milestones", "milestones.0.amount", "-5", "without a sign"),
    ("milestones", "milestones.0.amount", "0", "more than zero"),
    ("milestones", "milestones.0.amount", "1e9", "is not an amount"),
    ("milestones", "milestones.0.amount", "1" + "0" * 16, "the most that terms can name"),
    ("milestones", "milestones.0.amount", "1.2345", "USD has 2 decimals"),
    ("milestones", "milestones.0.deliverables.0.title", "", "Say what is handed over."),
    ("milestones", "milestones.0.deliverables.0.criteria", "x" * 2001, "This has 2,001 characters"),
    ("contract", "scope", "x" * 20_001, "This has 20,001 characters"),
    ("contract", "exclusions", "🎈", "No font here can print"),
    ("contract", "review_length", "0", "from 1 to 90"),
    ("contract", "review_unit", "weeks", "Choose hours or days."),
    ("contract", "law", "", "Say which law applies"),
    ("contract", "venue", "", "Say where a dispute would be heard"),
    ("contract", "sign_within_days", "400", "from 1 to 90"),
]  # fmt: skip


@pytest.mark.parametrize(("step", "field", "typed", "sentence"), BAD)
def test_bad_input_gets_a_sentence_where_it_was_typed(
    browser: Client, draft: Draft, step: str, field: str, typed: str, sentence: str
) -> None:
    response = browser.post(url(draft, step), form(draft, step, **{field: typed}))
    refused(response, field, sentence)
    assert steps.at(stored(draft), field) == typed.replace("\x00", "\ufffd"), "what was typed is kept"
    assert not Terms.objects.exists()


@pytest.mark.parametrize(
    ("step", "field", "typed"),
    [
        ("project", "project_name", HUGE),
        ("project", "other_email", "carl at example"),
        ("payment", "start_on", "20266-01-31"),
        ("milestones", "milestones.0.amount", "1,2,3"),
        ("milestones", "milestones.0.deliverables.0.criteria", "x" * 2001),
        ("contract", "scope", "x" * 20_001),
        ("contract", "review_length", "seven"),
    ],
)
def test_what_was_typed_stands_there_still(browser: Client, draft: Draft, step: str, field: str, typed: str) -> None:
    page = text(browser.post(url(draft, step), form(draft, step, **{field: typed})))
    assert f'value="{typed}"' in page or f">{typed}</textarea>" in page
    for name, before in form(draft, step).items():
        if name not in (field, "do") and before:
            assert before.split("\n")[0] in unescape(page), f"{name} was lost"


@pytest.mark.parametrize(("treatment", "field"), [("standard", "tax_rate"), ("exempt", "tax_reason")])
def test_a_kind_of_tax_asks_for_what_it_needs(browser: Client, draft: Draft, treatment: str, field: str) -> None:
    response = browser.post(url(draft, "payment"), form(draft, "payment", tax_treatment=treatment))
    assert response.status_code == 422 and said_at(response, field)


def test_what_is_no_day_at_all_is_still_shown(browser: Client, draft: Draft) -> None:
    page = text(browser.post(url(draft, "payment"), form(draft, "payment", start_on="in spring")))
    assert '<input type="text" value="in spring" id="start_on"' in page
    assert '<input type="date"' in text(browser.get(url(draft, "milestones")))


def test_a_currency_without_decimals_refuses_them(browser: Client, draft: Draft) -> None:
    Draft.objects.filter(pk=draft.pk).update(body=draft.body | {"currency": "JPY"})
    response = browser.post(url(draft, "milestones"), form(draft, "milestones"))
    refused(response, "milestones.0.amount", "JPY has no decimals")


def test_both_sides_need_a_mailbox_of_their_own(browser: Client, draft: Draft, ada: Person) -> None:
    typed = ada.party.email.upper()
    response = browser.post(url(draft, "project"), form(draft, "project", other_email=typed))
    refused(response, "other_email", "your own mailbox")


@pytest.mark.parametrize("typed", ["مشروع المحتوى", "שלום", "Ünïcödé & <b>", "Соцсети"])
def test_names_of_every_script_go_through(browser: Client, draft: Draft, typed: str) -> None:
    assert browser.post(url(draft, "project"), form(draft, "project", project_name=typed)).status_code == 302
    assert typed in unescape(text(browser.get(url(draft, "review"))))


def test_no_milestones_at_all_get_a_sentence(browser: Client, draft: Draft) -> None:
    refused(browser.post(url(draft, "milestones"), {"do": "next"}), "milestones", "Add at least one milestone.")


def test_two_hundred_milestones_get_a_sentence_and_are_kept(browser: Client, draft: Draft) -> None:
    day = draft.body["start_on"]
    sent = {"do": "next", "version": "1"}
    for number in range(200):
        path = f"milestones.{number}"
        sent |= {f"{path}.title": f"Part {number}", f"{path}.due_on": day, f"{path}.amount": "100"}
        sent |= {f"{path}.deliverables.0.title": "Something", f"{path}.deliverables.0.criteria": ""}
    refused(browser.post(url(draft, "milestones"), sent), "milestones", "These are 200 milestones; 100 are the most")
    assert len(stored(draft)["milestones"]) == 200


def test_a_milestone_without_deliverables_gets_a_sentence(browser: Client, draft: Draft) -> None:
    day = draft.body["start_on"]
    sent = {"milestones.0.title": "T", "milestones.0.due_on": day, "milestones.0.amount": "2000", "do": "next"}
    refused(browser.post(url(draft, "milestones"), sent), "milestones.0.deliverables", "Add at least one deliverable")


def test_the_summary_says_which_milestone_is_meant(browser: Client, draft: Draft) -> None:
    sent = form(draft, "milestones", **{"milestones.1.amount": "", "milestones.1.deliverables.0.title": ""})
    words = [said for _place, said in summary(browser.post(url(draft, "milestones"), sent))]
    assert words == ["Milestone 2: Type an amount.", "Milestone 2, deliverable 1: Say what is handed over."]


@pytest.mark.parametrize("step", ["project", "payment", "milestones", "contract"])
def test_a_canary_in_every_field_is_only_text(browser: Client, draft: Draft, step: str) -> None:
    sent = dict.fromkeys(form(draft, step), CANARY) | {"version": "1", "page": CANARY, "do": "next"}
    if step == "milestones":
        sent |= {"milestones.0.id": "", "milestones.1.id": ""}
    for response in (
        browser.post(url(draft, step), sent),
        browser.get(url(draft, step)),
        browser.get("/proposals/new"),
    ):
        assert "<script>alert" not in text(response) and "\"'>" not in text(response) and "49" not in CANARY
        assert "{{7*7}}" in text(response) or step in ("payment", "contract", "milestones")


def test_a_canary_in_the_contract_is_only_text(browser: Client, draft: Draft, ada: Person) -> None:
    words = dict.fromkeys(("project_name", "other_name", "scope", "exclusions", "law", "venue"), CANARY)
    body = draft.body | words
    body["milestones"][0] |= {"title": CANARY, "deliverables": [{"id": "", "title": CANARY, "criteria": CANARY}]}
    Draft.objects.filter(pk=draft.pk).update(body=body)
    page = text(browser.get(url(draft, "review")))
    assert "<script>alert" not in page and page.count("&lt;script&gt;alert(1)&lt;/script&gt;") > 8
    assert "{{7*7}}" in page and "&amp;amp;" in page


# -- the minimum -------------------------------------------------------------------------------------


def small(draft: Draft) -> dict[str, str]:
    return form(draft, "milestones", **{"milestones.0.amount": "700", "milestones.1.amount": "800"})


def test_below_the_minimum_one_button_makes_it_one_time(browser: Client, draft: Draft) -> None:
    response = browser.post(url(draft, "milestones"), small(draft))
    refused(response, "milestones", "Milestone payment is for projects of USD 2,000.00 and more")
    assert 'value="one-time"' in text(response)
    assert browser.post(url(draft, "milestones"), small(draft) | {"do": "one-time"}).status_code == 302
    draft.refresh_from_db()
    assert draft.body["payment_type"] == "one_time" and draft.body["milestones"][0]["amount"] == "1500.00"
    assert browser.post(url(draft, "milestones"), form(draft, "milestones"))["Location"] == url(draft, "contract")


def test_one_time_with_several_milestones_offers_to_put_them_together(browser: Client, draft: Draft) -> None:
    Draft.objects.filter(pk=draft.pk).update(body=draft.body | {"payment_type": "one_time"})
    response = browser.post(url(draft, "milestones"), form(draft, "milestones"))
    refused(response, "milestones", "One-time payment has one milestone; these are 2.")
    assert "Put them together into one" in text(response)


def test_a_policy_that_advises_says_so_and_lets_pass(browser: Client, draft: Draft) -> None:
    Installation.objects.update(minimum_policy="advise")
    assert browser.post(url(draft, "milestones"), small(draft))["Location"] == url(draft, "contract")
    for step in ("milestones", "review"):
        assert "is meant for projects of USD 2,000.00 and more" in text(browser.get(url(draft, step)))


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


# -- send --------------------------------------------------------------------------------------------


def seen(browser: Client, draft: Draft) -> str:
    return re.search(r'name="seen" value="(\w+)"', text(browser.get(url(draft, "review"))))[1]  # type: ignore[index]


def test_signing_sends(browser: Client, draft: Draft) -> None:
    response = browser.post(url(draft, "review"), SIGNED | {"seen": seen(browser, draft)})
    terms = Terms.objects.get()
    assert response["Location"] == f"/terms/{terms.pk}"
    assert terms.status == "offered" and terms.said.total == cast.usd(400_000)
    assert terms.signatures.get().name == "Ada Lindqvist"


def test_back_after_send_and_a_second_press_never_send_twice(browser: Client, draft: Draft) -> None:
    signed = SIGNED | {"seen": seen(browser, draft)}
    first = browser.post(url(draft, "review"), signed)
    assert browser.post(url(draft, "review"), signed)["Location"] == first["Location"]
    for step in ("project", "payment", "milestones", "contract", "review"):
        assert browser.get(url(draft, step))["Location"] == first["Location"]
        assert (
            browser.post(url(draft, step), form(draft, "project", project_name="Late"))["Location"] == first["Location"]
        )
    assert browser.get(f"/proposals/{draft.pk}")["Location"] == first["Location"]
    assert browser.post(url(draft, "deletions"))["Location"] == first["Location"]
    assert browser.post(url(draft, "saves"), {"step": "project", "project_name": "Late"}).status_code == 409
    assert Terms.objects.count() == Project.objects.count() == 1
    assert stored(draft)["project_name"] == draft.body["project_name"]


def test_a_press_that_crossed_another_is_led_to_what_was_sent(
    browser: Client, draft: Draft, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second request read the draft before the first had sent it."""
    signed = SIGNED | {"seen": seen(browser, draft)}
    real = offers.offer

    def overtaken(**given: Any) -> Terms:
        monkeypatch.setattr(offers, "offer", real)
        stale = Draft.objects.get(pk=draft.pk)
        real(draft=Draft.objects.get(pk=draft.pk), signing=cast.signature(), by=ada.actor(), at=given["at"])
        return real(**given | {"draft": stale})

    monkeypatch.setattr(offers, "offer", overtaken)
    response = browser.post(url(draft, "review"), signed)
    assert response["Location"] == f"/terms/{Terms.objects.get().pk}" and Project.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "typed", "place", "sentence"),
    [
        ("signature_typed", "", "signature_typed", "Type your name"),
        ("legal_name", " ", "legal_name", "Type the legal name"),
        ("postal_address", "", "postal_address", "Type the postal address"),
        ("consent", "", "consent", "Tick the box"),
        ("capacity", "x" * 201, "capacity", "At most 200 characters"),
        ("legal_name", "🦄 Ltd", "legal_name", "can't be printed"),
    ],
)  # fmt: skip
def test_what_the_signature_needs_is_said_at_its_field(
    browser: Client, draft: Draft, field: str, typed: str, place: str, sentence: str
) -> None:
    signed = SIGNED | {"seen": seen(browser, draft), "capacity": "Owner & sons"} | {field: typed}
    response = browser.post(url(draft, "review"), signed)
    assert response.status_code == 422 and sentence in said_at(response, place)
    assert dict(summary(response))[place]
    assert f'value="{typed}"' in text(response) or not typed.strip() or field == "capacity"
    assert not Terms.objects.exists() and Draft.objects.get().sent_as is None


def test_nobody_signs_what_another_window_has_changed(browser: Client, draft: Draft) -> None:
    read = seen(browser, draft)
    browser.post(url(draft, "contract"), form(draft, "contract", law="Norway"))
    response = browser.post(url(draft, "review"), SIGNED | {"seen": read, "capacity": "Owner"})
    assert response.status_code == 409 and "has changed since you opened this page" in text(response)
    assert 'value="Owner"' in text(response) and not Terms.objects.exists()
    assert browser.post(url(draft, "review"), SIGNED | {"seen": seen(browser, draft)}).status_code == 302


def test_a_draft_that_was_spoiled_meanwhile_is_not_sent(browser: Client, draft: Draft) -> None:
    read = seen(browser, draft)
    Draft.objects.filter(pk=draft.pk).update(body=draft.body | {"law": ""})
    response = browser.post(url(draft, "review"), SIGNED | {"seen": read})
    assert response.status_code == 422 and "Before this can be sent" in text(response) and not Terms.objects.exists()


def test_what_only_sending_finds_out_leads_to_its_step(browser: Client, draft: Draft, ada: Person) -> None:
    """A colleague's address: another mailbox, the same party."""
    colleague = cast.person("Bo", "bo@example.net")
    colleague.user.memberships.all().delete()
    colleague.user.memberships.create(party=ada.party)
    Draft.objects.filter(pk=draft.pk).update(body=draft.body | {"other_email": "bo@example.net"})
    response = browser.post(url(draft, "review"), SIGNED | {"seen": seen(browser, draft)})
    assert response.status_code == 422 and "Both sides would be the same person" in text(response)
    assert f'href="{url(draft, "project")}?checked=1#other_email"' in text(response)
    assert not Terms.objects.exists()


def test_an_older_login_types_the_code_from_the_mail_first(
    ada: Person, draft: Draft, signed_in: Callable[..., Client]
) -> None:
    browser = signed_in(ada, fresh=False)
    signed = SIGNED | {"seen": seen(browser, draft)}
    asked = browser.post(url(draft, "review"), signed)
    assert asked.status_code == 200 and not Terms.objects.exists()
    digits = people.mint_code(code_id=Code.objects.get().pk, at=timezone.now())
    wrong = browser.post(url(draft, "review"), signed | {"code": "000000" if digits != "000000" else "111111"})
    assert wrong.status_code == 422 and not Terms.objects.exists() and 'name="seen"' in text(wrong)
    response = browser.post(url(draft, "review"), signed | {"code": digits})
    assert response["Location"] == f"/terms/{Terms.objects.get().pk}"
    assert Terms.objects.get().signatures.get().proof == "code"


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
