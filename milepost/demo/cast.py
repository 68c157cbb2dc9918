"""Who is in the demo: Ada, a freelancer; Carl, who runs Carl & Sons; Olga, who runs the installation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from allauth.account.models import EmailAddress

from milepost.actions import people
from milepost.actions.people import PartyFacts
from milepost.actions.signing import Signing
from milepost.core.actors import Actor
from milepost.models import Party, User

ADA: Final = PartyFacts(
    kind="person",
    legal_name="Ada Lindqvist",
    postal_address="Hornsgatan 12\n118 20 Stockholm\nSweden",
    email="ada@example.org",
    tax_id="SE850101123401",
    time_zone="Europe/Stockholm",
)
CARL: Final = PartyFacts(
    kind="organisation",
    legal_name="Carl & Sons AB",
    postal_address="Södra Förstadsgatan 40\n211 43 Malmö\nSweden",
    email="carl@example.org",
    tax_id="SE556000123401",
    time_zone="Europe/Stockholm",
)
OLGA: Final = PartyFacts(
    kind="organisation",
    legal_name="Olga's Office",
    postal_address="Storgatan 1\n411 24 Göteborg\nSweden",
    email="olga@example.org",
    time_zone="Europe/Stockholm",
)


@dataclass(frozen=True, slots=True)
class Person:
    """A login with its party."""

    user: User
    party: Party
    capacity: str = ""

    @property
    def actor(self) -> Actor:
        """Just signed in."""
        return Actor("party", self.party.pk, self.user.pk, self.user.email, "fresh", "127.0.0.1", "Demo")

    @property
    def signature(self) -> Signing:
        return Signing(
            name=self.user.name,
            legal_name=self.party.legal_name,
            postal_address=self.party.postal_address,
            capacity=self.capacity,
            consent=True,
        )


def owner(at: datetime) -> None:
    """Olga takes the installation into her hands, as its first start asks for."""
    path = people.first_start(at=at)
    assert path is not None, "the demo begins with an installation that nobody owns"
    user = people.own(token=path.rpartition("/")[2], name="Olga Berg", email=OLGA.email, party=OLGA, at=at)
    assert user.is_operator, "the owner runs the installation"


def person(name: str, facts: PartyFacts, at: datetime, capacity: str = "") -> Person:
    """Somebody with a proved address and a party."""
    user = User.objects.create_user(email=facts.email, name=name)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return Person(user, people.make_party(user=user, facts=facts, at=at), capacity)
