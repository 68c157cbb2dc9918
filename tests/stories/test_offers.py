"""Before it is in force: terms are changed, declined, expire, are signed by nobody else, are purged."""

from __future__ import annotations

from datetime import timedelta

import pytest

from milepost.actions import answers, cancelling, drafts, milestones, offers, signing
from milepost.core.refusals import NotAllowed, NotProved, Refused, Stale
from milepost.core.terms import Terms as Said
from milepost.jobs.worker import settle
from milepost.models import Mail, Terms
from tests import cast
from tests.cast import NOON
from tests.stories.balance import balanced

pytestmark = pytest.mark.django_db


def test_a_change_is_asked_for_and_the_sender_revises() -> None:
    ada = cast.ada()
    terms = cast.offered(ada)
    other = cast.guest(terms.project.client, "link")
    answers.ask_change(terms=terms, words="Two reels, please.", by=other, at=NOON)
    revised = drafts.again(terms=terms, by=ada.actor(), at=NOON)
    second = offers.offer(draft=revised, signing=cast.signature(), by=ada.actor(), at=NOON)
    terms.refresh_from_db()
    assert (terms.status, second.status, second.number) == ("withdrawn", "offered", 2)
    assert second.project_id == terms.project_id
    assert second.said.answers == terms.fingerprint
    with pytest.raises(Stale):
        signing.sign(terms=terms, signing=cast.signature("Carl"), by=cast.guest(terms.project.client), at=NOON)
    balanced(second.project)


def test_the_other_side_declines_with_a_reason() -> None:
    terms = cast.offered(cast.ada())
    by = cast.guest(terms.project.client, "link")
    with pytest.raises(Refused):
        answers.decline(terms=terms, words=" ", by=by, at=NOON)
    assert answers.decline(terms=terms, words="Too dear.", by=by, at=NOON).status == "declined"
    balanced(terms.project)


def test_terms_expire_and_can_no_longer_be_signed() -> None:
    terms = cast.offered(cast.ada())
    late = terms.sign_until + timedelta(seconds=1)
    with pytest.raises(Refused):
        answers.expire(terms=terms, at=terms.sign_until - timedelta(seconds=1))
    with pytest.raises(Stale):
        signing.sign(terms=terms, signing=cast.signature("Carl"), by=cast.guest(terms.project.client), at=late)
    assert answers.expire(terms=terms, at=late).status == "expired"


def test_the_sender_cannot_sign_for_the_other_side() -> None:
    ada = cast.ada()
    terms = cast.offered(ada)
    with pytest.raises(NotAllowed):
        signing.sign(terms=terms, signing=cast.signature(), by=ada.actor(), at=NOON)


def test_a_link_alone_does_not_bind() -> None:
    terms = cast.offered(cast.ada())
    link_only = cast.guest(terms.project.client, "link")
    with pytest.raises(NotProved):
        signing.sign(terms=terms, signing=cast.signature("Carl"), by=link_only, at=NOON)
    project = cast.in_force()
    found = cast.delivered(project, 1)
    for act in (
        lambda: milestones.approve(milestone=found, by=cast.client(project, "link"), at=NOON),
        lambda: cancelling.cancel(milestone=found, reason="No", by=cast.freelancer(project, "login"), at=NOON),
    ):
        with pytest.raises(NotProved):
            act()
    assert cast.milestone(project, 1).status == "delivered"


def test_terms_never_in_force_are_purged_after_their_time_and_only_they() -> None:
    terms = cast.offered(cast.ada())
    answers.withdraw(terms=terms, by=cast.person_of(terms).actor(), at=NOON)
    settle(NOON)
    terms.refresh_from_db()
    with pytest.raises(Refused):
        answers.purge(terms=terms, at=NOON + cast.days(179))
    answers.purge(terms=terms, at=NOON + cast.days(181))
    purged = Terms.objects.get(pk=terms.pk)
    assert purged.body is None
    assert purged.fingerprint == terms.fingerprint
    assert not purged.signatures.exists()
    assert not Mail.objects.filter(event__project=terms.project).exclude(text="").exists()
    kept = cast.in_force()
    with pytest.raises(Refused):
        answers.purge(terms=kept.agreed, at=NOON + cast.days(9999))
    balanced(kept)


def test_terms_that_are_signed_while_their_revision_is_rendered_stay_in_force(monkeypatch: pytest.MonkeyPatch) -> None:
    ada = cast.ada()
    terms = cast.offered(ada)
    revised = drafts.again(terms=terms, by=ada.actor(), at=NOON)
    render = offers.contract.render

    def meanwhile(said: Said) -> bytes:
        signing.sign(terms=terms, signing=cast.signature("Carl"), by=cast.guest(terms.project.client), at=NOON)
        return render(said)

    monkeypatch.setattr(offers.contract, "render", meanwhile)
    with pytest.raises(Stale):
        offers.offer(draft=revised, signing=cast.signature(), by=ada.actor(), at=NOON)
    project = cast.fresh(terms.project)
    assert project.agreed.pk == terms.pk
    assert project.all_terms.count() == 1
    balanced(project)
