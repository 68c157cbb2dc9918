"""Whatever people type stays what it is: text. No mail loads, counts or names what it must not."""

from __future__ import annotations

from datetime import timedelta
from html.parser import HTMLParser

import pytest

from milepost.actions import answers, cancelling, milestones, payments, refunds, reviews
from milepost.events.story import line, quoted
from milepost.jobs.worker import settle
from milepost.models import Mail, Project
from tests import cast, payees
from tests.cast import NOON

pytestmark = pytest.mark.django_db

CANARY = "<img src=x onerror=alert(1)>&\"'{{7*7}}%(who)s%s"


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
    payees.stated(ada)
    project = cast.in_force(ada, holder="nobody")
    cast.approved(project)
    payments.say_sent(milestone=cast.milestone(project), by=cast.client(project), at=NOON)
    mails = everything(project)
    assert {"milestone.approved", "payment.sent", "invoice.issued"} <= {mail.event.kind for mail in mails if mail.event}
    for mail in mails:
        for words in (mail.subject, mail.text, mail.html):
            assert payees.IBAN[:8] not in words.replace(" ", "")
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
