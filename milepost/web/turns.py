"""Whose turn it is in all of somebody's projects: read in a few statements, decided in `core.waiting`, put in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Final

from django.db.models import Case, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When

from milepost.actions import own_numbers
from milepost.core import rights, waiting
from milepost.core.catalogue import BY_HAND, SIDES, MemberRole, Side
from milepost.core.lifecycle import CANCELLABLE, PASSED
from milepost.core.money import Money
from milepost.core.waiting import MilestoneFacts, TermsFacts, Waiting
from milepost.ledger.balances import flows
from milepost.models import (
    Answer,
    Cancellation,
    Delivery,
    Ending,
    Funding,
    Milestone,
    Party,
    Payment,
    Project,
    Signature,
)
from milepost.models.money import LIVE
from milepost.web import dues
from milepost.web.road import refunds_by_freelancers

# As many as anybody can act on; what is beyond them is found in the projects themselves.
CANDIDATES_MAX: Final = 200


@dataclass(frozen=True, slots=True)
class Turn:
    """One thing that waits, with what it is about. `milestone` None: the terms as a whole."""

    waiting: Waiting
    project: Project
    milestone: Milestone | None = None
    # What the reader is in the party whose turn it is; None for a guest.
    role: MemberRole | None = None

    @property
    def theirs(self) -> bool:
        """Whether the reader may do it: a plain member does not sign or approve."""
        return rights.may(self.role, rights.TURNS[self.waiting.act])

    @property
    def party(self) -> Party:
        """Whose turn it is."""
        if self.waiting.side == "custodian":
            assert self.project.custodian is not None, "terms that wait for a custodian name one"
            return self.project.custodian
        return self.project.party(self.waiting.side)

    @property
    def amount(self) -> Money:
        """What was agreed; of what is paid in advance what is missing, of a refund the refund."""
        if self.milestone is None:
            assert self.project.terms is not None, "nothing waits without terms"
            return self.project.terms.said.total
        whole = self.milestone.amount
        match self.waiting.act:
            case "fund" | "pay_in" | "say_arrived":
                return whole - self.arrived
            case "send_refund" | "say_refunded":
                return Money(int(self.milestone.last_refund_minor), whole.currency)  # type: ignore[attr-defined]  # annotated
        return whole

    @property
    def arrived(self) -> Money:
        """What its holder has of it; known of those that are planned (`milestones_of`, `road`)."""
        assert self.milestone is not None, "terms as a whole have no money"
        return Money(int(getattr(self.milestone, "held_minor", 0)), self.milestone.amount.currency)


def of(parties: Iterable[Party]) -> list[Turn]:
    """What waits for these parties, the soonest end first; three statements, however many projects, and one more for
    those who number their invoices elsewhere."""
    parties = list(parties)
    own, elsewhere = [party.pk for party in parties], [party.pk for party in parties if not party.issues_here]
    unpaid = [party.pk for party in parties if not getattr(party, "has_account", True)]
    found = [*_terms(own, unpaid), *_milestones(own), *(_papers(elsewhere) if elsewhere else [])]
    roles = {party.pk: getattr(party, "role", None) for party in parties}
    turns = [replace(turn, role=roles[turn.party.pk]) for turn in found if _mine(turn, own)]
    order = {id(wait): number for number, wait in enumerate(waiting.soonest_first(turn.waiting for turn in turns))}
    return sorted(turns, key=lambda turn: order[id(turn.waiting)])


def _mine(turn: Turn, own: list[str]) -> bool:
    return turn.party.pk in own


# -- terms -------------------------------------------------------------------------------------------


def with_change(projects: QuerySet[Project]) -> QuerySet[Project]:
    """Projects that know whether a change was asked for in the terms offered, and which side has signed them."""
    asked = Answer.objects.filter(terms=OuterRef("terms"), verb=Answer.ASK_CHANGE)
    theirs = Signature.objects.filter(terms=OuterRef("terms"), side__in=SIDES).exclude(side=OuterRef("terms__sender"))
    rows = projects.select_related("client", "freelancer", "custodian", "terms")
    return rows.annotate(change_asked=Exists(asked), signed=Exists(theirs))


def _terms(own: list[str], unpaid: list[str]) -> list[Turn]:
    """Terms that are offered, and agreements that one side asks to stop; of those who have stated no account the first
    project that they are paid for, too. In one statement."""
    mine = Q(client__in=own) | Q(freelancer__in=own) | Q(custodian__in=own)
    left = Milestone.objects.filter(project=OuterRef("project"), status__in=CANCELLABLE)
    # Not where everything was approved meanwhile: nothing is left to stop there.
    asked = Ending.objects.filter(Exists(left), project=OuterRef("pk"), answer="").values("asked_by")
    rows = with_change(Project.objects.annotate(stop_asked_by=Subquery(asked[:1])).filter(mine))
    shown = Q(terms__status="offered") | Q(stop_asked_by__isnull=False)
    if unpaid:
        shown |= Q(freelancer__in=unpaid, pk=Subquery(_first_to_be_paid()))
    rows = rows.filter(shown).order_by("terms__sign_until")[:CANDIDATES_MAX]
    return [Turn(wait, project) for project in rows for wait in _waits(project, unpaid)]


def _first_to_be_paid() -> QuerySet[Any]:
    """Of the same freelancer, where something is left to be paid."""
    left = Milestone.objects.filter(project=OuterRef("pk")).exclude(status__in=("closed", "cancelled"))
    rows = Project.objects.filter(Exists(left), freelancer=OuterRef("freelancer"), terms__status="in_force")
    return rows.order_by("pk").values("pk")[:1]


def _waits(project: Any, unpaid: list[str]) -> list[Waiting]:
    if project.terms.status == "offered":
        return [waiting.for_terms(_terms_facts(project))]
    found = []
    if project.stop_asked_by is not None:
        asked_by: Side = "client" if project.stop_asked_by == project.client_id else "freelancer"
        found.append(waiting.for_stop(project.pk, asked_by))
    if project.freelancer_id in unpaid:
        said = project.terms.said
        found += waiting.for_account(project.pk, (("planned", said.holder_of(each)) for each in said.milestones))
    return found


def _terms_facts(project: Any) -> TermsFacts:
    terms = project.terms
    return TermsFacts(terms.pk, terms.recipient, terms.sign_until, project.change_asked, project.signed)


# -- papers whose number is missing ---------------------------------------------------------------------


def _papers(elsewhere: list[str]) -> list[Turn]:
    rows = own_numbers.awaited().filter(project__freelancer__in=elsewhere).order_by("moved_at")
    related = ("invoice", "project__terms", "project__client", "project__freelancer")
    found = list(rows.select_related(*related)[:CANDIDATES_MAX])
    return [Turn(waiting.for_paper(row.pk, own_numbers.missing(row)), row.project, row) for row in found]


# -- milestones ----------------------------------------------------------------------------------------


def milestones_of(rows: QuerySet[Milestone]) -> QuerySet[Milestone]:
    """Milestones with all that `core.waiting` asks of them."""
    asked = Cancellation.objects.filter(milestone=OuterRef("pk"), asked_at__isnull=False, cancelled_at=None)
    said = Payment.objects.filter(milestone=OuterRef("pk"), unsent_at=None)
    live = Funding.objects.filter(milestone=OuterRef("pk"), status__in=LIVE)
    last = Delivery.objects.filter(milestone=OuterRef("pk")).order_by("-number")
    return rows.annotate(
        cancel_asked=Exists(asked),
        sent=Exists(said.filter(sent_at__isnull=False)),
        last_funding_id=Subquery(live.values("pk")[:1]),
        last_funding=Subquery(live.values("status")[:1]),
        last_refund_id=Subquery(refunds_by_freelancers().values("pk")[:1]),
        last_refund=Subquery(refunds_by_freelancers().values("status")[:1]),
        last_refund_minor=Subquery(refunds_by_freelancers().values("amount_minor")[:1]),
        review_ends_at=Subquery(last.values("review_ends_at")[:1]),
    )


def _milestones(own: list[str]) -> list[Turn]:
    """Those that may wait for somebody of `own`; the planned ones last, for they are many and most have to wait."""
    before = Milestone.objects.filter(project=OuterRef("project"), number__lt=OuterRef("number"))
    alive = Q(status__in=("planned", "open", "delivered", "approved"))
    said_sent = Q(status="planned", last_funding="sent")
    theirs = Q(project__client__in=own, status__in=("planned", "delivered", "approved"))
    theirs |= Q(project__freelancer__in=own) & (
        Q(status__in=("open", "approved")) | alive & Q(cancel_asked=True) | said_sent
    )
    # A refund is owed whatever has become of the milestone.
    theirs |= Q(project__freelancer__in=own, last_refund="requested") | Q(project__client__in=own, last_refund="sent")
    late = Case(When(status="planned", then=Value(1)), default=Value(0), output_field=IntegerField())
    rows = (
        milestones_of(Milestone.objects.filter(project__terms__status="in_force"))
        .filter(theirs)
        .annotate(blocked=Exists(before.exclude(status__in=PASSED)))
        .select_related("project__terms", "project__client", "project__freelancer")
        .order_by(late, "number", F("moved_at").desc())[:CANDIDATES_MAX]
    )
    found = list(rows)
    held = held_of([row.pk for row in found if row.status == "planned"])
    turns: list[Turn] = []
    projects: dict[str, Project] = {}
    for row in found:
        # Terms are read from their bytes once a project, not once a milestone.
        row.project = projects.setdefault(row.project_id, row.project)
        row.held_minor = held.get(row.pk, 0)  # type: ignore[attr-defined]  # for `Turn.arrived`
        its_turn = not row.blocked or row.project.agreed.said.parallel
        turns += [Turn(wait, row.project, row) for wait in waiting.for_milestone(_facts(row, its_turn, held))]
    return turns


def held_of(milestones: list[str]) -> dict[str, int]:
    """What is held for each, in minor units, as the books have it."""
    found: dict[str, int] = {}
    for milestone, moved in flows(milestones).items():
        signs = ((flow.minor, int("/held/" in flow.target) - int("/held/" in flow.source)) for flow in moved)
        found[milestone] = sum(minor * sign for minor, sign in signs)
    return found


def _facts(row: Any, its_turn: bool, held: dict[str, int]) -> MilestoneFacts:
    return MilestoneFacts(
        id=row.pk,
        status=row.status,
        holder=row.holder,
        due_on=row.said.due_on,
        start_on=row.project.agreed.said.start_on,
        its_turn=its_turn,
        funded=bool(row.last_funding) or held.get(row.pk, 0) >= row.amount.minor,
        review_ends_at=row.review_ends_at,
        cancel_asked=row.cancel_asked,
        sent=row.sent,
        funding=row.last_funding or "" if row.holder in BY_HAND else "",
        refund=row.last_refund or "",
        pay_by=dues.due_on(row, row.project.agreed.said) if row.status == "approved" else None,
    )


def side_of(project: Project, parties: Iterable[Party]) -> Side:
    """The part that somebody has in a project; the client's, for somebody who hires their own company."""
    own = {party.pk for party in parties}
    return next(side for side in SIDES if project.party(side).pk in own)
