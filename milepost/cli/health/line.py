"""One line of what the doctor found."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """Only `wrong` makes the doctor's exit code 1: a thing not set up may be so on purpose."""

    OK = "ok"
    NOT_SET_UP = "not set up"
    WRONG = "wrong"


@dataclass(frozen=True)
class Line:
    """What was found, and what to do next unless it is well."""

    state: State
    found: str
    next: str = ""

    def __str__(self) -> str:
        step = f"\n{'':12}-> {self.next}" if self.next else ""
        return f"{self.state:12}{self.found}{step}"


def ok(found: str) -> Line:
    """Nothing to do."""
    return Line(State.OK, found)


def not_set_up(found: str, step: str) -> Line:
    """May stay so, with what that means."""
    return Line(State.NOT_SET_UP, found, step)


def wrong(found: str, step: str) -> Line:
    """Must be put right."""
    return Line(State.WRONG, found, step)
