"""What an act that binds is content with, and what one that a thief would do first."""

from __future__ import annotations

import pytest

from milepost.core.actors import CLOCK, HOUSE, Actor, Proof
from milepost.core.refusals import NotProved, NotProvedStrongly

# proof -> for an act that binds; for a strong one without a second factor; for a strong one with it.
TABLE: dict[Proof, tuple[type[NotProved] | None, type[NotProved] | None, type[NotProved] | None]] = {
    "none": (NotProved, NotProved, NotProvedStrongly),
    "link": (NotProved, NotProved, NotProvedStrongly),
    "login": (NotProved, NotProved, NotProvedStrongly),
    "fresh": (None, None, NotProvedStrongly),
    "code": (None, None, NotProvedStrongly),
    "strong": (None, None, None),
}


def refusal(actor: Actor, strongly: bool) -> type[NotProved] | None:
    try:
        actor.must_have_proved_strongly() if strongly else actor.must_have_proved()
    except NotProved as refused:
        return type(refused)
    return None


@pytest.mark.parametrize("proof", TABLE)
def test_which_proof_is_enough_for_what(proof: Proof) -> None:
    plain, armed = (Actor("party", "par_a", "per_a", proof=proof, has_factor=has) for has in (False, True))
    assert (refusal(plain, False), refusal(plain, True), refusal(armed, True)) == TABLE[proof]
    assert refusal(armed, False) == TABLE[proof][0]


@pytest.mark.parametrize("actor", [CLOCK, HOUSE])
def test_the_clock_and_the_house_prove_nothing(actor: Actor) -> None:
    assert refusal(actor, False) is refusal(actor, True) is None
