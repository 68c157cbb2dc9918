"""What an audit finds, and how it reads: in pieces, so that no table has to fit into memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, TypeVar

from django.db.models import Model, QuerySet

PIECE: Final = 500

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that must not be: which promise is broken, in which row, and how, as a sentence."""

    invariant: str
    row: str
    sentence: str


def pieces(rows: QuerySet[Row]) -> Iterator[list[Row]]:
    """The rows in the order of their keys, a piece at a time, each by a statement of its own."""
    last = None
    while piece := list((rows if last is None else rows.filter(pk__gt=last)).order_by("pk")[:PIECE]):
        yield piece
        last = piece[-1].pk
