"""Ada and Carl's agreement, with any field changed; both of their signatures; the installation's keys."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from milepost.core.terms import Deliverable, Milestone, Named, Tax, Terms, Window
from milepost.documents.contract import SignatureFacts
from milepost.gateways import seal

SIGNED_AT = datetime(2026, 11, 12, 17, 45, 2, tzinfo=UTC)


def milestones() -> tuple[Milestone, ...]:
    january = (
        Deliverable("del_1", "12 posts", "Each with a picture, 1080 x 1350"),
        Deliverable("del_2", "1 reel", "Vertical, under 60 seconds\nWith captions"),
    )
    return (
        Milestone("mil_1", "January", date(2027, 1, 31), 200_000, january),
        Milestone("mil_2", "February", date(2027, 2, 28), 150_050, (Deliverable("del_3", "12 posts"),)),
        Milestone("mil_3", "March", date(2027, 3, 31), 249_950, (Deliverable("del_4", "Report"),)),
    )


@pytest.fixture(scope="session")
def make_terms() -> Callable[..., Terms]:
    def make(**changes: Any) -> Terms:
        whole: dict[str, Any] = {
            "project_name": "Social content, January to March",
            "payment_type": "milestone",
            "client": Named("Carl & Sons", "carl@carlandsons.example"),
            "client_type": "business",
            "freelancer": Named("Ada Lindqvist", "ada@lindqvist.example"),
            "sender": "freelancer",
            "signatures": ("client", "freelancer"),
            "currency": "USD",
            "tax": Tax(),
            "holder": "nobody",
            "start_on": date(2027, 1, 4),
            "time_zone": "Europe/Stockholm",
            "language": "en",
            "review": Window(7, "days"),
            "parallel": False,
            "sign_until": datetime(2026, 12, 18, 16, 0, tzinfo=UTC),
            "scope": "Posts and short films for the shop's channels.\nTwo rounds of ideas before each month.",
            "exclusions": "Paid advertising.",
            "law": "Sweden",
            "venue": "Stockholm District Court",
            "milestones": milestones(),
        }
        return Terms(**(whole | changes))

    return make


@pytest.fixture(scope="session")
def both_signatures() -> tuple[SignatureFacts, SignatureFacts]:
    ada = SignatureFacts(
        side="freelancer",
        name="Ada Lindqvist",
        legal_name="Ada Lindqvist",
        capacity="for herself",
        postal_address="Storgatan 5\n111 23 Stockholm\nSweden",
        email="ada@lindqvist.example",
        manner="typed",
        consent_version=1,
        identified="login",
        ip="203.0.113.7",
        user_agent="Mozilla/5.0 (X11; Linux x86_64)",
        signed_at=datetime(2026, 11, 11, 9, 12, 33, tzinfo=UTC),
    )
    carl = SignatureFacts(
        side="client",
        name="Carl Carlsson",
        legal_name="Carl & Sons AB",
        capacity="managing director",
        postal_address="Hamngatan 1\n411 06 Göteborg\nSweden",
        email="carl@carlandsons.example",
        manner="drawn",
        strokes=(((30, 110), (80, 40), (140, 150), (300, 60)), ((60, 150), (290, 140))),
        consent_version=1,
        identified="code",
        ip="2001:db8::42",
        user_agent="Mozilla/5.0 (iPhone)",
        signed_at=SIGNED_AT,
    )
    return ada, carl


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data") / "keys"
    seal.ensure(folder, "Olga's installation", at=datetime(2026, 11, 1, tzinfo=UTC))
    return folder
