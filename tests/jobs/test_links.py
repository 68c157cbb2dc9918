"""Links and codes in mails: made as they are sent, never stored, not sent once they are of no use."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import override_settings

from milepost.actions import answers, invitations, people
from milepost.gateways.mail import NotAccepted
from milepost.jobs import mails
from milepost.jobs.announce import announce
from milepost.jobs.worker import settle
from milepost.models import Code, Invitation, Mail
from tests import cast
from tests.cast import NOON
from tests.jobs.postman import Postman, Write, times

pytestmark = pytest.mark.django_db


def test_a_link_is_minted_as_it_is_sent_and_never_stored(postman: Postman) -> None:
    terms = cast.offered(cast.ada())
    settle(NOON)
    mail = Mail.objects.get(event__kind="terms.offered", event__project=terms.project)
    assert "[[link]]" in mail.text
    assert "[[link]]" in mail.html
    [sent] = [envelope for envelope in postman.taken if envelope.message_id == f"<{mail.pk}@localhost>"]
    [link] = [row for row in sent.text.splitlines() if "/links/" in row]
    token = link.rpartition("/")[2]
    assert f'href="{link}"' in sent.html
    assert invitations.open_link(token=token, at=NOON).party == terms.project.client
    assert token not in mail.text + mail.html


def test_a_second_sending_makes_another_link_and_the_first_stops_working(postman: Postman) -> None:
    cast.offered(cast.ada())
    settle(NOON)
    Mail.objects.update(done_at=None)
    mails.send_due(NOON + timedelta(hours=1))
    first, second = (envelope.text.partition("/links/")[2].split()[0] for envelope in postman.taken)
    assert invitations.open_link(token=second, at=NOON)
    with pytest.raises(invitations.LinkUnknown):
        invitations.open_link(token=first, at=NOON)


def test_each_mail_to_a_guest_has_a_link_of_its_own(postman: Postman) -> None:
    project = cast.in_force(holder="nobody")
    cast.delivered(project)
    settle(NOON)
    tokens = [
        envelope.text.partition("/links/")[2].split()[0]
        for envelope in postman.taken
        if envelope.to == project.client.email
    ]
    assert len(tokens) == len(set(tokens)) == 3
    assert all(invitations.open_link(token=token, at=NOON) for token in tokens)
    assert Invitation.objects.filter(project=project, token_sha256=None).count() == 0


def test_who_took_an_account_meanwhile_gets_the_page_instead_of_a_link(postman: Postman) -> None:
    terms = cast.offered(cast.ada())
    postman.fails = times(1, NotAccepted("busy"))
    settle(NOON)
    carl = cast.person("Carl", "carl-other@example.org").user
    terms.project.client.members.create(user=carl)
    mails.send_due(NOON + timedelta(hours=1))
    [sent] = postman.taken
    assert f"http://localhost:8000/projects/{terms.project_id}" in sent.text
    assert "/links/" not in sent.text


def test_a_code_is_made_as_it_is_sent_and_works_for_its_act(postman: Postman) -> None:
    ada = cast.ada()
    people.send_code(by=ada.actor("login"), act="approve", subject="mil_1", at=NOON)
    mails.send_due(NOON)
    [sent] = postman.taken
    digits = next(word for word in sent.text.split() if word.isdigit() and len(word) == 6)
    assert digits not in Mail.objects.get(mints__startswith="code:").text
    proved = people.use_code(by=ada.actor("login"), act="approve", subject="mil_1", digits=digits, at=NOON)
    assert proved.proof == "code"
    assert Code.objects.get().used_at == NOON


def test_what_is_said_once_is_not_kept(postman: Postman, write: Write) -> None:
    mail = write(mints="once", text="1234-5678", html="<p>1234-5678</p>")
    mails.send_due(NOON)
    assert "1234-5678" in postman.taken[0].text
    mail.refresh_from_db()
    assert (mail.text, mail.html) == ("", "")


def test_a_code_that_expired_while_the_server_was_down_is_not_sent(postman: Postman) -> None:
    people.send_code(by=cast.ada().actor("login"), act="approve", subject="mil_1", at=NOON)
    mails.send_due(NOON + timedelta(minutes=10))
    assert postman.taken == []
    assert "expired" in Mail.objects.get(mints__startswith="code:").last_error


def test_a_link_that_was_taken_back_meanwhile_is_not_sent(postman: Postman) -> None:
    terms = cast.offered(cast.ada())
    announce(NOON)
    answers.withdraw(terms=terms, by=cast.person_of(terms).actor(), at=NOON)
    mails.send_due(NOON)
    assert postman.taken == []
    settle(NOON)
    [told] = postman.taken
    assert "took the proposal back" in told.subject
    assert "/links/" not in told.text


@override_settings(DEMO=True)
def test_in_the_demo_nothing_is_sent_and_the_stored_mail_is_the_whole_mail(postman: Postman) -> None:
    cast.offered(cast.ada())
    settle(NOON)
    [mail] = Mail.objects.filter(event__kind="terms.offered")
    assert postman.taken == []
    assert mail.done_at == NOON
    token = mail.text.partition("/links/")[2].split()[0]
    assert f"/links/{token}" in mail.html
    assert invitations.open_link(token=token, at=NOON)
