"""What the tests of actions share. Imports wait for the settings, which are chosen after this file was read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from milepost.models import Draft
    from tests.cast import Person


@pytest.fixture
def ada() -> Person:
    from tests import cast

    return cast.ada()


@pytest.fixture
def draft(ada: Person) -> Draft:
    from tests import cast

    return cast.draft(ada)
