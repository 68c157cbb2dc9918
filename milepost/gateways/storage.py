"""Files by the SHA-256 of their bytes, under one folder. Written whole and flushed before anything names them."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, Final

from milepost.core.refusals import Refused

# What the house itself has made; no confined process writes more.
PAPER_BYTES_MAX: Final = 512 * 2**20
_PIECE: Final = 64 * 1024


class TooLarge(Refused):
    """The file is larger than the installation takes."""


def keep(folder: Path, chunks: Iterable[bytes], *, bytes_max: int) -> tuple[str, int]:
    """Stores the bytes; answers their SHA-256 (hex) and size. The same bytes are kept once.

    Refuses more than `bytes_max`. When this returns the bytes survive a power cut.
    """
    folder.mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    with tempfile.NamedTemporaryFile(dir=folder, prefix="incoming-", delete=False) as incoming:
        try:
            for chunk in chunks:
                size += len(chunk)
                if size > bytes_max:
                    raise TooLarge(f"The file is larger than {bytes_max // 2**20} MB, the most that is taken here.")
                digest.update(chunk)
                incoming.write(chunk)
            incoming.flush()
            os.fsync(incoming.fileno())
            path = _path(folder, digest.hexdigest())
            path.parent.mkdir(exist_ok=True)
            Path(incoming.name).replace(path)
        except BaseException:
            Path(incoming.name).unlink(missing_ok=True)
            raise
    for changed in (path.parent, folder):
        _flush(changed)
    return digest.hexdigest(), size


def open_file(folder: Path, sha256: str) -> BinaryIO:
    """The bytes, for reading. FileNotFoundError when they are gone."""
    return _path(folder, sha256).open("rb")


def has(folder: Path, sha256: str) -> bool:
    return _path(folder, sha256).exists()


def pieces(file: BinaryIO) -> Iterator[bytes]:
    """What is left of it, piece by piece."""
    while piece := file.read(_PIECE):
        yield piece


def remove(folder: Path, sha256: str) -> None:
    """The bytes are gone for good."""
    _path(folder, sha256).unlink(missing_ok=True)


def _path(folder: Path, sha256: str) -> Path:
    return folder / sha256[:2] / sha256


def _flush(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
