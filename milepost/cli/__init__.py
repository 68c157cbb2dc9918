"""The `milepost` command: reads the words, sets the surroundings, then loads what the word needs."""

from __future__ import annotations

import importlib
import os
import sys
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

import django
from django.core.exceptions import ImproperlyConfigured

from milepost.cli.words import parser
from milepost.core.refusals import Refused

# The file that says: this folder is the demo's.
MARK = "demo.mark"


def main(words: Sequence[str] | None = None) -> int:
    """Exit code 0 when done, 1 when refused or something is wrong, 2 when the words are not understood."""
    options = parser().parse_args(words)
    surround(options)
    try:
        load()
        # Only now: these modules import tables, which Django must know first.
        return int(importlib.import_module(f"milepost.cli.{options.word}").run(options))
    except Refused as refusal:
        print(refusal.sentence, file=sys.stderr)
    except BrokenPipeError:
        # Whoever read our lines has seen enough (`| head`); Python must not try to send the rest.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 1


def load() -> None:
    """Django, with our settings. Refused when one of them is not understood or the folder can't be written."""
    try:
        django.setup()
    except (ImproperlyConfigured, ValueError) as error:
        raise Refused(f"A setting is not understood: {error}. The settings are listed in docs/host.md.") from error
    except PermissionError as error:
        raise Refused(f"{error.filename} can't be written by this user. Name another folder: --data DIR") from error


def surround(options: Namespace) -> None:
    """Puts what the words say where the settings look for it. What the environment says itself stays."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "milepost.config.settings"
    if options.data:
        os.environ["MILEPOST_DATA"] = str(Path(options.data).resolve())
    # `serve` refuses a demo's folder; every other word knows one when it sees it.
    if options.word == "demo" or (options.word != "serve" and options.data and (Path(options.data) / MARK).exists()):
        os.environ["MILEPOST_DEMO"] = "1"
    if "port" in options:
        os.environ.setdefault("MILEPOST_URL", f"http://localhost:{options.port}")
