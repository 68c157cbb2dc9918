"""What every start does before the first request: tables, triggers, static files, and a look at what is unsafe."""

from __future__ import annotations

import fcntl
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.checks import ERROR, run_checks
from django.core.management import call_command
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor

from milepost.cli import MARK
from milepost.core.refusals import Refused
from milepost.gateways import seal

# Any number will do, as long as every process of this house takes the same.
_ADVISORY_LOCK = 6_415_253_478


class CannotStart(Refused):
    """Something must be put right first; the sentence says what."""


def prepare(at: datetime) -> None:
    """Refused when the database is newer than the code, a trigger is gone, the secret is none or the seal unfit."""
    refuse_weak_secret()
    make_seal(at)
    try:
        with _alone():
            migrate()
            collect_static()
    except OperationalError as error:
        raise CannotStart(f"The database is not reached: {str(error).strip()}") from error
    refuse_failed_checks()


def migrate() -> None:
    """Brings the tables up to date; quick when they are."""
    executor = MigrationExecutor(connection)
    ours = {node for node in executor.loader.applied_migrations if node[0] in ("milepost", "ledger")}
    if unknown := ours - set(executor.loader.disk_migrations):
        raise CannotStart(
            f"This database was written by a newer Milepost ({'.'.join(max(unknown))}). Install that version."
        )
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", interactive=False, verbosity=0)


def collect_static() -> None:
    """Copies static files under names that carry their hash; only when one of them has changed."""
    if settings.TESTING:
        return
    stamp = settings.DATA / "static.stamp"
    now = _fingerprint_of_static()
    if not stamp.exists() or stamp.read_text(encoding="ascii") != now:
        call_command("collectstatic", interactive=False, verbosity=0)
        stamp.write_text(now, encoding="ascii")


def make_seal(at: datetime) -> None:
    """The key that seals contracts: made at the first start, tried at each."""
    try:
        seal.ensure(settings.DATA / "keys", f"Milepost at {urlsplit(settings.BASE_URL).hostname}", at=at)
        seal.check_key(settings.DATA / "keys", at=at)
    except seal.SealFailed as failure:
        raise CannotStart(f"The seal can't be used: {failure}") from failure


def refuse_weak_secret() -> None:
    """The demo's secrets protect nothing; a real installation's must be worth the name."""
    if len(settings.SECRET_KEY) < 32 or len(set(settings.SECRET_KEY)) < 10:
        raise CannotStart(
            "MILEPOST_SECRET_KEY is too easily guessed. "
            "Leave it unset and Milepost makes its own, or set 50 random characters."
        )


def refuse_failed_checks() -> None:
    """Among them: the triggers that keep books, events and signed terms from being changed."""
    wrong = [message for message in run_checks(databases=["default"]) if message.is_serious(ERROR)]
    if wrong:
        raise CannotStart("\n".join(f"{message.msg} {message.hint or ''}".strip() for message in wrong))


def demo_mark() -> Path:
    """The file that says: this folder is the demo's."""
    return Path(settings.DATA / MARK)


@contextmanager
def _alone() -> Iterator[None]:
    """Several processes may start at once; their migrations may not."""
    settings.DATA.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (settings.DATA / "start.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if connection.vendor != "postgresql":
            yield
            return
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [_ADVISORY_LOCK])
        try:
            yield
        finally:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_ADVISORY_LOCK])


def _fingerprint_of_static() -> str:
    """Changes when a file comes, goes or is edited, here or in a package."""
    digest = hashlib.sha256(str(settings.STATIC_ROOT).encode())
    for finder in get_finders():
        for path, storage in finder.list([]):
            facts = Path(storage.path(path)).stat()
            digest.update(f"{path} {facts.st_size} {facts.st_mtime_ns}\n".encode())
    return digest.hexdigest()
