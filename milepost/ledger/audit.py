"""What must always hold in the books, asked of the books themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from milepost.core.money import AMOUNT_MAX
from milepost.ledger import checkpoints
from milepost.ledger.models import Account, Checkpoint, Posting, Transfer
from milepost.ledger.request import may_go_below_zero, request_hash


@dataclass(frozen=True, slots=True)
class Finding:
    """Something is wrong: which invariant, in which row, and what."""

    invariant: str
    row: str
    wrong: str


def findings() -> Iterator[Finding]:
    """Every break of every invariant; none in books that nobody has tampered with."""
    for invariant, breaks in INVARIANTS.items():
        for row, wrong in breaks():
            yield Finding(invariant, row, wrong)


def zero_sum() -> Iterator[tuple[str, str]]:
    """What left all accounts came to all accounts, per currency."""
    for currency, total in _rows("SELECT currency, sum(credits - debits) FROM ledger_account GROUP BY currency"):
        if total != 0:
            yield currency, _("all balances add up to %(total)s, not to zero") % {"total": total}


def balances() -> Iterator[tuple[str, str]]:
    """A balance is the sum of its account's transfers, and knows the last of them."""
    for path, currency, has, says in _rows("""
        SELECT path, currency, debits || ' / ' || credits || ' / ' || last_transfer, sent || ' / ' || came || ' / ' || last
          FROM (SELECT account.*, coalesce(s.sum, 0) AS sent, coalesce(t.sum, 0) AS came,
                       CASE WHEN s.last > coalesce(t.last, 0) THEN s.last ELSE coalesce(t.last, 0) END AS last
                  FROM ledger_account account
                  LEFT JOIN (SELECT source_id, sum(amount) AS sum, max(id) AS last FROM ledger_transfer GROUP BY 1) s
                    ON s.source_id = account.id
                  LEFT JOIN (SELECT target_id, sum(amount) AS sum, max(id) AS last FROM ledger_transfer GROUP BY 1) t
                    ON t.target_id = account.id) said
         WHERE debits <> sent OR credits <> came OR last_transfer <> last
    """):
        words = {"has": has, "says": says}
        yield f"{path} {currency}", _("out / in / last transfer are %(has)s, by its transfers %(says)s") % words


def accounts() -> Iterator[tuple[str, str]]:
    """Counters are not negative; the floor is the path's, and kept."""
    for account in Account.objects.iterator():
        if account.debits < 0 or account.credits < 0:
            yield str(account), _("a counter is below zero")
        if account.floor and account.credits < account.debits:
            yield str(account), _("the balance is below zero")
        if account.floor == may_go_below_zero(account.path):
            yield str(account), _("whether it may go below zero is not what its path says")


def transfers() -> Iterator[tuple[str, str]]:
    """A transfer has its posting, two accounts of its currency, and an amount in bounds."""
    for (transfer,) in _rows(
        """
        SELECT transfer.id FROM ledger_transfer transfer
          LEFT JOIN ledger_posting posting ON posting.id = posting_id
          LEFT JOIN ledger_account source ON source.id = source_id AND source.currency = transfer.currency
          LEFT JOIN ledger_account target ON target.id = target_id AND target.currency = transfer.currency
         WHERE posting.id IS NULL OR source.id IS NULL OR target.id IS NULL OR source_id = target_id
            OR NOT amount BETWEEN 1 AND %s OR amount <> CAST(amount AS bigint)
        """,
        AMOUNT_MAX,
    ):
        yield f"transfer {transfer}", _("posting, accounts, currency or amount can't be right")


def postings() -> Iterator[tuple[str, str]]:
    """A posting moves something."""
    for key in Posting.objects.filter(transfers=None).values_list("key", flat=True).iterator():
        yield key, _("moves nothing")


def requests() -> Iterator[tuple[str, str]]:
    """The kind, the subject and the transfers of a posting are those that were asked for: its request hash says so."""
    moved = Transfer.objects.order_by("posting", "id").values_list(
        "posting__key",
        "posting__request_hash",
        "posting__kind",
        "posting__subject",
        "posting__corrects__key",
        "source__path",
        "target__path",
        "amount",
        "currency",
    )
    for (key, expected, kind, subject, corrects), rows in groupby(moved.iterator(2000), itemgetter(0, 1, 2, 3, 4)):
        if request_hash(kind, subject, corrects, (row[5:] for row in rows)) != expected:
            yield key, _("is not what was asked for")


def chain() -> Iterator[tuple[str, str]]:
    """Each checkpoint's hash and sums are those of the postings up to it."""
    before, number = "-", 1
    since: int | None = None
    sums: dict[str, int] = {}
    for checkpoint in Checkpoint.objects.order_by("number"):
        name = f"checkpoint {checkpoint.number}"
        if checkpoint.number != number:
            yield name, _("comes after one that is not there")
        sums = checkpoints.add(sums, checkpoints.moved(since, checkpoint.up_to_id))
        if sums != checkpoint.sums:
            yield name, _("names other sums than were moved")
        lines = checkpoints.postings(since, checkpoint.up_to_id)
        if checkpoints.digest(before, lines, checkpoint.sums) != checkpoint.hash:
            yield name, _("a posting since the one before has been changed, taken away or put in")
        before, since, number = checkpoint.hash, checkpoint.up_to_id, checkpoint.number + 1


# The name under which a finding is told -> the query.
INVARIANTS: dict[str, Callable[[], Iterator[tuple[str, str]]]] = {
    "zero sum": zero_sum,
    "balance": balances,
    "account": accounts,
    "transfer": transfers,
    "posting": postings,
    "request": requests,
    "checkpoint": chain,
}


def _rows(sql: str, *values: int) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())
