"""The step of the project: who is who, and what it is called."""

from __future__ import annotations

from functools import partial
from typing import Any

from milepost.core import entries
from milepost.core.catalogue import SIDES
from milepost.core.readings.reading import NAME_MAX, Reading
from milepost.core.refusals import Refused
from milepost.core.steps import at
from milepost.core.terms import Named


def project(reading: Reading) -> dict[str, Any]:
    side = reading.choice("side", SIDES, "Say which side you are on: whether you do the work or pay for it.")
    name = reading.line("project_name", "Give the project a name.")
    own = reading.take("own_name", partial(_own_name, reading))
    other = Named(
        name=reading.line("other_name", "Type the name of the person or business it is with.") or "",
        email=reading.take("other_email", partial(_other_mailbox, reading)) or "",
    )
    reading.choice("client_type", ("business", "consumer"), "Say whether the client is a business or a consumer.")
    if at(reading.body, "client_type") == "consumer":
        sentence = (
            "The Milepost service agreement is written for businesses. With a consumer it can't be used: "
            "consumers have rights that it does not give them."
        )
        reading.refusals.append(Refused(sentence, field="client_type"))
    sender = Named(own or "", reading.sender.email)
    client, freelancer = (sender, other) if side == "client" else (other, sender)
    return {
        "project_name": name,
        "sender": side,
        "client": client,
        "freelancer": freelancer,
        "client_type": "business",
    }


def _own_name(reading: Reading, typed: str) -> str:
    missing = "Type your name, or that of your business: the contract names both sides."
    return entries.line(reading.sender.name or typed, most=NAME_MAX, missing=missing)


def _other_mailbox(reading: Reading, typed: str) -> str:
    other = entries.mailbox(typed)
    if entries.same_mailbox(other, reading.sender.email):
        raise Refused("This is your own mailbox. The two sides of a contract need one each.")
    return other
