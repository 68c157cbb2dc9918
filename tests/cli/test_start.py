"""What a start refuses, what it makes, and what it leaves alone the second time."""

from __future__ import annotations

import logging
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from milepost.cli.words import parser
from milepost.config.logs import Line


def milepost(*words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own, with no settings but these."""
    bare = {
        name: value for name, value in os.environ.items() if not name.startswith(("MILEPOST", "DATABASE", "DJANGO"))
    }
    command = [sys.executable, "-m", "milepost.cli", *words]
    return subprocess.run(command, env=bare | settings, capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.parametrize("word", ["demo", "serve", "worker", "audit", "doctor", "manage"])
def test_every_word_takes_a_data_folder(word: str) -> None:
    assert parser().parse_args([word, "--data", "there"]).data == "there"


@pytest.mark.parametrize("port", ["0", "65536", "-1", "http"])
def test_a_port_that_is_none_is_refused(port: str) -> None:
    with pytest.raises(SystemExit):
        parser().parse_args(["serve", "--port", port])


@pytest.mark.parametrize(
    ("setting", "value", "said"),
    [
        ("DATABASE_URL", "garbage", "DATABASE_URL must begin with"),
        ("MILEPOST_URL", "projects", "MILEPOST_URL must be an address"),
        ("MILEPOST_FILE_BYTES_MAX", "many", "A setting is not understood"),
        ("MILEPOST_MAIL_URL", "pigeon://home", "A setting is not understood"),
        ("MILEPOST_SECRET_KEY", "secret", "too easily guessed"),
        ("MILEPOST_SECRET_KEY", "a" * 60, "too easily guessed"),
        ("DATABASE_URL", "postgres://nobody@127.0.0.1:1/none", "database is not reached"),
    ],
)
def test_a_setting_that_can_not_be_used_is_said_in_a_sentence(
    tmp_path: Path, setting: str, value: str, said: str
) -> None:
    done = milepost("worker", "--data", str(tmp_path), **{setting: value})
    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_the_secret_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    show = (
        "manage",
        "--data",
        str(tmp_path),
        "shell",
        "-v0",
        "-c",
        "from django.conf import settings as s; print(s.SECRET_KEY)",
    )
    command = [sys.executable, "-m", "milepost.cli", *show]
    # Several at once: none may read a secret half made.
    together = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    secrets = {process.communicate(timeout=60)[0].strip() for process in together}
    assert len(secrets) == 1
    assert len(secrets.pop()) >= 60
    keys = tmp_path / "keys"
    assert [path.name for path in keys.iterdir()] == ["secret"]
    assert stat.S_IMODE(keys.stat().st_mode) == 0o700
    assert stat.S_IMODE((keys / "secret").stat().st_mode) == 0o600


def test_the_doctor_tells_a_fresh_folder_from_a_broken_one(tmp_path: Path) -> None:
    fresh = milepost("doctor", "--data", str(tmp_path))
    assert fresh.returncode == 0, fresh.stdout + fresh.stderr
    assert "not set up  Tables" in fresh.stdout
    (tmp_path / "keys" / "secret").chmod(0o644)
    opened = milepost("doctor", "--data", str(tmp_path))
    assert opened.returncode == 1
    assert "chmod go=" in opened.stdout


def test_the_doctor_says_when_the_database_is_not_reached(tmp_path: Path) -> None:
    done = milepost("doctor", "--data", str(tmp_path), DATABASE_URL="postgres://nobody@127.0.0.1:1/none")
    assert done.returncode == 1
    assert "wrong       Database: not reached" in done.stdout


def test_no_token_reaches_the_log() -> None:
    token = "Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmFyYmF"
    record = logging.LogRecord("milepost", logging.ERROR, "", 0, f"GET /invitations/{token}/", None, None)
    assert Line("%(message)s").format(record) == "GET /invitations/[masked]/"
