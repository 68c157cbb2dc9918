"""The road: what the pages know of each milestone, read in a few statements however long it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from milepost.actions import books, credit_notes
from milepost.actions.books import MilestoneMoney
from milepost.core import terms as core
from milepost.core.catalogue import BY_HAND, Holder, Side
from milepost.core.money import Money, total
from milepost.models import (
    Cancellation,
    DeliveredItem,
    Delivery,
    Funding,
    Invoice,
    Milestone,
    Payment,
    Payout,
    Project,
    Refund,
    Review,
)
from milepost.models.money import LIVE


@dataclass(slots=True)
class Stop:
    """One milestone as a page shows it. What was said of it, what was done, and its money from the books."""

    milestone: Milestone
    said: core.Milestone
    amount: Money
    holder: Holder
    money: MilestoneMoney
    # Where what was asked of the holder stands: the newest of each kind, or empty.
    funding: str = ""
    payout: str = ""
    refund: str = ""
    # Holder `nobody`: what the client and the freelancer say.
    sent_at: datetime | None = None
    received_at: datetime | None = None
    # The newest of each, to lead there.
    funding_id: str = ""
    refund_id: str = ""
    # Of the refund that the freelancer sends by hand, while it is under way.
    refund_by_hand: str = ""
    refund_owed: Money | None = None
    # The client asked to cancel, and that still stands.
    cancel_reason: str | None = None
    # Of a freelancer who numbers papers elsewhere: a refund has no credit note yet.
    credit_missing: bool = False
    delivery: Delivery | None = None
    items: list[DeliveredItem] = field(default_factory=list)

    @property
    def id(self) -> str:
        return self.milestone.pk

    @property
    def number(self) -> int:
        return self.milestone.number

    @property
    def title(self) -> str:
        return self.said.title

    @property
    def funded(self) -> bool:
        return not self.money.held < self.amount

    @property
    def by_hand(self) -> bool:
        """People move its money by bank transfer, and say so; otherwise a provider does, or nobody holds any."""
        return self.holder in BY_HAND

    @property
    def wants_funding(self) -> bool:
        """Planned, its holder has nothing yet, and nothing is under way."""
        planned = self.milestone.status == "planned" and self.holder != "nobody"
        return planned and not self.funded and not self.funding_underway

    @property
    def funding_underway(self) -> bool:
        return self.funding in LIVE

    @property
    def state(self) -> str:
        """The status, and `funded` for one that is planned and held in full."""
        return "funded" if self.milestone.status == "planned" and self.funded else self.milestone.status

    @property
    def invoice(self) -> Invoice | None:
        return getattr(self.milestone, "invoice", None)

    @property
    def paper_missing(self) -> Literal["", "invoice", "credit_note"]:
        """Which paper the freelancer, who numbers them elsewhere, has yet to add."""
        if self.milestone.status not in ("approved", "closed") or self.milestone.project.freelancer.issues_here:
            return ""
        if self.invoice is None:
            return "invoice"
        return "credit_note" if self.credit_missing else ""

    @property
    def changes_asked(self) -> bool:
        """The client answered the last delivery with a request for changes."""
        review = self.review_of_last
        return self.milestone.status == "open" and review is not None and review.verdict == "changes"

    @property
    def review_of_last(self) -> Review | None:
        return getattr(self.delivery, "review", None)


def road(project: Project) -> list[Stop]:
    """Every milestone of a project in force, in its order; four statements, however many there are."""
    return _stops(project, list(_rows(project)))


def stop_of(project: Project, id: str) -> Stop:
    """One milestone of it."""
    return _stops(project, list(_rows(project).filter(pk=id)))[0]


def _stops(project: Project, rows: list[Any]) -> list[Stop]:
    said, money = project.agreed.said, books.money_of(project)
    by_id = {milestone.id: milestone for milestone in said.milestones}
    deliveries, items = _deliveries([row.last_delivery for row in rows if row.last_delivery])
    stops = []
    for row in rows:
        row.project, row.held_minor = project, money[row.pk].held.minor
        each = by_id[row.pk]
        stops.append(
            Stop(
                milestone=row,
                said=each,
                amount=said.amount(each),
                holder=said.holder_of(each),
                money=money[row.pk],
                funding=row.last_funding or "",
                payout=row.last_payout or "",
                refund=row.last_refund or "",
                funding_id=row.last_funding_id or "",
                refund_id=row.last_refund_id or "",
                refund_by_hand=row.refund_by_hand or "",
                refund_owed=Money(row.last_refund_minor, said.currency) if row.last_refund_id else None,
                sent_at=row.payment_sent_at,
                received_at=row.payment_received_at,
                cancel_reason=row.cancel_reason,
                credit_missing=row.credit_missing,
                delivery=deliveries.get(row.last_delivery),
                items=items.get(row.last_delivery, []),
            )
        )
    return stops


def _rows(project: Project) -> Any:
    """Milestones with what was last asked, said and delivered beside them."""
    payment = Payment.objects.filter(milestone=OuterRef("pk"), unsent_at=None)
    asked = Cancellation.objects.filter(milestone=OuterRef("pk"), asked_at__isnull=False, cancelled_at=None)
    by_hand = refunds_by_freelancers()
    return (
        Milestone.objects.filter(project=project)
        .select_related("invoice__paper")
        .annotate(
            last_funding=_newest(Funding),
            last_payout=_newest(Payout),
            last_refund=_newest(Refund),
            last_funding_id=_newest(Funding, "pk"),
            last_refund_id=Subquery(by_hand.values("pk")[:1]),
            last_refund_minor=Subquery(by_hand.values("amount_minor")[:1]),
            refund_by_hand=Subquery(by_hand.values("status")[:1]),
            payment_sent_at=Subquery(payment.values("sent_at")[:1]),
            payment_received_at=Subquery(payment.values("received_at")[:1]),
            credit_missing=Exists(credit_notes.due().filter(milestone=OuterRef("pk"))),
            cancel_reason=Subquery(asked.order_by("-asked_at").values("reason")[:1]),
            last_delivery=Subquery(
                Delivery.objects.filter(milestone=OuterRef("pk")).order_by("-number").values("pk")[:1]
            ),
        )
    )


def refunds_by_freelancers() -> QuerySet[Refund]:
    """The live refunds of a milestone that its freelancer sends by hand; no custodian and no provider does."""
    by_hand = Q(holder__startswith="freelancer/")
    return Refund.objects.filter(by_hand, milestone=OuterRef("pk"), status__in=LIVE).order_by("requested_at", "pk")


def _newest(kind: type[Funding] | type[Payout] | type[Refund], what: str = "status") -> Subquery:
    rows = kind.objects.filter(milestone=OuterRef("pk")).order_by("-requested_at", "-pk")
    return Subquery(rows.values(what)[:1])


def _deliveries(ids: list[str]) -> tuple[dict[str, Delivery], dict[str, list[DeliveredItem]]]:
    deliveries = {each.pk: each for each in Delivery.objects.filter(pk__in=ids).select_related("review", "extension")}
    items: dict[str, list[DeliveredItem]] = {}
    for item in DeliveredItem.objects.filter(delivery__in=ids).select_related("file").order_by("pk"):
        items.setdefault(item.delivery_id, []).append(item)
    return deliveries, items


@dataclass(frozen=True, slots=True)
class Sums:
    """The money of a project in the words of its bar. `due` is asked for and not yet received (holder `nobody`)."""

    paid: Money
    held: Money
    due: Money
    refunded: Money
    to_come: Money
    whole: Money


def sums(stops: Iterable[Stop], currency: str) -> Sums:
    stops = list(stops)
    alive = [stop for stop in stops if stop.milestone.status != "cancelled"]
    whole = total((stop.amount for stop in alive), currency)
    paid = total((stop.money.paid_out for stop in stops), currency)
    held = total((stop.money.held + stop.money.payable + stop.money.paying for stop in alive), currency)
    due = total(
        (stop.amount for stop in alive if stop.holder == "nobody" and stop.milestone.status == "approved"), currency
    )
    back = total((stop.money.refunding + stop.money.refunded for stop in stops), currency)
    return Sums(paid, held, due, back, whole - paid - held - due, whole)


def day_of(at: datetime, zone: str) -> date:
    """The day of an instant in a zone; the dates of terms are meant in that of the terms."""
    return at.astimezone(ZoneInfo(zone)).date()


def name_of(project: Project, side: Side) -> str:
    """The party's own name, else as the sender of the terms typed it."""
    said = project.terms.said if project.terms and project.terms.body is not None else None
    party = project.party(side)
    return party.legal_name or (said.named(side).name if said else "") or party.email


def other_side(side: Side) -> Side:
    return "freelancer" if side == "client" else "client"


def holder_words(holder: Holder, said: core.Terms) -> str:
    """Who holds the money, said plainly. A deposit is not called held: the freelancer has it, and owes it back."""
    words = {
        "nobody": _("Nobody: pay on approval, by invoice and bank transfer"),
        "freelancer": _("Deposit, paid to %(name)s in advance, who owes it back until approval"),
        "custodian": _("Held by %(name)s"),
        "sandbox": _("Pretend money: nothing here is paid for real"),
    }
    return words[holder] % {"name": holder_name(holder, said)}


def holder_name(holder: Holder, said: core.Terms) -> str:
    """Who has the money until approval, where somebody has it; else the freelancer, whom it is for."""
    return said.custodian.name if holder == "custodian" and said.custodian else said.freelancer.name
