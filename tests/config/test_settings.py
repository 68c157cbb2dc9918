"""Settings that would be unsafe are refused as they are read."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.parametrize(("hours", "taken"), [("23", False), ("0", False), ("-1", False), ("24", True), ("168", True)])
def test_the_cool_down_of_payee_details_lasts_a_day_at_least(hours: str, taken: bool, tmp_path: Path) -> None:
    known = os.environ | {"MILEPOST_PAYEE_COOLDOWN_HOURS": hours, "MILEPOST_DATA": str(tmp_path)}
    read = [sys.executable, "-c", "from milepost.config import settings; print(settings.PAYEE_COOLDOWN_HOURS)"]
    found = subprocess.run(read, env=known, capture_output=True, text=True, check=False)
    assert (found.stdout.strip() == hours) is taken
    assert ("must be 24 or more" in found.stderr) is not taken
