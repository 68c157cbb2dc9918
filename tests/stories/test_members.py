"""People of one party at the same moment: the last owners leave, one is removed while they sign. On both databases."""

from __future__ import annotations

from functools import partial

import pytest
from allauth.account.models import EmailAddress

from milepost.actions import invitations, joining, members, milestones, offers, parties, people, series, signing
from milepost.actions.members import BothSides, LastOwner
from milepost.core.refusals import NotAllowed, Refused, Stale
from milepost.models import Invitation, Member, MemberInvitation, Party, Project, Signature, User
from milepost.models.base import new_id
from tests import cast
from tests.cast import NOON, Person
from tests.databases import together

pytestmark = [pytest.mark.race, pytest.mark.usefixtures("committed")]


def someone(name: str) -> Person:
    return cast.person(name, f"{name.lower()}-{new_id('x')[-8:]}@example.org")


def newcomer() -> User:
    email = f"bo-{new_id('x')[-8:]}@example.org"
    user = User.objects.create_user(email=email, name="Bo Ek")
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user


def member_of(person: Person) -> Member:
    return Member.objects.get(party=person.party, user=person.user)


def living_owners(party: Party) -> int:
    return members.living(party).filter(role="owner").count()


def test_two_owners_who_leave_at_once_leave_one_behind(rounds: int) -> None:
    for _round in range(rounds):
        ada = someone("Ada")
        bo = cast.colleague(ada, "owner")
        given = together(*(partial(members.leave, party=ada.party, user=who.user, at=NOON) for who in (ada, bo)))
        assert sum(isinstance(each, LastOwner) for each in given) == 1, given
        assert living_owners(ada.party) == 1


def test_two_owners_who_remove_or_demote_each_other_leave_one_behind(rounds: int) -> None:
    for number in range(rounds):
        ada = someone("Ada")
        bo = cast.colleague(ada, "owner")
        pairs = ((ada, bo), (bo, ada))
        if number % 2:
            acts = [partial(members.remove, member=member_of(of), by=by.actor(), at=NOON) for by, of in pairs]
        else:
            acts = [
                partial(members.change_role, member=member_of(of), role="member", by=by.actor(), at=NOON)
                for by, of in pairs
            ]
        given = together(*acts)
        # Whoever comes second acts for the party no more, or is no owner any more.
        assert sum(isinstance(each, NotAllowed) for each in given) == 1, given
        assert living_owners(ada.party) == 1


def test_who_is_removed_while_they_sign_has_signed_before_or_not_at_all(rounds: int) -> None:
    signed = 0
    for _round in range(rounds):
        ada, carl = someone("Ada"), someone("Carl")
        bo = cast.colleague(carl, "signatory")
        terms = cast.offered(ada, other_email=carl.user.email)
        given = together(
            partial(signing.sign, terms=terms, signing=cast.signature("Bo"), by=bo.actor(), at=NOON),
            partial(members.remove, member=member_of(bo), by=carl.actor(), at=NOON),
        )
        assert isinstance(given[1], Member), given
        there = Signature.objects.filter(terms=terms, user=bo.user).exists()
        assert there == (not isinstance(given[0], NotAllowed)), given
        signed += there
        with pytest.raises(Refused):
            signing.sign(terms=terms, signing=cast.signature("Bo"), by=bo.actor(), at=NOON)
    assert 0 <= signed <= rounds


def test_who_is_removed_before_they_sign_is_refused_as_it_is_written() -> None:
    """The page was opened, the code typed, the form sent: what counts is who they are when it is committed."""
    ada, carl = someone("Ada"), someone("Carl")
    bo = cast.colleague(carl, "signatory")
    by, terms = bo.actor("code"), cast.offered(ada, other_email=carl.user.email)
    members.remove(member=member_of(bo), by=carl.actor(), at=NOON)
    with pytest.raises(NotAllowed, match="any more"):
        signing.sign(terms=terms, signing=cast.signature("Bo"), by=by, at=NOON)
    assert not Signature.objects.filter(terms=terms, side="client").exists()


def test_one_member_in_two_projects_at_once_hinders_nobody(rounds: int) -> None:
    """Each verb holds its project and then the member's row: two of them wait, and never for each other."""
    for _round in range(rounds):
        ada, carl = someone("Ada"), someone("Carl")
        projects = [cast.in_force(ada, other_email=carl.user.email, holder="nobody") for _number in range(2)]
        for project in projects:
            cast.delivered(project)
        found = [cast.milestone(project) for project in projects]
        acts = [partial(milestones.approve, milestone=one, by=carl.actor(), at=NOON) for one in found]
        acts.append(partial(members.change_role, member=member_of(carl), role="owner", by=carl.actor(), at=NOON))
        given = together(*acts)
        assert not [each for each in given if isinstance(each, BaseException)], given


