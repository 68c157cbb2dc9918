"""`python -m milepost.demo DIR`: the demo in that folder begins anew. Its page does this for its visitors."""

from __future__ import annotations

import fcntl
import importlib
import os
import shutil
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import django

from milepost.gateways import vault


def main(data: Path) -> None:
    """One at a time; a second one waits, and then makes another first day."""
    if not (data / "demo.mark").exists() or "DATABASE_URL" in os.environ:
        sys.exit("Only a demo on SQLite, in a folder of its own, can be reset.")
    with (data / "reset.lock").open("w") as lock, tempfile.TemporaryDirectory(dir=data, prefix="fresh-") as fresh:
        fcntl.flock(lock, fcntl.LOCK_EX)
        # With the demo's own keys: links, codes and seals are made with them, and bank details opened.
        vault.ensure(data / "keys")
        shutil.copytree(data / "keys", Path(fresh) / "keys")
        os.environ |= {"MILEPOST_DATA": fresh, "MILEPOST_DEMO": "1"}
        os.environ["DJANGO_SETTINGS_MODULE"] = "milepost.config.settings"
        django.setup()
        # Only now: this module imports tables, which Django must know first.
        importlib.import_module("milepost.demo.reset").reset(data, Path(fresh), at=datetime.now(UTC))


main(Path(sys.argv[1]))
