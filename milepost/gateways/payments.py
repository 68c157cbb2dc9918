"""What a holder's payment provider must be able to do. Every call carries a key: our intent's id, never a second one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from milepost.core.money import Money

Status = Literal["confirmed", "pending", "failed", "not_found"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the provider knows of a key: `amount` that really moved, its own `reference`, and why it said no."""

    status: Status
    amount: Money | None = None
    reference: str = ""
    reason: str = ""


NOT_FOUND = Outcome("not_found")


class NoAnswer(Exception):
    """A timeout, a server error or something unreadable: it may or may not have happened. Ask, never repeat blindly."""


class Conflict(Exception):
    """The key was used before for another deed or amount. Our own mistake: nothing was moved."""


class Provider(Protocol):
    """The same key twice is the same deed. All raise `NoAnswer` and `Conflict`; a plain no is an outcome, `failed`.

    `purpose` names what the money is for (a milestone's id): what was collected for one pays for no other.
    """

    def collect(self, key: str, amount: Money, purpose: str) -> Outcome:
        """The client's money comes in."""

    def pay_out(self, key: str, amount: Money, purpose: str) -> Outcome:
        """To the freelancer."""

    def refund(self, key: str, amount: Money, purpose: str) -> Outcome:
        """Back to the client."""

    def find(self, key: str) -> Outcome:
        """What became of a key; `not_found` when the provider never heard of it."""

    def found(self, keys: Sequence[str]) -> Mapping[str, Outcome]:
        """What became of many keys; those that the provider never heard of are left out."""
