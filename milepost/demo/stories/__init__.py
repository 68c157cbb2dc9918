"""One story for each project of the demo: a generator that yields when its next deed is done, and then does it."""

from __future__ import annotations

from typing import Final

from milepost.demo.stories import custody, deposits, direct, offers, pretend
from milepost.demo.stories.story import Story

__all__ = ["STORIES", "Story"]

STORIES: Final[tuple[Story, ...]] = (
    direct.website,
    direct.newsletter,
    direct.report,
    pretend.social_content,
    pretend.podcast,
    deposits.brand_book,
    deposits.drawings,
    custody.online_shop,
    custody.photo_archive,
    custody.trade_fair,
    offers.catalogue,
    offers.maintenance,
    offers.workshop,
    offers.leaflet,
    offers.app_texts,
    offers.film,
)
