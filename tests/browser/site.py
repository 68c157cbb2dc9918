"""The whole application in this process, as `milepost serve` runs it, and what a story needs of it."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.core import mail
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page

from milepost.cli.server import Server, bind
from milepost.jobs.worker import settle

# A phone and a desktop, as the design is judged.
SIZES = {"phone": (390, 844), "desktop": (1280, 900)}
PICTURES = os.environ.get("MILEPOST_PICTURES", "")


@dataclass
class Site:
    """The running application. `errors`: what browsers complained of; a story ends with none."""

    url: str
    browser: Browser
    contexts: list[BrowserContext] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def page(self, size: str = "desktop", theme: str = "light") -> Page:
        """A browser of somebody's own: no cookies, no history."""
        width, height = SIZES[size]
        context = self.browser.new_context(
            base_url=self.url,
            viewport={"width": width, "height": height},
            color_scheme=theme,
            # A picture shows the page, not the way from the one before.
            reduced_motion="reduce",
            locale="en-GB",  # type: ignore[arg-type]
        )
        context.set_default_timeout(15_000)
        self.contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", self._listen)
        return page

    def work(self) -> None:
        """The worker does all there is to do now."""
        settle(timezone.now())

    def mail(self, to: str, containing: str = "") -> str:
        """The text of the newest mail to somebody, once the worker has sent it."""
        self.work()
        return next(str(sent.body) for sent in reversed(mail.outbox) if to in sent.to and containing in sent.subject)

    def _listen(self, said: Any) -> None:
        # A refused form answers 4xx on purpose; Chromium logs each as an error.
        if said.type == "error" and "Failed to load resource" not in said.text:
            self.errors.append(f"{said.text} {said.location}")


def _application() -> Any:
    """Leaves no connection behind in a thread of the server: the next test has another database."""
    application = get_wsgi_application()

    def answer(environ: Any, start_response: Any) -> list[bytes]:
        said = application(environ, start_response)
        try:
            return list(said)
        finally:
            said.close()
            connections.close_all()

    return answer


@contextmanager
def running(browser: Browser) -> Iterator[Site]:
    """Serves on a free port, as an installation does that is no demo; mail goes to Django's box for tests."""
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    sockets = bind("localhost", 0)[:1]
    stop = threading.Event()
    server = threading.Thread(target=Server(_application(), sockets).run, args=(stop,), daemon=True)
    server.start()
    site = Site(f"http://localhost:{sockets[0].getsockname()[1]}", browser)
    try:
        yield site
    finally:
        for context in site.contexts:
            context.close()
        stop.set()
        server.join(15)
    assert site.errors == []


def look(page: Page, name: str) -> None:
    """Axe finds nothing, nothing scrolls sideways; with MILEPOST_PICTURES=folder the page is kept as a picture."""
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/{name}.png", full_page=True)
    found = Axe().run(page)
    assert found.violations_count == 0, f"{name}: {found.generate_report()}"
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), f"{name} scrolls sideways"
