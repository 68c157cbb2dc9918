"""The steps of Send proposal, and what has been typed in them so far: the body of a draft.

Everything stands in the body as it was typed, as text, even where it is wrong. Fields are named by their path in it:
`project_name`, `milestones.2.amount`, `milestones.2.deliverables.0.criteria`. Each function answers a new body.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, Literal

from milepost.core.catalogue import DocumentKind
from milepost.core.money import DECIMALS, plain, total
from milepost.core.refusals import Refused

Step = Literal["project", "payment", "milestones", "contract", "review"]
STEPS: Final[tuple[Step, ...]] = ("project", "payment", "milestones", "contract", "review")
Body = dict[str, Any]

# What a new draft starts with. No law, no venue, no side, no type of client is preset: those are asked.
_PRESETS: Final[dict[Step, dict[str, str]]] = {
    "project": {
        "side": "",
        "own_name": "",
        "project_name": "",
        "other_name": "",
        "other_email": "",
        "client_type": "",
    },
    "payment": {
        "payment_type": "milestone",
        "currency": "USD",
        "holder": "nobody",
        "custodian": "",
        "payment_days": "14",
        "tax_treatment": "none",
        "tax_rate": "",
        "tax_reason": "",
        "start_on": "",
    },
    "milestones": {"parallel": ""},
    "contract": {
        "document": "template",
        "scope": "",
        "exclusions": "",
        "review_length": "7",
        "review_unit": "days",
        "review_calendar": "",
        "review_region": "",
        "extension_length": "3",
        "law": "",
        "venue": "",
        "sign_within_days": "14",
    },
    "review": {},
}
# What stands in the body without being typed: the id of the contract that was uploaded, on the step of the contract.
UPLOAD: Final = "upload"
MILESTONE_FIELDS: Final = ("id", "title", "due_on", "amount", "review_length", "review_unit", "holder")
DELIVERABLE_FIELDS: Final = ("id", "title", "criteria")
_UNSTORABLE: Final = re.compile("[\x00\ud800-\udfff]")
_ROW: Final = re.compile(
    rf"milestones\.(?P<milestone>\d{{1,4}})\."
    rf"(?:(?P<field>{'|'.join(MILESTONE_FIELDS)})"
    rf"|deliverables\.(?P<deliverable>\d{{1,4}})\.(?P<part>{'|'.join(DELIVERABLE_FIELDS)}))",
    re.ASCII,
)


def blank() -> Body:
    """A body in which nothing has been typed yet: one milestone with one deliverable is open to be filled."""
    body: Body = {name: preset for presets in _PRESETS.values() for name, preset in presets.items()}
    return body | {UPLOAD: "", "milestones": [_milestone()]}


def document(body: Body) -> DocumentKind:
    """What is signed beside the terms: the template, unless a contract of one's own was chosen."""
    return "upload" if at(body, "document") == "upload" else "template"


def holders(body: Body) -> tuple[str, ...]:
    """As they were chosen, unread: that of the terms, and those of milestones that have one of their own."""
    whole = at(body, "holder")
    return tuple(dict.fromkeys(str(row.get("holder") or "") or whole for row in body["milestones"]))


def fields(step: Step) -> tuple[str, ...]:
    """The names of the step's fields, without those of milestones."""
    return tuple(_PRESETS[step])


def step_of(field: str) -> Step:
    """The step on whose page the field stands."""
    name = field.partition(".")[0]
    if name == UPLOAD:
        return "contract"
    return next((step for step in STEPS if name in _PRESETS[step] or name == step), "review")


def at(body: Body, field: str) -> str:
    """What stands in the field of this path; nothing where there is none."""
    found: Any = body
    for part in field.split("."):
        if isinstance(found, list):
            found = found[int(part)] if part.isdigit() and int(part) < len(found) else ""
        else:
            found = found.get(part, "") if isinstance(found, dict) else ""
    return found if isinstance(found, str) else ""


def fill(body: Body, step: Step, typed: Mapping[str, str]) -> Body:
    """The body with the step's fields as typed. Milestones come whole, in the order in which they stand on the page."""
    filled = copy.deepcopy(body)
    filled |= {name: _kept(typed[name]) for name in fields(step) if name in typed}
    if step == "milestones":
        # A box that is not ticked is not sent.
        filled["parallel"] = _kept(typed.get("parallel", ""))
        filled["milestones"] = _rows(typed)
    return filled


def _kept(text: str) -> str:
    """As typed, but for line ends, and for what no database takes: it becomes the mark for what could not be read."""
    return _UNSTORABLE.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))


