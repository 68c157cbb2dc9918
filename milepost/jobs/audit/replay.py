"""A project's events told again: what they say of terms, milestones and intents, to compare with the rows."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from milepost.models import Event

# The status that an event leaves what it is about in.
MILESTONE_AFTER: Final = {
    "milestone.opened": "open",
    "milestone.delivered": "delivered",
    "milestone.changes_asked": "open",
    "milestone.approved": "approved",
    "milestone.closed": "closed",
    "milestone.cancelled": "cancelled",
}
TERMS_AFTER: Final = {
    "terms.offered": "offered",
    "terms.entered_force": "in_force",
    "terms.declined": "declined",
    "terms.withdrawn": "withdrawn",
    "terms.expired": "expired",
}
INTENT_AFTER: Final = {"requested": "live", "confirmed": "confirmed", "failed": "failed", "withdrawn": "failed"}
INTENTS: Final = ("funding", "payout", "refund")


@dataclass(slots=True)
class Told:
    """What the events of one project say."""

    milestones: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    terms: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    offered: dict[str, tuple[Event, dict[str, Any]]] = field(default_factory=dict)
    in_force: dict[str, datetime] = field(default_factory=dict)
    signed: dict[str, tuple[Event, dict[str, Any]]] = field(default_factory=dict)
    sealed: dict[str, str] = field(default_factory=dict)
    intents: dict[str, str] = field(default_factory=dict)
    # On how many people's words a deed rests: by its kind and what it is about.
    people: dict[tuple[str, str], int] = field(default_factory=dict)
    deliveries: dict[str, datetime] = field(default_factory=dict)
    reviews: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    invoices: dict[str, str] = field(default_factory=dict)

    def hear(self, event: Event, data: dict[str, Any]) -> None:
        """One event, in its turn."""
        noun, verb = event.kind.split(".")
        if event.kind in MILESTONE_AFTER:
            self.milestones[data["milestone"]] = MILESTONE_AFTER[event.kind], event.at
        if event.kind in TERMS_AFTER:
            self.terms[data["terms"]] = TERMS_AFTER[event.kind], event.at
        if noun in INTENTS and verb in INTENT_AFTER:
            self.intents[data[noun]] = INTENT_AFTER[verb]
        self._hands(event, data)
        self._papers(event, data)
        self._work(event, data)

    def _papers(self, event: Event, data: dict[str, Any]) -> None:
        match event.kind:
            case "terms.offered":
                self.offered[data["terms"]] = event, data
            case "terms.signed":
                self.signed[data["signature"]] = event, data
            case "terms.entered_force":
                self.in_force[data["terms"]] = event.at
            case "terms.sealed":
                self.sealed[data["terms"]] = data["sha256"]
            case "invoice.issued" | "invoice.credited":
                self.invoices[data["invoice"]] = data["number"]

    def _hands(self, event: Event, data: dict[str, Any]) -> None:
        """Money that people move."""
        if event.kind == "milestone.cancelled" and data.get("funding"):
            self.intents[data["funding"]] = "failed"
        if "people" in data:
            subject = data.get("arrival") or data[event.kind.split(".")[0]]
            self.people[event.kind, subject] = data["people"]

    def _work(self, event: Event, data: dict[str, Any]) -> None:
        match event.kind:
            case "milestone.delivered":
                self.deliveries[data["delivery"]] = event.at
            case "milestone.changes_asked":
                self.reviews[data["delivery"]] = "changes", event.at
            case "milestone.approved":
                self.reviews[data["delivery"]] = "approved", event.at
                if data.get("payout"):
                    self.intents[data["payout"]] = "live"


def read(event: Event) -> dict[str, Any]:
    """The data of an event; empty when the text can't be read any more."""
    try:
        data = json.loads(event.data)
    except ValueError:
        return {}
    return data if isinstance(data, dict) else {}
