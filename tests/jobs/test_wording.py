"""Every deed has its sentence, every mail its words; whatever people type stays what it is: text."""

from __future__ import annotations

import json
from datetime import timedelta
from html.parser import HTMLParser

import pytest
from django.test import override_settings

from milepost.actions import answers, cancelling, milestones, payments, people, refunds, reviews
from milepost.core.catalogue import EVENTS
from milepost.core.terms import Milestone
from milepost.events import audience
from milepost.events.audience import READERS, Reader
from milepost.events.story import line, quoted
from milepost.events.wording import CODE_PLACE, LETTERS, LINK_PLACE, Letter, Worded, entering, lay_out, letter, sentence
from milepost.events.wording.sentences import SENTENCES
from milepost.jobs.worker import settle
from milepost.models import Event, Mail, Project
from tests import cast
from tests.cast import NOON

pytestmark = pytest.mark.django_db

CANARY = "<img src=x onerror=alert(1)>&\"'{{7*7}}%(who)s%s"


def events(kind: str) -> list[Event]:
    rows = Event.objects.select_related("project__terms", "project__client", "project__freelancer")
    return list(rows.filter(kind=kind).order_by("number"))


def event(project: Project, kind: str, actor: str = "house", **data: object) -> Event:
    """An event as the record might have it; nothing is written."""
    made = Event(project=project, number=99, kind=kind, at=NOON, actor=actor, data=json.dumps(data), hash="0" * 64)
    made.id = "evt_0"
    return made


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


# -- people's words ----------------------------------------------------------------------------


