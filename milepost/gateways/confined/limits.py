"""The limits that a confined process puts on itself before it reads a byte of what it was given."""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import resource
import sys
from typing import Any, NoReturn

from milepost.gateways.confined import REFUSED

# linux/sched.h, linux/prctl.h
_NEW_USER, _NEW_NETWORK = 0x10000000, 0x40000000
_NO_NEW_PRIVILEGES = 38


def confine(*, seconds: int, megabytes: int, answer_megabytes: int = 0) -> None:
    """Limits processor time, address space and files, and leaves the network if it may.

    Writes nothing to disk but an answer of so many megabytes, where that goes into a file of the parent's.
    """
    space = megabytes * 1024 * 1024
    wanted = {
        resource.RLIMIT_CPU: seconds,
        resource.RLIMIT_AS: space,
        resource.RLIMIT_FSIZE: answer_megabytes * 1024 * 1024,
        resource.RLIMIT_NOFILE: 64,
        resource.RLIMIT_CORE: 0,
    }
    for limit, value in wanted.items():
        # A system without this limit still has the others, and the parent's timeout.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(limit, (value, value))
    if sys.platform == "linux":
        system = ctypes.CDLL(None)
        system.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
        # Refused on some machines; then what keeps the network out is that nothing here opens a connection.
        system.unshare(_NEW_USER | _NEW_NETWORK)


def close_doors() -> None:
    """From here on nothing can be opened: no file, no connection, no other program. Import everything before."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))


def given(asked: dict[str, Any]) -> list[bytes]:
    """The files that the parent had open for this process, whole."""
    found = []
    for number in asked["given"]:
        # The parent may be at any place in it.
        with os.fdopen(number, "rb") as file:
            file.seek(0)
            found.append(file.read())
    return found


def request() -> dict[str, Any]:
    """What the parent asks, from stdin."""
    asked: dict[str, Any] = json.loads(sys.stdin.buffer.read())
    return asked


def answer(body: bytes) -> None:
    sys.stdout.buffer.write(body)
    sys.stdout.buffer.flush()


def refuse(**reason: Any) -> NoReturn:
    """Ends the process with a reason that the parent understands."""
    answer(json.dumps(reason).encode())
    raise SystemExit(REFUSED)
