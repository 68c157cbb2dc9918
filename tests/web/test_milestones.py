"""One milestone on the page: delivered, reviewed, approved, cancelled, paid, by those who may and by nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from milepost.actions import cancelling, milestones, reviews, signing
from milepost.models import Delivery, Event, File, Funding, Milestone, Party, Payment, Project, Review
from tests import cast
from tests.cast import NOON, Person
from tests.web import readers
from tests.web.readers import CANARY, coded, text

pytestmark = pytest.mark.django_db

DEEDS = (
    "fundings",
    "deliveries",
    "views",
    "approvals",
    "change-requests",
    "cancellations",
    "account",
    "payments",
    "payments/undo",
    "receipts",
)
ACCOUNT = "IBAN SE45 5000 0000 0583 9825 7466"


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        yield


def at(milestone: Milestone, deed: str = "") -> str:
    return f"/milestones/{milestone.pk}" + (f"/{deed}" if deed else "")


def status(milestone: Milestone) -> str:
    return Milestone.objects.get(pk=milestone.pk).status


def opened(ada: Person, **typed: Any) -> tuple[Project, Milestone]:
    """A project that needs no money in advance, whose first milestone is open."""
    project = cast.in_force(ada, holder="nobody", **typed)
    return project, cast.milestone(project)


def upload(
    name: str = "posts.zip", content: bytes = b"bytes", media_type: str = "application/zip"
) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, media_type)


# -- who sees it, and who does what ---------------------------------------------------------------


def test_both_sides_see_it_and_strangers_do_not() -> None:
    ada = cast.ada()
    project, milestone = opened(ada)
    for client in (readers.signed_in(ada), readers.guest(project)):
        page = client.get(at(milestone))
        assert page.status_code == 200
        assert page.headers["Cache-Control"] == "no-store"
        assert "12 posts for January" in text(page)
    assert readers.mallory().get(at(milestone)).status_code == 404
    assert Client().get(at(milestone)).headers["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("deed", DEEDS)
def test_no_stranger_does_anything_about_it(deed: str) -> None:
    milestone = cast.delivered(cast.in_force(holder="nobody"))
    events = Event.objects.count()
    data = {"words": "x", "reason": "x", "note": "x", "link-": "https://example.org"}
    assert readers.mallory().post(at(milestone, deed), data).status_code == 404
    assert Client().post(at(milestone, deed), data).status_code == 302
    assert (status(milestone), Event.objects.count()) == ("delivered", events)


@pytest.mark.parametrize("deed", [deed for deed in DEEDS if deed != "approvals"])
def test_who_comes_to_a_deed_by_its_address_is_led_to_the_page(deed: str) -> None:
    ada = cast.ada()
    _, milestone = opened(ada)
    assert readers.signed_in(ada).get(at(milestone, deed)).headers["Location"] == at(milestone)


# What the wrong side posts, and in which status: all of it is refused, and nothing happens.
WRONG = [
    ("client", "delivered", "deliveries"),
    ("freelancer", "delivered", "approvals"),
    ("freelancer", "delivered", "change-requests"),
    ("freelancer", "delivered", "views"),
    ("client", "delivered", "cancellations"),
    ("freelancer", "approved", "payments"),
    ("freelancer", "approved", "payments/undo"),
    ("client", "approved", "receipts"),
    ("freelancer", "approved", "account"),
    ("freelancer", "planned", "fundings"),
]


@pytest.mark.parametrize(("side", "state", "deed"), WRONG)
def test_the_wrong_side_is_refused(side: str, state: str, deed: str) -> None:
    ada = cast.ada()
    project = cast.in_force(ada, holder="sandbox" if state == "planned" else "nobody")
    milestone = {"delivered": cast.delivered, "approved": cast.approved, "planned": cast.milestone}[state](project)
    client = readers.signed_in(ada) if side == "freelancer" else readers.guest(project)
    events = Event.objects.count()
    data = {"words": "x", "reason": "x", "note": "x", "link-": "https://example.org/x"}
    assert client.post(at(milestone, deed), data).status_code in (403, 409)
    assert (status(milestone), Event.objects.count()) == (state, events)


def test_each_side_has_its_own_buttons() -> None:
    ada = cast.ada()
    project, milestone = opened(ada)
    own, guest = readers.signed_in(ada), readers.guest(project)
    assert at(milestone, "deliveries") in text(own.get(at(milestone)))
    assert at(milestone, "deliveries") not in text(guest.get(at(milestone)))
    cast.delivered(project)
    assert at(milestone, "change-requests") in text(guest.get(at(milestone)))
    assert at(milestone, "change-requests") not in text(own.get(at(milestone)))
    assert at(milestone, "approvals") not in text(own.get(at(milestone)))


def test_nothing_that_people_typed_is_ever_markup() -> None:
    ada = cast.ada()
    project = cast.in_force(ada, holder="nobody", project_name=CANARY, milestones=[(CANARY, "3000", date(2027, 1, 31))])
    milestone = cast.milestone(project)
    own, guest = readers.signed_in(ada), readers.guest(project)
    place = milestone.said.deliverables[0].id
    data = {"note": CANARY, f"file-{place}": upload(CANARY), f"link-{place}": "https://example.org/?<script>alert(1)"}
    assert own.post(at(milestone, "deliveries"), data).status_code in (302, 422)
    if status(milestone) == "open":
        own.post(at(milestone, "deliveries"), {"note": CANARY, f"file-{place}": upload(CANARY)})
    pages = [guest.get(at(milestone)), guest.get(at(milestone, "approvals")), own.get(at(milestone))]
    guest.post(at(milestone, "change-requests"), {"words": CANARY})
    guest.post(at(milestone, "cancellations"), {"reason": CANARY, "ask": "yes"})
    pages += [guest.get(at(milestone)), own.get(at(milestone)), own.get(f"/projects/{project.pk}")]
    for page in pages:
        assert page.status_code == 200
        assert "<script>alert" not in text(page)
        assert "<img src=x" not in text(page)


# -- handing over ---------------------------------------------------------------------------------


def test_files_and_links_are_handed_over_for_each_deliverable() -> None:
    ada = cast.ada()
    project, milestone = opened(ada)
    place = milestone.said.deliverables[0].id
    data = {
        "note": "Here it is.",
        f"file-{place}": [upload("one.zip", b"one"), upload("two.zip", b"two")],
        f"link-{place}": "https://example.org/a\n\n https://example.org/b ",
    }
    assert readers.signed_in(ada).post(at(milestone, "deliveries"), data).status_code == 302
    items = list(Delivery.objects.get(milestone=milestone).items.order_by("pk"))
    assert [item.deliverable for item in items] == [place] * 4
    assert [item.file.name if item.file else item.link for item in items] == [
        "one.zip",
        "two.zip",
        "https://example.org/a",
        "https://example.org/b",
    ]
    page = text(readers.guest(project).get(at(milestone)))
    assert "one.zip" in page
    assert items[0].file.sha256[:12] in page  # type: ignore[union-attr]


def test_a_freelancer_with_only_a_link_delivers_too() -> None:
    carl = cast.person("Carl & Sons", "carl-hires@example.org")
    terms = cast.offered(carl, side="client", own_name="Carl & Sons", other_name="Ada", holder="nobody")
    signing.sign(terms=terms, signing=cast.signature("Ada"), by=cast.guest(terms.project.freelancer), at=NOON)
    milestone = cast.milestone(cast.fresh(terms.project))
    place = milestone.said.deliverables[0].id
    guest = readers.guest(terms.project, "freelancer")
    assert guest.post(at(milestone, "deliveries"), {f"link-{place}": "https://example.org"}).status_code == 302
    assert status(milestone) == "delivered"


def test_a_file_that_is_too_large_is_named_and_the_rest_of_what_was_typed_stays(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(settings, "FILE_BYTES_MAX", 1024 * 1024)
    ada = cast.ada()
    _, milestone = opened(ada)
    place = milestone.said.deliverables[0].id
    data = {
        "note": "A note.",
        f"file-{place}": upload("film.mov", b"x" * (1024 * 1024 + 1)),
        f"link-{place}": "https://example.org/kept",
    }
    page = readers.signed_in(ada).post(at(milestone, "deliveries"), data)
    assert page.status_code == 422
    assert "“film.mov” is larger than 1 MB" in text(page)
    assert f'id="file-{place}_error"' in text(page)
    assert "A note." in text(page)
    assert "https://example.org/kept" in text(page)
    assert not File.objects.filter(name="film.mov").exists()
    assert status(milestone) == "open"


@pytest.mark.parametrize("link", ["javascript:alert(1)", "ftp://example.org/x", "not a link", "data:text/html,x"])
def test_only_web_addresses_are_links(link: str) -> None:
    ada = cast.ada()
    _, milestone = opened(ada)
    place = milestone.said.deliverables[0].id
    page = readers.signed_in(ada).post(at(milestone, "deliveries"), {f"link-{place}": link, "note": "Kept."})
    assert page.status_code == 422
    assert "is not a web address" in text(page)
    assert "Kept." in text(page)
    assert not Delivery.objects.filter(milestone=milestone).exists()


def test_an_empty_delivery_is_refused_and_a_second_one_too() -> None:
    ada = cast.ada()
    _, milestone = opened(ada)
    client, place = readers.signed_in(ada), milestone.said.deliverables[0].id
    assert client.post(at(milestone, "deliveries"), {"note": "Nothing"}).status_code == 422
    data = {f"link-{place}": "https://example.org"}
    assert client.post(at(milestone, "deliveries"), data).status_code == 302
    again = client.post(at(milestone, "deliveries"), data)
    assert again.status_code == 409
    assert "delivered by now" in text(again)
    assert Delivery.objects.filter(milestone=milestone).count() == 1


def test_what_was_uploaded_comes_back_as_bytes_and_never_as_a_page() -> None:
    ada = cast.ada()
    project, milestone = opened(ada)
    place = milestone.said.deliverables[0].id
    evil = upload("evil.html", b"<script>alert(1)</script>", "text/html")
    readers.signed_in(ada).post(at(milestone, "deliveries"), {f"file-{place}": evil})
    file = File.objects.get(name="evil.html")
    response = readers.guest(project).get(f"/files/{file.pk}")
    assert b"".join(response.streaming_content) == b"<script>alert(1)</script>"
    assert response.headers["Content-Type"] == "application/octet-stream"
    assert response.headers["Content-Disposition"] == 'attachment; filename="evil.html"'
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Security-Policy"].startswith("sandbox")
    assert readers.mallory().get(f"/files/{file.pk}").status_code == 404


# -- reviewing ------------------------------------------------------------------------------------


def test_only_the_clients_look_begins_the_window_and_no_page_does() -> None:
    ada = cast.ada()
    project, _ = opened(ada)
    milestone = cast.delivered(project)
    own, guest = readers.signed_in(ada), readers.guest(project)
    for client in (own, guest):
        client.get(at(milestone))
        client.get(at(milestone, "approvals"))
        client.get(f"/projects/{project.pk}")
    own.post(at(milestone, "views"))
    assert Delivery.objects.get(milestone=milestone).review_starts_at is None
    assert guest.post(at(milestone, "views")).headers["Location"] == at(milestone)
    first = Delivery.objects.get(milestone=milestone)
    assert first.review_starts_at == NOON
    with time_machine.travel(NOON + timedelta(hours=1), tick=False):
        told = guest.post(at(milestone, "views"), headers={"HX-Request": "true"})
    assert (told.status_code, told.headers["HX-Trigger"]) == (204, "changed")
    assert Delivery.objects.get(milestone=milestone).review_ends_at == first.review_ends_at


def test_the_client_approves_what_is_shown_with_a_code() -> None:
    project = cast.in_force()
    milestone = cast.delivered(project)
    client = readers.guest(project)
    page = client.get(at(milestone, "approvals"))
    assert "$2,000.00" in text(page)
    assert "https://example.org/work" in text(page)
    delivery = page.context["delivered"]["row"].pk
    assert coded(client, at(milestone, "approvals"), {"delivery": delivery}).status_code == 302
    assert status(milestone) == "approved"
    again = client.post(at(milestone, "approvals"), {"delivery": delivery})
    assert again.status_code == 409
    assert Review.objects.filter(delivery__milestone=milestone).count() == 1


def test_an_old_page_does_not_approve_a_newer_delivery() -> None:
    ada = cast.ada()
    project, _ = opened(ada)
    milestone = cast.delivered(project)
    client = readers.guest(project)
    seen = client.get(at(milestone, "approvals")).context["delivered"]["row"].pk
    milestones.request_changes(milestone=milestone, words="Again", by=cast.client(project), at=NOON)
    cast.delivered(project)
    assert coded(client, at(milestone, "approvals"), {"delivery": seen}).status_code == 409
    assert status(milestone) == "delivered"


def test_a_code_for_another_milestone_approves_nothing() -> None:
    project = cast.in_force(holder="nobody", parallel="yes")
    one, other = cast.delivered(project, 1), cast.delivered(project, 2)
    client = readers.guest(project)
    client.post(at(one, "approvals"))
    assert client.post(at(other, "approvals"), {"code": readers.digits()}).status_code == 422
    assert status(other) == "delivered"


def test_changes_are_asked_for_in_words() -> None:
    ada = cast.ada()
    project, _ = opened(ada)
    milestone = cast.delivered(project)
    client = readers.guest(project)
    empty = client.post(at(milestone, "change-requests"), {"words": ""})
    assert empty.status_code == 422
    assert 'id="words_error"' in text(empty)
    assert client.post(at(milestone, "change-requests"), {"words": "The new logo, please."}).status_code == 302
    assert status(milestone) == "open"
    page = text(readers.signed_in(ada).get(at(milestone)))
    assert "The new logo, please." in page
    assert "asks for changes" in page


def test_the_deadline_and_what_comes_of_silence_stand_first() -> None:
    project = cast.in_force(holder="nobody")
    milestone = cast.delivered(project)
    reviews.start(delivery=milestone.deliveries.get(), at=NOON)
    page = text(readers.guest(project).get(f"/projects/{project.pk}"))
    assert "Approve “January” by Tue 8 Dec, 13:00 CET" in page
    assert "the clock approves it, as both signed" in page
    assert page.index("Approve “January”") < page.index('class="road"')


# -- cancelling -----------------------------------------------------------------------------------


def test_a_client_asks_and_the_freelancer_cancels() -> None:
    ada = cast.ada()
    project = cast.in_force(ada)
    milestone = cast.funded(project)
    guest, own = readers.guest(project), readers.signed_in(ada)
    assert "Ask to cancel" in text(guest.get(at(milestone)))
    assert guest.post(at(milestone, "cancellations"), {"reason": "No budget", "ask": "yes"}).status_code == 302
    assert status(milestone) == "open"
    assert "No budget" in text(own.get(at(milestone)))
    assert own.post(at(milestone, "cancellations"), {"reason": ""}).status_code == 422
    assert own.post(at(milestone, "cancellations"), {"reason": "Agreed"}).status_code == 302
    assert status(milestone) == "cancelled"


def test_a_planned_milestone_is_cancelled_by_the_client_with_a_code() -> None:
    project = cast.in_force()
    milestone = cast.milestone(project, 3)
    client = readers.guest(project)
    assert coded(client, at(milestone, "cancellations"), {"reason": "Two are enough"}).status_code == 302
    assert status(milestone) == "cancelled"


def test_the_other_sides_request_can_not_be_forged() -> None:
    ada = cast.ada()
    project, milestone = opened(ada)
    asked = readers.signed_in(ada).post(at(milestone, "cancellations"), {"reason": "x", "ask": "yes"})
    assert asked.status_code == 403
    assert not milestone.cancellations.exists()
    assert cancelling.ask_cancel(milestone=milestone, reason="x", by=cast.client(project), at=NOON)


# -- money ----------------------------------------------------------------------------------------


def test_funding_twice_is_one_funding() -> None:
    project = cast.in_force()
    milestone, client = cast.milestone(project), readers.guest(project)
    for _ in range(2):
        assert client.post(at(milestone, "fundings")).status_code == 302
    assert Funding.objects.filter(milestone=milestone).count() == 1
    assert "Payment under way" in text(client.get(at(milestone)))
    assert at(milestone, "fundings") not in text(client.get(f"/projects/{project.pk}"))


def test_a_guest_sees_the_account_after_the_code_alone() -> None:
    ada = cast.ada()
    Party.objects.filter(pk=ada.party.pk).update(payment_instructions=ACCOUNT)
    project, _ = opened(ada)
    milestone = cast.approved(project)
    client = readers.guest(project)
    for page in (
        client.get(at(milestone)),
        client.get(f"/projects/{project.pk}"),
        client.post(at(milestone, "account")),
    ):
        assert ACCOUNT not in text(page)
    shown = coded(client, at(milestone, "account"))
    assert ACCOUNT in text(shown)
    assert shown.headers["Cache-Control"] == "no-store"
    assert ACCOUNT not in text(client.get(at(milestone)))


def test_a_signed_in_client_sees_the_account_once_there_is_something_to_pay() -> None:
    ada, carl = cast.ada(), cast.person("Carl Olsen", "carl-pays@example.org")
    Party.objects.filter(pk=ada.party.pk).update(payment_instructions=ACCOUNT)
    project, milestone = opened(ada, other_email=carl.user.email)
    client = readers.signed_in(carl, fresh=False)
    assert ACCOUNT not in text(client.get(at(milestone)))
    cast.approved(project)
    assert ACCOUNT in text(client.get(at(milestone)))


def test_where_to_pay_is_not_known_yet_and_both_are_told() -> None:
    ada = cast.ada()
    project, _ = opened(ada)
    milestone = cast.approved(project)
    assert "Not given here yet" in text(readers.guest(project).get(at(milestone)))
    assert "You have not said where to pay" in text(readers.signed_in(ada).get(at(milestone)))


def test_sent_is_the_clients_word_and_received_the_freelancers() -> None:
    ada = cast.ada()
    project, _ = opened(ada)
    milestone = cast.approved(project)
    guest, own = readers.guest(project), readers.signed_in(ada)
    assert coded(guest, at(milestone, "payments")).status_code == 302
    assert "Has $2,000.00 arrived?" in text(own.get(at(milestone)))
    assert guest.post(at(milestone, "payments/undo")).status_code == 302
    assert guest.post(at(milestone, "payments/undo")).status_code == 409
    coded(guest, at(milestone, "payments"))
    assert own.post(at(milestone, "receipts")).status_code == 302
    assert status(milestone) == "closed"
    assert own.post(at(milestone, "receipts")).status_code == 409
    assert Payment.objects.filter(milestone=milestone, unsent_at=None).count() == 1


def test_nothing_is_paid_before_it_is_approved() -> None:
    ada = cast.ada()
    project, _ = opened(ada)
    milestone = cast.delivered(project)
    assert readers.guest(project).post(at(milestone, "payments")).status_code == 422
    assert readers.signed_in(ada).post(at(milestone, "receipts")).status_code == 422
    assert not Payment.objects.exists()
