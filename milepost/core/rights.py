"""What people may do for a party: a table from the act to the roles of members. Guests act for theirs by a link."""

from __future__ import annotations

from typing import Final, Literal

from milepost.core import waiting
from milepost.core.catalogue import MemberRole

Act = Literal[
    # What prepares, hands over, or says what is so.
    "prepare", "deliver", "ask_change", "forward", "confirm",
    # What binds the party.
    "sign", "decline", "withdraw", "fund", "approve", "cancel", "stop", "extend", "say_sent", "say_received",
    # What the party is.
    "members", "party", "payee", "invoices", "custody",
]  # fmt: skip

_ALL: Final[tuple[MemberRole, ...]] = ("owner", "signatory", "member")
_SIGNATORIES: Final[tuple[MemberRole, ...]] = ("owner", "signatory")
_OWNERS: Final[tuple[MemberRole, ...]] = ("owner",)

RIGHTS: Final[dict[Act, tuple[MemberRole, ...]]] = {
    # Drafts, and the link of one's own proposal once more.
    "prepare": _ALL,
    "deliver": _ALL,
    # Of terms before they are signed, and of a delivery.
    "ask_change": _ALL,
    # A proposal, to the person who signs.
    "forward": _ALL,
    # A custodian's people: what arrived, and what was paid out or back.
    "confirm": _ALL,
    # Also sends: sending signs. A custodian accepts its mandate by it.
    "sign": _SIGNATORIES,
    "decline": _SIGNATORIES,
    "withdraw": _SIGNATORIES,
    "fund": _SIGNATORIES,
    "approve": _SIGNATORIES,
    # Also asking the other side to.
    "cancel": _SIGNATORIES,
    "stop": _SIGNATORIES,
    # The review window.
    "extend": _SIGNATORIES,
    "say_sent": _SIGNATORIES,
    "say_received": _SIGNATORIES,
    "members": _OWNERS,
    # What the party says of itself in papers.
    "party": _OWNERS,
    "payee": _OWNERS,
    # Their numbers, and whether they are issued here.
    "invoices": _OWNERS,
    "custody": _OWNERS,
}


# What somebody has to be who answers what waits (`core.waiting`).
TURNS: Final[dict[waiting.Act, Act]] = {
    "sign": "sign",
    "accept": "sign",
    "revise": "prepare",
    "fund": "fund",
    "pay_in": "say_sent",
    # Of a deposit; a custodian's people have a page of their own.
    "say_arrived": "say_received",
    "deliver": "deliver",
    "approve": "approve",
    "answer_cancel": "cancel",
    "say_sent": "say_sent",
    "say_received": "say_received",
    "send_refund": "say_sent",
    "say_refunded": "say_received",
    "answer_stop": "stop",
    "add_invoice": "deliver",
    "add_credit_note": "deliver",
    "say_where": "payee",
}


def may(role: MemberRole | None, act: Act) -> bool:
    """Whether a member of this role may. None is a guest, who has a link and no account: what a party is, is not theirs."""
    return RIGHTS[act] != _OWNERS if role is None else role in RIGHTS[act]


def least(act: Act) -> MemberRole:
    """The role that is enough for the act: whom a page names to those who may not."""
    return RIGHTS[act][-1]
