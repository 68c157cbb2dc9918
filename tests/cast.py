"""The cast: Ada (freelancer), Carl (client, a guest until he takes an account), Cora (custodian), Mallory (a stranger);
and their project."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from allauth.account.models import EmailAddress

from milepost.actions import (
    answers,
    arrivals,
    drafts,
    funding,
    intents,
    milestones,
    offers,
    payee,
    people,
    refunds,
    signing,
)
from milepost.actions import payouts as payouts_of
from milepost.core import steps
from milepost.core.actors import Actor
from milepost.core.catalogue import BY_HAND, Holder
from milepost.core.money import Money
from milepost.core.steps import Body
from milepost.models import (
    Arrival,
    Custody,
    Draft,
    Funding,
    Intent,
    Member,
    Milestone,
    Party,
    Payout,
    Project,
    Refund,
    Terms,
    User,
)
from milepost.models.base import new_id
from tests import sending

# A Tuesday noon; every story tells its own time from here.
NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)

__all__ = ["NOON", "answers"]


@dataclass(frozen=True)
class Person:
    """A login with its party."""

    user: User
    party: Party

    def actor(self, proof: str = "fresh") -> Actor:
        return Actor("party", self.party.pk, self.user.pk, self.user.email, proof, "127.0.0.1", "test")  # type: ignore[arg-type]


def person(name: str, email: str, zone: str = "Europe/Stockholm", **facts: str) -> Person:
    """Somebody with a verified address and a party of their own."""
    user = User.objects.create_user(email=email, name=name)
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    whole = {"kind": "person", "legal_name": name, "postal_address": "1 Main Street", "time_zone": zone} | facts
    party = people.make_party(user=user, facts=people.PartyFacts(email=email, **whole), at=NOON)
    return Person(user, party)


def colleague(of: Person | Party, role: str = "member", email: str = "") -> Person:
    """Somebody else who acts for the party, in that role, and for no other."""
    party = of.party if isinstance(of, Person) else of
    email = email or f"{role}-{new_id('x')[-8:]}@example.org"
    user = User.objects.create_user(email=email, name=f"{role.title()} of {party}")
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    Member.objects.create(party=party, user=user, role=role, joined_at=NOON)
    return Person(user, party)


def ada() -> Person:
    return person("Ada Lindqvist", f"ada-{new_id('x')[-8:]}@example.org")


def cora(**limits: int) -> Person:
    """An admitted custodian; `limits` in minor units per currency, above which a second person has to say the same."""
    made = person("Cora Trust", f"cora-{new_id('x')[-8:]}@example.org", kind="organisation")
    Custody.objects.create(
        party=made.party,
        legal_ground="Licensed to hold money for others in Sweden.",
        second_person_above_minor=limits,
        asked_at=NOON,
        admitted_at=NOON,
    )
    return made


def guest(party: Party, proof: str = "code") -> Actor:
    """The other side with only a link, who has typed the code (or has only the link)."""
    return Actor("party", party.pk, "", party.email, proof, "127.0.0.1", "test")  # type: ignore[arg-type]


def body(**typed: Any) -> Body:
    """What Ada types for the three-month project; `milestones` as (title, amount, due) rows."""
    rows = typed.pop("milestones", None) or [
        ("January", "2,000.00", date(2027, 1, 31)),
        ("February", "2,000.00", date(2027, 2, 28)),
        ("March", "2,000.00", date(2027, 3, 31)),
    ]
    whole = steps.blank() | {
        "side": "freelancer",
        "own_name": "Ada Lindqvist",
        "project_name": "Social content, January to March",
        "other_name": "Carl & Sons",
        "other_email": "carl@example.org",
        "client_type": "business",
        "currency": "USD",
        "holder": "sandbox",
        "start_on": "2026-12-01",
        "scope": "Twelve posts and one reel a month.",
        "law": "Sweden",
        "venue": "Stockholm",
    }
    whole["milestones"] = [
        dict.fromkeys(steps.MILESTONE_FIELDS, "")
        | {
            "title": title,
            "due_on": due.isoformat(),
            "amount": amount,
            "deliverables": [{"id": "", "title": f"12 posts for {title}", "criteria": "In the brand's voice"}],
        }
        for title, amount, due in rows
    ]
    return whole | typed


def draft(sender: Person, *, at: datetime = NOON, **typed: Any) -> Draft:
    """A draft in which everything has been typed."""
    made = drafts.start(by=sender.actor(), at=at)
    made.body = steps.with_ids(body(**typed), steps.blank(), new_id)
    made.save(update_fields=["body"])
    return made


def signature(name: str = "Ada Lindqvist", **facts: Any) -> signing.Signing:
    return signing.Signing(
        **{"name": name, "legal_name": name, "postal_address": "1 Main Street", "consent": True, "governs": True}
        | facts
    )


def offered(sender: Person, *, at: datetime = NOON, **typed: Any) -> Terms:
    """Terms that Ada has sent."""
    typed = {"other_email": f"carl-{new_id('x')[-8:]}@example.org"} | typed
    return offers.offer(draft=draft(sender, at=at, **typed), signing=signature(), by=sender.actor(), at=at)


def in_force(
    sender: Person | None = None,
    *,
    at: datetime = NOON,
    custodian: Person | None = None,
    holders: tuple[Holder, ...] = (),
    **typed: Any,
) -> Project:
    """A project whose terms both have signed, and the custodian where the terms name one.

    `holders`: one for each milestone, where they differ.
    """
    holder = typed.get("holder", "sandbox")
    if holder in BY_HAND or holders:
        terms = _by_hand(sender or ada(), holder, holders, custodian, at, typed)
    else:
        terms = offered(sender or ada(), at=at, **typed)
    other = terms.project.party(terms.recipient)
    signing.sign(terms=terms, signing=signature("Carl Olsen", capacity="Director"), by=guest(other), at=at)
    return fresh(terms.project)


def _by_hand(
    sender: Person,
    holder: Holder,
    holders: tuple[Holder, ...],
    custodian: Person | None,
    at: datetime,
    typed: dict[str, Any],
) -> Terms:
    """Offered terms whose money people move, already signed by the custodian; put together here, without the wizard."""
    made = draft(sender, at=at, **typed | {"other_email": f"carl-{new_id('x')[-8:]}@example.org", "holder": "nobody"})
    if "custodian" in (holder, *holders):
        custodian = custodian or cora()
    said = sending.held_by(drafts.compose(draft=made, at=at), holder, holders, custodian and custodian.party)
    if said.uses("freelancer"):
        payee.state(party=sender.party, details=sending.ACCOUNT, by=sender.actor(), at=at)
    terms = sending.sent(said, made, signature(), at)
    if custodian is not None:
        signing.sign(terms=terms, signing=signature("Cora Trust", capacity="Partner"), by=custodian.actor(), at=at)
    return terms


def holds(project: Project, branch: str = "", proof: str = "fresh") -> Actor:
    """Somebody of the holder's own people: the custodian's where there is one, or the freelancer with a login."""
    party = project.freelancer if branch.startswith("freelancer/") else project.custodian or project.freelancer
    user = User.objects.filter(memberships__party=party).order_by("memberships__id")[0]
    return Person(user, party).actor(proof)


def fresh(project: Project) -> Project:
    """The project as it stands now."""
    return Project.objects.select_related("terms", "client", "freelancer", "custodian").get(pk=project.pk)


def milestone(project: Project, number: int = 1) -> Milestone:
    rows = Milestone.objects.select_related("project__terms", "project__client", "project__freelancer")
    return rows.get(project=project, number=number)


def client(project: Project, proof: str = "code") -> Actor:
    return guest(project.client, proof)


def freelancer(project: Project, proof: str = "code") -> Actor:
    return guest(project.freelancer, proof)


def settle(intent: Intent, *, at: datetime) -> Intent:
    """The worker's part, without a provider: sent, then confirmed."""
    intent.refresh_from_db()
    assert intents.claim(intent=intent, at=at)
    match intent:
        case Funding():
            return funding.confirm(funding=intent, arrived=intent.amount, reference="test", at=at)
        case Payout():
            return payouts_of.confirm(payout=intent, reference="test", at=at)
        case Refund():
            return refunds.confirm(refund=intent, reference="test", at=at)
    raise AssertionError(intent)


