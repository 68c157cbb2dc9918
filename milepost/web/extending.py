"""Whether the client may take more time for a review, and what has been taken."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from milepost.core.catalogue import Side
from milepost.core.deadlines import review_ends_at
from milepost.core.terms import Terms
from milepost.models import Extension
from milepost.web.road import Stop
from milepost.web.waiting import when


def facts(stop: Stop, said: Terms, side: Side, at: datetime) -> dict[str, Any]:
    """Of the last delivery while it is under review: `offer` for the client who may extend, `taken` for both."""
    delivery = stop.delivery
    if delivery is None or stop.milestone.status != "delivered" or delivery.review_ends_at is None:
        return {}
    taken: Extension | None = getattr(delivery, "extension", None)
    if taken is not None:
        return {"taken": taken, "more": said.extension}
    if said.extension is None or delivery.review_ends_at <= at:
        return {}
    until = when(review_ends_at(delivery.review_ends_at, said.extension, said.time_zone), said.time_zone)
    return {"offer": side == "client", "may_come": side == "freelancer", "more": said.extension, "until": until}
