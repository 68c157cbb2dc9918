"""Whom an event is told to: a table from its kind, and the few things that keep a mail from being sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from milepost.core.catalogue import Side
from milepost.core.dues import NOTICES
from milepost.core.rights import may
from milepost.events.story import Story
from milepost.models import Event, Member, Milestone, Party, Payment, Project, Signature, User

# other: the side that did not do it; sender and recipient: of the terms it is about; operator: runs the installation.
Part = Literal["client", "freelancer", "sender", "recipient", "other", "operator"]
BOTH: Final[tuple[Part, ...]] = ("client", "freelancer")

READERS: Final[dict[str, tuple[Part, ...]]] = {
    "project.started": (),
    "terms.offered": ("recipient",),
    "terms.signed": (),
    "terms.entered_force": ("sender",),
    "terms.change_asked": ("sender",),
    "terms.declined": ("sender",),
    "terms.withdrawn": ("recipient",),
    "terms.expired": BOTH,
    "terms.sealed": BOTH,
    # Their links go out in mails of their own.
    "invitation.renewed": (),
    "invitation.forwarded": ("sender",),
    "project.claimed": (),
    "project.stop_asked": ("other",),
    "project.stop_taken_back": ("other",),
    "project.stop_declined": ("other",),
    "project.stopped": BOTH,
    "payee.changed": ("other",),
    "payee.taken_back": ("other",),
    "milestone.opened": ("freelancer",),
    "milestone.delivered": ("client",),
    "milestone.changes_asked": ("freelancer",),
    "milestone.approved": ("freelancer",),
    "milestone.closed": BOTH,
    "milestone.cancel_asked": ("freelancer",),
    "milestone.cancelled": ("other",),
    "review.started": (),
    "review.reminded": BOTH,
    "review.extended": BOTH,
    "review.stalled": ("freelancer", "operator"),
    "funding.requested": (),
    "funding.sent": (),
    "funding.unsent": (),
    "funding.arrived": (),
    "funding.confirmed": BOTH,
    "funding.late": (),
    "funding.set_aside": (),
    "funding.returned": (),
    "funding.failed": ("client",),
    "funding.withdrawn": (),
    "payout.requested": (),
    "payout.sent": (),
    "payout.confirmed": ("freelancer",),
    "payout.failed": ("freelancer", "operator"),
    "refund.requested": (),
    "refund.sent": (),
    "refund.unsent": (),
    "refund.overdue": (),
    "refund.confirmed": ("client",),
    "refund.failed": ("client", "operator"),
    "payment.sent": ("freelancer",),
    "payment.unsent": ("freelancer",),
    "payment.overdue": BOTH,
    "payment.notices_ended": ("freelancer",),
    "payment.received": ("client",),
    "invoice.issued": ("client",),
    # The freelancer too: it is a paper in their name.
    "invoice.credited": BOTH,
}


# What then waits for somebody who may bind the party: whoever may is told, beside the party's own address.
WAITS: Final[dict[str, Part]] = {
    "terms.offered": "recipient",
    "terms.change_asked": "sender",
    "milestone.delivered": "client",
    "milestone.cancel_asked": "freelancer",
    "review.reminded": "client",
    "project.stop_asked": "other",
    "funding.failed": "client",
    "payment.sent": "freelancer",
    "payment.overdue": "client",
    "invoice.issued": "client",
}


@dataclass(frozen=True, slots=True)
class Reader:
    """One address, the part it reads in, and the party it belongs to (None for the operator)."""

    part: Side | Literal["operator"]
    to: str
    language: str
    party: Party | None = None
    # A guest gets in by a link alone, which is minted as the mail is sent.
    guest: bool = False


def audience(event: Event) -> list[Reader]:
    """Who gets a mail about the event; nobody when the page alone tells it, or another mail says more."""
    story = Story(event)
    if _said_elsewhere(story):
        return []
    parts: list[Part] = [*READERS[event.kind]]
    if event.kind == "milestone.approved" and event.actor == "clock":
        parts.append("client")
    if event.kind == "payment.overdue" and story.data["number"] == len(NOTICES):
        # The mail that there are no more says it too.
        parts.remove("freelancer")
    readers = [reader for part in parts if part != "operator" for reader in _party(story, part)]
    return readers + (_operators() if "operator" in parts else [])


def _said_elsewhere(story: Story) -> bool:
    match story.event.kind:
        case "terms.withdrawn":
            # Taken back because changed terms were sent: those are in their mail.
            return bool(story.project.terms_id != story.data["terms"])
        case "payee.changed" | "payee.taken_back":
            # Two who have several projects are told once: in the first of them.
            theirs = Project.objects.filter(client=story.project.client_id, freelancer=story.project.freelancer_id)
            twins = Event.objects.filter(project__in=theirs, kind=story.event.kind, at=story.event.at)
            return bool(twins.filter(actor=story.event.actor, project__lt=story.project.pk).exists())
        case "payment.overdue" | "payment.notices_ended":
            # Said to be on its way, or received, since the notice was due.
            return bool(Payment.objects.filter(milestone=story.data["milestone"], unsent_at=None).exists())
        case "milestone.opened":
            # Milestones that open together are told of in one mail, that of the first.
            same = story.project.events.filter(kind=story.event.kind, at=story.event.at)
            return bool(same.filter(number__lt=story.event.number).exists())
        case "milestone.cancelled":
            # What both cancelled by stopping the project is told in one mail.
            return bool(story.project.events.filter(kind="project.stopped", at=story.event.at).exists())
        case "milestone.closed":
            # The last one says that the project is completed; those before it had mails about their money.
            unfinished = Milestone.objects.filter(project=story.project).exclude(status__in=("closed", "cancelled"))
            later = story.project.events.filter(kind=story.event.kind, number__gt=story.event.number)
            return bool(unfinished.exists() or later.exists())
    return False


def _party(story: Story, part: Part) -> list[Reader]:
    side = _side(story, part)
    if side is None:
        return []
    party = story.project.party(side)
    binds = side == _side(story, WAITS.get(story.event.kind, "operator"))
    return [Reader(side, to, party.language, party, guest) for to, guest in _mailboxes(story, party, binds).items()]


def _mailboxes(story: Story, party: Party, binds: bool) -> dict[str, bool]:
    """Where mail of a party goes, each address once, and whether it is a guest's who gets in by a link: the party's own,
    that of a guest who signed for it when the proposal was passed on, and if it `binds`, those of all who may."""
    members = list(Member.objects.filter(party=party, ended_at=None).select_related("user"))
    found = {party.email: not members}
    signed = Signature.objects.filter(terms=story.project.terms_id, party=party, user=None).values_list(
        "email", flat=True
    )
    found |= {email: True for email in signed if email not in found}
    logins = {member.user.email: member for member in members}
    found |= {email: False for email, member in logins.items() if email in found or (binds and _may_bind(member))}
    return found


def _may_bind(member: Member) -> bool:
    return may(member.role, "sign")  # type: ignore[arg-type]  # a CHECK keeps it a role


def _side(story: Story, part: Part) -> Side | None:
    terms = story.terms
    match part:
        case "client" | "freelancer":
            return part
        case "sender":
            return terms.sender if terms else None  # type: ignore[return-value]  # a CHECK keeps it a side
        case "recipient":
            return terms.recipient if terms else None
        case "other":
            return {"client": "freelancer", "freelancer": "client", None: None}[story.actor_side]
        case _:
            return None


def _operators() -> list[Reader]:
    return [Reader("operator", user.email, "en") for user in User.objects.filter(is_operator=True, is_active=True)]