def funded(project: Project, number: int = 1, *, at: datetime = NOON) -> Milestone:
    """A milestone whose amount is held."""
    asked = funding.fund(milestone=milestone(project, number), by=client(project), at=at)
    if asked.holder == "sandbox":
        settle(asked, at=at)
    else:
        arrived(asked, asked.amount, at=at)
    return milestone(project, number)


def arrived(asked: Funding, money: Money, *, at: datetime = NOON, again: bool = True, **facts: Any) -> Arrival:
    """Somebody of the holder's people says what arrived for a funding."""
    project = asked.milestone.project
    by = holds(project, asked.holder)
    whole = {"arrived_on": at.date(), "reference": "RF18", "payer": "Carl & Sons"} | facts
    party = project.custodian if asked.holder.startswith("custodian/") else project.freelancer
    assert party is not None
    return arrivals.note(holder=party, money=money, funding=asked, by=by, at=at, again=again, **whole)


def delivered(project: Project, number: int = 1, *, at: datetime = NOON) -> Milestone:
    """A milestone with a delivery that waits for the client; funded first where somebody holds the money."""
    found = milestone(project, number)
    if found.status == "planned" and found.holder != "nobody":
        funded(project, number, at=at)
    link = milestones.Item(link="https://example.org/work")
    milestones.deliver(milestone=milestone(project, number), note="Done.", items=[link], by=freelancer(project), at=at)
    return milestone(project, number)


def approved(project: Project, number: int = 1, *, at: datetime = NOON) -> Milestone:
    found = delivered(project, number, at=at)
    milestones.approve(milestone=found, by=client(project), at=at)
    return milestone(project, number)


def person_of(terms: Terms) -> Person:
    """The login behind the sender of terms."""
    party = terms.project.party(terms.sender)  # type: ignore[arg-type]
    return Person(User.objects.get(memberships__party=party), party)


def usd(minor: int) -> Money:
    return Money(minor, "USD")


def now() -> datetime:
    """The real clock, for stories that a browser tells."""
    return datetime.now(UTC)


def days(number: float) -> timedelta:
    return timedelta(days=number)
