"""`milepost manage`: Django's own commands on the same data and settings."""

from __future__ import annotations

from argparse import Namespace

from django.core.management import execute_from_command_line


def run(options: Namespace) -> int:
    """Whatever Django's command answers; it ends the process itself when it fails."""
    execute_from_command_line(["milepost manage", *options.words])
    return 0
