"""Asks a confined process for something: a PDF, a seal. It lives for one answer."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from typing import Any, Literal

from milepost.gateways.confined import REFUSED

Work = Literal["typesetting", "sealing"]
# Wall-clock seconds; the process limits its own processor time below this.
PATIENCE_SECONDS = 60


class Unanswered(Exception):
    """The process crashed, met a limit or took too long: what went wrong, for the operator."""


class No(Exception):
    """The process answered with a reason instead of a result."""

    def __init__(self, reason: dict[str, Any]) -> None:
        super().__init__(reason.get("message", ""))
        self.reason = reason


def ask(work: Work, asked: Mapping[str, Any], *, seconds: float = PATIENCE_SECONDS) -> bytes:
    """The answer's bytes. Raises `No` with the reason given, `Unanswered` when there is neither."""
    # -I: no variable of the environment and no file beside it changes what is run.
    words = [sys.executable, "-I", "-m", f"milepost.gateways.confined.{work}"]
    try:
        done = subprocess.run(
            words,
            input=json.dumps(asked).encode(),
            capture_output=True,
            timeout=seconds,
            # Few threads and few arenas: a machine with many processors would meet the limit of address space.
            env={"RAYON_NUM_THREADS": "2", "MALLOC_ARENA_MAX": "2"},
            cwd="/",
            start_new_session=True,
            check=False,
        )
    except subprocess.TimeoutExpired as expired:
        raise Unanswered(f"{work}: no answer in {seconds:g} seconds") from expired
    if done.returncode == REFUSED:
        raise No(json.loads(done.stdout))
    if done.returncode != 0:
        last = done.stderr.decode(errors="replace").strip().splitlines()[-1:]
        raise Unanswered(f"{work}: ended with {done.returncode}; {''.join(last)[:300]}")
    return done.stdout
