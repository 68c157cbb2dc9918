"""The machine under it: the folder, its disk, its locks, the keys, the address."""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

from milepost.cli.health.line import Line, not_set_up, ok, wrong
from milepost.cli.start import CannotStart, refuse_weak_secret
from milepost.gateways import seal

# File systems on which a lock taken here is not seen on another machine, or not at all.
_FAR = ("nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "fuse.sshfs", "fuse.s3fs", "ceph", "glusterfs", "afs")
_FREE_BYTES = 500 * 1024 * 1024
_SEAL_ENDS_SOON = timedelta(days=90)


def look(at: datetime) -> Iterator[Line]:
    """Everything below the database."""
    yield ok(f"Data: {settings.DATA}")
    yield from disk()
    yield from locks()
    yield from keys()
    yield from the_seal(at)
    yield from address()


def disk() -> Iterator[Line]:
    """Local, and not full."""
    kind = file_system(settings.DATA)
    if kind in _FAR:
        yield wrong(
            f"Disk: {settings.DATA} lies on {kind}, where locks don't hold.", "Move the folder to a local disk."
        )
    free = shutil.disk_usage(settings.DATA).free
    if free < _FREE_BYTES:
        yield wrong(f"Disk: {free // 1024**2} MB are free.", "Make room; a full disk stops every deed.")
    else:
        yield ok(f"Disk: {kind or 'local'}, {free // 1024**3} GB free")


def locks() -> Iterator[Line]:
    """Two holders of one file must not both get it."""
    path = settings.DATA / "doctor.lock"
    with path.open("w") as first, path.open("w") as second:
        fcntl.flock(first, fcntl.LOCK_EX)
        try:
            fcntl.flock(second, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield ok("Locks: one holder at a time, as it must be")
        else:
            yield wrong("Locks: two holders got the same file.", "Move the folder to a local disk.")
    path.unlink(missing_ok=True)


def keys() -> Iterator[Line]:
    """The secrets are there, good and for the owner alone."""
    try:
        refuse_weak_secret()
    except CannotStart as refusal:
        yield wrong("Secret: too easily guessed.", refusal.sentence)
    folder = settings.DATA / "keys"
    open_to_others = [path for path in (folder, *folder.glob("*")) if path.exists() and path.stat().st_mode & 0o077]
    if open_to_others:
        names = " ".join(str(path) for path in open_to_others)
        yield wrong(f"Keys: others on this machine can read {names}.", f"chmod go= {names}")
    else:
        yield ok(f"Keys: {folder}, for their owner alone")


def the_seal(at: datetime) -> Iterator[Line]:
    """Signs and verifies something with the key that seals contracts."""
    folder = settings.DATA / "keys"
    if not (folder / "seal.pem").exists():
        yield not_set_up("Seal: no key yet.", "The first start makes it.")
        return
    try:
        seal.check_key(folder, at=at)
        expires_at = seal.expires_at(folder)
    except seal.SealFailed as failure:
        yield wrong(f"Seal: {failure}", f"Put {folder}/seal.pem back from the backup.")
        return
    if expires_at - at < _SEAL_ENDS_SOON:
        yield wrong(
            f"Seal: ends on {expires_at:%Y-%m-%d}.", f"Move {folder}/seal.pem away and start anew: a new one is made."
        )
    else:
        yield ok(f"Seal: signs and verifies, until {expires_at:%Y-%m-%d}")


def address() -> Iterator[Line]:
    """People reach it by https, or it stays on this machine."""
    if settings.SECURE:
        yield ok(f"Address: {settings.BASE_URL}")
    elif settings.DEMO:
        yield ok(f"Address: {settings.BASE_URL} (the demo, on this machine alone)")
    else:
        yield not_set_up(
            f"Address: {settings.BASE_URL}; links in mails lead there, and nothing is encrypted on the way.",
            "Set MILEPOST_URL=https://your.name and put a proxy in front (docs/host.md).",
        )


def file_system(path: Path) -> str:
    """Its kind, as Linux names it, or nothing where that is unknown."""
    mounts = Path("/proc/self/mounts")
    if not mounts.exists():
        return ""
    kinds = {place: kind for _device, place, kind, *_rest in map(str.split, mounts.read_text().splitlines())}
    whole = path.resolve()
    return next((kinds[str(place)] for place in (whole, *whole.parents) if str(place) in kinds), "")