class Tags(HTMLParser):
    """The tags of a page and its text."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.links |= {value or "" for name, value in attributes if name in ("href", "src", "background", "action")}
        assert not [name for name, _ in attributes if name.startswith("on")]

    def handle_data(self, data: str) -> None:
        self.text += data


def read(html: str) -> Tags:
    page = Tags()
    page.feed(html)
    return page


def everything(project: Project) -> list[Mail]:
    settle(NOON + timedelta(days=40))
    return list(Mail.objects.filter(event__project=project))


def mischief() -> Project:
    """A whole story in which everything that can be typed is the canary."""
    terms = cast.offered(
        cast.ada(),
        holder="sandbox",
        project_name=CANARY,
        other_name=CANARY,
        start_on="2026-12-01",
        milestones=[(CANARY, "2,000.00", NOON.date()), ("B", "2,000.00", NOON.date()), ("C", "1.00", NOON.date())],
    )
    guest = cast.guest(terms.project.client)
    answers.ask_change(terms=terms, words=CANARY, by=guest, at=NOON)
    cast.signing.sign(terms=terms, signing=cast.signature(CANARY), by=guest, at=NOON)
    project = cast.fresh(terms.project)
    found = cast.funded(project)
    milestones.deliver(
        milestone=found,
        note=CANARY,
        items=[milestones.Item(link="https://example.org/")],
        by=cast.freelancer(project),
        at=NOON,
    )
    delivery = found.deliveries.get()
    reviews.start(delivery=delivery, at=NOON)
    reviews.remind(delivery=delivery, at=NOON + timedelta(days=4))
    reviews.stall(delivery=delivery, at=NOON + timedelta(days=4))
    again = cast.milestone(project)
    milestones.request_changes(milestone=again, words=CANARY, by=cast.client(project), at=NOON)
    cancelling.ask_cancel(milestone=cast.milestone(project), reason=CANARY, by=cast.client(project), at=NOON)
    cancelling.cancel(milestone=cast.milestone(project), reason=CANARY, by=cast.freelancer(project), at=NOON)
    refunds.fail(refund=_sent(found.refunds.get()), reason=CANARY, at=NOON)
    return project


def _sent(intent: refunds.Refund) -> refunds.Refund:
    assert cast.intents.claim(intent=intent, at=NOON)
    return intent


def test_what_people_type_is_text_in_every_mail() -> None:
    mails = everything(mischief())
    assert len(mails) > 8
    seen = 0
    for mail in mails:
        page = read(mail.html)
        assert page.tags <= {
            "html", "head", "meta", "title", "style", "body", "div", "table", "tr", "td", "span", "h1", "h2", "p", "a",
            "blockquote",
        }, mail.subject  # fmt: skip
        seen += CANARY in page.text
        assert "\n" not in mail.subject
        assert "49" not in mail.subject
    assert seen > 4, "the words arrive as they were typed"


def test_mails_load_nothing_count_nobody_and_say_who_never_sends_bank_details() -> None:
    for mail in everything(mischief()):
        links = read(mail.html).links
        assert links <= {"[[link]]"} or all(link.startswith("http://localhost:8000/") for link in links), links
        assert len(links) <= 1, "one button"
        for words in (mail.text, read(mail.html).text):
            assert "never send bank details" in words
            assert "What happens next" in words


def test_mails_name_no_amount_and_no_account() -> None:
    ada = cast.ada()
    facts = people.PartyFacts(
        kind="person",
        legal_name="Ada Lindqvist",
        postal_address="1 Main Street",
        email=ada.party.email,
        payment_instructions="IBAN DE02120300000000202051",
    )
    people.edit_party(party=ada.party, facts=facts, by=ada.actor(), at=NOON)
    project = cast.in_force(ada, holder="nobody")
    cast.approved(project)
    payments.say_sent(milestone=cast.milestone(project), by=cast.client(project), at=NOON)
    mails = everything(project)
    assert {"milestone.approved", "payment.sent", "invoice.issued"} <= {mail.event.kind for mail in mails if mail.event}
    for mail in mails:
        for words in (mail.subject, mail.text, mail.html):
            assert "DE02" not in words
            assert "2,000" not in words
            assert "2000" not in words


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Two\r\nBcc: all@example.org", "Two Bcc: all@example.org"),
        ("Abc\u202egnp.exe", "Abc gnp.exe"),
        ("👩‍👩‍👧 family", "👩‍👩‍👧 family"),
        ("عقد", "عقد"),
        ("x" * 5000, "x" * 79 + "…"),
        ("  a \t b  ", "a b"),
    ],
)
def test_a_name_is_one_line_of_what_can_be_seen(typed: str, shown: str) -> None:
    assert line(typed) == shown
    assert quoted(typed) == f"“{shown}”"


# -- who is told -------------------------------------------------------------------------------


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


def test_the_other_side_is_told_that_the_clock_approved() -> None:
    project = cast.in_force()
    facts = {"milestone": cast.milestone(project).pk, "delivery": "dvy_1"}
    by_clock = audience.audience(event(project, "milestone.approved", "clock", **facts))
    assert [reader.part for reader in by_clock] == ["freelancer", "client"]
    by_client = audience.audience(event(project, "milestone.approved", project.client_id, **facts))
    assert [reader.part for reader in by_client] == ["freelancer"]


def test_terms_replaced_by_changed_ones_are_not_mourned_in_a_mail_of_their_own() -> None:
    terms = cast.offered(cast.ada())
    project = cast.fresh(terms.project)
    assert audience.audience(event(project, "terms.withdrawn", project.freelancer_id, terms="trm_older")) == []
    [told] = audience.audience(event(project, "terms.withdrawn", project.freelancer_id, terms=terms.pk))
    assert told.part == "client"


def test_milestones_that_open_together_are_told_of_once() -> None:
    project = cast.in_force(holder="nobody", parallel="yes")
    opened = [each for each in events("milestone.opened") if each.project_id == project.pk]
    assert len(opened) == 3
    told = [audience.audience(each) for each in opened]
    assert [len(readers) for readers in told] == [1, 0, 0]
    worded = letter(opened[0], told[0][0], "Milepost")
    assert "several milestones" in worded.subject


def test_only_the_end_of_the_whole_project_is_told_to_both() -> None:
    project = cast.in_force(holder="nobody")
    for number in (1, 2, 3):
        at = NOON + timedelta(days=30 * number)
        cast.approved(project, number, at=at)
        payments.say_received(milestone=cast.milestone(project, number), by=cast.freelancer(project), at=at)
        settle(at)
    ended = Mail.objects.filter(event__project=project, event__kind="milestone.closed")
    assert ended.count() == 2
    assert all(mail.event and mail.event.hash in mail.text for mail in ended), "the head of the chain is in it"


def test_operators_hear_of_what_they_can_help_with() -> None:
    project = cast.in_force()
    olga = cast.person("Olga", "olga@example.org").user
    olga.is_operator = True
    olga.save()
    stalled = event(project, "review.stalled", milestone=cast.milestone(project).pk, delivery="dvy_1")
    readers = audience.audience(stalled)
    assert [(reader.part, reader.party is None) for reader in readers] == [("freelancer", False), ("operator", True)]
    worded = letter(stalled, readers[1], "Milepost")
    assert "mail server" in worded.text
    assert "http" not in worded.text, "an operator has no page of other people's projects"


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