def _rows(typed: Mapping[str, str]) -> list[Body]:
    """The numbers in the names only say what belongs together: a row that was moved keeps its number."""
    milestones: dict[str, Body] = {}
    deliverables: dict[tuple[str, str], Body] = {}
    for name, text in typed.items():
        found = _ROW.fullmatch(name)
        if found is None:
            continue
        number = found["milestone"]
        milestone = milestones.setdefault(number, _milestone() | {"deliverables": []})
        if found["field"]:
            milestone[found["field"]] = _kept(text)
            continue
        key = (number, found["deliverable"])
        if key not in deliverables:
            deliverables[key] = _deliverable()
            milestone["deliverables"].append(deliverables[key])
        deliverables[key][found["part"]] = _kept(text)
    return list(milestones.values())


def with_ids(body: Body, known: Body, mint: Callable[[str], str]) -> Body:
    """The body in which each milestone and deliverable has an id: its own when `known` has it, else a new one.

    An id that somebody made up, or that stands there twice, is replaced: ids are minted here and never reused.
    """
    ours = {row["id"] for row in _all_rows(known)}
    body = copy.deepcopy(body)
    for row in _all_rows(body):
        if not row["id"] or row["id"] not in ours:
            row["id"] = mint("dlv" if "criteria" in row else "mil")
        ours.discard(row["id"])
    return body


def without_ids(body: Body) -> Body:
    """What a copy starts from: other milestones with the same words."""
    body = copy.deepcopy(body)
    for row in _all_rows(body):
        row["id"] = ""
    return body


def change(body: Body, act: str) -> Body:
    """A row added, removed or moved by a button: `milestone-add`, `milestone-up-2`, `deliverable-remove-2-0`.

    A button that is not there any more (a second press, an older page) changes nothing.
    """
    body = copy.deepcopy(body)
    row, verb, *numbers = [*act.split("-"), ""]
    places = [int(number) for number in numbers if number.isdigit()]
    rows: list[Body] = body["milestones"]
    if row == "deliverable":
        if not places or places[0] >= len(rows):
            return body
        rows = rows[places.pop(0)]["deliverables"]
    if verb == "add":
        rows.append(_deliverable() if row == "deliverable" else _milestone())
    elif places and places[0] < len(rows):
        _move(rows, verb, places[0])
    return body


def _move(rows: list[Body], verb: str, place: int) -> None:
    if verb == "remove":
        del rows[place]
    elif verb in ("up", "down"):
        to = place + (1 if verb == "down" else -1)
        if 0 <= to < len(rows):
            rows[place], rows[to] = rows[to], rows[place]


def as_one_time(body: Body, amounts: Mapping[int, Any]) -> Body:
    """Paid at once: all milestones as one, with every deliverable, the last day and the sum of `amounts` (Money)."""
    body = copy.deepcopy(body) | {"payment_type": "one_time"}
    rows: list[Body] = body["milestones"]
    if len(rows) < 2:
        return body
    one = rows[0] | {"deliverables": [item for row in rows for item in _with_name(row)]}
    one |= {"review_length": "", "holder": ""}
    one["title"] = body["project_name"] or one["title"]
    one["due_on"] = max(row["due_on"] for row in rows)
    if len(amounts) == len(rows) and body["currency"] in DECIMALS:
        one["amount"] = plain(total(amounts.values(), body["currency"]))
    elif any(row["amount"] for row in rows):
        raise Refused("Put the amounts right first: they are added up.", field="milestones")
    return body | {"milestones": [one]}


def _with_name(row: Body) -> Iterator[Body]:
    """The deliverables of a milestone, each with the milestone's name before its own."""
    for item in row["deliverables"]:
        title = ": ".join(part for part in (row["title"], item["title"]) if part)
        yield item | {"title": title}


def texts(body: Body, step: Step) -> Iterator[tuple[str, str]]:
    """Each field of the step that goes into the contract as words, with its name."""
    names = {
        "project": ("own_name", "project_name", "other_name"),
        "payment": ("tax_reason",),
        # A contract of one's own says these itself.
        "contract": ("scope", "exclusions", "law", "venue") if document(body) == "template" else (),
    }
    yield from ((name, body[name]) for name in names.get(step, ()))
    if step == "milestones":
        for number, milestone in enumerate(body["milestones"]):
            yield f"milestones.{number}.title", milestone["title"]
            for place, item in enumerate(milestone["deliverables"]):
                yield f"milestones.{number}.deliverables.{place}.title", item["title"]
                yield f"milestones.{number}.deliverables.{place}.criteria", item["criteria"]


def _milestone() -> Body:
    empty = dict.fromkeys(MILESTONE_FIELDS, "")
    return empty | {"deliverables": [_deliverable()]}


def _deliverable() -> Body:
    return {"id": "", "title": "", "criteria": ""}


def _all_rows(body: Body) -> Iterator[Body]:
    for milestone in body["milestones"]:
        yield milestone
        yield from milestone["deliverables"]
