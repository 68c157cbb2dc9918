"""What the books say of milestones: read, never stored. And the one way in which a verb writes them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from milepost.core import postings
from milepost.core.money import Money
from milepost.core.postings import Entry
from milepost.ledger import balances, book
from milepost.ledger.balances import Flow
from milepost.models import Arrival, Milestone, Project

# The accounts of a milestone, by the word in their path: `sandbox/held/mil_...`.
PLACES = ("held", "payable", "paying", "refunding", "unapplied")


@dataclass(frozen=True, slots=True)
class MilestoneMoney:
    """Where one milestone's money is, in the currency of the terms; each read from the books."""

    held: Money
    payable: Money
    paying: Money
    refunding: Money
    unapplied: Money
    paid_out: Money
    refunded: Money
    arrived: Money

    @property
    def adds_up(self) -> bool:
        """What arrived is somewhere."""
        inside = self.held + self.payable + self.paying + self.refunding + self.unapplied
        return inside + self.paid_out + self.refunded == self.arrived


def post(
    kind: str,
    key: str,
    about: Milestone | Arrival,
    entries: list[Entry],
    *,
    at: datetime,
    corrects: str | None = None,
) -> None:
    """One posting about a milestone, or about money that is nobody's yet, in the caller's transaction.

    The same key twice is the same posting. `corrects` is the key of the one that it mirrors.
    """
    book.post(key=key, kind=kind, subject=about.pk, transfers=entries, happened_at=at, posted_at=at, corrects=corrects)


def held(milestone: Milestone) -> Money:
    """What its holder has for it now."""
    path = postings.held(milestone.branch, milestone.pk)
    return Money(balances.balance(path, milestone.amount.currency), milestone.amount.currency)


def left(milestone: Milestone, path: str) -> Money:
    """What this milestone has in an account that it may share with others: its part of what is unapplied, say."""
    moved = balances.flows([milestone.pk])[milestone.pk]
    return Money(balances.net(moved).get(path, 0), milestone.amount.currency)


def money_of(*projects: Project) -> dict[str, MilestoneMoney]:
    """Each milestone's money, by its id; none for projects without terms in force. One statement, however many."""
    currencies, parties = {}, {}
    for project in projects:
        if project.terms is None or project.terms.status != "in_force":
            continue
        for milestone in project.agreed.said.milestones:
            currencies[milestone.id] = project.agreed.said.currency
            parties[milestone.id] = (
                postings.outside(project.client_id),
                postings.outside(project.freelancer_id),
            )
    flows = balances.flows(currencies)
    return {id: _money(flows.get(id, []), *parties[id], currencies[id]) for id in currencies}


def _money(flows: Iterable[Flow], client: str, freelancer: str, currency: str) -> MilestoneMoney:
    sums = dict.fromkeys((*PLACES, "paid_out", "refunded", "arrived"), 0)
    for flow in flows:
        if flow.source == client:
            sums["arrived"] += flow.minor
        elif flow.source == freelancer:
            # Given back.
            sums["paid_out"] -= flow.minor
        else:
            sums[_place(flow.source)] -= flow.minor
        if flow.target == client:
            sums["refunded"] += flow.minor
        elif flow.target == freelancer:
            sums["paid_out"] += flow.minor
        else:
            sums[_place(flow.target)] += flow.minor
    return MilestoneMoney(**{name: Money(minor, currency) for name, minor in sums.items()})


def _place(path: str) -> str:
    return path.split("/")[-2]
