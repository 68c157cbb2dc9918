"""Everybody there is, around three projects, for the matrix: what stands at each address, and each role's browser."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from io import BytesIO

from django.test import Client

from milepost.actions import funding, invitations, invoices, joining, milestones
from milepost.models import File, Funding, Installation, Invitation, Member, MemberInvitation, Project, User
from milepost.web import access
from tests import cast
from tests.uploading import uploaded
from tests.web import by_hand
from tests.web.entering import enter

# Milestones that are paid directly, and what hangs on them, are those of another project than the rest.
DIRECT = ("milestone-account", "milestone-payments", "milestone-payments-undo", "milestone-receipts")


@dataclass
class World:
    """Ada and Carl with projects under way and a proposal, each with people; Cora, who holds; Mallory; Olga; guests."""

    browsers: dict[str, Client] = field(default_factory=dict)
    # The guest of each of the projects, for Carl's mails have links too.
    guests: dict[str, Client] = field(default_factory=dict)
    # By the name of the address, or by its first word: the id in it.
    ids: dict[str, str] = field(default_factory=dict)
    # By the name of the address: what is posted to it beside the rest.
    sent: dict[str, dict[str, str]] = field(default_factory=dict)


def made() -> World:
    ada, carl = cast.ada(), cast.person("Carl Olsen", "carl@example.org")
    cora = cast.person("Cora", "cora@example.org")
    olga, mallory = cast.person("Olga", "olga@example.org"), cast.person("Mallory", "mallory@example.org")
    User.objects.filter(pk=olga.user.pk).update(is_operator=True)
    Installation.objects.filter(pk=1).update(audited_at=access.now())
    held, direct = (
        cast.in_force(ada, other_email="carl@example.org", holder=holder) for holder in ("sandbox", "nobody")
    )
    own = {"document": "upload", "upload": uploaded(ada).pk}
    offered = cast.offered(ada, other_email="carl@example.org", **own)
    Project.objects.filter(pk__in=(held.pk, offered.project_id)).update(custodian=cora.party)
    ids = (
        _facts(ada, carl, held, direct)
        | {"proposal": cast.draft(ada, **own).pk}
        | {"project": held.pk, "terms": offered.pk}
    )
    asked_in = _funding(ada, carl, cora)
    moved = by_hand.under_custody(ada, carl, cora)
    ids |= {"funding": asked_in.pk} | by_hand.ids(moved, ada, carl, cora)
    browsers = {"stranger": _signed_in(mallory), "operator": _signed_in(olga), "anonymous": Client()}
    for role, owner in {"client": carl, "freelancer": ada, "custodian": cora}.items():
        browsers[role] = _signed_in(owner)
        for other in ("signatory", "member"):
            browsers[f"{role}-{other}"] = _signed_in(cast.colleague(owner, other))
    browsers["elsewhere"] = _guest_of(cast.in_force(cast.person("Eva", "eva@example.org")))
    guests = {"held": _guest_of(held), "direct": _guest_of(direct), "terms": _guest_of(offered.project)}
    guests |= {"funding": _guest_of(asked_in.milestone.project), "refund": _guest_of(moved)}
    asked = joining.invite(party=ada.party, email=mallory.user.email, role="member", by=ada.actor(), at=access.now())
    return World(browsers, guests, ids | {"invitation": asked.pk}, _sent(ada, asked))


def _sent(ada: cast.Person, asked: MemberInvitation) -> dict[str, dict[str, str]]:
    """Of Ada's people it is the plain member about whom something is asked for."""
    member = {"member": str(Member.objects.get(party=ada.party, role="member").pk)}
    return {
        "party": {"legal_name": "Ada Lindqvist AB"},
        "party-invitations": {"email": "new@example.org", "role": "member"},
        "party-invitations-withdrawals": {"invitation": asked.pk},
        "party-roles": member | {"role": "signatory"},
        "party-removals": member,
        "terms-forwards": {"forward_email": "nora@example.org"},
        "party-custody": {"legal_ground": "A notary of Stockholm."},
        "milestone-refunds": {"amount": "10"},
        "installation-invitations": {"email": "zoe@example.org"},
        "installation-people-rights": {"verb": "bar"},
        "arrival-matches": {"funding": ""},
    }


def _facts(ada: cast.Person, carl: cast.Person, held: Project, direct: Project) -> dict[str, str]:
    """What was done in the two projects under way, by the address that it stands at."""
    cast.delivered(held)
    items = [milestones.Item(name="post.txt", stream=BytesIO(b"twelve posts"))]
    milestones.deliver(milestone=cast.milestone(direct), note="", items=items, by=ada.actor(), at=cast.NOON)
    milestones.approve(milestone=cast.milestone(direct), by=carl.actor(), at=cast.NOON)
    milestones.open_ready(project=cast.fresh(direct), at=cast.NOON)
    invoice = invoices.issue(milestone=cast.milestone(direct), at=cast.NOON)
    invoices.keep_paper(invoice=invoice, pdf=b"%PDF-1.7", at=cast.NOON)
    return {
        "milestone": cast.milestone(held).pk,
        "milestone-fundings": cast.milestone(held, 2).pk,
        "milestone-deliveries": cast.milestone(direct, 2).pk,
        **dict.fromkeys(DIRECT, cast.milestone(direct).pk),
        "file": File.objects.get(name="post.txt").pk,
        "invoice": invoice.pk,
        "party": ada.party.pk,
        "link": invitations.mint(invitation_id=_invitation_of(held).pk, at=cast.NOON).rpartition("/")[2],
        "setup": "x" * 43,
        "address": "ech_x",
        "installation-people-factor-endings": "per_x",
        "address-undo": "x" * 43,
    }


def _funding(ada: cast.Person, carl: cast.Person, cora: cast.Person) -> Funding:
    """Asked for in a project of theirs whose money Cora holds."""
    project = by_hand.under_custody(ada, carl, cora)
    return funding.fund(milestone=cast.milestone(project), by=carl.actor(), at=cast.NOON)


def browser_for(role: str, name: str, world: World) -> Client:
    """That role's browser, at the address of that name; a copy: no answer's cookies are carried to the next address."""
    known = world.guests[_guests_project(name)] if role == "guest" else world.browsers[role]
    browser = Client()
    browser.cookies.load({key: morsel.value for key, morsel in known.cookies.items()})
    return browser


def _guests_project(name: str) -> str:
    if name.startswith(("terms", "funding", "refund")):
        return name.partition("-")[0]
    of_direct = name in (*DIRECT, "milestone-deliveries", "file") or name.startswith("invoice")
    return "direct" if of_direct else "held"


def _signed_in(person: cast.Person) -> Client:
    return enter(Client(), person.user)


def _invitation_of(project: Project) -> Invitation:
    return Invitation.objects.filter(project=project).latest("made_at")


def _guest_of(project: Project) -> Client:
    invitation = _invitation_of(project)
    Invitation.objects.filter(pk=invitation.pk).update(expires_at=access.now() + timedelta(days=30))
    browser = Client()
    session = browser.session
    session[access.GUEST] = invitation.pk
    session.save()
    return browser
