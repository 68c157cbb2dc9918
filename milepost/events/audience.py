"""Whom an event is told to: a table from its kind, and the few things that keep a mail from being sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from milepost.core.catalogue import SIDES, Side
from milepost.core.dues import NOTICES
from milepost.core.rights import may
from milepost.events import holders
from milepost.events.story import Story
from milepost.models import Event, Member, Milestone, Party, Payment, Project, Signature, User

# other: the side that did not do it; sender and recipient: of the terms it is about; custodian: the people of the one
# that the terms name, nobody where they name none; holder: whose people move the money that it is about, the custodian's
# or the freelancer; operator: runs the installation.
Part = Literal["client", "freelancer", "sender", "recipient", "other", "custodian", "holder", "operator"]
BOTH: Final[tuple[Part, ...]] = ("client", "freelancer")

READERS: Final[dict[str, tuple[Part, ...]]] = {
    "project.started": (),
    "terms.offered": ("recipient",),
    "terms.signed": ("custodian",),
    "terms.entered_force": ("sender", "custodian"),
    "terms.change_asked": ("sender",),
    "terms.declined": ("sender",),
    "terms.withdrawn": ("recipient",),
    "terms.expired": BOTH,
    "terms.sealed": (*BOTH, "custodian"),
    # Their links go out in mails of their own.
    "invitation.renewed": (),
    "invitation.forwarded": ("sender",),
    "project.claimed": (),
    "project.stop_asked": ("other",),
    "project.stop_taken_back": ("other",),
    "project.stop_declined": ("other",),
    "project.stopped": BOTH,
    # Whoever pays them: a custodian pays out.
    "payee.changed": ("other", "custodian"),
    "payee.taken_back": ("other", "custodian"),
    "milestone.opened": ("freelancer",),
    "milestone.delivered": ("client",),
    "milestone.changes_asked": ("freelancer",),
    "milestone.approved": ("freelancer", "holder"),
    "milestone.closed": BOTH,
    "milestone.cancel_asked": ("freelancer",),
    "milestone.cancelled": ("other", "holder"),
    "review.started": (),
    "review.reminded": BOTH,
    "review.extended": BOTH,
    "review.stalled": ("freelancer", "operator"),
    "funding.requested": (),
    "funding.sent": ("holder",),
    "funding.unsent": ("holder",),
    "funding.arrived": ("client",),
    "funding.confirmed": BOTH,
    "funding.late": ("client",),
    "funding.set_aside": ("client",),
    "funding.returned": ("client",),
    "funding.failed": ("client",),
    "funding.withdrawn": ("holder",),
    "payout.requested": ("holder",),
    "payout.sent": ("holder",),
    "payout.confirmed": ("freelancer",),
    "payout.failed": ("freelancer", "operator"),
    "refund.requested": ("holder",),
    "refund.sent": ("client", "holder"),
    "refund.unsent": ("client", "holder"),
    "refund.overdue": BOTH,
    "refund.confirmed": BOTH,
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

    part: Side | Literal["custodian", "operator"]
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
    if event.kind == "terms.declined" and story.by_custodian:
        parts.append("recipient")
    if event.kind in ("terms.withdrawn", "terms.expired") and _signed_by_both(story):
        parts.append("custodian")
    if event.kind == "terms.entered_force" and story.agreed.custodian:
        # The last to sign was the custodian, as a rule: neither side has heard of the other's signature.
        parts.append("recipient")
    if event.kind == "payment.overdue" and story.data["number"] == len(NOTICES):
        # The mail that there are no more says it too.
        parts.remove("freelancer")
    return [reader for part in parts if holders.concerned(story, part) for reader in _readers(story, part)]


def _readers(story: Story, part: Part) -> list[Reader]:
    if part == "holder":
        found, said = holders.part(story), holders.said_already(story)
        return [reader for reader in _readers(story, found) if reader.to not in said] if found else []
    if part == "custodian":
        return _custodian(story, story.project.custodian) if story.project.custodian else []
    return _operators() if part == "operator" else _party(story, part)


def _said_elsewhere(story: Story) -> bool:
    match story.event.kind:
        case "terms.signed":
            # Of signatures the custodian is told alone: when both sides have signed, and it has not.
            terms = story.terms
            asked = terms is not None and terms.status == "offered" and story.project.custodian_id is not None
            return not (asked and not story.by_custodian and _signed_by_both(story))
        case "terms.withdrawn":
            # Taken back because changed terms were sent: those are in their mail.
            return bool(story.project.terms_id != story.data["terms"])
        case "payee.changed" | "payee.taken_back":
            # Those who have several projects together are told once: in the first of them.
            own = story.project
            theirs = Project.objects.filter(
                client=own.client_id, freelancer=own.freelancer_id, custodian=own.custodian_id
            )
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
            # What both cancelled by stopping the project is told in one mail; a custodian has none of that.
            stopped = story.project.events.filter(kind="project.stopped", at=story.event.at).exists()
            return bool(stopped and holders.part(story) != "custodian")
        case "payout.requested" | "refund.requested":
            return holders.asked_anew(story)
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


def _custodian(story: Story, party: Party) -> list[Reader]:
    """The custodian's own address, and those of its people who may do what waits: sign for it, or say what came."""
    binds = story.event.kind.startswith("terms.")
    members = Member.objects.filter(party=party, ended_at=None, user__is_active=True).select_related("user")
    found = [party.email] + [member.user.email for member in members if not binds or _may_bind(member)]
    return [Reader("custodian", to, party.language, party) for to in dict.fromkeys(found)]


def _signed_by_both(story: Story) -> bool:
    """Both sides have signed the terms that the event is about; a custodian may have yet to."""
    terms = story.terms
    return terms is not None and terms.signatures.filter(side__in=SIDES).count() == len(SIDES)


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
