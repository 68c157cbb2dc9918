"""Writes docs/reference.md from the tables that the code runs on: `.venv/bin/python docs/reference.py`.

A test fails when the page is not what this writes.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any

from milepost.core import postings
from milepost.core.catalogue import EVENTS
from milepost.core.lifecycle import INTENT, MILESTONE, TERMS, Table
from milepost.core.money import Money

PAGE = Path(__file__).with_suffix(".md")

HEAD = """# Reference

Made by `docs/reference.py` from the tables that the code runs on; a test fails when it is not in step.
"""

# What each argument of a posting function stands for in the table below.
NAMES: dict[str, Any] = {
    "holder": "HOLDER",
    "milestone": "MILESTONE",
    "client": "CLIENT",
    "freelancer": "FREELANCER",
    "payout": "PAYOUT",
    "refund": "REFUND",
    "source": "SOURCE",
    "amount": Money(100, "USD"),
    "wanted": Money(100, "USD"),
    "arrived": Money(130, "USD"),
}


def page() -> str:
    """The whole page."""
    return "\n".join([HEAD, *_lifecycles(), *_postings(), *_events()])


def _lifecycles() -> list[str]:
    lines = []
    for title, table in (("Life of terms", TERMS), ("Life of a milestone", MILESTONE), ("Life of an intent", INTENT)):
        lines += [f"## {title}", "", *_lifecycle(table), ""]
    return lines


def _lifecycle(table: Table) -> list[str]:
    rows = [
        f"| {status} | {verb.replace('_', ' ')} | {', '.join(step.who)} | {step.next} |"
        for (status, verb), step in table.items()
    ]
    return ["| status | verb | who | next |", "|---|---|---|---|", *rows]


def _postings() -> list[str]:
    functions = [
        function
        for name, function in vars(postings).items()
        if inspect.isfunction(function) and function.__module__ == postings.__name__ and _moves(function)
    ]
    rows = [f"| {function.__name__.replace('_', ' ')} | {_entries(function)} |" for function in functions]
    words = "Of what arrives, 1.30, the milestone wants 1.00: the rest is set aside."
    return ["## Postings", "", words, "", "| posting | from -> to |", "|---|---|", *rows, ""]


def _moves(function: Callable[..., Any]) -> bool:
    return str(inspect.signature(function).return_annotation).startswith("list")


def _entries(function: Callable[..., Any]) -> str:
    arguments = {name: NAMES[name] for name in inspect.signature(function).parameters}
    return "<br>".join(f"`{each.source}` -> `{each.target}`" for each in function(**arguments))


def _events() -> list[str]:
    rows = [f"| `{kind}` | {words} |" for kind, words in EVENTS.items()]
    return ["## Events", "", "| event | what it records |", "|---|---|", *rows, ""]


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
