"""Which papers there are for somebody, in which state each is, and what they come to: one statement for all counts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from django.db.models import Case, CharField, Count, Exists, F, OuterRef, Q, QuerySet, Sum, Value, When

from milepost.actions import credit_notes, own_numbers
from milepost.core.money import Money
from milepost.models import Invoice, Milestone, Payment

# Each filter of the list, with the states that it shows. `missing` shows milestones: their papers have no number yet.
SHOWN: Final[dict[str, tuple[str, ...]]] = {
    "all": ("to_pay", "due", "overdue", "sent", "underway", "paid", "credited_in_part", "credited", "note"),
    "open": ("to_pay", "due", "overdue", "sent", "underway"),
    "overdue": ("overdue",),
    "paid": ("paid", "credited_in_part"),
    "credited": ("credited", "credited_in_part"),
    "notes": ("note",),
    "missing": (),
}
# What the payer has yet to pay, or the payee to find on the account.
TO_PAY: Final = ("to_pay", "due", "overdue", "sent")


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asked the list for, and who they are: all of it from the address."""

    own: tuple[str, ...]
    today: date
    show: str = "all"
    # issued | received | both, as ""
    side: str = ""
    party: str = ""
    words: str = ""

    @property
    def parties(self) -> tuple[str, ...]:
        return (self.party,) if self.party in self.own else self.own


@dataclass(slots=True)
class Sums:
    """What the papers in one currency come to, for one side of them."""

    issued: bool
    to_pay: Money
    paid: Money
    credited: Money


@dataclass(slots=True)
class Counted:
    """How many stand behind each filter, and what those shown come to."""

    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(SHOWN, 0))
    sums: list[Sums] = field(default_factory=list)


def papers(asked: Asked) -> QuerySet[Any]:
    """Issued or received by these parties, with `state`, `credited_minor` and `issued`; before the filter of states."""
    mine = {"issued": Q(issuer__in=asked.parties), "received": Q(recipient__in=asked.parties)}
    whose = mine.get(asked.side, mine["issued"] | mine["received"])
    rows = with_state(_sought(Invoice.objects.filter(whose), asked), asked.today)
    annotated: QuerySet[Any] = rows.annotate(issued=Case(When(issuer__in=asked.parties, then=True), default=False))
    return annotated


def chosen(asked: Asked) -> QuerySet[Any]:
    """Those that are shown."""
    rows = papers(asked)
    return rows if asked.show == "all" else rows.filter(state__in=SHOWN[asked.show])


def with_state(rows: QuerySet[Invoice], today: date) -> QuerySet[Any]:
    """Papers with their state: what is credited comes before what is paid, and that before what is due."""
    said = Payment.objects.filter(milestone=OuterRef("milestone"), unsent_at=None, sent_at__isnull=False)
    state = Case(
        When(kind="credit_note", then=Value("note")),
        When(credited_minor__gte=F("amount_minor"), then=Value("credited")),
        When(credited_minor__gt=0, then=Value("credited_in_part")),
        When(milestone__status="closed", then=Value("paid")),
        When(~Q(facts__holder="nobody"), then=Value("underway")),
        When(Exists(said), then=Value("sent")),
        When(due_on__lt=today, then=Value("overdue")),
        When(due_on=today, then=Value("due")),
        default=Value("to_pay"),
        output_field=CharField(),
    )
    return rows.annotate(credited_minor=credit_notes.credited_of("pk")).annotate(state=state)


def missing(asked: Asked) -> QuerySet[Milestone]:
    """Milestones of these parties whose paper has yet to get its issuer's own number."""
    project = "project__{}__in".format
    mine = {"issued": Q(**{project("freelancer"): asked.parties}), "received": Q(**{project("client"): asked.parties})}
    rows = own_numbers.awaited().filter(mine.get(asked.side, mine["issued"] | mine["received"]))
    return rows.filter(project__name__icontains=asked.words) if asked.words else rows


def counted(asked: Asked) -> Counted:
    """Two statements, however many papers: one of them only asks for numbers that are missing."""
    found = Counted()
    sums: dict[tuple[str, bool], Sums] = {}
    for row in _by_state(asked):
        for show, states in SHOWN.items():
            found.counts[show] += row["count"] if row["state"] in states else 0
        if row["state"] in SHOWN[asked.show]:
            _add(sums, row)
    found.counts["missing"] = missing(asked).count()
    found.sums = [sums[key] for key in sorted(sums)]
    return found


def _by_state(asked: Asked) -> Iterable[dict[str, Any]]:
    rows = papers(asked).order_by().values("state", "currency", "issued")
    return list(rows.annotate(count=Count("pk"), whole=Sum("amount_minor"), back=Sum("credited_minor")))


def _add(sums: dict[tuple[str, bool], Sums], row: dict[str, Any]) -> None:
    nothing = Money(0, row["currency"])
    one = sums.setdefault((row["currency"], row["issued"]), Sums(row["issued"], nothing, nothing, nothing))
    whole, back = Money(row["whole"], row["currency"]), Money(row["back"], row["currency"])
    if row["state"] in TO_PAY:
        one.to_pay += whole
    elif row["state"] == "note":
        one.credited += whole
    elif row["state"] != "underway":
        one.paid += whole - back


def _sought(rows: QuerySet[Invoice], asked: Asked) -> QuerySet[Invoice]:
    """In numbers, in the names of projects, and in those of the other sides."""
    if not asked.words:
        return rows
    other = Q(issuer__in=asked.parties, facts__recipient__name__icontains=asked.words)
    other |= Q(recipient__in=asked.parties, facts__issuer__name__icontains=asked.words)
    return rows.filter(other | Q(number__icontains=asked.words) | Q(facts__project__icontains=asked.words))
