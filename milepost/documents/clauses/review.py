"""Review and acceptance, since windows may count business days, differ between milestones and be extended once."""

from __future__ import annotations

from collections.abc import Iterator

from milepost.core.terms import Terms, Window
from milepost.documents import figures
from milepost.documents.blocks import Block, Bullets, Callout, Paragraph
from milepost.documents.clauses.register import clause
from milepost.documents.holders import milestone_name


@clause("acceptance", version=2, heading="Review and acceptance")
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
    yield Callout("How the time is counted", tuple(_counted(terms)))
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
    yield (
        "The window runs from the delivery notice that the client’s mail server accepted, or from the client’s first "
        "view of the delivery, whichever is earlier."
    )
    yield (
        "If the client has neither approved nor requested changes when the window ends, the milestone is approved by "
        "the clock. This has the same effect as an approval by the client, and the record says that the clock did it."
    )
    yield "A request for changes stops the window. A new delivery starts it anew, at its full length."
    if terms.extension:
        yield (
            "While the window of a delivery runs, the client may extend it once, in Milepost, by "
            f"{figures.span(terms.extension)} counted from its end. The freelancer is told at once."
        )
    else:
        yield "The window cannot be extended by one party alone."
    anew = " After an extension they are reminded anew." if terms.extension else ""
    yield (
        f"Both parties are reminded by e-mail, twice, before the window ends.{anew} Nothing is approved by the clock "
        "while the delivery notice or both reminders have failed; the freelancer and the operator are then told."
    )


def _counted(terms: Terms) -> Iterator[str]:
    windows = _windows(terms)
    units = {window.unit for window in windows}
    if "hours" in units:
        yield "Hours are hours that pass, by day and by night, on every day of the week."
    if "days" in units:
        yield (
            f"Days are days of the calendar, counted by the clock of {terms.time_zone}: the window ends at the time of "
            "day at which it began."
        )
    for calendar in dict.fromkeys(window.calendar for window in windows if window.unit == "business_days"):
        yield (
            "A business day is one that is neither a weekend nor a public holiday in the calendar of "
            f"{figures.calendar(calendar)}, by the clock of {terms.time_zone}."
        )
    if "business_days" in units:
        yield (
            "A window of business days ends at the time of day at which it began, on the last of that many business "
            "days after the day on which it began. If it begins on another day, it is counted as if it began at the "
            "beginning of the next business day."
        )
        yield (
            "The end is computed when the window begins, with the public holidays that Milepost then knows; a calendar "
            "that is altered later does not move it. Of years whose holidays it does not know, weekends alone are left "
            "out."
        )
    if units != {"hours"}:
        yield (
            "Where the clocks are put forward over the time of day at which a window would end, it ends as much later; "
            "where that time comes twice, the second one counts."
        )


def _windows(terms: Terms) -> list[Window]:
    windows = [terms.review_of(milestone) for milestone in terms.milestones]
    return windows + ([terms.extension] if terms.extension else [])
