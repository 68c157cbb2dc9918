"""How both parties stop the whole project before everything is done."""

from __future__ import annotations

from collections.abc import Iterator

from milepost.core.terms import Terms
from milepost.documents.blocks import Block, Paragraph
from milepost.documents.clauses.register import clause


@clause("stopping", version=1, heading="Stopping the project")
def stopping(terms: Terms) -> Iterator[Block]:
    yield Paragraph(
        "Either party may ask the other, in Milepost and with a reason, to stop the project. Until the other agrees, "
        "everything goes on as agreed, a review window that runs among it. Whoever asked may take it back until then."
    )
    yield Paragraph(
        "When the other agrees in Milepost, every milestone that is not approved is cancelled at once, and for each of "
        "them holds what “Ending” says of a milestone that is cancelled by both. What was approved before, by the "
        "client or by the clock, stays approved and is paid."
    )
    yield Paragraph("A project that both have stopped is not taken up again; new work needs new terms.")
