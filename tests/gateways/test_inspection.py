"""Uploaded contracts: every hostile file is refused by its own sentence, quickly, and the harmless ones are kept."""

from __future__ import annotations

import time

import pytest

from milepost.gateways import inspection
from milepost.gateways.inspection import Unacceptable
from tests.gateways import hostile

MOST = 10 * 2**20


@pytest.fixture(scope="session")
def keys(tmp_path_factory):
    return tmp_path_factory.mktemp("keys")


@pytest.mark.parametrize("what", hostile.FILES)
def test_every_hostile_file_is_refused_by_its_sentence(what, keys, tmp_path):
    body = hostile.made(what, keys)
    began = time.monotonic()
    with pytest.raises(Unacceptable) as refused:
        inspection.take_in(tmp_path, [body], bytes_max=MOST)
    took = time.monotonic() - began
    assert hostile.FILES[what][1] in refused.value.sentence
    assert took < 10
    assert list(tmp_path.iterdir()) == [], "nothing of it is kept"
