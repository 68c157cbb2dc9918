"""The installation's seal: a PAdES signature on what both sides have signed, made in a confined process.

It shows that a paper has not been altered since the installation sealed it. It is nobody's personal signature.
"""

from __future__ import annotations

import base64
import os
import secrets
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from milepost.gateways import confinement


class SealFailed(Exception):
    """The seal could not be made or is not fit for use; the message is for the operator. It may be tried again."""


def ensure(keys: Path, name: str, *, at: datetime) -> None:
    """Makes the key and its certificate for `name` at first start; leaves those that are there."""
    path = _path(keys)
    if path.exists():
        return
    keys.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = keys / f"seal-{secrets.token_hex(8)}.new"
    _write(fresh, _ask(verb="make", name=name, at=at.isoformat()))
    try:
        # A link is refused where the name is taken: of two processes that start at once, the first one's key stays.
        path.hardlink_to(fresh)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()


def check_key(keys: Path, *, at: datetime) -> None:
    """Signs something and verifies it. Raises `SealFailed` when the key is missing, unfit or out of its time."""
    _ask(verb="check", path=str(_path(keys)), at=at.isoformat())


def expires_at(keys: Path) -> datetime:
    """When the certificate ends, in UTC. Raises `SealFailed` when it can't be read."""
    return datetime.fromisoformat(_ask(verb="expiry", path=str(_path(keys))).decode())


def seal(pdf: bytes, *, keys: Path, at: datetime, reason: str, name: str = "") -> bytes:
    """The same PDF with an invisible PAdES B-B signature over all of it (ETSI EN 319 142-1). Raises `SealFailed`."""
    packed = base64.b64encode(pdf).decode()
    return _ask(verb="seal", path=str(_path(keys)), pdf=packed, at=at.isoformat(), reason=reason, name=name)


def seal_file(pdf: BinaryIO, *, keys: Path, at: datetime, reason: str, folder: Path) -> BinaryIO:
    """The same for what may be large: the answer is a nameless file in `folder`, which the caller closes."""
    asked = {"verb": "seal", "path": str(_path(keys)), "at": at.isoformat(), "reason": reason, "name": ""}
    try:
        return confinement.ask_with_files("sealing", asked, given=[pdf], folder=folder)
    except (confinement.No, confinement.Unanswered) as error:
        raise SealFailed(str(error)) from error


def _path(keys: Path) -> Path:
    return keys / "seal.pem"


def _ask(**asked: Any) -> bytes:
    try:
        return confinement.ask("sealing", asked)
    except (confinement.No, confinement.Unanswered) as error:
        raise SealFailed(str(error)) from error


def _write(path: Path, body: bytes) -> None:
    """Readable by its owner alone, from the first byte on, and on the disk before it gets its name."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())
