"""Pages that are made from the code are what the code makes."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from milepost.core.catalogue import EVENTS
from milepost.core.lifecycle import MILESTONE

SCRIPT = Path(__file__).parent.parent / "docs" / "reference.py"


def test_the_reference_is_in_step_with_the_tables() -> None:
    spec = importlib.util.spec_from_file_location("reference", SCRIPT)
    assert spec and spec.loader
    reference = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(reference)
    written = SCRIPT.with_suffix(".md").read_text(encoding="utf-8")
    assert written == reference.page(), "make it anew: .venv/bin/python docs/reference.py"
    assert all(f"`{kind}`" in written for kind in EVENTS)
    assert sum(
        line.startswith(("| planned", "| open", "| delivered", "| approved")) for line in written.splitlines()
    ) == len(MILESTONE)
