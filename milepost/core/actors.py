"""Who does something, and how it was shown that it is they."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from milepost.core.catalogue import Signer
from milepost.core.refusals import NotProved, NotProvedStrongly

Kind = Literal["party", "clock", "house"]
# link: holds the link that was mailed; login: signed in; fresh: signed in just now; code: typed the code
# that was mailed for this very act; strong: signed in, or said again that it is they, just now and with a passkey or
# an authenticator app.
Proof = Literal["none", "link", "login", "fresh", "code", "strong"]
# Those that an act which binds is content with.
PROVED: Final[tuple[Proof, ...]] = ("fresh", "code", "strong")
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
    # Whether the login has a passkey or an authenticator app: then a mailed code alone is not a strong proof.
    has_factor: bool = False

    @property
    def name(self) -> str:
        """What the event says: the party's id, or `clock`, or `house`."""
        return self.party if self.kind == "party" else self.kind

    def must_have_proved(self) -> None:
        """Signing, approving, cancelling, saying sent or received bind: a link or an old login is not enough.

        Refuses with `NotProved`; the page answers by sending a code.
        """
        if self.kind == "party" and self.proof not in PROVED:
            raise NotProved("This needs the code from your mail, or a fresh login.")

    def must_have_proved_strongly(self) -> None:
        """What a thief of a session or a mailbox would do first, such as naming another bank account.

        Refuses with `NotProvedStrongly` whoever has a second factor and did not use it just now (the page answers by
        asking for it); with `NotProved` whoever has none, as for every act that binds.
        """
        if self.kind == "party" and self.has_factor and self.proof != "strong":
            raise NotProvedStrongly("This needs your passkey or the code of your authenticator app.")
        self.must_have_proved()


CLOCK = Actor(kind="clock")
HOUSE = Actor(kind="house")


def role(actor: Actor, *, client: str, freelancer: str, custodian: str | None = None) -> Role | None:
    """The part that the actor has in a project of these parties; None for a stranger."""
    if actor.kind != "party":
        return actor.kind
    parts: dict[str | None, Signer] = {custodian: "custodian", client: "client", freelancer: "freelancer"}
    return parts.get(actor.party)
