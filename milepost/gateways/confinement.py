"""Asks a confined process for something: a PDF, a seal, a look at what was uploaded. It lives for one answer."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any, BinaryIO, Literal, cast

from milepost.gateways.confined import REFUSED

Work = Literal["typesetting", "sealing", "inspecting", "binding", "picturing"]
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
    done = _run(work, asked, (), subprocess.PIPE, subprocess.PIPE, seconds)
    _must_have_answered(work, done, done.stdout, done.stderr)
    answer: bytes = done.stdout
    return answer


def ask_with_files(
    work: Work,
    asked: Mapping[str, Any],
    *,
    given: Sequence[BinaryIO],
    folder: Path,
    seconds: float = PATIENCE_SECONDS,
) -> BinaryIO:
    """The same for what is large: files that are open already go in, the answer comes as a nameless file in `folder`.

    Neither is ever whole in the memory of this process. The caller closes the answer.
    """
    answer = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 # the caller closes it
    try:
        with tempfile.TemporaryFile(dir=folder) as said:
            done = _run(work, asked, given, answer, said, seconds)
            _must_have_answered(work, done, _part(answer, 10_000) if done.returncode else b"", _part(said, 10_000))
        answer.seek(0)
    except BaseException:
        answer.close()
        raise
    return cast(BinaryIO, answer)


def _run(
    work: Work,
    asked: Mapping[str, Any],
    given: Sequence[BinaryIO],
    stdout: int | IO[bytes],
    stderr: int | IO[bytes],
    seconds: float,
) -> subprocess.CompletedProcess[bytes]:
    # -I: no variable of the environment and no file beside it changes what is run.
    words = [sys.executable, "-I", "-m", f"milepost.gateways.confined.{work}"]
    numbers = [file.fileno() for file in given]
    try:
        return subprocess.run(
            words,
            input=json.dumps({**asked, "given": numbers} if given else asked).encode(),
            stdout=stdout,
            stderr=stderr,
            pass_fds=numbers,
            timeout=seconds,
            # Few threads and few arenas: a machine with many processors would meet the limit of address space.
            env={"RAYON_NUM_THREADS": "2", "MALLOC_ARENA_MAX": "2"},
            cwd="/",
            start_new_session=True,
            check=False,
        )
    except subprocess.TimeoutExpired as expired:
        raise Unanswered(f"{work}: no answer in {seconds:g} seconds") from expired


def _must_have_answered(work: Work, done: subprocess.CompletedProcess[bytes], answer: bytes, said: bytes) -> None:
    if done.returncode == REFUSED:
        raise No(json.loads(answer))
    if done.returncode != 0:
        last = said.decode(errors="replace").strip().splitlines()[-1:]
        raise Unanswered(f"{work}: ended with {done.returncode}; {''.join(last)[:300]}")


def _part(file: IO[bytes], most: int) -> bytes:
    """The last bytes of a file: what a program says as it ends."""
    file.seek(max(0, file.seek(0, 2) - most))
    return file.read()
