"""What somebody types into Send proposal, and what is said of it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from milepost.core import drafts, steps
from milepost.core.drafts import Policy
from milepost.core.steps import Body
from milepost.core.terms import Named

AT = datetime(2026, 12, 1, 9, 30, tzinfo=UTC)
TODAY = AT.date()
ADA = Named("Ada Lindqvist", "ada@example.com")
ENFORCE = Policy("enforce", {"USD": 200_000}, ("nobody", "sandbox"))
ADVISE = Policy("advise", {"USD": 200_000}, ("nobody", "sandbox"))
OFF = Policy("off", {"USD": 200_000}, ("nobody",))


def row(title: str, due_on: str, amount: str, *deliverables: str) -> Body:
    items = [{"id": f"dlv_{title}{place}", "title": item, "criteria": ""} for place, item in enumerate(deliverables)]
    typed = {"id": f"mil_{title}", "title": title, "due_on": due_on, "amount": amount, "deliverables": items}
    return dict.fromkeys(steps.MILESTONE_FIELDS, "") | typed


def body(**changes: Any) -> Body:
    """Three months of social content for USD 6,000, ready to be sent."""
    typed = {
        "side": "freelancer",
        "project_name": "Social content, three months",
        "other_name": "Carl & Sons",
        "other_email": "carl@example.org",
        "client_type": "business",
        "start_on": "2027-01-01",
        "law": "Sweden",
        "venue": "Stockholm",
        "milestones": [
            row("January", "2027-01-31", "2,000.00", "12 posts", "1 reel"),
            row("February", "2027-02-28", "2,000.00", "12 posts"),
            row("March", "2027-03-31", "2000", "12 posts", "Report"),
        ],
    }
    return steps.blank() | typed | changes


def wrong(typed: Body, step: steps.Step = "review", policy: Policy = ENFORCE) -> dict[str, str]:
    refused = drafts.check(typed, step=step, today=TODAY, policy=policy, sender=ADA)
    assert len({refusal.field for refusal in refused}) == len(refused), "one sentence a field"
    return {refusal.field or "": refusal.sentence for refusal in refused}


def composed(typed: Body, policy: Policy = ENFORCE, time_zone: str = "UTC") -> Any:
    return drafts.compose(typed, sender=ADA, at=AT, time_zone=time_zone, language="en", policy=policy)


def with_row(**changes: str) -> Body:
    typed = body()
    typed["milestones"][1] |= changes
    return typed
