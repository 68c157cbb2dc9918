"""A browser, and the running application before it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser, sync_playwright

if TYPE_CHECKING:
    from tests.browser.site import Site

PROGRAMS = (os.environ.get("CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    program = next(filter(None, (shutil.which(name) for name in PROGRAMS if name)), None)
    if program is None:
        pytest.skip("There is no Chromium here: apt-get install chromium libatomic1 fonts-liberation")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        # As root Chromium does without its sandbox; nothing but our own pages is opened.
        flags = ["--disable-gpu", "--disable-background-networking", "--disable-component-update"]
        launched = playwright.chromium.launch(
            executable_path=program, args=[*flags, "--no-sandbox"] if os.geteuid() == 0 else flags
        )
        yield launched
        launched.close()


@pytest.fixture
def site(committed: None, browser: Browser) -> Iterator[Site]:
    # Not before: settings are read once the run has chosen its database.
    from tests.browser.site import running

    with running(browser) as site:
        yield site