def test_who_is_removed_while_they_change_the_party_waits_for_nobody_for_ever(rounds: int) -> None:
    """Each takes the party and then the member: one comes first, and no database has to choose a victim."""
    for number in range(rounds):
        ada = someone("Ada")
        bo = cast.colleague(ada, "owner")
        facts = people.PartyFacts(
            kind="person", legal_name=f"Ada {number}", postal_address="1 Main Street", email=ada.party.email
        )
        numbers = {kind: series.Numbering(prefix, "") for kind, prefix in series.PREFIXES.items()}
        given = together(
            partial(parties.keep, party=ada.party, facts=facts, name="Bo", user=bo.user, by=bo.actor(), at=NOON),
            partial(series.keep, party=ada.party, issues_here=True, typed=numbers, by=bo.actor(), at=NOON),
            partial(members.remove, member=member_of(bo), by=ada.actor(), at=NOON),
        )
        assert not [each for each in given if isinstance(each, Exception) and not isinstance(each, Refused)], given
        assert isinstance(given[2], Member), given


def test_an_invitation_is_accepted_once(rounds: int) -> None:
    for _round in range(rounds):
        ada, user = someone("Ada"), newcomer()
        asked = joining.invite(party=ada.party, email=user.email, role="member", by=ada.actor(), at=NOON)
        given = together(*[partial(joining.accept, invitation=asked, user=user, at=NOON)] * 2)
        assert sum(isinstance(each, Member) for each in given) == 1, given
        assert Member.objects.filter(party=ada.party, user=user).count() == 1


def test_an_invitation_is_accepted_or_taken_back(rounds: int) -> None:
    for _round in range(rounds):
        ada, user = someone("Ada"), newcomer()
        asked = joining.invite(party=ada.party, email=user.email, role="member", by=ada.actor(), at=NOON)
        given = together(
            partial(joining.accept, invitation=asked, user=user, at=NOON),
            partial(joining.take_back_invitation, invitation=asked, by=ada.actor(), at=NOON),
        )
        assert sum(isinstance(each, Stale) for each in given) == 1, given
        asked.refresh_from_db()
        assert (asked.accepted_at is None) != (asked.ended_at is None)
        assert Member.objects.filter(party=ada.party, user=user).exists() == (asked.accepted_at is not None)


def test_the_same_address_is_invited_once(rounds: int) -> None:
    for _round in range(rounds):
        ada, email = someone("Ada"), f"bo-{new_id('x')[-8:]}@example.org"
        bo = cast.colleague(ada, "owner")
        given = together(
            *(
                partial(joining.invite, party=ada.party, email=email, role="member", by=by.actor(), at=NOON)
                for by in (ada, bo)
            )
        )
        assert sum(isinstance(each, MemberInvitation) for each in given) == 1, given


def test_nobody_joins_both_sides_at_once(rounds: int) -> None:
    for _round in range(rounds):
        ada, carl, user = someone("Ada"), someone("Carl"), newcomer()
        cast.in_force(ada, other_email=carl.user.email)
        asked = [
            joining.invite(party=each.party, email=user.email, role="member", by=each.actor(), at=NOON)
            for each in (ada, carl)
        ]
        given = together(*(partial(joining.accept, invitation=one, user=user, at=NOON) for one in asked))
        assert sum(isinstance(each, BothSides) for each in given) == 1, given
        assert Party.objects.of(user).count() == 1  # type: ignore[attr-defined]


def test_nobody_joins_a_side_while_the_proposal_to_them_is_sent(rounds: int) -> None:
    for _round in range(rounds):
        ada, carl = someone("Ada"), someone("Carl")
        asked = joining.invite(party=ada.party, email=carl.user.email, role="member", by=ada.actor(), at=NOON)
        draft = cast.draft(ada, other_email=carl.user.email)
        given = together(
            partial(joining.accept, invitation=asked, user=carl.user, at=NOON),
            partial(offers.offer, draft=draft, signing=cast.signature(), by=ada.actor(), at=NOON),
        )
        assert sum(isinstance(each, Refused) for each in given) == 1, given
        joined = Member.objects.filter(party=ada.party, user=carl.user).exists()
        assert joined != Project.objects.filter(client=carl.party, freelancer=ada.party).exists()


def test_a_proposal_is_passed_on_five_times_at_most(rounds: int) -> None:
    for _round in range(min(rounds, 5)):
        terms = cast.offered(someone("Ada"))
        carl = cast.guest(terms.project.client, "link")
        acts = [
            partial(invitations.forward, terms=terms, email=f"nora-{number}@example.org", words="", by=carl, at=NOON)
            for number in range(7)
        ]
        given = together(*acts)
        assert sum(isinstance(each, Invitation) for each in given) == 5, given


def test_passed_on_twice_and_signed_once(rounds: int) -> None:
    for _round in range(rounds):
        terms = cast.offered(someone("Ada"))
        carl = cast.guest(terms.project.client)
        made = invitations.forward(terms=terms, email="nora@example.org", words="", by=carl, at=NOON)
        assert made is not None
        nora = type(carl)("party", made.party_id, "", made.email, "code", "127.0.0.1", "test")
        given = together(
            *(
                partial(signing.sign, terms=terms, signing=cast.signature("Olsen"), by=by, at=NOON)
                for by in (carl, nora)
            )
        )
        assert sum(isinstance(each, Stale) for each in given) == 1, given
        assert terms.signatures.filter(side="client").count() == 1
