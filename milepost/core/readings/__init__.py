"""A draft read step by step: what each field means, and every refusal with the field that it is about."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from milepost.core.readings.contract import contract
from milepost.core.readings.milestones import BelowMinimum, NotOneMilestone, milestones
from milepost.core.readings.payment import payment
from milepost.core.readings.project import project
from milepost.core.readings.reading import Policy, Reading, said
from milepost.core.steps import Step

__all__ = ["BelowMinimum", "NotOneMilestone", "Policy", "Reading", "read", "said"]

_READERS: Final[dict[Step, Callable[[Reading], dict[str, Any]]]] = {
    "project": project,
    "payment": payment,
    "milestones": milestones,
    "contract": contract,
}


def read(reading: Reading, step: Step) -> dict[str, Any]:
    """The parts of terms that the step gives. They are whole only when nothing was refused."""
    return _READERS[step](reading)
