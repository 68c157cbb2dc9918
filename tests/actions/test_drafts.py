"""Drafts: kept as typed, by their own party alone, through two windows and second presses; nothing is lost."""

from __future__ import annotations

from datetime import timedelta

import pytest

from milepost.actions import drafts, offers
from milepost.actions.drafts import Gone, SavedElsewhere
from milepost.core.refusals import NotAllowed, Refused
from milepost.models import Draft, Terms
from tests import cast
from tests.actions.drafting import save, stored
from tests.cast import NOON, Person

pytestmark = pytest.mark.django_db


# -- start -----------------------------------------------------------------------------------------


def test_a_second_press_starts_the_same_draft(ada: Person) -> None:
    first = drafts.start(by=ada.actor(), at=NOON)
    again = drafts.start(by=ada.actor(), at=NOON + timedelta(seconds=1), id=first.pk)
    assert again == first and again.started_at == NOON and Draft.objects.count() == 1


def test_a_new_draft_has_an_id_for_its_first_milestone(ada: Person) -> None:
    (milestone,) = drafts.start(by=ada.actor(), at=NOON).body["milestones"]
    assert milestone["id"].startswith("mil_") and milestone["deliverables"][0]["id"].startswith("dlv_")


def test_the_id_of_somebody_elses_draft_starts_nothing(ada: Person, draft: Draft) -> None:
    mallory = cast.person("Mallory", "mallory@example.net")
    with pytest.raises(NotAllowed):
        drafts.start(by=mallory.actor(), at=NOON, id=draft.pk)
    for made_up in ("drf_x", "mil_" + "0" * 26, "../etc/passwd"):
        with pytest.raises(NotAllowed):
            drafts.start(by=mallory.actor(), at=NOON, id=made_up)
    assert Draft.objects.count() == 1


def test_a_guest_has_no_drafts(ada: Person) -> None:
    with pytest.raises(NotAllowed):
        drafts.start(by=cast.guest(ada.party), at=NOON)


# -- save ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    [
        "<script>alert(1)</script>",
        "x" * 5000,
        "مشروع",
        "\u202e",
        "🦄",
        "'; DROP TABLE milepost_draft; --",
        "{{ 7*7 }}",
        " a  b ",
    ],
)
def test_what_is_typed_is_kept_as_it_is_even_when_it_is_wrong(draft: Draft, ada: Person, typed: str) -> None:
    save(draft, ada, project_name=typed)
    assert stored(draft)["project_name"] == typed


def test_what_no_database_takes_becomes_the_mark_for_it(draft: Draft, ada: Person) -> None:
    save(draft, ada, project_name="a\x00b\ud800c", own_name="two\r\nlines")
    assert stored(draft)["project_name"] == "a\ufffdb\ufffdc" and stored(draft)["own_name"] == "two\nlines"


def test_a_save_without_a_change_writes_nothing(draft: Draft, ada: Person) -> None:
    saved = save(draft, ada, project_name="New")
    assert saved.version == 1
    assert save(draft, ada, project_name="New", version=1).version == 1


def test_a_milestone_keeps_its_id_through_saves_and_a_made_up_one_is_replaced(draft: Draft, ada: Person) -> None:
    before = [row["id"] for row in stored(draft)["milestones"]]
    sent = {f"milestones.{place}.id": id for place, id in enumerate(before)}
    sent |= {f"milestones.{place}.title": "T" for place in range(3)} | {"milestones.3.id": "mil_" + "0" * 26}
    after = [row["id"] for row in save(draft, ada, "milestones", **sent).body["milestones"]]
    assert after[:3] == before and after[3] not in (*before, "mil_" + "0" * 26) and after[3].startswith("mil_")


def test_rows_change_by_buttons(draft: Draft, ada: Person) -> None:
    sent = {f"milestones.{place}.title": title for place, title in enumerate("ABC")}
    moved = save(draft, ada, "milestones", act="milestone-up-2", **sent)
    assert [row["title"] for row in moved.body["milestones"]] == ["A", "C", "B"]


