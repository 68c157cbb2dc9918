"""What the database alone must not tell: AES-256-GCM with a key that lies beside it, under DATA/keys.

The file holds one key a line, the one that is used first; the others go on opening what they have closed. What is closed
is bound to the row that it belongs to: moved to another row, it does not open.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import secrets
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

FILE: Final = "vault"
_VERSION: Final = b"\x01"
_KEY_BYTES: Final = 32
_ID_BYTES: Final = 8
_NONCE_BYTES: Final = 12


class VaultClosed(Exception):
    """A key is missing or wrong, or what it should open was altered. The message is for the operator."""


def ensure(keys: Path) -> None:
    """Makes the first key; leaves those that are there."""
    path = keys / FILE
    if path.exists():
        return
    keys.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = keys / f"{FILE}-{secrets.token_hex(8)}.new"
    # Readable by its owner alone, from the first byte on, and on the disk before it gets its name.
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(base64.b64encode(secrets.token_bytes(_KEY_BYTES)) + b"\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        # A link is refused where the name is taken: of two processes that start at once, the first one's key stays.
        path.hardlink_to(fresh)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()


def close(plain: bytes, *, about: str, keys: Path) -> bytes:
    """Encrypted for the row `about`: version, which key, nonce, what was closed. Raises `VaultClosed` without a key."""
    key = _read(keys)[0]
    nonce = secrets.token_bytes(_NONCE_BYTES)
    head = _VERSION + _id(key)
    return head + nonce + AESGCM(key).encrypt(nonce, plain, head + about.encode())


def open_(closed: bytes, *, about: str, keys: Path) -> bytes:
    """What was closed for that row. Raises `VaultClosed` when the key is not there, or anything was altered."""
    head, rest = closed[: 1 + _ID_BYTES], closed[1 + _ID_BYTES :]
    if head[:1] != _VERSION:
        raise VaultClosed(f"What is encrypted of {about} is of a version that is not known here.")
    key = next((key for key in _read(keys) if _id(key) == head[1:]), None)
    if key is None:
        raise VaultClosed(f"The key {head[1:].hex()}, which closed {about}, is not in {keys / FILE}.")
    try:
        return AESGCM(key).decrypt(rest[:_NONCE_BYTES], rest[_NONCE_BYTES:], head + about.encode())
    except (InvalidTag, ValueError):
        raise VaultClosed(f"What is encrypted of {about} was altered, or belongs to another row.") from None


def _id(key: bytes) -> bytes:
    return hashlib.sha256(b"milepost.vault:" + key).digest()[:_ID_BYTES]


def _read(keys: Path) -> list[bytes]:
    path = keys / FILE
    try:
        found = [base64.b64decode(line, validate=True) for line in path.read_bytes().split()]
    except OSError as error:
        raise VaultClosed(f"The key file {path} can’t be read ({error.strerror}).") from None
    except binascii.Error:
        found = []
    if not found or any(len(key) != _KEY_BYTES for key in found):
        raise VaultClosed(f"The key file {path} is damaged.")
    return found
