"""A mail server that does as it is told."""

from __future__ import annotations

from collections.abc import Callable

from milepost.gateways.mail import Envelope
from milepost.models import Mail

Write = Callable[..., Mail]


class Postman:
    """`fails` is asked before each mail, and may raise."""

    def __init__(self) -> None:
        self.taken: list[Envelope] = []
        self.fails: Callable[[Envelope], None] = lambda envelope: None

    def send(self, envelope: Envelope) -> None:
        self.fails(envelope)
        self.taken.append(envelope)


def times(failures: int, error: Exception) -> Callable[[Envelope], None]:
    """Fails so often, then takes the mail."""
    left = [error] * failures

    def fails(envelope: Envelope) -> None:
        if left:
            raise left.pop()

    return fails
