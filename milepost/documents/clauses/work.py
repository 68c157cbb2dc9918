"""The way of a milestone: order, delivery, review and acceptance, revisions."""

from __future__ import annotations

from collections.abc import Iterator

from milepost.core.terms import Terms
from milepost.documents import figures
from milepost.documents.blocks import Block, Bullets, Callout, Paragraph
from milepost.documents.clauses.register import clause
from milepost.documents.holders import milestone_name, uses


@clause("order", version=1, heading="Start and order of the work")
def order(terms: Terms) -> Iterator[Block]:
    yield Paragraph(
        f"The work starts on {figures.day(terms.start_on)} at the earliest. A milestone is open for work as soon as "
        "all of this is so:"
    )
    conditions = ["these terms are signed by both parties;", "the day of the start has come;"]
    if uses(terms, "sandbox"):
        only = "if its money is pretend money, " if uses(terms, "nobody") else ""
        conditions.append(f"{only}its whole amount is funded;")
    if not terms.parallel and len(terms.milestones) > 1:
        conditions.append("the milestone before it in the schedule is approved, or is cancelled;")
    yield Bullets((*conditions[:-1], conditions[-1].removesuffix(";") + "."))
    if terms.parallel and len(terms.milestones) > 1:
        yield Paragraph("Several milestones may be open at once; none waits for the approval of another.")
    yield Paragraph("Nobody has to work on a milestone that is not open.")


@clause("delivery", version=1, heading="Delivery")
def delivery(terms: Terms) -> Iterator[Block]:
    yield Paragraph(
        "The freelancer delivers a milestone in Milepost: the files, links and notes for its deliverables. A delivery "
        "is of the whole milestone."
    )
    yield Paragraph(
        "Milepost keeps each delivered file together with a value computed from it, so that what was delivered can be "
        "told later, and tells the client by e-mail: the delivery notice."
    )
    yield Paragraph("Handing something over in another way is not a delivery and starts no review window.")


@clause("acceptance", version=1, heading="Review and acceptance")
def acceptance(terms: Terms) -> Iterator[Block]:
    yield Paragraph(
        "The client reviews each delivery against the criteria in the schedule; where there are none, against these "
        "terms and against what is usual for such work. The client then does one of two things in Milepost:"
    )
    yield Bullets(
        (
            "it approves the milestone as a whole; or",
            "it requests changes, and says what differs from what was agreed.",
        )
    )
    yield Callout("The review window: silence counts as approval", tuple(_window(terms)))
    yield Paragraph(
        "Approval, by the client or by the clock, does not excuse a defect that the client could not find by a careful "
        "review."
    )


def _window(terms: Terms) -> Iterator[str]:
    windows = [terms.review_of(milestone) for milestone in terms.milestones]
    if terms.review in windows:
        yield f"The client has {figures.span(terms.review)} to review each delivery."
    for place, window in enumerate(windows):
        if window != terms.review:
            yield f"For {milestone_name(terms, place)} the client has {figures.span(window)} to review each delivery."
    in_days = any(window.unit == "days" for window in windows)
    counted = f" Days are counted by the clock of {terms.time_zone}." if in_days else ""
    yield (
        "The window runs from the delivery notice that the client’s mail server accepted, or from the client’s first "
        f"view of the delivery, whichever is earlier.{counted}"
    )
    yield (
        "If the client has neither approved nor requested changes when the window ends, the milestone is approved by "
        "the clock. This has the same effect as an approval by the client, and the record says that the clock did it."
    )
    yield "A request for changes stops the window. A new delivery starts it anew, at its full length."
    yield (
        "Both parties are reminded by e-mail, twice, before the window ends. Nothing is approved by the clock while "
        "the delivery notice or both reminders have failed; the freelancer and the operator are then told."
    )


@clause("revisions", version=1, heading="Revisions")
def revisions(terms: Terms) -> Iterator[Block]:
    yield Paragraph(
        "If a delivery differs from what was agreed and the client requests changes, the freelancer makes them without "
        "further charge and delivers again."
    )
    yield Paragraph(
        "What goes beyond what was agreed is not a revision: it needs new terms, as “Changes to this agreement” says."
    )
