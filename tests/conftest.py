"""The house's tests: which database, and a database of one's own for tests that commit."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import hypothesis
import pytest
from django.test.utils import setup_databases, teardown_databases
from playwright.sync_api import Browser, sync_playwright
from pytest_django import DjangoDbBlocker

from tests import databases

PROGRAMS = (os.environ.get("CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome")
ROUNDS = int(os.environ.get("MILEPOST_ROUNDS", "20"))

hypothesis.settings.register_profile("house", deadline=None, max_examples=ROUNDS, print_blob=True)
hypothesis.settings.load_profile("house")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=["sqlite", "postgres"], default="sqlite", help="what the tests run on")


def pytest_configure(config: pytest.Config) -> None:
    databases.choose(config.getoption("--database"))


@pytest.fixture(scope="session")
def rounds() -> int:
    """How often a race is run: 20 times, with `./run chaos` thousands."""
    return ROUNDS


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_blocker: DjangoDbBlocker, django_db_modify_db_settings: None
) -> Iterator[None]:
    """The migrated database; pytest-django's own would make none for a run in which every test takes `committed`."""
    with django_db_blocker.unblock():
        made = setup_databases(verbosity=0, interactive=False, aliases={"default": False}, serialized_aliases=set())
    yield
    with django_db_blocker.unblock():
        teardown_databases(made, verbosity=0)


@pytest.fixture(scope="module")
def _copy(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    with django_db_blocker.unblock():
        copy = databases.copied()
        name = copy.__enter__()
    yield name
    with django_db_blocker.unblock():
        copy.__exit__(None, None, None)


@pytest.fixture
def committed(_copy: str, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The module's own database: what a test commits stays for the tests after it, so each brings its own project."""
    with django_db_blocker.unblock(), databases.connected_to(_copy):
        yield


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


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """No test may flush the database, which is what Django does after tests with real transactions."""
    marker = item.get_closest_marker("django_db")
    if "transactional_db" in getattr(item, "fixturenames", ()) or (marker and marker.kwargs.get("transaction")):
        pytest.fail("Take the fixture `committed`: Django would flush the database, and the triggers refuse it.")
