"""Checkpoints: the books up to a posting under one hash, to be kept where the owner of the database can't reach them.

The triggers stop whoever goes through the database; its owner can drop them, change rows and put them back. A
checkpoint that somebody else keeps finds that too. Each hash is SHA-256 over lines of text: the format, the hash
before, then of each posting since its id, key, request hash and times, then what was moved in all, per currency.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import IntegrityError, connection, transaction
from django.db.models import Max, Sum
from django.utils.translation import gettext as _

from milepost.core.refusals import Stale
from milepost.ledger.models import Checkpoint, Posting, Transfer

# How long postings may be held up on PostgreSQL, at worst.
_LOCK_SECONDS = 2


def write(at: datetime) -> Checkpoint | None:
    """Writes the next checkpoint, outside a transaction; none when nothing was posted since the last.

    Refuses with `Stale` when somebody else has just written it; on PostgreSQL gives up with `OperationalError`
    when postings are under way for more than two seconds.
    """
    last = Checkpoint.objects.order_by("-number").first()
    up_to = _last_posting()
    if up_to is None or (last and last.up_to_id >= up_to):
        return None
    since = last.up_to_id if last else None
    sums = add((last.sums if last else {}), moved(since, up_to))
    number = last.number + 1 if last else 1
    try:
        with transaction.atomic():
            return Checkpoint.objects.create(
                number=number,
                up_to_id=up_to,
                sums=sums,
                hash=digest(last.hash if last else "-", postings(since, up_to), sums),
                made_at=at,
            )
    except IntegrityError as error:
        raise Stale(_("Somebody else has just written this checkpoint.")) from error


def digest(before: str, lines: Iterable[str], sums: Mapping[str, int]) -> str:
    """The hash of one checkpoint, in hex; `before` is that of the one before, `-` for the first."""
    whole = hashlib.sha256(f"milepost checkpoint 1\n{before}\n".encode())
    for line in lines:
        whole.update(line.encode())
    whole.update("".join(f"{currency} {minor}\n" for currency, minor in sorted(sums.items())).encode())
    return whole.hexdigest()


def postings(since: int | None, up_to: int) -> Iterable[str]:
    """A line for each posting after the one and up to the other, times in UTC. What it moved is under its request hash."""
    after = {} if since is None else {"id__gt": since}
    found = Posting.objects.filter(id__lte=up_to, **after).order_by("id")
    for number, key, request, *times in found.values_list(
        "id", "key", "request_hash", "happened_at", "posted_at"
    ).iterator(2000):
        happened_at, posted_at = (at.isoformat(timespec="microseconds") for at in times)
        yield f"{number} {key} {request} {happened_at} {posted_at}\n"


def moved(since: int | None, up_to: int) -> dict[str, int]:
    """Currency -> minor units moved by the postings after the one and up to the other."""
    after = {} if since is None else {"posting__gt": since}
    found = Transfer.objects.filter(posting__lte=up_to, **after).order_by("currency")
    return dict(found.values_list("currency").annotate(sum=Sum("amount")))


def add(sums: Mapping[str, int], more: Mapping[str, int]) -> dict[str, int]:
    """Currency by currency."""
    return {currency: sums.get(currency, 0) + more.get(currency, 0) for currency in sorted({*sums, *more})}


def _last_posting() -> int | None:
    """The last posting before which none can still be committed.

    Ids are drawn before the commit, so PostgreSQL waits for postings under way; new ones wait until this returns.
    """
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(f"SET LOCAL lock_timeout = '{_LOCK_SECONDS}s'")
                cursor.execute("LOCK TABLE ledger_posting IN SHARE MODE")
        found: int | None = Posting.objects.aggregate(last=Max("id"))["last"]
        return found
