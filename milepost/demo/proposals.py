"""What Ada has typed into her proposals, with days counted from the one on which she sends them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

from milepost.core import steps
from milepost.core.steps import Body

# A title, an amount, the days until it is due, its deliverables with their criteria; then whatever else it says.
Row = tuple[str, str, int, tuple[tuple[str, str], ...]]

_BASE: Final[dict[str, str]] = {
    "side": "freelancer",
    "own_name": "Ada Lindqvist",
    "other_name": "Carl & Sons AB",
    "other_email": "carl@example.org",
    "client_type": "business",
    "payment_type": "milestone",
    "currency": "USD",
    "review_length": "7",
    "review_unit": "days",
    "law": "Sweden",
    "venue": "Stockholm",
    "sign_within_days": "14",
}


def _body(today: date, start_in: int, rows: list[Row], **typed: str) -> Body:
    """The body of a draft; a row is a title, an amount, the days until it is due, and its deliverables."""
    milestones = [
        {
            **dict.fromkeys(steps.MILESTONE_FIELDS, ""),
            "title": title,
            "amount": amount,
            "due_on": (today + timedelta(days=due_in)).isoformat(),
            "deliverables": [{"id": "", "title": name, "criteria": criteria} for name, criteria in deliverables],
        }
        for title, amount, due_in, deliverables in rows
    ]
    start_on = (today + timedelta(days=start_in)).isoformat()
    body: dict[str, Any] = _BASE | {"start_on": start_on} | typed
    return body | {"milestones": milestones}


def social_content(today: date) -> Body:
    """Three months, USD 6,000, three milestones, pretend money."""

    def month(name: str, due_in: int) -> Row:
        posts = (f"12 posts for {name}", "In the brand's voice, with pictures, ready to be published")
        return (name.capitalize(), "2,000.00", due_in, (posts, ("One short reel", "30 to 45 seconds, with captions")))

    return _body(
        today,
        2,
        [month("month one", 30), month("month two", 60), month("month three", 90)],
        project_name="Social content for three months",
        holder="sandbox",
        scope="Twelve posts and one reel a month for Instagram and LinkedIn: idea, text, picture, captions.",
        exclusions="Paid advertising, answering comments, photography on location.",
    )


def catalogue(today: date) -> Body:
    """Sent, and waiting for Carl."""
    return _body(
        today,
        7,
        [
            ("Studio photos", "2,200.00", 21, (("40 product photos", "White background, 4,000 pixels wide"),)),
            (
                "Lifestyle photos",
                "1,800.00",
                35,
                (("15 photos in use", "At two places, daylight"), ("Rights for print and web", "")),
            ),
        ],
        project_name="Photos for the winter catalogue",
        holder="nobody",
        scope="Photos of the winter collection, retouched.",
        exclusions="Models and their fees.",
    )


def website(today: date) -> Body:
    """Finished: paid directly, milestone by milestone."""
    return _body(
        today,
        1,
        [
            ("Structure and tone", "900.00", 10, (("Site map and a page in the new voice", ""),)),
            ("All pages", "1,600.00", 28, (("Text of twelve pages", "Two rounds of changes"),)),
        ],
        project_name="Words for the new website",
        holder="nobody",
        scope="Text of the new website, in English.",
        exclusions="Translations, programming.",
        tax_treatment="standard",
        tax_rate="25",
    )


def newsletter(today: date) -> Body:
    """Paid directly; stopped after the first of three."""
    rows: list[Row] = [
        (f"{name} issue", "700.00", due_in, (("Six articles", "Checked by Carl's people"),))
        for name, due_in in (("First", 12), ("Second", 42), ("Third", 72))
    ]
    return _body(today, 1, rows, project_name="A newsletter for customers", holder="nobody")


def report(today: date) -> Body:
    """Paid directly within ten days; the first part is overdue."""
    rows: list[Row] = [
        ("Interviews and outline", "1,200.00", 18, (("Five interviews", "Transcribed"), ("Outline", "Four pages"))),
        ("The report", "2,600.00", 60, (("Text of the report", "Forty pages, with sources"),)),
        ("Layout", "1,100.00", 80, (("The report, ready for print", ""),)),
    ]
    return _body(today, 2, rows, project_name="The annual report", holder="nobody", payment_days="10")


def podcast(today: date) -> Body:
    """Two seasons at once, pretend money."""
    rows: list[Row] = [
        ("Season one", "1,800.00", 40, (("Eight scripts", ""),)),
        ("Season two", "1,800.00", 80, (("Eight scripts", ""),)),
    ]
    return _body(today, 1, rows, project_name="Scripts for a podcast", holder="sandbox", parallel="yes")


def brand_book(today: date) -> Body:
    """Paid to Ada in advance."""
    rows: list[Row] = [
        ("Three directions", "800.00", 20, (("Three directions", "Each on two pages"),)),
        ("The book", "2,400.00", 50, (("Brand book", "Sixty pages, print-ready"),)),
        ("Templates", "900.00", 70, (("Templates for slides and letters", ""),)),
        ("Stationery", "600.00", 80, (("Cards and envelopes", "Print-ready"),)),
    ]
    return _body(today, 1, rows, project_name="A brand book", holder="freelancer", currency="EUR")


def drawings(today: date) -> Body:
    """Paid to Ada in advance, in euros."""
    rows: list[Row] = [("Twelve drawings", "2,200.00", 40, (("Twelve drawings", "In colour, 300 dpi"),))]
    return _body(
        today,
        1,
        rows,
        project_name="Drawings for the guide",
        holder="freelancer",
        currency="EUR",
        payment_type="one_time",
    )


def online_shop(today: date) -> Body:
    """Held by Cora; two people above her limit."""
    rows: list[Row] = [
        ("Design", "3,000.00", 14, (("Design of eight pages", "Clickable, for phone and desk"),)),
        ("Catalogue and search", "6,500.00", 40, (("Catalogue", "Loads in a second"), ("Search", ""))),
        ("Checkout", "4,500.00", 60, (("Checkout", "Tried with ten orders"),)),
        ("Launch", "2,000.00", 80, (("Launch", "Two weeks without a fault"),)),
        ("Training", "1,200.00", 90, (("Two mornings of training", "For four people"),)),
    ]
    return _body(
        today,
        1,
        rows,
        project_name="The new online shop",
        holder="custodian",
        currency="EUR",
        review_length="10",
        review_unit="business_days",
        review_calendar="SE",
        scope="Design and programming of the shop, up to its launch.",
    )


def photo_archive(today: date) -> Body:
    """Each milestone with a holder of its own."""
    rows: list[Row] = [
        ("Sorting", "1,000.00", 30, (("Two thousand photos, named", ""),)),
        ("Scanning", "1,400.00", 50, (("Four hundred slides, scanned", "4,000 dpi"),)),
        ("Catalogue", "2,500.00", 75, (("Catalogue with search", ""),)),
    ]
    body = _body(
        today,
        1,
        rows,
        project_name="The photo archive",
        holder="nobody",
        currency="EUR",
        parallel="yes",
        extension_length="5",
    )
    body["milestones"][1]["holder"], body["milestones"][2]["holder"] = "freelancer", "custodian"
    return body


def trade_fair(today: date) -> Body:
    """Signed by both; Cora has yet to accept."""
    rows: list[Row] = [
        ("Plans", "2,000.00", 20, (("Plans of the stand", "To scale"),)),
        ("The stand", "7,000.00", 60, (("The stand, built", "Lights and shelves included"),)),
    ]
    return _body(today, 10, rows, project_name="A stand at the trade fair", holder="custodian", currency="EUR")


def maintenance(today: date) -> Body:
    """With a contract of Ada's own."""
    rows: list[Row] = [
        ("First half-year", "1,500.00", 180, (("Looked after for six months", ""),)),
        ("Second half-year", "1,500.00", 360, (("Looked after for six months", ""),)),
    ]
    return _body(today, 5, rows, project_name="Looking after the website", holder="nobody", document="upload")


