"""What every table shares: prefixed sortable ids, and the one way in which a status changes."""

from __future__ import annotations

import secrets
import time
from typing import TYPE_CHECKING, Any, Self

from django.db import models

from milepost.core.refusals import Stale

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


def new_id(prefix: str) -> str:
    """`mil_` + 26 characters: 48 bits of milliseconds, 80 of chance. Sortable, and a wrong kind is seen at once."""
    number = (time.time_ns() // 1_000_000) << 80 | secrets.randbits(80)
    return f"{prefix}_" + "".join(_ALPHABET[number >> shift & 31] for shift in range(125, -1, -5))


if TYPE_CHECKING:
    _TextField = models.CharField[str, str]
else:
    _TextField = models.CharField


class IdField(_TextField):
    """A primary key of one prefix; `id = IdField("mil")`."""

    def __init__(self, prefix: str, **options: Any) -> None:
        self.prefix = prefix
        options |= {"primary_key": True, "max_length": 32, "editable": False, "default": MintsId(prefix)}
        super().__init__(**options)

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, path, _, options = super().deconstruct()
        for given in ("primary_key", "max_length", "editable", "default"):
            options.pop(given, None)
        return name, path, [self.prefix], options


class MintsId:
    """A default that mints an id; a class, so that migrations can compare it."""

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix

    def __call__(self) -> str:
        return new_id(self.prefix)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, MintsId) and other.prefix == self.prefix

    def __hash__(self) -> int:
        return hash(self.prefix)


class Moving(models.Model):
    """A row with a status. `move` is the only way to change it."""

    status: models.CharField[str, str]

    class Meta:
        abstract = True

    def move(self, status: str, **changes: Any) -> Self:
        """UPDATE ... WHERE status is still the one that was read; exactly one row, or `Stale`."""
        rows = type(self)._default_manager.filter(pk=self.pk, status=self.status)
        if rows.update(status=status, **changes) != 1:
            raise Stale("Somebody was faster: this has changed since you opened the page. Here is how it stands now.")
        self.status = status
        for name, value in changes.items():
            setattr(self, name, value)
        return self


def one_of(field: str, values: tuple[str, ...] | list[str], name: str) -> models.CheckConstraint:
    """The second fence of a closed list: a CHECK."""
    return models.CheckConstraint(condition=models.Q(**{f"{field}__in": list(values)}), name=name)
