"""What a story is: asked for its next instant, it has done what stood before."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from milepost.demo.deeds import Deeds

Told = Iterator[datetime]
Story = Callable[[Deeds], Told]
