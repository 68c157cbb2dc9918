"""Who acts for a party: asked to, joined, another role, removed, gone; and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress

from milepost.actions import invitations, joining, members
from milepost.actions.members import BothSides, LastOwner, MemberAlready
from milepost.core.refusals import NotAllowed, NotProved, Refused, Stale
from milepost.models import Mail, Member, MemberInvitation, Party, Project, User
from tests import cast
from tests.cast import NOON, Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada() -> Person:
    return cast.ada()


def invited(by: Person, email: str = "bo@example.org", role: str = "member") -> MemberInvitation:
    return joining.invite(party=by.party, email=email, role=role, by=by.actor(), at=NOON)


def newcomer(email: str = "bo@example.org") -> User:
    """Somebody with a verified address and no party yet."""
    user = User.objects.create_user(email=email, name="Bo Ek")
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user


def member_of(person: Person) -> Member:
    return Member.objects.get(party=person.party, user=person.user, ended_at=None)


def letters(to: str) -> list[str]:
    return [mail.subject for mail in Mail.objects.filter(to=to).order_by("written_at", "pk")]


# -- asked to ----------------------------------------------------------------------------------


def test_whoever_signs_in_with_the_address_accepts_and_acts_for_the_party(ada: Person) -> None:
    asked = invited(ada, " Bo@Example.org ", "signatory")
    [letter] = Mail.objects.filter(to="bo@example.org")
    assert letter.subject == "Ada Lindqvist asks you to act for Ada Lindqvist"
    assert not letter.mints, "no link lets anybody in: the address has to be proved"
    bo = newcomer()
    assert joining.waiting_for(bo, NOON) == [asked]
    member = joining.accept(invitation=asked, user=bo, at=NOON)
    assert (member.role, member.joined_at, member.ended_at) == ("signatory", NOON, None)
    assert list(Party.objects.of(bo)) == [ada.party]
    assert letters(ada.user.email) == ["Bo Ek now acts for Ada Lindqvist"]
    assert joining.waiting_for(bo, NOON) == []


def test_an_address_that_is_not_verified_accepts_nothing(ada: Person) -> None:
    asked = invited(ada)
    bo = newcomer()
    EmailAddress.objects.filter(user=bo).update(verified=False)
    assert joining.waiting_for(bo, NOON) == []
    for verb in (joining.accept, joining.decline):
        with pytest.raises(NotAllowed, match="another address"):
            verb(invitation=asked, user=bo, at=NOON)


def test_it_ends_after_fourteen_days_and_can_be_made_again(ada: Person) -> None:
    asked, late = invited(ada), NOON + timedelta(days=14)
    bo = newcomer()
    assert joining.waiting_for(bo, late) == []
    with pytest.raises(Stale, match="expired"):
        joining.accept(invitation=asked, user=bo, at=late)
    again = joining.invite(party=ada.party, email="bo@example.org", role="member", by=ada.actor(), at=late)
    assert joining.accept(invitation=again, user=bo, at=late).role == "member"


def test_what_was_taken_back_or_declined_is_not_accepted(ada: Person) -> None:
    bo, asked = newcomer(), invited(ada)
    joining.take_back_invitation(invitation=asked, by=ada.actor(), at=NOON)
    for verb in (joining.accept, joining.decline):
        with pytest.raises(Stale, match="taken back"):
            verb(invitation=asked, user=bo, at=NOON)
    asked = invited(ada)
    joining.decline(invitation=asked, user=bo, at=NOON)
    with pytest.raises(Stale):
        joining.accept(invitation=asked, user=bo, at=NOON)
    with pytest.raises(Stale):
        joining.take_back_invitation(invitation=asked, by=ada.actor(), at=NOON)
    assert not Member.objects.filter(user=bo).exists()


@pytest.mark.parametrize("spelling", ["bo@example.org", "BO@example.org", "bo+work@example.org"])
def test_nobody_is_asked_twice_in_whatever_spelling(ada: Person, spelling: str) -> None:
    asked = invited(ada)
    with pytest.raises(MemberAlready, match="has not answered yet") as refused:
        invited(ada, spelling)
    assert refused.value.field == "email"
    joining.accept(invitation=asked, user=newcomer(), at=NOON)
    with pytest.raises(MemberAlready, match="Bo Ek acts for Ada Lindqvist already"):
        invited(ada, spelling)


@pytest.mark.parametrize(
    ("email", "role", "sentence"),
    [("bo", "member", "not an e-mail address"), ("bo@example.org", "king", "Choose"), ("", "member", "Type an")],
)
def test_what_is_no_address_or_no_role_is_refused_at_its_field(
    ada: Person, email: str, role: str, sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence) as refused:
        invited(ada, email, role)
    assert refused.value.field == ("role" if role == "king" else "email")


def test_only_so_many_wait_at_once(ada: Person) -> None:
    for number in range(joining.OPEN_MAX):
        invited(ada, f"bo-{number}@example.org")
    with pytest.raises(Refused, match="Take some back"):
        invited(ada)


def test_a_session_alone_invites_nobody(ada: Person) -> None:
    with pytest.raises(NotProved):
        joining.invite(party=ada.party, email="bo@example.org", role="owner", by=ada.actor("login"), at=NOON)


# -- owners alone ------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["member", "signatory"])
def test_only_owners_keep_the_members(ada: Person, role: str) -> None:
    bo, asked = cast.colleague(ada, role), invited(ada)
    acts: list[Callable[[], object]] = [
        lambda: joining.invite(party=ada.party, email="x@example.org", role="owner", by=bo.actor(), at=NOON),
        lambda: joining.take_back_invitation(invitation=asked, by=bo.actor(), at=NOON),
        lambda: members.change_role(member=member_of(bo), role="owner", by=bo.actor(), at=NOON),
        lambda: members.remove(member=member_of(ada), by=bo.actor(), at=NOON),
    ]
    for act in acts:
        with pytest.raises(NotAllowed, match="Only an owner of Ada Lindqvist"):
            act()


def test_an_owner_of_another_party_keeps_no_members_here(ada: Person) -> None:
    mallory, asked = cast.person("Mallory", "mallory@example.org"), invited(ada)
    acts: list[Callable[[], object]] = [
        lambda: joining.invite(party=ada.party, email="x@example.org", role="owner", by=mallory.actor(), at=NOON),
        lambda: joining.take_back_invitation(invitation=asked, by=mallory.actor(), at=NOON),
        lambda: members.change_role(member=member_of(ada), role="member", by=mallory.actor(), at=NOON),
        lambda: members.remove(member=member_of(ada), by=mallory.actor(), at=NOON),
    ]
    for act in acts:
        with pytest.raises(NotAllowed):
            act()


# -- another role, removed, gone ---------------------------------------------------------------


def test_the_last_owner_can_neither_leave_nor_be_removed_nor_become_less(ada: Person) -> None:
    cast.colleague(ada, "signatory")
    acts: list[Callable[[], object]] = [
        lambda: members.leave(party=ada.party, user=ada.user, at=NOON),
        lambda: members.remove(member=member_of(ada), by=ada.actor(), at=NOON),
        lambda: members.change_role(member=member_of(ada), role="member", by=ada.actor(), at=NOON),
    ]
    for act in acts:
        with pytest.raises(LastOwner, match="is the last owner"):
            act()
    assert member_of(ada).role == "owner"


def test_with_a_second_owner_the_first_may_go(ada: Person) -> None:
    bo = cast.colleague(ada, "member")
    members.change_role(member=member_of(bo), role="owner", by=ada.actor(), at=NOON)
    assert "the role is now Owner" in letters(bo.user.email)[0]
    members.leave(party=ada.party, user=ada.user, at=NOON)
    assert not Party.objects.of(ada.user).exists()
    assert Member.objects.get(user=ada.user).ended_at == NOON, "the row keeps the day"
    assert letters(bo.user.email)[-1] == "Ada Lindqvist no longer acts for Ada Lindqvist"
    with pytest.raises(Stale):
        members.leave(party=ada.party, user=ada.user, at=NOON)


def test_notices_of_the_party_follow_an_owner_who_stays(ada: Person) -> None:
    bo = cast.colleague(ada, "owner")
    members.remove(member=member_of(ada), by=bo.actor(), at=NOON)
    assert Party.objects.get(pk=ada.party.pk).email == bo.user.email


def test_who_is_removed_is_told_and_so_are_the_owners(ada: Person) -> None:
    bo = cast.colleague(ada, "signatory", "bo@example.org")
    members.remove(member=member_of(bo), by=ada.actor(), at=NOON)
    assert letters("bo@example.org") == ["You no longer act for Ada Lindqvist"]
    assert letters(ada.user.email) == [f"Ada Lindqvist has removed {bo.user} from Ada Lindqvist"]
    with pytest.raises(Stale):
        members.remove(member=Member.objects.get(user=bo.user), by=ada.actor(), at=NOON)
    assert invited(ada).email == "bo@example.org", "and may be asked again"


def test_what_an_owner_who_is_removed_had_asked_of_others_ends(ada: Person) -> None:
    bo = cast.colleague(ada, "owner")
    asked = invited(bo, "friend@example.org", "owner")
    members.remove(member=member_of(bo), by=ada.actor(), at=NOON)
    with pytest.raises(Stale):
        joining.accept(invitation=asked, user=newcomer("friend@example.org"), at=NOON)


@pytest.mark.parametrize("less", [True, False])
def test_links_from_before_the_account_end_with_the_right_to_sign(ada: Person, less: bool) -> None:
    """A link lets its holder act as a guest, who may sign: who may not any more keeps none."""
    project = cast.in_force(ada)
    user = newcomer(project.client.email)
    Member.objects.create(party=project.client, user=user)
    other = cast.colleague(project.client, "owner")
    link = invitations.invite(project=project, party=project.client, at=NOON)
    if less:
        members.change_role(member=Member.objects.get(user=user), role="member", by=other.actor(), at=NOON)
    else:
        members.remove(member=Member.objects.get(user=user), by=other.actor(), at=NOON)
    link.refresh_from_db()
    assert link.revoked_at == NOON


# -- one person, two parties -------------------------------------------------------------------


def test_nobody_joins_the_other_side_of_their_own_project(ada: Person) -> None:
    carl = cast.person("Carl Olsen", "carl@example.org")
    cast.in_force(ada, other_email="carl@example.org")
    asked = invited(ada, "carl@example.org")
    with pytest.raises(BothSides, match="Nobody acts for two in one project"):
        joining.accept(invitation=asked, user=carl.user, at=NOON)
    assert Project.objects.filter(client=carl.party).exists()
    assert list(Party.objects.of(carl.user)) == [carl.party]


def test_nobody_joins_a_side_whose_proposal_waits_for_them_as_a_guest(ada: Person) -> None:
    cast.offered(ada, other_email="bo@example.org")
    asked = invited(ada)
    with pytest.raises(BothSides):
        joining.accept(invitation=asked, user=newcomer(), at=NOON)


# -- asked to send -----------------------------------------------------------------------------


def test_a_member_asks_those_who_may_sign_to_send_a_draft(ada: Person) -> None:
    cast.colleague(ada, "signatory", "sigrid@example.org")
    bo = cast.colleague(ada, "member", "bo@example.org")
    draft = cast.draft(bo)
    asked = members.ask_to_send(draft=draft, by=bo.actor("login"), at=NOON)
    assert len(asked) == 2
    for email in (ada.user.email, "sigrid@example.org"):
        [mail] = Mail.objects.filter(to=email)
        assert f"/proposals/{draft.pk}/review" in mail.text
    assert not letters("bo@example.org")
    with pytest.raises(Refused, match="a moment ago"):
        members.ask_to_send(draft=draft, by=bo.actor("login"), at=NOON)
    members.ask_to_send(draft=draft, by=bo.actor("login"), at=NOON + timedelta(hours=2))
