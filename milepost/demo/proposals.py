"""What Ada has typed into her proposals, with days counted from the one on which she sends them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

from milepost.core.steps import Body

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
            "id": "",
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


def film(today: date) -> Body:
    """A draft, left in the middle."""
    rows: list[Row] = [("Script", "1,500.00", 30, (("Script and storyboard", ""),)), ("", "", 45, (("", ""),))]
    body = _body(today, 14, rows, project_name="A film for the shop", holder="sandbox", scope="", law="", venue="")
    body["milestones"][1]["due_on"] = ""
    return body
