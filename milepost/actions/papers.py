"""The two papers of terms, put together and kept: what is read, and what is sealed. Never within a transaction.

Beside the template they are set by typst alone. A contract of one's own comes first, then its schedule and, in the
sealed copy, the signatures; all in one PDF, which is sealed once.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, BinaryIO, cast

from django.conf import settings
from django.utils.translation import gettext as _

from milepost.core.terms import Terms as Said
from milepost.documents import contract
from milepost.gateways import binder, seal, storage
from milepost.models import Installation, Terms, Upload


def keep_reading_copy(said: Said, upload: Upload | None) -> tuple[str, int]:
    """SHA-256 (hex) and size of what both sides will read."""
    pdf = contract.render(said, own_pages=upload.pages) if upload else contract.render(said)
    with _whole(pdf, said, upload) as whole:
        return _kept(whole)


def keep_executed_copy(terms: Terms, execution: dict[str, Any], *, at: datetime) -> tuple[str, int]:
    """SHA-256 (hex) and size of the sealed copy; `execution` is what `contract.render_executed` asks for."""
    upload = terms.upload
    pdf = contract.render_executed(terms.said, **execution, own_pages=upload.pages if upload else 0)
    keys = settings.DATA / "keys"
    seal.ensure(keys, Installation.objects.get(pk=1).name, at=at)
    with (
        _whole(pdf, terms.said, upload) as whole,
        seal.seal_file(whole, keys=keys, at=at, reason=_("Signed by all"), folder=settings.FILES) as sealed,
    ):
        return _kept(sealed)


@contextmanager
def _whole(pdf: bytes, said: Said, upload: Upload | None) -> Iterator[BinaryIO]:
    """What typst has set, behind the contract of one's own where there is one."""
    settings.FILES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=settings.FILES) as made:
        made.write(pdf)
        made.seek(0)
        set_by_us = cast(BinaryIO, made)
        if upload is None:
            yield set_by_us
            return
        with (
            storage.open_file(settings.FILES, upload.sha256) as own,
            binder.bind([own, set_by_us], title=said.project_name, folder=settings.FILES) as bound,
        ):
            yield bound


def _kept(file: BinaryIO) -> tuple[str, int]:
    return storage.keep(settings.FILES, storage.pieces(file), bytes_max=storage.PAPER_BYTES_MAX)
