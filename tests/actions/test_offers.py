"""A draft becomes a proposal: composed, checked, sent whole and once, within the installation's policy."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from milepost.actions import drafts, offers
from milepost.core import steps
from milepost.core.refusals import Refused, Several
from milepost.models import Draft, Installation, Project, Terms
from tests import cast
from tests.actions.drafting import save
from tests.cast import NOON, Person

pytestmark = pytest.mark.django_db


def fields_of(refusal: pytest.ExceptionInfo[Several]) -> set[str | None]:
    return {one.field for one in refusal.value.refusals}


# -- compose and check -----------------------------------------------------------------------------


def test_a_draft_composes_to_terms_in_the_senders_zone(draft: Draft) -> None:
    said = drafts.compose(draft=draft, at=NOON)
    assert said.time_zone == "Europe/Stockholm" and said.language == "en"
    assert said.freelancer.name == "Ada Lindqvist" and said.total == cast.usd(600_000)
    assert said.start_on == date(2026, 12, 1)


def test_what_no_font_has_is_named_at_its_field(draft: Draft, ada: Person) -> None:
    save(draft, ada, project_name="Content 🦄", own_name="x")
    save(draft, ada, "contract", scope="As agreed 🎈")
    draft.refresh_from_db()
    with pytest.raises(Several) as refusal:
        drafts.compose(draft=draft, at=NOON)
    assert fields_of(refusal) == {"project_name", "scope"}
    assert "🦄" in refusal.value.sentence or "UNICORN" in refusal.value.sentence.upper()
    (wrong,) = drafts.check(draft=draft, step="project", at=NOON)
    assert wrong.field == "project_name"


def test_what_no_font_has_is_named_in_rows_too(draft: Draft, ada: Person) -> None:
    sent = {
        "milestones.0.title": "🦄",
        "milestones.0.deliverables.0.title": "🎈",
        "milestones.0.deliverables.0.criteria": "🎈",
    }
    save(draft, ada, "milestones", **sent)
    draft.refresh_from_db()
    unprintable = [
        wrong.field for wrong in drafts.check(draft=draft, step="milestones", at=NOON) if "font" in wrong.sentence
    ]
    assert unprintable == list(sent)


def test_a_draft_with_a_mistake_is_not_sent_in_part(draft: Draft, ada: Person) -> None:
    save(draft, ada, "contract", law="")
    draft.refresh_from_db()
    with pytest.raises(Several):
        offers.offer(draft=draft, signing=cast.signature(), by=ada.actor(), at=NOON)
    assert not Terms.objects.exists() and not Project.objects.exists()
    assert Draft.objects.get(pk=draft.pk).sent_as is None


def test_a_second_press_sends_once(draft: Draft, ada: Person) -> None:
    first = offers.offer(draft=draft, signing=cast.signature(), by=ada.actor(), at=NOON)
    draft.refresh_from_db()
    assert offers.offer(draft=draft, signing=cast.signature(), by=ada.actor(), at=NOON) == first
    assert Terms.objects.count() == 1


def test_a_press_that_crossed_another_sends_nothing(draft: Draft, ada: Person) -> None:
    old = Draft.objects.get(pk=draft.pk)
    offers.offer(draft=draft, signing=cast.signature(), by=ada.actor(), at=NOON)
    with pytest.raises(Refused):
        offers.offer(draft=old, signing=cast.signature(), by=ada.actor(), at=NOON)
    assert Terms.objects.count() == 1 and Project.objects.count() == 1


# -- the installation's policy -----------------------------------------------------------------------


def test_the_policy_is_that_of_the_installation(draft: Draft) -> None:
    small = steps.with_ids(
        draft.body | {"milestones": [draft.body["milestones"][0] | {"amount": "1,999.99"}]},
        draft.body,
        lambda prefix: prefix,
    )
    Draft.objects.filter(pk=draft.pk).update(body=small)
    draft.refresh_from_db()
    assert [wrong.field for wrong in drafts.check(draft=draft, step="milestones", at=NOON)] == ["milestones"]
    for policy in ("advise", "off"):
        Installation.objects.update(minimum_policy=policy)
        assert not drafts.check(draft=draft, step="milestones", at=NOON)
    Installation.objects.update(minimum_policy="enforce", minimums_minor={"EUR": 100})
    assert not drafts.check(draft=draft, step="milestones", at=NOON)


def test_pretend_money_is_offered_where_nobody_takes_it_for_real(settings: Any) -> None:
    assert drafts.allows(NOON).holders == ("nobody", "freelancer", "sandbox")
    settings.TESTING = settings.DEMO = False
    assert drafts.allows(NOON).holders == ("nobody", "freelancer")
    settings.SANDBOX = True
    assert drafts.allows(NOON).holders == ("nobody", "freelancer", "sandbox")
