"""What the pages of Send proposal show: each field with what was typed and what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel.numbers import format_currency, get_currency_name
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.crypto import get_random_string
from django.utils.translation import get_language, to_locale
from django.utils.translation import gettext as _

from milepost.actions import drafts, payee
from milepost.core import drafts as core
from milepost.core import steps
from milepost.core.drafts import Outline, Policy
from milepost.core.money import DECIMALS, Money, plain
from milepost.core.readings import BelowMinimum, NotOneMilestone
from milepost.core.refusals import Refused, Several
from milepost.core.steps import Body, Step
from milepost.core.terms import Terms
from milepost.models import Draft, Party
from milepost.models.base import new_id
from milepost.web import access, answers, uploads, windows
from milepost.web.questions import questions
from milepost.web.road import holder_words

# A summary that goes on for pages helps nobody: the fields say the rest.
SUMMARY_MAX = 20
# Inputs whose id is not the name of what is refused.
IDS = {"name": "signature_typed", "strokes": "strokes_error"}
_ROW = re.compile(r"milestones\.(\d+)\.(?:deliverables\.(\d+)\.)?")


@dataclass(frozen=True, slots=True)
class Field:
    """One input: its name (which is its id too), what stands in it, and what is wrong with it."""

    name: str
    value: str
    error: str = ""

    @property
    def day_type(self) -> str:
        """The type of an input for a day: a date input would not show what is no day at all."""
        return "date" if re.fullmatch(r"|\d{4,6}-\d\d-\d\d", self.value) else "text"


class Fields:
    """The inputs of a body by their names: `fields.project_name`."""

    def __init__(self, body: Body, refusals: Iterable[Refused]) -> None:
        self.body = body
        # Of two sentences at one field the first is shown.
        self.errors = {refusal.field or "": refusal.sentence for refusal in reversed(list(refusals))}

    def __getitem__(self, name: str) -> Field:
        return Field(name, steps.at(self.body, name), self.errors.get(name, ""))

    def rows(self) -> Iterator[dict[str, Any]]:
        """The milestones, each with its inputs."""
        sketch = core.outline(self.body)
        for number, milestone in enumerate(self.body["milestones"]):
            yield self.row(f"milestones.{number}", milestone) | {
                "number": number + 1,
                "place": number,
                "last": number + 1 == len(self.body["milestones"]),
                "understood": understood(sketch, number),
            }

    def new_row(self) -> dict[str, Any]:
        """What a script makes another milestone of: it puts a number where `__m__` stands."""
        return self.row("milestones.__m__", steps.blank()["milestones"][0]) | {"number": "", "place": "__m__"}

    def row(self, path: str, milestone: Body) -> dict[str, Any]:
        return {
            "path": path,
            "id": milestone["id"],
            "error": self.errors.get(f"{path}.deliverables", ""),
            "items": [self.item(path, place, item["id"]) for place, item in enumerate(milestone["deliverables"])],
        } | {name: self[f"{path}.{name}"] for name in steps.MILESTONE_FIELDS if name != "id"}

    def item(self, path: str, place: int | str, id: str) -> dict[str, Any]:
        own = f"{path}.deliverables.{place}"
        return {
            "path": own,
            "place": place,
            "number": place + 1 if isinstance(place, int) else "",
            "id": id,
            "title": self[f"{own}.title"],
            "criteria": self[f"{own}.criteria"],
        }


def page(request: HttpRequest, draft: Draft, step: Step, refusal: Refused | None = None, **more: Any) -> HttpResponse:
    """The page of one step. With a refusal: what it says at the top and at its fields; what was typed stands there."""
    at = access.now()
    policy = drafts.allows(at)
    missing = drafts.check(draft=draft, step="review", at=at, policy=policy)
    wrong = each(refusal)
    fields = Fields(draft.body, wrong)
    context: dict[str, Any] = {
        "draft": draft,
        "step": step,
        "steps": stepper(step, missing),
        "f": fields,
        "summary": summary(wrong),
        "q": questions(draft.body, policy, spelled(least) if (least := policy.least(draft.body["currency"])) else ""),
        "ask_own_name": not draft.party.legal_name,
        "conflict": isinstance(refusal, drafts.SavedElsewhere),
        "other": other_name(draft.body),
        "page": get_random_string(12),
        # What a copy will be called: a second press makes no second one.
        "copy_id": new_id("drf"),
        "saved": saved(draft) if draft.version else "",
    }
    if step == "payment":
        context["currencies"] = currencies()
        # A milestone of its own may be paid on approval while the rest is not: then the days are asked all the same.
        own = [row.get("holder") for row in draft.body["milestones"]]
        context |= {"own_holders": any(own), "own_custodian": "custodian" in own}
    if step == "milestones":
        context |= _milestones(draft, fields, policy, wrong)
    if step == "contract":
        context |= windows.asked(draft, at) | uploads.asked(draft)
    return answers.page(request, f"proposals/{step}.html", context | more, refusal)


def _milestones(draft: Draft, fields: Fields, policy: Policy, wrong: Sequence[Refused]) -> dict[str, Any]:
    one_time = draft.body["payment_type"] == "one_time"
    nothing = Fields(steps.blank(), [])
    return {
        "rows": list(fields.rows()),
        "new": nothing.new_row(),
        "own_holders": questions(draft.body, policy, "")["holder"].answers,
        "new_item": nothing.item("milestones.__m__", "__d__", ""),
        "one_time": one_time,
        # Where One-time is the way out, a button leads there.
        "switch": any(isinstance(refusal, BelowMinimum | NotOneMilestone) for refusal in wrong),
        "several": not one_time or len(draft.body["milestones"]) != 1,
        "currency": draft.body["currency"],
    } | live(draft, policy)


def live(draft: Draft, policy: Policy) -> dict[str, Any]:
    """What is shown while the milestones are typed: the sum, and what the other side will see."""
    body = draft.body
    return {
        "draft": draft,
        "outline": core.outline(body),
        "advice": core.advice(body, policy),
        "other": other_name(body),
        "own": draft.party.legal_name or body["own_name"] or draft.party.email,
        "windows": windows.known(draft, draft.saved_at),
        "side": body["side"],
    }


def told(draft: Draft) -> dict[str, Any]:
    """What autosave hears: that it was kept, and what was understood."""
    answer: dict[str, Any] = {
        "saved": saved(draft),
        "saved_at": draft.saved_at.isoformat(),
        "version": draft.version,
    }
    sketch = core.outline(draft.body)
    context = live(draft, drafts.allows(access.now()))
    return answer | {
        "understood": [understood(sketch, number) for number in range(len(sketch.rows))],
        "parts": {
            "sum": render_to_string("proposals/_sum.html", context),
            "preview": render_to_string("proposals/_preview.html", context),
            **windows.parts(draft, draft.saved_at),
        },
    }


def in_short(said: Terms) -> dict[str, Any]:
    """What the review says of the terms before it shows every word: with whom, until when, who holds, how long reviews
    take."""
    holders = dict.fromkeys(holder_words(said.holder_of(one), said) for one in said.milestones)
    return {
        "said_to": said.named("client" if said.sender == "freelancer" else "freelancer"),
        "last_due": max(milestone.due_on for milestone in said.milestones),
        "holder_words": "; ".join(holders),
        "window_examples": windows.examples(said),
    }


def deposit(said: Terms, party: Party, at: datetime) -> dict[str, str]:
    """What has to be stated before a deposit can be asked for: terms are sent and signed without it."""
    if not said.uses("freelancer"):
        return {}
    if said.sender == "client":
        words = _("Before a deposit can be asked for, %(name)s has to say here where it is to be sent.")
        return {"words": words % {"name": said.freelancer.name}}
    if payee.in_force(party, at) is not None:
        return {}
    words = _("Before you can get a deposit, you have to say where it is to be sent.")
    return {"words": words, "href": reverse("party-payee", args=[party.pk])}


def stepper(current: Step, missing: Iterable[Refused]) -> list[dict[str, Any]]:
    """The way, and how far one is on it: a step is done when nothing is missing in it."""
    open_steps = {steps.step_of(refusal.field or "") for refusal in missing}
    labels = {
        "project": _("Project"),
        "payment": _("Payment"),
        "milestones": _("Milestones"),
        "contract": _("Contract"),
        "review": _("Review & send"),
    }
    return [
        {
            "name": step,
            "label": labels[step],
            "current": step == current,
            "done": step != "review" and step not in open_steps,
        }
        for step in steps.STEPS
    ]


def summary(wrong: Sequence[Refused]) -> list[dict[str, str]]:
    """Each sentence with the place that it is about: "Milestone 2: Choose a day."."""
    return [
        {"id": IDS.get(refusal.field, refusal.field), "words": where(refusal.field) + refusal.sentence}
        for refusal in wrong[:SUMMARY_MAX]
        if refusal.field
    ]


def by_step(wrong: Sequence[Refused]) -> list[dict[str, Any]]:
    """What is still missing before the proposal can be sent, by the steps where it is put right."""
    labels = {step["name"]: step["label"] for step in stepper("review", [])}
    return [
        {"name": step, "label": labels[step], "problems": summary(mine)}
        for step in steps.STEPS
        if (mine := [refusal for refusal in wrong if steps.step_of(refusal.field or "") == step])
    ]


def where(field: str) -> str:
    """Which of several rows a field belongs to, in words, with a colon."""
    found = _ROW.match(field)
    if not found:
        return ""
    facts = {"milestone": int(found[1]) + 1, "deliverable": int(found[2] or 0) + 1}
    words = _("Milestone %(milestone)d, deliverable %(deliverable)d") if found[2] else _("Milestone %(milestone)d")
    return f"{words % facts}: "


def understood(sketch: Outline, number: int) -> str:
    """`= USD 2,000.00`: the amount as it was read, with the currency by its code."""
    amount = sketch.rows[number].amount
    return f"= {spelled(amount)}" if amount else ""


def spelled(money: Money) -> str:
    """The amount in the reader's figures, with the currency by its code."""
    return format_currency(plain(money), money.currency, format="¤¤\u00a0#,##0.00", locale=_locale())


def currencies() -> list[tuple[str, str]]:
    return [(code, f"{code} · {get_currency_name(code, locale=_locale())}") for code in sorted(DECIMALS)]


def other_name(body: Body) -> str:
    """The other side, to be spoken of."""
    return body["other_name"].strip()[:60] or _("the other side")


def saved(draft: Draft) -> str:
    """`12:04`, where the sender is."""
    return draft.saved_at.astimezone(ZoneInfo(draft.party.time_zone)).strftime("%H:%M")


def each(refusal: Refused | None) -> list[Refused]:
    """The refusals that one may carry."""
    if refusal is None:
        return []
    return refusal.refusals if isinstance(refusal, Several) else [refusal]


def _locale() -> str:
    return to_locale(get_language() or "en")
