"""Every clause by id and version, so that the words that were signed can be found again.

Words that have been signed are never edited: write the next version beside them. A test holds their digests.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from milepost.core.terms import Terms
from milepost.documents.blocks import Block

Body = Callable[[Terms], Iterator[Block]]
Needed = Callable[[Terms], bool]


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of a clause; `needed` tells for which terms it is printed."""

    id: str
    version: int
    heading: str
    body: Body
    needed: Needed


WORDINGS: dict[tuple[str, int], Wording] = {}


def clause(id: str, *, version: int, heading: str, needed: Needed = lambda terms: True) -> Callable[[Body], Body]:
    """Registers the function below it as the words of clause `id`."""

    def register(body: Body) -> Body:
        assert (id, version) not in WORDINGS, f"two wordings of {id} {version}"
        WORDINGS[id, version] = Wording(id, version, heading, body, needed)
        return body

    return register


def newest(id: str) -> Wording:
    return WORDINGS[id, max(version for known, version in WORDINGS if known == id)]
