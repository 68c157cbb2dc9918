"""The `milepost` command: reads the words, sets the surroundings, then loads what the word needs."""

from __future__ import annotations

import importlib
import os
import sys
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

import django

from milepost.cli.words import parser
from milepost.core.refusals import Refused


def main(words: Sequence[str] | None = None) -> int:
    """Exit code 0 when done, 1 when refused or something is wrong, 2 when the words are not understood."""
    options = parser().parse_args(words)
    surround(options)
    try:
        django.setup()
        # Only now: these modules import tables, which Django must know first.
        return int(importlib.import_module(f"milepost.cli.{options.word}").run(options))
    except Refused as refusal:
        print(refusal.sentence, file=sys.stderr)
        return 1


def surround(options: Namespace) -> None:
    """Puts what the words say where the settings look for it. What the environment says itself stays."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "milepost.config.settings"
    if options.data:
        os.environ["MILEPOST_DATA"] = str(Path(options.data).resolve())
    if options.word == "demo":
        os.environ["MILEPOST_DEMO"] = "1"
    if "port" in options:
        os.environ.setdefault("MILEPOST_URL", f"http://localhost:{options.port}")
