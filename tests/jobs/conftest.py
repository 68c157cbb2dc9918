"""What the worker's tests share. Imports wait for the settings, which are chosen after this file was read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest


@pytest.fixture
def postman(monkeypatch: pytest.MonkeyPatch) -> Any:
    from milepost.gateways import mail as server
    from tests.jobs.postman import Postman

    made = Postman()
    monkeypatch.setattr(server, "send", made.send)
    return made


@pytest.fixture
def write() -> Callable[..., Any]:
    from milepost.models import Mail
    from tests.cast import NOON

    def written(to: str = "carl@example.org", at: datetime = NOON, **facts: object) -> Any:
        return Mail.objects.create(
            **{"to": to, "subject": "Subject", "text": "Text", "written_at": at, "due_at": at} | facts
        )

    return written
