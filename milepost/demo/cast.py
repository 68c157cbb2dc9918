"""Who is in the demo: Ada, a freelancer; Carl, who runs Carl & Sons; Cora and Nils, who hold money for others; Olga, who
runs the installation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from allauth.account.models import EmailAddress

from milepost.actions import custody, joining, payee, people
from milepost.actions.people import PartyFacts
from milepost.actions.signing import Signing
from milepost.core.actors import Actor
from milepost.core.money import Money
from milepost.core.terms import Payee
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
CORA: Final = PartyFacts(
    kind="organisation",
    legal_name="Holmgren & Partner",
    postal_address="Drottninggatan 30\n111 51 Stockholm\nSweden",
    email="cora@example.org",
    time_zone="Europe/Stockholm",
)
# Numbers that add up, of banks that publish them as examples.
ADA_ACCOUNT: Final = Payee("Ada Lindqvist", iban="SE4550000000058398257466", bic="ESSESESS")
CORA_ACCOUNT: Final = Payee("Holmgren & Partner, clients' account", iban="DE89370400440532013000", bic="COBADEFFXXX")
GROUND: Final = "Law firm (pretend), supervised by the bar. What clients pay lies on a clients' account, apart from the firm's money."
LIMIT: Final = Money(500_000, "EUR")
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


def everybody(at: datetime) -> tuple[Person, Person, Person, Person]:
    """Ada, who has said where she is paid; Carl; Cora, admitted as custodian; and Nils, who acts for her firm, too."""
    ada = person("Ada Lindqvist", ADA, at)
    payee.state(party=ada.party, details=ADA_ACCOUNT, by=ada.actor, at=at)
    carl = person("Carl Olsen", CARL, at, "Managing director")
    cora = person("Cora Holmgren", CORA, at, "Partner")
    payee.state(party=cora.party, details=CORA_ACCOUNT, by=cora.actor, at=at)
    asked = custody.ask(party=cora.party, legal_ground=GROUND, second_person_above=[LIMIT], by=cora.actor, at=at)
    custody.admit(custody=asked, by=User.objects.get(is_operator=True), at=at)
    return ada, carl, cora, _colleague(cora, "Nils Holmgren", "nils@example.org", at)


def _colleague(of: Person, name: str, email: str, at: datetime) -> Person:
    user = login(name, email)
    asked = joining.invite(party=of.party, email=email, role="signatory", by=of.actor, at=at)
    joining.accept(invitation=asked, user=user, at=at)
    return Person(user, of.party, "Partner")


def person(name: str, facts: PartyFacts, at: datetime, capacity: str = "") -> Person:
    """Somebody with a proved address and a party."""
    user = login(name, facts.email)
    return Person(user, people.make_party(user=user, facts=facts, at=at), capacity)


def login(name: str, email: str) -> User:
    user = User.objects.create_user(email=email, name=name)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user
