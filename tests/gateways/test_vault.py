"""The vault opens what it closed, for the row that it was closed for, and nothing else."""

from __future__ import annotations

import base64
import secrets
from pathlib import Path

import pytest

from milepost.gateways import vault
from milepost.gateways.vault import VaultClosed
from tests.databases import together

PLAIN = b'{"iban": "SE4550000000058398257466"}'


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    folder = tmp_path / "keys"
    vault.ensure(folder)
    return folder


def test_what_is_closed_opens_and_shows_nothing_of_itself(keys: Path) -> None:
    closed = vault.close(PLAIN, about="pde_1", keys=keys)
    assert vault.open_(closed, about="pde_1", keys=keys) == PLAIN
    assert b"iban" not in closed
    assert b"SE45" not in closed
    assert vault.close(PLAIN, about="pde_1", keys=keys) != closed, "the same account twice is not seen to be the same"


def test_every_altered_byte_is_found(keys: Path) -> None:
    closed = vault.close(PLAIN, about="pde_1", keys=keys)
    for place in range(len(closed)):
        altered = closed[:place] + bytes([closed[place] ^ 1]) + closed[place + 1 :]
        with pytest.raises(VaultClosed):
            vault.open_(altered, about="pde_1", keys=keys)
    for short in (b"", closed[:5], closed[:12], closed[:25], closed[:-1]):
        with pytest.raises(VaultClosed):
            vault.open_(short, about="pde_1", keys=keys)


def test_what_was_moved_to_another_row_does_not_open(keys: Path) -> None:
    closed = vault.close(PLAIN, about="pde_1", keys=keys)
    with pytest.raises(VaultClosed, match="belongs to another row"):
        vault.open_(closed, about="pde_2", keys=keys)


def test_without_its_key_it_says_which_one_is_missing(keys: Path, tmp_path: Path) -> None:
    closed = vault.close(PLAIN, about="pde_1", keys=keys)
    other = tmp_path / "other"
    vault.ensure(other)
    with pytest.raises(VaultClosed, match=f"The key {closed[1:9].hex()}, which closed pde_1, is not in"):
        vault.open_(closed, about="pde_1", keys=other)
    (keys / "vault").unlink()
    with pytest.raises(VaultClosed, match="can’t be read"):
        vault.open_(closed, about="pde_1", keys=keys)
    with pytest.raises(VaultClosed, match="can’t be read"):
        vault.close(PLAIN, about="pde_1", keys=keys)


@pytest.mark.parametrize("damaged", [b"", b"\n", b"!!!!\n", b"c2hvcnQ=\n", b"\x00\xff"])
def test_a_damaged_key_file_says_so(keys: Path, damaged: bytes) -> None:
    (keys / "vault").write_bytes(damaged)
    with pytest.raises(VaultClosed, match="is damaged"):
        vault.close(PLAIN, about="pde_1", keys=keys)


def test_an_older_key_below_a_new_one_still_opens(keys: Path) -> None:
    old = vault.close(PLAIN, about="pde_1", keys=keys)
    file = keys / "vault"
    file.write_bytes(base64.b64encode(secrets.token_bytes(32)) + b"\n" + file.read_bytes())
    new = vault.close(PLAIN, about="pde_1", keys=keys)
    assert old[:9] != new[:9]
    assert vault.open_(old, about="pde_1", keys=keys) == vault.open_(new, about="pde_1", keys=keys) == PLAIN


def test_the_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    together(*[lambda: vault.ensure(folder)] * 8)
    assert [path.name for path in folder.iterdir()] == ["vault"]
    assert (folder / "vault").stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700
    before = (folder / "vault").read_bytes()
    vault.ensure(folder)
    assert (folder / "vault").read_bytes() == before
