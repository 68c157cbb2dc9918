"""The road: what the pages know of each milestone, read in a few statements however long it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _

from milepost.actions import books
from milepost.actions.books import MilestoneMoney
from milepost.core import terms as core
from milepost.core.catalogue import Holder, Side
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
    # The client asked to cancel, and that still stands.
    cancel_reason: str | None = None
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
        row.project = project
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
                sent_at=row.payment_sent_at,
                received_at=row.payment_received_at,
                cancel_reason=row.cancel_reason,
                delivery=deliveries.get(row.last_delivery),
                items=items.get(row.last_delivery, []),
            )
        )
    return stops


def _rows(project: Project) -> Any:
    """Milestones with what was last asked, said and delivered beside them."""
    payment = Payment.objects.filter(milestone=OuterRef("pk"), unsent_at=None)
    asked = Cancellation.objects.filter(milestone=OuterRef("pk"), asked_at__isnull=False, cancelled_at=None)
    return (
        Milestone.objects.filter(project=project)
        .select_related("invoice__paper")
        .annotate(
            last_funding=_newest(Funding),
            last_payout=_newest(Payout),
            last_refund=_newest(Refund),
            payment_sent_at=Subquery(payment.values("sent_at")[:1]),
            payment_received_at=Subquery(payment.values("received_at")[:1]),
            cancel_reason=Subquery(asked.order_by("-asked_at").values("reason")[:1]),
            last_delivery=Subquery(
                Delivery.objects.filter(milestone=OuterRef("pk")).order_by("-number").values("pk")[:1]
            ),
        )
    )


def _newest(kind: type[Funding] | type[Payout] | type[Refund]) -> Subquery:
    rows = kind.objects.filter(milestone=OuterRef("pk")).order_by("-requested_at", "-pk")
    return Subquery(rows.values("status")[:1])


def _deliveries(ids: list[str]) -> tuple[dict[str, Delivery], dict[str, list[DeliveredItem]]]:
    deliveries = {each.pk: each for each in Delivery.objects.filter(pk__in=ids).select_related("review")}
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


def holder_words(holder: Holder) -> str:
    """Who holds the money, said plainly."""
    return {
        "nobody": _("Nobody: pay on approval, by invoice and bank transfer"),
        "sandbox": _("Pretend money: nothing here is paid for real"),
    }[holder]
