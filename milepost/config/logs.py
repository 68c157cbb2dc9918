"""Lines for the log, without what opens a door."""

from __future__ import annotations

import logging
import re

# A link's token is 43 characters of URL-safe base64; a page's path may carry one.
_TOKEN = re.compile(r"[A-Za-z0-9_-]{40,}")


class Line(logging.Formatter):
    """Masks whatever is long and random enough to be a token, in tracebacks too."""

    def format(self, record: logging.LogRecord) -> str:
        """One record as text."""
        return _TOKEN.sub("[masked]", super().format(record))
