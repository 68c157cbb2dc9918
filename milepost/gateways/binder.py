"""Binds PDFs into one in a confined process: a contract of one's own, and behind it the schedule of the house."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from milepost.gateways import confinement
from milepost.gateways.renderer import RenderingFailed


def bind(parts: Sequence[BinaryIO], *, title: str, folder: Path) -> BinaryIO:
    """All their pages, one part after the other; the same parts give the same bytes. The caller closes it.

    `folder` is where the answer lies meanwhile, without a name. Raises `RenderingFailed`.
    """
    try:
        return confinement.ask_with_files("binding", {"title": title}, given=parts, folder=folder)
    except (confinement.No, confinement.Unanswered) as error:
        raise RenderingFailed(str(error)) from error
