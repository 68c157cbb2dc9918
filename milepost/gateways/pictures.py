"""Pictures of the pages of an inspected PDF, made when somebody looks and kept under one folder by the PDF's hash.

The folder holds nothing that can't be made again.
"""

from __future__ import annotations

import fcntl
import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

from milepost.gateways import confinement, inspection, storage

# Sharp on a phone held upright, and in a column of a desktop.
WIDTH_PIXELS: Final = 1200
# Whoever looks at a page mostly looks at the next ones too: one process for so many.
TOGETHER: Final = 8
PATIENCE_SECONDS: Final = 20


class NoPicture(Exception):
    """This page can't be drawn within the limits; it is not tried again. The PDF itself can still be read."""


def picture(folder: Path, files: Path, sha256: str, number: int) -> BinaryIO:
    """Page `number` (from 1) of the PDF kept in `files` as WebP. FileNotFoundError where there is no such page or PDF.

    Raises `NoPicture`; refuses `Busy`.
    """
    path = _path(folder, sha256, number)
    if not path.exists():
        with _alone(path.parent):
            _draw(path.parent, files, sha256, number)
    if path.with_suffix(".failed").exists():
        raise NoPicture
    return path.open("rb")


def forget(folder: Path, sha256: str) -> None:
    """The pictures of this PDF are gone."""
    for path in (folder / sha256[:2] / sha256).glob("*"):
        path.unlink(missing_ok=True)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Each document is drawn by one process at a time, whoever asks for how many of its pages at once."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _draw(folder: Path, files: Path, sha256: str, number: int) -> None:
    wanted = folder / f"{number}.webp"
    if wanted.exists() or wanted.with_suffix(".failed").exists():
        return
    with storage.open_file(files, sha256) as pdf, inspection.turn():
        first = (number - 1) // TOGETHER * TOGETHER
        try:
            _keep(folder, pdf, first, TOGETHER)
        except confinement.Unanswered:
            # One page is too much. Whether it is this one is found out by itself.
            try:
                _keep(folder, pdf, number - 1, 1)
            except confinement.Unanswered:
                wanted.with_suffix(".failed").touch()


def _keep(folder: Path, pdf: BinaryIO, first: int, count: int) -> None:
    asked = {"first": first, "count": count, "width": WIDTH_PIXELS}
    answer = confinement.ask_with_files("picturing", asked, given=[pdf], folder=folder, seconds=PATIENCE_SECONDS)
    with answer:
        for number in range(first + 1, first + count + 1):
            head = answer.read(4)
            if not head:
                break
            drawn = folder / f"{number}.{os.getpid()}"
            drawn.write_bytes(answer.read(struct.unpack(">I", head)[0]))
            drawn.replace(folder / f"{number}.webp")


def _path(folder: Path, sha256: str, number: int) -> Path:
    return folder / sha256[:2] / sha256 / f"{number}.webp"
