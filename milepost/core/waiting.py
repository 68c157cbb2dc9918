"""Whose turn it is, until when, and what happens if nobody answers: from facts alone.

The first page and a project's page both show this; neither decides it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Literal

from milepost.core.catalogue import Holder, Side, Signer

Act = Literal[
    "sign", "accept", "revise", "fund", "pay_in", "say_arrived", "deliver", "approve", "answer_cancel", "say_sent", "say_received",
    "send_refund", "say_refunded", "answer_stop", "add_invoice", "add_credit_note", "say_where",
]  # fmt: skip
# What comes of silence: the terms expire; the clock approves; the window begins with the first look or the
# notice; work does not begin; the due date passes; nothing moves until somebody acts.
Silence = Literal["expires", "clock_approves", "window_not_begun", "not_begun", "late", "stands_still"]


@dataclass(frozen=True, slots=True)
class TermsFacts:
    """Terms that were sent and are neither in force nor ended. `signed`: by the recipient too; what is then missing is
    the custodian's acceptance."""

    id: str
    recipient: Side
    sign_until: datetime
    change_asked: bool
    signed: bool = False


@dataclass(frozen=True, slots=True)
class MilestoneFacts:
    """A milestone of the terms in force. `funded`: its amount is held, or on its way; `sent`, `cancel_asked`: said, and
    not answered yet; `review_ends_at` only once the window runs. `funding`, `refund`: where the live one stands
    (requested, sent) that the two sides carry out by bank transfer; empty for none."""

    id: str
    status: str
    holder: Holder
    due_on: date
    start_on: date
    its_turn: bool
    funded: bool = False
    review_ends_at: datetime | None = None
    cancel_asked: bool = False
    sent: bool = False
    funding: str = ""
    refund: str = ""
    # Approved and paid directly: the last day to pay.
    pay_by: date | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing that one side, or the custodian, can do now. `until`: the last day or instant, where there is one."""

    side: Signer
    act: Act
    subject: str
    until: datetime | date | None
    silence: Silence


def for_terms(terms: TermsFacts) -> Waiting:
    """Offered terms wait for the other side, for the sender once a change was asked for, and once both sides have
    signed for the custodian."""
    if terms.signed:
        return Waiting("custodian", "accept", terms.id, terms.sign_until, "expires")
    sender: Side = "client" if terms.recipient == "freelancer" else "freelancer"
    if terms.change_asked:
        return Waiting(sender, "revise", terms.id, terms.sign_until, "expires")
    return Waiting(terms.recipient, "sign", terms.id, terms.sign_until, "expires")


def for_milestone(milestone: MilestoneFacts) -> list[Waiting]:
    """What waits about one milestone; nothing when it is the house's turn, or nobody's."""
    subject = milestone.id
    waits: list[Waiting] = []
    if milestone.cancel_asked and milestone.status in ("planned", "open", "delivered"):
        waits.append(Waiting("freelancer", "answer_cancel", subject, None, "stands_still"))
    waits += _by_hand(milestone)
    match milestone.status:
        case "planned" if milestone.holder != "nobody" and milestone.its_turn and not milestone.funded:
            waits.append(Waiting("client", "fund", subject, milestone.start_on, "not_begun"))
        case "open":
            waits.append(Waiting("freelancer", "deliver", subject, milestone.due_on, "late"))
        case "delivered" if milestone.review_ends_at is None:
            waits.append(Waiting("client", "approve", subject, None, "window_not_begun"))
        case "delivered":
            waits.append(Waiting("client", "approve", subject, milestone.review_ends_at, "clock_approves"))
        case "approved" if milestone.holder == "nobody" and milestone.sent:
            waits.append(Waiting("freelancer", "say_received", subject, None, "stands_still"))
        case "approved" if milestone.holder == "nobody":
            silence: Silence = "late" if milestone.pay_by else "stands_still"
            waits.append(Waiting("client", "say_sent", subject, milestone.pay_by, silence))
    return waits


def _by_hand(milestone: MilestoneFacts) -> list[Waiting]:
    """What the two sides have to send each other, or say of it. A custodian's people have a page of their own."""
    subject = milestone.id
    waits: list[Waiting] = []
    if milestone.status == "planned" and milestone.funding == "requested":
        waits.append(Waiting("client", "pay_in", subject, milestone.start_on, "not_begun"))
    if milestone.status == "planned" and milestone.funding == "sent" and milestone.holder == "freelancer":
        waits.append(Waiting("freelancer", "say_arrived", subject, None, "stands_still"))
    if milestone.refund == "requested":
        waits.append(Waiting("freelancer", "send_refund", subject, None, "stands_still"))
    if milestone.refund == "sent":
        waits.append(Waiting("client", "say_refunded", subject, None, "stands_still"))
    return waits


def for_stop(project: str, asked_by: Side) -> Waiting:
    """One side has asked to stop the project: the other answers."""
    return Waiting("client" if asked_by == "freelancer" else "freelancer", "answer_stop", project, None, "stands_still")


def for_account(project: str, milestones: Iterable[tuple[str, Holder]]) -> list[Waiting]:
    """A freelancer has stated no account yet: asked for while something is left to be paid by bank transfer.

    `milestones`: status and holder of each.
    """
    left = any(status not in ("closed", "cancelled") and holder != "sandbox" for status, holder in milestones)
    return [Waiting("freelancer", "say_where", project, None, "stands_still")] if left else []


def for_paper(milestone: str, paper: Literal["invoice", "credit_note"]) -> Waiting:
    """A freelancer who numbers papers elsewhere adds one here. Nothing else waits for it."""
    return Waiting(
        "freelancer", "add_invoice" if paper == "invoice" else "add_credit_note", milestone, None, "stands_still"
    )


def soonest_first(waits: Iterable[Waiting]) -> list[Waiting]:
    """By the end of each; a day lasts to its end. What nothing comes of but standing still comes last."""
    return sorted(waits, key=lambda waiting: (waiting.silence in ("not_begun", "stands_still"), _end(waiting)))


def _end(waiting: Waiting) -> datetime:
    match waiting.until:
        case datetime():
            return waiting.until
        case date():
            return datetime.combine(waiting.until, time.max, UTC)
        case None:
            return datetime.max.replace(tzinfo=UTC)
