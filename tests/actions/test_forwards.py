"""A proposal is passed on to the person who signs: a link of their own, for this proposal, of the same party."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from milepost.actions import answers, drafts, invitations, milestones, offers, people, signing
from milepost.core.actors import Actor
from milepost.core.refusals import NotAllowed, Refused, Stale
from milepost.jobs.worker import settle
from milepost.models import Event, Invitation, Mail, Project, Terms
from tests import cast
from tests.cast import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def terms() -> Terms:
    """Ada's proposal to Carl, who has no account."""
    return cast.offered(cast.ada(), other_email="carl@example.org")


def passed_on(terms: Terms, email: str = "nora@example.org", **facts: Any) -> Invitation | None:
    by = facts.pop("by", None) or cast.guest(terms.project.party(terms.recipient), "link")
    return invitations.forward(**{"terms": terms, "email": email, "words": "", "by": by, "at": NOON} | facts)


def nora(invitation: Invitation | None, proof: str = "code") -> Actor:
    """Whoever holds the link that was passed on: the code goes to this mailbox."""
    assert invitation is not None
    return Actor("party", invitation.party_id, "", invitation.email, proof, "127.0.0.1", "test")  # type: ignore[arg-type]


def sign(terms: Terms, by: Actor, **facts: str) -> Terms:
    return signing.sign(terms=terms, signing=cast.signature("Nora Olsen", **facts), by=by, at=NOON)


def test_it_goes_to_another_mailbox_of_the_same_party_with_a_link_of_its_own(terms: Terms) -> None:
    made = passed_on(terms, " Nora@Example.org ", words="You sign, I think.")
    assert made is not None
    assert (made.email, made.party) == ("nora@example.org", terms.project.client)
    [letter] = Mail.objects.filter(to="nora@example.org")
    assert letter.subject == "Carl & Sons passes a proposal on to you: “Social content, January to March”"
    assert letter.mints == f"invitation:{made.pk}"
    assert "You sign, I think." in letter.text
    assert "Ada Lindqvist has sent" in letter.text
    assert "[[link]]" in letter.text
    event = Event.objects.get(kind="invitation.forwarded")
    assert "nora@example.org" not in event.data, "the address stands beside the chain, and can be erased"
    assert dict(event.personal.values_list("name", "value")) == {
        "email": "nora@example.org",
        "words": "You sign, I think.",
    }


def test_the_sender_is_told_by_name_and_never_sees_the_link(terms: Terms) -> None:
    passed_on(terms)
    settle(NOON)
    ada = terms.project.freelancer
    told = Mail.objects.get(event__kind="invitation.forwarded")
    assert told.to == ada.email
    assert told.subject.startswith("Carl & Sons passed your proposal on")
    assert not any("/links/" in mail.text or "nora@" in mail.text for mail in Mail.objects.filter(to=ada.email))


def test_either_may_sign_once(terms: Terms) -> None:
    made, carl = passed_on(terms), cast.guest(terms.project.client)
    sign(terms, nora(made), capacity="Managing director")
    signature = terms.signatures.get(side="client")
    assert (signature.email, signature.party) == ("nora@example.org", terms.project.client)
    with pytest.raises(Stale):
        sign(terms, carl)
    assert cast.fresh(terms.project).agreed.pk == terms.pk


def test_the_code_for_signing_goes_to_whoever_holds_the_link(terms: Terms) -> None:
    by = nora(passed_on(terms), "link")
    code = people.send_code(by=by, act="sign", subject=terms.pk, at=NOON)
    assert code.email == "nora@example.org"
    digits = people.mint_code(code_id=code.pk, at=NOON)
    with pytest.raises(people.WrongCode):
        people.use_code(
            by=cast.guest(terms.project.client, "link"), act="sign", subject=terms.pk, digits=digits, at=NOON
        )
    assert people.use_code(by=by, act="sign", subject=terms.pk, digits=digits, at=NOON).proof == "code"


def test_after_signing_both_addresses_are_told(terms: Terms) -> None:
    sign(terms, nora(passed_on(terms)))
    project = cast.fresh(terms.project)
    cast.delivered(project)
    settle(NOON)
    told = Mail.objects.filter(event__kind="milestone.delivered").order_by("to")
    assert [mail.to for mail in told] == ["carl@example.org", "nora@example.org"]
    mine = [Invitation.objects.get(pk=mail.mints.removeprefix("invitation:")).email for mail in told]
    assert mine == ["carl@example.org", "nora@example.org"], "each has a link of their own"


def test_either_goes_on_as_the_guest_of_the_party(terms: Terms) -> None:
    by = nora(passed_on(terms))
    sign(terms, cast.guest(terms.project.client))
    project = cast.fresh(terms.project)
    assert milestones.approve(milestone=cast.delivered(project), by=by, at=NOON)


@pytest.mark.parametrize("spelling", ["carl@example.org", "Carl@example.org", "carl+x@example.org"])
def test_not_to_who_has_it_already(terms: Terms, spelling: str) -> None:
    with pytest.raises(Refused, match="has this proposal already") as refused:
        passed_on(terms, spelling)
    assert refused.value.field == "forward_email"
    passed_on(terms)
    with pytest.raises(Refused, match="has this proposal already"):
        passed_on(terms, "nora+again@example.org")


def test_not_to_the_other_side_nor_to_anybody_who_acts_for_it(terms: Terms) -> None:
    ada = terms.project.freelancer
    colleague = cast.colleague(ada, "member", "bo@example.org")
    for email in (ada.email, ada.email.upper(), colleague.user.email, "bo+work@example.org"):
        with pytest.raises(Refused, match="somebody of the other side") as refused:
            passed_on(terms, email)
        assert refused.value.field == "forward_email"
    assert Invitation.objects.filter(project=terms.project).count() == 1


