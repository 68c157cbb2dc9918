"""Every deed has its sentence, every mail its words."""

from __future__ import annotations

import pytest
from django.test import override_settings

from milepost.core.catalogue import EVENTS
from milepost.core.terms import Milestone
from milepost.events import audience
from milepost.events.audience import READERS, Reader
from milepost.events.wording import CODE_PLACE, LETTERS, LINK_PLACE, Letter, Worded, entering, lay_out, letter, sentence
from milepost.events.wording.sentences import SENTENCES
from milepost.models import Event
from tests import cast
from tests.cast import NOON
from tests.jobs.events import event, events

pytestmark = pytest.mark.django_db


# -- nobody is forgotten -----------------------------------------------------------------------


def test_every_kind_of_event_has_a_sentence_and_its_readers() -> None:
    assert SENTENCES.keys() == EVENTS.keys()
    assert READERS.keys() == EVENTS.keys()


def test_every_event_that_somebody_is_told_of_has_a_letter_and_no_letter_lies_unused() -> None:
    assert LETTERS.keys() == {kind for kind, readers in READERS.items() if readers}


@pytest.mark.parametrize("kind", EVENTS)
def test_a_sentence_is_one_line_filled_in_and_ended(kind: str) -> None:
    project = cast.in_force()
    made = event(project, kind, project.client_id, milestone=cast.milestone(project).pk, terms=project.terms_id)
    said = sentence(made)
    assert said.endswith(".")
    assert "\n" not in said
    assert "%" not in said
    assert "January" in said or not kind.startswith(("milestone.", "funding.", "payout.", "refund.", "payment."))


def test_a_sentence_asks_nothing_of_the_database(django_assert_num_queries: pytest.FixtureRequest) -> None:
    project = cast.in_force()
    rows = list(Event.objects.select_related("project__terms", "project__client", "project__freelancer"))
    project.agreed.said  # noqa: B018
    with django_assert_num_queries(0):  # type: ignore[operator]
        said = [sentence(row) for row in rows]
    assert said[:2] == ["Ada Lindqvist started the project.", "Ada Lindqvist sent the proposal."]


# -- letters -----------------------------------------------------------------------------------


def test_the_invitation_says_who_what_when_and_that_nothing_is_agreed() -> None:
    terms = cast.offered(cast.ada())
    [offer] = [each for each in events("terms.offered") if each.project_id == terms.project_id]
    [reader] = audience.audience(offer)
    assert (reader.part, reader.guest, reader.to) == ("client", True, terms.project.client.email)
    worded = letter(offer, reader, "Milepost")
    assert worded.subject == "Ada Lindqvist sent you a proposal: “Social content, January to March”"
    assert worded.minted
    for words in (
        "Nothing is agreed until you sign. You need no account",
        "[[link]]",
        "January (due Sun 31 Jan 2027)",
        "To be signed by: Tue 15 Dec 2026, 23:59 CET",
        "You don't know Ada Lindqvist?",
        "takes no part of the money",
    ):
        assert words in worded.text


def test_many_milestones_do_not_make_an_endless_mail() -> None:
    rows = tuple(Milestone(f"mil_{number}", f"Part {number}", NOON.date(), 1, ()) for number in range(100))
    worded = lay_out(Letter(subject="S", opening=("O",), next="N", milestones=rows), guest=False, house="H")
    assert "Part 11" in worded.text
    assert "Part 12" not in worded.text
    assert "and 88 more" in worded.text
    assert "and 88 more" in worded.html


@override_settings(BASE_URL="https://miles.example.org")
def test_a_member_gets_the_address_of_the_page_and_a_guest_a_place_for_a_link() -> None:
    said = Letter(subject="S", opening=("O",), next="N", button="Go", page=("project", "prj_1"))

    def shown(guest: bool) -> Worded:
        return lay_out(said, guest=guest, house="H")

    assert "https://miles.example.org/projects/prj_1" in shown(False).text
    assert not shown(False).minted
    assert "[[link]]" in shown(True).html
    assert "miles.example.org" not in shown(True).html
    assert "don't pass this mail on" in shown(True).text


def test_a_code_names_its_act_and_how_long_it_is_good() -> None:
    for act, words in (("approve", "Your code to approve"), ("something new", "Your code")):
        worded = lay_out(entering.code(act, 10), guest=True, house="Milepost")
        assert worded.subject == words
        assert not worded.minted, "it has no link"
        for text in (worded.text, worded.html):
            assert text.count(CODE_PLACE) == 1
            assert "good for 10 minutes, for this one act" in text
            assert "http" not in text.replace("http-equiv", "")


def test_a_new_link_is_one_button() -> None:
    worded = lay_out(entering.link("prj_1", "Photos"), guest=True, house="Milepost")
    assert worded.subject == "A new link to “Photos”"
    assert worded.text.count(LINK_PLACE) == 1
    assert f'href="{LINK_PLACE}"' in worded.html


def test_readers_with_different_parts_are_told_what_is_theirs_to_do() -> None:
    project = cast.in_force(holder="nobody")
    approved = event(project, "milestone.approved", "clock", milestone=cast.milestone(project).pk, delivery="dvy_1")
    freelancer, client = (
        letter(approved, Reader(part, "x@example.org", "en"), "H") for part in ("freelancer", "client")
    )
    assert "is asked to pay now" in freelancer.text
    assert "note there that you have sent it" in client.text
