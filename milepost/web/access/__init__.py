"""Who is at the door, and what they may see. Every object is loaded here, by `visible_to`, or it is a 404."""

from milepost.web.access.confirming import confirmed, shown_now, strongly_confirmed
from milepost.web.access.door import GUEST, PARTY, actor, factors, guest, now, parties, person
from milepost.web.access.guards import binds, known, signed_in
from milepost.web.access.membership import left_to, may, member_invitation, role
from milepost.web.access.objects import (
    arrival,
    draft,
    file,
    funding,
    invoice,
    mandate,
    milestone,
    party,
    payout,
    project,
    refund,
    terms,
)

__all__ = [
    "GUEST", "PARTY", "actor", "arrival", "binds", "confirmed", "draft", "factors", "file", "funding", "guest",
    "invoice", "known", "left_to", "mandate", "may", "member_invitation", "milestone", "now", "parties",
    "party", "payout", "person", "project", "refund", "role", "shown_now", "signed_in", "strongly_confirmed",
    "terms",
]  # fmt: skip
