"""What a paper is made of, as plain values: the page and the PDF are drawn from the same ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Our words, with the parties' put in, without markup. `number` is its place in this contract ("4.2")."""

    text: str
    number: str = ""
    kind: Literal["paragraph"] = "paragraph"


@dataclass(frozen=True, slots=True)
class Quoted:
    """Words of the parties, as they typed them, a paragraph for each line."""

    lines: tuple[str, ...]
    kind: Literal["quoted"] = "quoted"


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list whose order means nothing."""

    items: tuple[str, ...]
    kind: Literal["bullets"] = "bullets"


@dataclass(frozen=True, slots=True)
class Fact:
    """A label and what it is: a word and its meaning, a party's name, a date."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Facts:
    """Labels with what they are, one under the other."""

    items: tuple[Fact, ...]
    kind: Literal["facts"] = "facts"


@dataclass(frozen=True, slots=True)
class Callout:
    """What must not be overlooked: a box of its own with a heading."""

    heading: str
    paragraphs: tuple[str, ...]
    number: str = ""
    kind: Literal["callout"] = "callout"


@dataclass(frozen=True, slots=True)
class Item:
    """A deliverable in the schedule; `criteria` may be empty or have several lines."""

    title: str
    criteria: str


@dataclass(frozen=True, slots=True)
class Row:
    """A milestone in the schedule. `notes` say where it differs from the rest of the agreement."""

    number: str
    title: str
    items: tuple[Item, ...]
    due: str
    amount: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Schedule:
    """The table of milestones: `columns` are its headings, `sums` stand under it, the last one is the total."""

    columns: tuple[str, str, str]
    rows: tuple[Row, ...]
    sums: tuple[Fact, ...]
    kind: Literal["schedule"] = "schedule"


Block = Paragraph | Quoted | Bullets | Facts | Callout | Schedule


@dataclass(frozen=True, slots=True)
class Section:
    """A clause as it is printed: `number` is its place in this contract, `id` and `version` its words."""

    id: str
    version: int
    number: str
    heading: str
    blocks: tuple[Block, ...]