def workshop(today: date) -> Body:
    """Declined."""
    rows: list[Row] = [("A day of writing", "2,100.00", 40, (("A workshop for ten people", ""),))]
    return _body(today, 20, rows, project_name="A writing workshop", holder="nobody", payment_type="one_time")


def leaflet(today: date) -> Body:
    """Taken back."""
    rows: list[Row] = [("The leaflet", "2,300.00", 30, (("A leaflet, folded twice", ""),))]
    return _body(today, 7, rows, project_name="A leaflet for the summer", holder="sandbox", payment_type="one_time")


def app_texts(today: date) -> Body:
    """Not signed within a week."""
    rows: list[Row] = [("All screens", "3,200.00", 45, (("Text of all screens", "In English"),))]
    return _body(
        today,
        10,
        rows,
        project_name="Words for the app",
        holder="nobody",
        payment_type="one_time",
        sign_within_days="7",
    )


def film(today: date) -> Body:
    """A draft, left in the middle."""
    rows: list[Row] = [("Script", "1,500.00", 30, (("Script and storyboard", ""),)), ("", "", 45, (("", ""),))]
    body = _body(today, 14, rows, project_name="A film for the shop", holder="sandbox", scope="", law="", venue="")
    body["milestones"][1]["due_on"] = ""
    return body
