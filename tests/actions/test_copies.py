"""Drafts made from what is there: a copy of a draft, an answer to terms."""

from __future__ import annotations

from datetime import timedelta

import pytest

from milepost.actions import drafts, offers
from milepost.core import steps
from milepost.core.refusals import NotAllowed
from milepost.models import Draft
from tests import cast
from tests.actions.drafting import save, stored
from tests.cast import NOON, Person

pytestmark = pytest.mark.django_db


def test_a_copy_has_the_same_words_and_other_milestones(draft: Draft, ada: Person) -> None:
    copy = drafts.copy(draft=draft, by=ada.actor(), at=NOON)
    assert steps.without_ids(copy.body) == steps.without_ids(draft.body)
    ids = {row["id"] for row in copy.body["milestones"]}
    assert len(ids) == 3 and not ids & {row["id"] for row in draft.body["milestones"]}


def test_a_copy_leaves_days_open_that_have_passed(draft: Draft, ada: Person) -> None:
    copy = drafts.copy(draft=draft, by=ada.actor(), at=NOON + timedelta(days=70))
    assert copy.body["start_on"] == ""
    assert [row["due_on"] for row in copy.body["milestones"]] == ["", "2027-02-28", "2027-03-31"]
    assert draft.body["start_on"] == "2026-12-01"


def test_a_sent_proposal_can_be_copied(ada: Person) -> None:
    sent = Draft.objects.get(sent_as=cast.offered(ada))
    copy = drafts.copy(draft=sent, by=ada.actor(), at=NOON)
    assert copy.sent_as is None and copy.project is None and copy.body["project_name"] == sent.body["project_name"]


def test_an_answer_keeps_the_ids_the_side_and_is_begun_once(ada: Person) -> None:
    terms = cast.offered(ada)
    answer = drafts.again(terms=terms, by=ada.actor(), at=NOON)
    assert [row["id"] for row in answer.body["milestones"]] == [row.id for row in terms.said.milestones]
    assert drafts.again(terms=terms, by=ada.actor(), at=NOON) == answer
    save(answer, ada, version=1, side="client", project_name="Changed")
    assert stored(answer)["side"] == "freelancer" and stored(answer)["project_name"] == "Changed"


def test_an_answer_that_is_sent_takes_the_place_of_what_it_answers(ada: Person) -> None:
    terms = cast.offered(ada)
    answer = drafts.again(terms=terms, by=ada.actor(), at=NOON)
    save(answer, ada, "contract", version=1, law="Norway")
    answer.refresh_from_db()
    newer = offers.offer(draft=answer, signing=cast.signature(), by=ada.actor(), at=NOON)
    terms.refresh_from_db()
    assert newer.project_id == terms.project_id and terms.status == "withdrawn"
    assert newer.said.answers == terms.fingerprint and newer.said.law == "Norway"


def test_only_the_sender_answers_with_another_proposal(ada: Person) -> None:
    terms = cast.offered(ada)
    with pytest.raises(NotAllowed):
        drafts.again(terms=terms, by=cast.client(terms.project), at=NOON)


def test_an_answer_may_go_to_another_address(ada: Person) -> None:
    terms = cast.offered(ada)
    answer = drafts.again(terms=terms, other_email="right@example.org", by=ada.actor(), at=NOON)
    assert stored(answer)["other_email"] == "right@example.org"
