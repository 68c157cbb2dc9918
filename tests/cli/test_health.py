"""What the doctor says of the key of the bank details."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings

from milepost.cli.health import work
from milepost.cli.health.line import State
from milepost.gateways import vault
from tests import cast
from tests.payees import stated

pytestmark = pytest.mark.django_db


def test_the_key_opens_what_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "KEYS", tmp_path)
    (line,) = work.vault()
    assert (line.state, line.found[:24]) == (State.OK, "Bank details: none are k")
    stated(cast.ada())
    (line,) = work.vault()
    assert (line.state, line.found) == (State.OK, "Bank details: 1 kept, encrypted; their key opens them")


def test_a_missing_damaged_or_wrong_key_is_said_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "KEYS", tmp_path)
    stated(cast.ada())
    file = tmp_path / vault.FILE
    for spoil, words in ((file.unlink, "can’t be read"), (lambda: vault.ensure(tmp_path), "is not in")):
        spoil()
        (line,) = work.vault()
        assert line.state is State.WRONG
        assert words in line.found
        assert line.next == f"Put {tmp_path}/vault back from the backup."
    file.write_text("rubbish!")
    assert "is damaged" in next(work.vault()).found
