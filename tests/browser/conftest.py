"""The running application before a browser."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser

if TYPE_CHECKING:
    from tests.browser.site import Site


@pytest.fixture
def site(committed: None, browser: Browser) -> Iterator[Site]:
    # Not before: settings are read once the run has chosen its database.
    from tests.browser.site import running

    with running(browser) as site:
        yield site
