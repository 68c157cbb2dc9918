"""What every test of a page needs: a folder for static files, and browsers of people who take part.

Settings are chosen after this file is read, so whatever needs them is imported by the fixtures themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import time_machine
from django.conf import settings
from django.core.cache import cache

if TYPE_CHECKING:
    from django.test import Client

    from milepost.models import Draft, User
    from tests.cast import Person


@pytest.fixture(autouse=True)
def _static() -> None:
    """WhiteNoise warns when the folder is missing; nothing has to lie in it."""
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)


@pytest.fixture(autouse=True)
def _patience() -> None:
    """How often somebody has tried is remembered in the cache: each test begins anew."""
    cache.clear()


@pytest.fixture
def noon() -> Iterator[None]:
    """The clock stands still while the cast's stories are told."""
    from tests.cast import NOON

    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def ada(db: None) -> Person:
    from tests import cast

    return cast.ada()


@pytest.fixture
def draft(ada: Person) -> Draft:
    """A proposal of Ada's in which only her signature is missing."""
    from tests.web import wizards

    return wizards.filled(ada)


@pytest.fixture
def mallory(db: None) -> Person:
    """A stranger: signed in, with a party of her own, and no part in anything."""
    from tests import cast

    return cast.person("Mallory", "mallory@example.org")


@pytest.fixture
def signed_in() -> Callable[..., Client]:
    """A browser in which somebody signed in just now, or (`fresh=False`) a day ago."""
    from django.test import Client

    from milepost.models import User
    from tests.web.entering import enter

    def entered(person: Person | User, *, fresh: bool = True, **options: object) -> Client:
        user = person if isinstance(person, User) else person.user
        return enter(Client(**options), user, ago=timedelta(days=0 if fresh else 1))  # type: ignore[arg-type]

    return entered
