"""Pages of who acts for a party: members, invitations, and what each of them may press."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from milepost.actions import joining, members, milestones
from milepost.models import Draft, Mail, Member, MemberInvitation, Party, User
from milepost.web import access
from tests import cast
from tests.cast import NOON, Person
from tests.web import wizards
from tests.web.entering import enter
from tests.web.readers import CANARY, coded, signed_in, text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


@pytest.fixture
def ada(db: None) -> Person:
    return cast.ada()


def newcomer(email: str = "bo@example.org") -> User:
    user = User.objects.create_user(email=email, name="Bo Ek")
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user


def browser_of(user: User) -> Client:
    return enter(Client(), user)


def at(person: Person, rest: str = "members") -> str:
    return f"/parties/{person.party.pk}/{rest}"


def asked(ada: Person, email: str = "bo@example.org", role: str = "member") -> MemberInvitation:
    return joining.invite(party=ada.party, email=email, role=role, by=ada.actor(), at=access.now())


def member(person: Person) -> str:
    return str(Member.objects.get(party=person.party, user=person.user).pk)


# -- the page ----------------------------------------------------------------------------------


def test_an_owner_invites_with_a_code_and_whoever_has_the_address_accepts(ada: Person) -> None:
    browser = signed_in(ada, fresh=False)
    assert "You alone act for Ada Lindqvist." in text(browser.get(at(ada)))
    response = coded(browser, at(ada, "invitations"), {"email": "Bo@example.org", "role": "signatory"})
    assert response.status_code == 302
    page = text(browser.get(at(ada)))
    assert "bo@example.org" in page
    assert "Invited, not answered yet" in page
    bo = browser_of(newcomer())
    first = bo.get("/", follow=True)
    assert first.redirect_chain[0][0].startswith("/welcome")
    assert "You are invited to act for Ada Lindqvist" in text(first)
    [invitation] = MemberInvitation.objects.all()
    there = bo.post(f"/invitations/{invitation.pk}/acceptances", follow=True)
    assert "You act for Ada Lindqvist now." in text(there)
    assert "Bo Ek" in text(browser.get(at(ada)))


def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_stays(ada: Person) -> None:
    browser = signed_in(ada)
    response = browser.post(at(ada, "invitations"), {"email": "bo at home", "role": "owner"})
    assert response.status_code == 422
    page = text(response)
    assert "is not an e-mail address" in page
    assert 'value="bo at home"' in page
    assert 'value="owner" checked' in page


def test_the_invited_declines_and_the_owner_takes_back(ada: Person) -> None:
    first, second = asked(ada), asked(ada, "ida@example.org")
    bo = browser_of(newcomer())
    assert bo.post(f"/invitations/{first.pk}/refusals").status_code == 302
    browser = signed_in(ada)
    assert browser.post(at(ada, "invitations/withdrawals"), {"invitation": second.pk}).status_code == 302
    assert browser.post(at(ada, "invitations/withdrawals"), {"invitation": second.pk}).status_code == 409
    late = bo.post(f"/invitations/{first.pk}/acceptances")
    assert late.status_code == 409
    assert "taken back" in text(late)
    assert "Nobody waits for your answer" in text(bo.get("/invitations"))
    assert not Member.objects.filter(user__email="bo@example.org").exists()


def test_nobody_elses_invitation_is_there(ada: Person) -> None:
    invitation = asked(ada)
    mallory = signed_in(cast.person("Mallory", "mallory@example.org"))
    for deed in ("acceptances", "refusals"):
        assert mallory.post(f"/invitations/{invitation.pk}/{deed}").status_code == 404
        assert mallory.post(f"/invitations/mit_x\x00/{deed}").status_code == 404
    assert "Ada" not in text(mallory.get("/invitations"))


def test_another_role_and_removal_need_a_code_and_hold_with_the_next_request(ada: Person) -> None:
    bo, browser = cast.colleague(ada, "member"), signed_in(ada, fresh=False)
    his = signed_in(bo)
    assert his.get(at(ada)).status_code == 200
    coded(browser, at(ada, "roles"), {"member": member(bo), "role": "owner"})
    assert Member.objects.get(user=bo.user).role == "owner"
    draft = cast.draft(ada)
    assert his.get(f"/proposals/{draft.pk}/review").status_code == 200
    assert signed_in(ada).post(at(ada, "removals"), {"member": member(bo)}).status_code == 302
    assert his.get(f"/proposals/{draft.pk}/review").status_code == 302, "they act for nobody: asked who they are"
    assert his.get(at(ada)).status_code == 302
    assert Member.objects.get(user=bo.user).ended_at is not None


def test_the_last_owner_hears_why_they_cannot_leave(ada: Person) -> None:
    cast.colleague(ada, "signatory")
    response = signed_in(ada).post(at(ada, "departures"))
    assert response.status_code == 422
    assert "is the last owner of Ada Lindqvist. Make somebody else an owner first." in text(response)


def test_a_forged_member_of_another_party_is_not_there(ada: Person) -> None:
    browser, carl = signed_in(ada), cast.person("Carl", "carl@example.org")
    theirs = str(Member.objects.get(user=carl.user).pk)
    for rest, data in (("roles", {"role": "owner"}), ("removals", {})):
        for forged in (theirs, "0", "x", "9" * 40):
            assert browser.post(at(ada, rest), data | {"member": forged}).status_code == 404
    assert browser.post(at(carl, "removals"), {"member": theirs}).status_code == 404
    assert browser.post(at(ada, "invitations/withdrawals"), {"invitation": "mit_x\x00"}).status_code == 404


def test_members_see_the_page_without_buttons(ada: Person) -> None:
    page = text(signed_in(cast.colleague(ada, "signatory")).get(at(ada)))
    assert "Owners add and remove people here." in page
    assert "/removals" not in page
    assert "Invite somebody" not in page


def test_what_people_typed_is_text(ada: Person) -> None:
    User.objects.filter(pk=cast.colleague(ada, "member").user.pk).update(name=CANARY[:200])
    Party.objects.filter(pk=ada.party.pk).update(legal_name=CANARY[:200])
    asked(ada)
    bo = browser_of(newcomer())
    for page in (signed_in(ada).get(at(ada)), bo.get("/invitations"), bo.get("/welcome")):
        assert CANARY not in text(page)
        assert "&lt;script&gt;" in text(page)


def test_the_first_page_shows_what_one_is_asked_also_to_whoever_has_a_party(ada: Person) -> None:
    asked(ada, "eva@example.org")
    eva = signed_in(cast.person("Eva", "eva@example.org"))
    assert "You are invited to act for Ada Lindqvist" in text(eva.get("/"))


# -- what a member may press -------------------------------------------------------------------


def test_a_member_who_prepared_a_draft_asks_a_signatory_to_send_it(ada: Person) -> None:
    bo = cast.colleague(ada, "member")
    draft: Draft = wizards.filled(bo)
    browser = signed_in(bo)
    page = text(browser.get(f"/proposals/{draft.pk}/review"))
    assert "Ask a signatory to send it" in page
    assert "Sign and send to" not in page
    there = browser.post(f"/proposals/{draft.pk}/requests", follow=True)
    assert "Asked by mail: Ada Lindqvist." in text(there)
    assert Mail.objects.filter(to=ada.user.email, subject__contains="asks you to send").count() == 1
    again = browser.post(f"/proposals/{draft.pk}/requests")
    assert again.status_code == 422
    assert "They were asked a moment ago." in text(again)
    assert "Sign and send to" in text(signed_in(ada).get(f"/proposals/{draft.pk}/review"))


def test_a_members_pages_have_no_button_that_would_be_refused(ada: Person) -> None:
    carl = cast.person("Carl Olsen", "carl@example.org")
    project = cast.in_force(ada, other_email="carl@example.org", holder="nobody")
    found = cast.delivered(project)
    browser = signed_in(cast.colleague(carl, "member"))
    page = text(browser.get(f"/milestones/{found.pk}"))
    assert f'href="/milestones/{found.pk}/approvals"' not in page
    assert "A signatory of Carl Olsen does this." in page
    assert f'action="/milestones/{found.pk}/change-requests"' in page, "asking for changes is theirs"
    assert "extensions" not in page
    assert "cancellations" not in page
    home = text(browser.get("/"))
    assert "Waits for your signatories" in home
    assert "A signatory of Carl Olsen does this." in home
    whole = text(browser.get(f"/projects/{project.pk}"))
    assert f'href="/projects/{project.pk}/stops"' not in whole
    assert "A signatory of Carl Olsen does this." in text(browser.get(f"/projects/{project.pk}/stops"))
    milestones.approve(milestone=found, by=carl.actor(), at=NOON)
    assert "A signatory of Carl Olsen does this." in text(browser.get("/"))
    paid = text(signed_in(cast.colleague(ada, "member")).get(f"/milestones/{found.pk}"))
    assert f'action="/milestones/{found.pk}/receipts"' not in paid
    assert "A signatory of Ada Lindqvist does this." in paid


def test_a_signatorys_pages_have_them(ada: Person) -> None:
    carl = cast.person("Carl Olsen", "carl@example.org")
    project = cast.in_force(ada, other_email="carl@example.org", holder="nobody")
    found = cast.delivered(project)
    browser = signed_in(cast.colleague(carl, "signatory"))
    page = text(browser.get(f"/milestones/{found.pk}"))
    assert f'href="/milestones/{found.pk}/approvals"' in page
    assert "does this." not in page
    assert "Waits for you" in text(browser.get("/"))


def test_a_proposal_that_came_is_read_by_a_member_and_signed_by_a_signatory(ada: Person) -> None:
    carl = cast.person("Carl Olsen", "carl@example.org")
    terms = cast.offered(ada, other_email="carl@example.org")
    page = text(signed_in(cast.colleague(carl, "member")).get(f"/terms/{terms.pk}"))
    assert "A signatory of Carl Olsen signs" in page
    assert f'action="/terms/{terms.pk}/signatures"' not in page
    assert f'action="/terms/{terms.pk}/refusals"' not in page
    assert f'action="/terms/{terms.pk}/change-requests"' in page
    assert f'action="/terms/{terms.pk}/forwards"' in page
    hers = text(signed_in(cast.colleague(carl, "signatory")).get(f"/terms/{terms.pk}"))
    assert f'action="/terms/{terms.pk}/signatures"' in hers


def test_a_member_of_the_sender_sends_the_link_again_and_takes_nothing_back(ada: Person) -> None:
    terms = cast.offered(ada)
    browser = signed_in(cast.colleague(ada, "member"))
    page = text(browser.get(f"/terms/{terms.pk}"))
    assert "Send the link again" in page
    assert f'action="/terms/{terms.pk}/withdrawals"' not in page
    assert browser.post(f"/terms/{terms.pk}/invitations").status_code == 302


def test_settings_of_who_is_no_owner_hold_their_name_alone(ada: Person) -> None:
    bo = cast.colleague(ada, "signatory")
    browser = signed_in(bo)
    page = text(browser.get("/settings"))
    assert 'name="legal_name"' not in page
    assert f'href="/parties/{ada.party.pk}/payee"' not in page
    assert browser.post(f"/parties/{ada.party.pk}", {"name": "Bo Ek"}).status_code == 302
    bo.user.refresh_from_db()
    assert bo.user.name == "Bo Ek"
    assert browser.post(f"/parties/{ada.party.pk}", {"name": "Bo", "legal_name": "Bo AB"}).status_code == 403


def test_the_page_costs_the_same_for_many_members(ada: Person, django_assert_max_num_queries: object) -> None:
    for _number in range(12):
        cast.colleague(ada, "member")
        asked(ada, f"x{_number}@example.org")
    browser = signed_in(ada)
    with django_assert_max_num_queries(12):  # type: ignore[operator]
        browser.get(at(ada))
    assert members.living(ada.party).count() == 13