def test_an_act_that_is_refused_loses_nothing_typed(draft: Draft, ada: Person) -> None:
    sent = {"milestones.0.amount": "1,2,3", "milestones.1.amount": "5"}
    with pytest.raises(Refused, match="Put the amounts right first"):
        save(draft, ada, "milestones", act="one-time", **sent)
    assert [row["amount"] for row in stored(draft)["milestones"]] == ["1,2,3", "5"]
    assert stored(draft)["payment_type"] == "milestone"


def test_one_button_makes_it_one_time(draft: Draft, ada: Person) -> None:
    sent = {"milestones.0.amount": "700", "milestones.1.amount": "800"}
    save(draft, ada, "milestones", act="one-time", **sent)
    assert stored(draft)["payment_type"] == "one_time"
    assert [row["amount"] for row in stored(draft)["milestones"]] == ["1500.00"]


# -- two windows -----------------------------------------------------------------------------------


def test_the_older_page_of_two_is_told_and_nothing_of_the_newer_is_lost(draft: Draft, ada: Person) -> None:
    save(draft, ada, page="one", version=0, project_name="From the first window")
    with pytest.raises(SavedElsewhere):
        save(draft, ada, page="two", version=0, project_name="From the second window")
    assert stored(draft)["project_name"] == "From the first window"


def test_who_has_seen_the_newer_one_may_go_on(draft: Draft, ada: Person) -> None:
    newer = save(draft, ada, page="one", version=0, project_name="From the first window")
    save(draft, ada, page="two", version=newer.version, project_name="From the second window")
    assert stored(draft)["project_name"] == "From the second window"


def test_ones_own_later_saves_are_no_second_window(draft: Draft, ada: Person) -> None:
    for number in range(3):
        save(draft, ada, page="one", version=0, project_name=f"Typed {number}")
    assert stored(draft)["project_name"] == "Typed 2"


def test_two_windows_on_two_steps_do_not_meet(draft: Draft, ada: Person) -> None:
    save(draft, ada, "project", page="one", version=0, project_name="Here")
    save(draft, ada, "contract", page="two", version=0, law="There")
    assert stored(draft)["project_name"] == "Here" and stored(draft)["law"] == "There"


def test_the_same_words_from_two_windows_are_no_conflict(draft: Draft, ada: Person) -> None:
    save(draft, ada, page="one", version=0, project_name="Same")
    save(draft, ada, page="two", version=0, project_name="Same")
    assert stored(draft)["project_name"] == "Same"


# -- whose it is -----------------------------------------------------------------------------------


def test_mallory_can_do_nothing_with_adas_draft(draft: Draft, ada: Person) -> None:
    by = cast.person("Mallory", "mallory@example.net").actor()
    for act in (
        lambda: drafts.save(
            draft=draft, step="project", typed={"project_name": "x"}, version=9, page="", by=by, at=NOON
        ),
        lambda: drafts.copy(draft=draft, by=by, at=NOON),
        lambda: drafts.delete(draft=draft, by=by, at=NOON),
        lambda: drafts.restore(draft=draft, by=by, at=NOON),
        lambda: offers.offer(draft=draft, signing=cast.signature(), by=by, at=NOON),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert Draft.objects.count() == 1 and stored(draft) == draft.body and not Terms.objects.exists()


# -- deleted, sent ---------------------------------------------------------------------------------


def test_a_deleted_draft_comes_back_as_it_was(draft: Draft, ada: Person) -> None:
    drafts.delete(draft=draft, by=ada.actor(), at=NOON)
    with pytest.raises(Gone):
        save(draft, ada, project_name="x")
    drafts.restore(draft=draft, by=ada.actor(), at=NOON)
    assert stored(draft) == draft.body
    save(draft, ada, project_name="x")


def test_a_sent_draft_does_not_change_any_more(ada: Person) -> None:
    sent = Draft.objects.get(sent_as=cast.offered(ada))
    with pytest.raises(Gone):
        save(sent, ada, project_name="x")
    with pytest.raises(Gone):
        drafts.delete(draft=sent, by=ada.actor(), at=NOON)
