"""The hash chain of a project's events. Its format stands from the first row and never changes.

An event's hash is SHA-256 over `milepost.event.v1`, a zero byte, the hash before (32 bytes; zeros for the
first), and the RFC 8785 form of {version, project, number, kind, at, actor, data}. `data` holds integers,
texts, lists and objects of them; what is personal stands there as a commitment, HMAC-SHA256(salt, value),
whose salt and value lie in a row that can be erased.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import rfc8785

VERSION = 1
DOMAIN = b"milepost.event.v1\x00"
BEGIN = "0" * 64


@dataclass(frozen=True, slots=True)
class Link:
    """One event as it is hashed. `at` in UTC; `data` is canonical JSON text."""

    project: str
    number: int
    kind: str
    at: datetime
    actor: str
    data: dict[str, Any]


def stamp(at: datetime) -> str:
    """An instant as the chain writes it: UTC, microseconds, Z."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def canonical(data: dict[str, Any]) -> str:
    """The RFC 8785 text of an event's data. Floats are our own mistake and are refused."""
    _only_exact(data)
    return rfc8785.dumps(data).decode()


def digest(before: str, link: Link) -> str:
    """The hash, in hex, of an event behind the hash `before`."""
    body = rfc8785.dumps(
        {
            "version": VERSION,
            "project": link.project,
            "number": link.number,
            "kind": link.kind,
            "at": stamp(link.at),
            "actor": link.actor,
            "data": link.data,
        }
    )
    return hashlib.sha256(DOMAIN + bytes.fromhex(before) + body).hexdigest()


def commitment(salt: bytes, value: str) -> str:
    """What stands in the chain for a personal value: it can be shown later, and can't be guessed without the salt."""
    return hmac.new(salt, value.encode(), hashlib.sha256).hexdigest()


def _only_exact(value: Any) -> None:
    match value:
        case dict():
            for key, item in value.items():
                assert isinstance(key, str), key
                _only_exact(item)
        case list():
            for item in value:
                _only_exact(item)
        case _:
            assert value is None or isinstance(value, (str, int)), f"{value!r} has no place in the chain"
