"""The same people in several projects: client here, freelancer there, in a company's name and in one's own."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress

from milepost.actions import funding, joining, milestones, offers, people, signing
from milepost.actions.members import BothSides
from milepost.core.refusals import Refused
from milepost.models import Member, Party, Project
from milepost.models.base import new_id
from milepost.web import access, turns
from tests import cast
from tests.cast import NOON, Person
from tests.web.readers import digits, guest, signed_in, text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


@pytest.fixture
def ada(db: None) -> Person:
    return cast.ada()


@pytest.fixture
def carl(db: None) -> Person:
    return cast.person("Carl Olsen", "carl@example.org")


def agreed(freelancer: Person, client: Person, name: str, **typed: object) -> Project:
    """A project in force, proposed by the freelancer; both have accounts."""
    terms = cast.offered(freelancer, other_email=client.user.email, project_name=name, **typed)
    signing.sign(terms=terms, signing=cast.signature("Carl"), by=client.actor(), at=NOON)
    return cast.fresh(terms.project)


def company(of: Person, name: str) -> Person:
    """One more party that the same login acts for."""
    facts = people.PartyFacts(
        kind="organisation", legal_name=name, postal_address="1 Main Street", email=f"{new_id('x')[-8:]}@example.org"
    )
    return Person(of.user, people.make_party(user=of.user, facts=facts, at=NOON))


# -- several with the same two -----------------------------------------------------------------


def test_two_projects_of_the_same_two_do_not_mix(ada: Person, carl: Person) -> None:
    first, second = (agreed(ada, carl, name, holder="nobody") for name in ("Posts", "Reels"))
    assert (first.client_id, first.freelancer_id) == (second.client_id, second.freelancer_id)
    cast.delivered(first)
    mine = turns.of(Party.objects.of(carl.user))  # type: ignore[attr-defined]
    assert [turn.project for turn in mine] == [first]
    browser = signed_in(carl)
    page = text(browser.get("/projects"))
    assert "Posts" in page
    assert "Reels" in page
    waiting = text(browser.get("/projects?show=waiting"))
    assert "Posts" in waiting
    assert "Reels" not in waiting
    assert browser.post(f"/milestones/{cast.milestone(first).pk}/approvals").status_code == 302
    assert cast.milestone(second).status == "open"
    assert not second.events.filter(kind="milestone.approved").exists()


def test_a_guests_link_opens_its_own_project_and_no_other_of_the_same_two(ada: Person) -> None:
    first, second = (
        cast.offered(ada, other_email="nils@example.org", project_name=name) for name in ("Posts", "Reels")
    )
    assert first.project.client_id == second.project.client_id, "one party behind one address"
    browser = guest(first.project)
    assert browser.get(f"/terms/{first.pk}").status_code == 200
    assert browser.get(f"/terms/{second.pk}").status_code == 404
    assert browser.post(f"/terms/{second.pk}/forwards", {"forward_email": "x@example.org"}).status_code == 404


# -- client here, freelancer there -------------------------------------------------------------


def test_client_here_and_freelancer_there_with_the_same_other(ada: Person, carl: Person) -> None:
    hers = agreed(ada, carl, "Posts", holder="nobody")
    his = agreed(carl, ada, "Shelves", holder="nobody")
    assert (hers.client, his.client) == (carl.party, ada.party)
    cast.delivered(his)
    waits = {(turn.project.name, turn.waiting.act) for turn in turns.of(Party.objects.of(ada.user))}  # type: ignore[attr-defined]
    assert waits >= {("Posts", "deliver"), ("Shelves", "approve")}
    assert not waits & {("Posts", "approve"), ("Shelves", "deliver")}
    browser = signed_in(ada)
    home = text(browser.get("/"))
    assert "Review “January”" in home
    assert "Deliver “January”" in home
    assert f"/milestones/{cast.milestone(his).pk}/approvals" in text(
        browser.get(f"/milestones/{cast.milestone(his).pk}")
    )
    cast.delivered(hers)
    assert browser.get(f"/milestones/{cast.milestone(hers).pk}/approvals").status_code == 302, "hers to deliver"
    assert browser.post(f"/milestones/{cast.milestone(hers).pk}/approvals").status_code == 403
    assert browser.post(f"/milestones/{cast.milestone(his).pk}/approvals").status_code == 302


def test_money_of_both_sides_is_not_added_up(ada: Person, carl: Person) -> None:
    for project, client in ((agreed(ada, carl, "Posts"), carl), (agreed(carl, ada, "Shelves"), ada)):
        cast.settle(funding.fund(milestone=cast.milestone(project), by=client.actor(), at=NOON), at=NOON)
    page = text(signed_in(ada).get("/"))
    assert "USD you pay" in page
    assert "USD for you" in page
    assert "$4,000.00" not in page


def test_an_approval_is_proved_for_the_project_it_was_asked_in(ada: Person, carl: Person) -> None:
    first, second = (agreed(ada, carl, name, holder="nobody") for name in ("Posts", "Reels"))
    for project in (first, second):
        cast.delivered(project)
    browser = signed_in(carl, fresh=False)
    page = browser.post(f"/milestones/{cast.milestone(first).pk}/approvals")
    assert "one-time-code" in text(page)
    code = digits()
    other = browser.post(f"/milestones/{cast.milestone(second).pk}/approvals", {"code": code})
    assert other.status_code == 422
    assert cast.milestone(second).status == "delivered"
    assert cast.milestone(first).status == "delivered", "nor is the first approved by it"


# -- a company and oneself ---------------------------------------------------------------------


def test_one_acts_in_each_project_for_the_party_that_is_in_it(ada: Person, carl: Person) -> None:
    firm = company(ada, "Lindqvist AB")
    own = agreed(ada, carl, "Posts", holder="nobody")
    theirs = agreed(firm, carl, "Reels", holder="nobody")
    assert (own.freelancer, theirs.freelancer) == (ada.party, firm.party)
    browser = signed_in(ada)
    for chosen in (ada, firm):
        assert browser.post("/parties/acting", {"party": chosen.party.pk, "next": "/"}).url == "/"  # type: ignore[attr-defined]
        for project, name in ((own, "Ada Lindqvist"), (theirs, "Lindqvist AB")):
            assert name in text(browser.get(f"/projects/{project.pk}"))
    link = milestones.Item(link="https://example.org/work")
    milestones.deliver(milestone=cast.milestone(theirs), note="", items=[link], by=firm.actor(), at=NOON)
    assert theirs.events.get(kind="milestone.delivered").actor == firm.party.pk


def test_the_menu_names_the_parties_when_there_are_several(ada: Person) -> None:
    browser = signed_in(ada)
    assert "You act for" not in text(browser.get("/"))
    firm = company(ada, "Lindqvist AB")
    page = text(browser.get("/"))
    assert "You act for" in page
    browser.post("/parties/acting", {"party": firm.party.pk, "next": "/"})
    menu = text(browser.get("/"))
    assert menu.index(">Lindqvist AB</span>") < menu.index(">Ada Lindqvist</span>", menu.index("You act for"))
    assert browser.post("/parties/acting", {"party": firm.party.pk, "next": "https://evil.example"}).url == "/"  # type: ignore[attr-defined]


def test_a_proposal_is_written_in_the_name_of_the_party_acted_for(ada: Person) -> None:
    firm = company(ada, "Lindqvist AB")
    browser = signed_in(ada)
    browser.post("/parties/acting", {"party": firm.party.pk})
    minted = new_id("drf")
    browser.post("/proposals/new", {"draft": minted, "project_name": "Posts", "page": "x", "version": "0"})
    assert firm.party.drafts.get().pk == minted


def test_a_member_here_is_an_owner_there(ada: Person, carl: Person) -> None:
    """What one may do is asked for each party by itself."""
    Member.objects.create(party=carl.party, user=ada.user, role="member")
    eva = cast.person("Eva", "eva@example.org")
    his = agreed(eva, carl, "Shelves", holder="nobody")
    hers = agreed(ada, cast.person("Nils", "nils@example.org"), "Posts", holder="nobody")
    cast.delivered(his)
    browser = signed_in(ada)
    home = text(browser.get("/"))
    assert "A signatory of Carl Olsen does this." in home
    assert f"/milestones/{cast.milestone(hers).pk}#deliver" in home
    assert browser.post(f"/milestones/{cast.milestone(his).pk}/approvals").status_code == 403
    assert browser.get(f"/parties/{carl.party.pk}/members").status_code == 200
    assert (
        browser.post(f"/parties/{carl.party.pk}/invitations", {"email": "x@example.org", "role": "owner"}).status_code
        == 403
    )


# -- never for both ----------------------------------------------------------------------------


def test_nobody_proposes_to_a_party_that_they_act_for(ada: Person) -> None:
    firm = company(ada, "Lindqvist AB")
    Party.objects.filter(pk=firm.party.pk).update(email="office@example.org")
    for sender in (ada.party, firm.party):
        by = Person(ada.user, sender)
        draft = cast.draft(by, other_email=ada.user.email)
        with pytest.raises(Refused, match=r"would be the same person|your own mailbox"):
            offers.offer(draft=draft, signing=cast.signature(), by=by.actor(), at=NOON)
    assert not Project.objects.exists()


def test_nor_to_one_that_a_colleague_acts_for(ada: Person, carl: Person) -> None:
    """Carl works at Ada's: a project between her firm and his own would have him on both sides."""
    Member.objects.create(party=ada.party, user=carl.user, role="member")
    draft = cast.draft(ada, other_email=carl.user.email)
    with pytest.raises(Refused, match="Both sides would be the same person") as refused:
        offers.offer(draft=draft, signing=cast.signature(), by=ada.actor(), at=NOON)
    assert refused.value.field == "other_email"
    assert not Project.objects.exists()


def test_nor_joins_the_other_side_and_hears_why(ada: Person, carl: Person) -> None:
    agreed(ada, carl, "Posts", holder="nobody")
    asked = joining.invite(party=ada.party, email=carl.user.email, role="member", by=ada.actor(), at=access.now())
    with pytest.raises(BothSides):
        joining.accept(invitation=asked, user=carl.user, at=NOON)
    page = signed_in(carl).post(f"/invitations/{asked.pk}/acceptances")
    assert page.status_code == 422
    assert "You act for another party in “Posts”. Nobody acts for two in one project." in text(page)


def test_nor_claims_it_by_an_account(ada: Person) -> None:
    """Bo works for Ada; a proposal that was sent to his own address stays a guest's."""
    terms = cast.offered(ada, other_email="bo@example.org")
    bo = cast.person("Bo", "bo-at-work@example.org")
    Member.objects.create(party=ada.party, user=bo.user, role="member")
    EmailAddress.objects.create(user=bo.user, email="bo@example.org", verified=True)
    assert people.claim(user=bo.user, at=NOON) == []
    assert not terms.project.client.members.exists()
