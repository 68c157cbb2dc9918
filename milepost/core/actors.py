"""Who does something, and how it was shown that it is they."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from milepost.core.catalogue import Signer
from milepost.core.refusals import NotProved

Kind = Literal["party", "clock", "house"]
# link: holds the link that was mailed; login: signed in; fresh: signed in just now; code: typed the code
# that was mailed for this very act.
Proof = Literal["none", "link", "login", "fresh", "code"]
Role = Literal["client", "freelancer", "custodian", "clock", "house"]


@dataclass(frozen=True, slots=True)
class Actor:
    """`party` is the id of the party acted for; `person` that of the login, empty for a guest."""

    kind: Kind
    party: str = ""
    person: str = ""
    email: str = ""
    proof: Proof = "none"
    address: str = ""
    agent: str = ""

    @property
    def name(self) -> str:
        """What the event says: the party's id, or `clock`, or `house`."""
        return self.party if self.kind == "party" else self.kind

    def must_have_proved(self) -> None:
        """Signing, approving, cancelling, saying sent or received bind: a link or an old login is not enough.

        Refuses with `NotProved`; the page answers by sending a code.
        """
        if self.kind == "party" and self.proof not in ("fresh", "code"):
            raise NotProved("This needs the code from your mail, or a fresh login.")


CLOCK = Actor(kind="clock")
HOUSE = Actor(kind="house")


def role(actor: Actor, *, client: str, freelancer: str, custodian: str | None = None) -> Role | None:
    """The part that the actor has in a project of these parties; None for a stranger."""
    if actor.kind != "party":
        return actor.kind
    parts: dict[str | None, Signer] = {custodian: "custodian", client: "client", freelancer: "freelancer"}
    return parts.get(actor.party)
