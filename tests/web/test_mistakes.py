"""Send proposal at the page: every bad input gets its sentence at its field, and nothing typed is ever lost."""

from __future__ import annotations

from collections.abc import Callable
from html import unescape

import pytest
from django.test import Client

from milepost.core import steps
from milepost.models import Draft, Installation, Terms
from tests.cast import Person
from tests.web.readers import text
from tests.web.wizards import form, refused, said_at, stored, summary, url

pytestmark = pytest.mark.django_db

CANARY = "\"'><script>alert(1)</script>{{7*7}}&amp;"


@pytest.fixture
def browser(ada: Person, signed_in: Callable[..., Client]) -> Client:
    return signed_in(ada)


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
    ("contract", "review_unit", "weeks", "Choose hours, days or business days."),
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