def test_nor_to_the_custodian_between_them(terms: Terms) -> None:
    cora = cast.person("Cora", "cora@example.org")
    Project.objects.filter(pk=terms.project_id).update(custodian=cora.party)
    with pytest.raises(Refused, match="somebody of the other side"):
        passed_on(terms, "cora@example.org")


@pytest.mark.parametrize("email", ["", "nora", "nora@", "nora@example.org, mallory@example.org"])
def test_what_is_no_address_is_refused_at_its_field(terms: Terms, email: str) -> None:
    with pytest.raises(Refused) as refused:
        passed_on(terms, email)
    assert refused.value.field == "forward_email"


def test_too_many_words_are_refused(terms: Terms) -> None:
    with pytest.raises(Refused) as refused:
        passed_on(terms, words="x" * 1001)
    assert refused.value.field == "forward_words"


def test_five_times_at_most(terms: Terms) -> None:
    for number in range(5):
        passed_on(terms, f"nora-{number}@example.org")
    with pytest.raises(Refused, match="passed on five times"):
        passed_on(terms)


def test_the_sender_does_not_pass_on_what_they_sent(terms: Terms) -> None:
    with pytest.raises(NotAllowed):
        passed_on(terms, by=cast.person_of(terms).actor())


@pytest.mark.parametrize("end", ["withdrawn", "signed", "declined", "late"])
def test_what_has_ended_is_not_passed_on(terms: Terms, end: str) -> None:
    carl, at = cast.guest(terms.project.client), NOON
    match end:
        case "withdrawn":
            answers.withdraw(terms=terms, by=cast.person_of(terms).actor(), at=NOON)
        case "signed":
            sign(terms, carl)
        case "declined":
            answers.decline(terms=terms, words="No", by=carl, at=NOON)
        case "late":
            at = terms.sign_until
    terms = Terms.objects.get(pk=terms.pk)
    with pytest.raises(Stale):
        passed_on(terms, at=at)


def test_it_ends_when_the_sender_takes_the_proposal_back_or_sends_the_link_again(terms: Terms) -> None:
    ada, made = cast.person_of(terms).actor(), passed_on(terms)
    assert made is not None
    invitations.renew(project=terms.project, by=ada, at=NOON)
    made.refresh_from_db()
    assert made.revoked_at == NOON
    again = passed_on(terms)
    assert again is not None
    answers.withdraw(terms=terms, by=ada, at=NOON)
    again.refresh_from_db()
    assert again.revoked_at == NOON


def test_it_ends_with_a_changed_proposal_which_goes_to_the_partys_own_address(terms: Terms) -> None:
    made, ada = passed_on(terms), cast.person_of(terms)
    answers.ask_change(terms=terms, words="Cheaper", by=nora(made, "link"), at=NOON)
    draft = drafts.again(terms=terms, by=ada.actor(), at=NOON)
    changed = offers.offer(draft=draft, signing=cast.signature(), by=ada.actor(), at=NOON)
    assert changed.project_id == terms.project_id
    alive = Invitation.objects.filter(project=terms.project_id, revoked_at=None)
    assert [each.email for each in alive] == ["carl@example.org"]


def test_a_new_link_for_one_that_expired_goes_to_the_same_address(terms: Terms) -> None:
    made = passed_on(terms)
    assert made is not None
    token = invitations.mint(invitation_id=made.pk, at=NOON).rpartition("/")[2]
    new = invitations.ask_new_link(token=token, at=NOON + timedelta(days=40))
    assert new.email == "nora@example.org"
    assert Mail.objects.filter(to="nora@example.org").count() == 2


def test_an_account_with_that_address_does_not_take_the_party_over(terms: Terms) -> None:
    """The link is good for one proposal; the party may have others, with other people."""
    sign(terms, nora(passed_on(terms)))
    user = cast.person("Nora", "nora@example.org").user
    assert people.claim(user=user, at=NOON) == []
    assert not terms.project.client.members.exists()


# -- in a party with members -------------------------------------------------------------------


def test_a_member_who_may_not_sign_passes_it_on_to_those_who_may_and_to_nobody_else() -> None:
    carl = cast.person("Carl Olsen", "carl@example.org")
    terms = cast.offered(cast.ada(), other_email="carl@example.org")
    bo, sigrid = cast.colleague(carl, "member"), cast.colleague(carl, "signatory", "sigrid@example.org")
    with pytest.raises(NotAllowed, match="Only a signatory of Carl Olsen"):
        passed_on(terms, "bo-at-home@example.org", by=bo.actor("login"))
    other = cast.colleague(carl, "member", "ida@example.org")
    with pytest.raises(Refused, match="may not sign for Carl Olsen either"):
        passed_on(terms, other.user.email, by=bo.actor("login"))
    assert passed_on(terms, sigrid.user.email, by=bo.actor("login")) is None
    [letter] = Mail.objects.filter(to="sigrid@example.org", event=None)
    assert f"/terms/{terms.pk}" in letter.text
    assert not letter.mints, "she has a login: no link is needed"


def test_a_signatory_passes_it_on_to_somebody_without_a_login() -> None:
    carl = cast.person("Carl Olsen", "carl@example.org")
    terms = cast.offered(cast.ada(), other_email="carl@example.org")
    made = passed_on(terms, by=carl.actor("login"))
    sign(terms, nora(made))
    project = cast.fresh(terms.project)
    cast.delivered(project)
    settle(NOON)
    told = {mail.to: mail for mail in Mail.objects.filter(event__kind="milestone.delivered")}
    assert told.keys() == {"carl@example.org", "nora@example.org"}
    assert told["nora@example.org"].mints, "who has no login gets a link"
    assert not told["carl@example.org"].mints
