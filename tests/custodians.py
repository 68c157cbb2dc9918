"""Cora as a party that may be admitted to hold money for others, and terms that name her."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from milepost.actions import custody, signing
from milepost.jobs import announce
from milepost.models import Mail, Terms, User
from tests import cast, payees
from tests.cast import NOON, Person

GROUND = "Notary in Stockholm, supervised by the bar; the money lies on a clients’ account."


def cora(email: str = "cora@example.org") -> Person:
    """A party that could hold money for others, and has not asked for it."""
    made = cast.person("Cora Trust", email, kind="organisation")
    payees.stated(made, name="Cora Trust, clients")
    return made


def olga() -> Person:
    made = cast.person("Olga Berg", "olga@example.org")
    User.objects.filter(pk=made.user.pk).update(is_operator=True)
    made.user.refresh_from_db()
    return made


def admitted(person: Person | None = None, **limits: int) -> Person:
    person = person or cora()
    asked = custody.ask(
        party=person.party,
        legal_ground=GROUND,
        second_person_above=[cast.usd(minor) for minor in limits.values()],
        by=person.actor(),
        at=NOON,
    )
    custody.admit(custody=asked, by=User.objects.filter(is_operator=True).first() or olga().user, at=NOON)
    return person


def offered(held_by: Person, ada: Person | None = None, **typed: Any) -> Terms:
    whole = {"holder": "custodian", "custodian": held_by.party.pk} | typed
    return cast.offered(ada or cast.ada(), **whole)


def signed_by_carl(terms: Terms) -> Terms:
    carl = cast.guest(terms.project.client)
    return signing.sign(terms=terms, signing=cast.signature("Carl Olsen"), by=carl, at=NOON)


def form() -> dict[str, str]:
    return {
        "signature_typed": "Cora Nilsson",
        "legal_name": "Cora Trust AB",
        "capacity": "Partner",
        "postal_address": "Storgatan 2",
        "consent": "yes",
    }


def fresh(terms: Terms) -> Terms:
    return Terms.objects.select_related("project__custodian").get(pk=terms.pk)


def told(kind: str) -> set[str]:
    announce.announce(NOON + timedelta(minutes=1))
    return set(Mail.objects.filter(event__kind=kind).values_list("to", flat=True))
