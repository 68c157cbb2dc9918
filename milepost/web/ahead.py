"""What lies ahead in one project: what waits for the reader, as on the first page; else whom it waits for, calmly."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from django.utils.translation import gettext as _

from milepost.actions import payee
from milepost.core import waiting as core
from milepost.core.catalogue import MemberRole, Side
from milepost.core.waiting import MilestoneFacts
from milepost.models import Milestone, Project
from milepost.web import dues, prompts
from milepost.web.road import Stop, day_of, name_of, other_side
from milepost.web.templatetags.milepost import day_words, money_words, relative_days
from milepost.web.turns import Turn
from milepost.web.waiting import Step, action, when


def steps(
    project: Project,
    side: Side,
    stops: list[Stop],
    at: datetime,
    *,
    stopped: bool = False,
    role: MemberRole | None = None,
    whole: bool = True,
) -> list[Step]:
    """What waits for this side, the most pressing first; when nothing does, one calm sentence about what does.

    `stopped`: both sides have stopped the project. `role`: what the reader is in the party; None for a guest. `whole`:
    `stops` are all of the project, so that its end can be told by them."""
    by_id = {stop.id: stop for stop in stops}
    waits = [wait for place, stop in enumerate(stops) for wait in core.for_milestone(_facts(project, stops, place))]
    waits += [core.for_paper(stop.id, stop.paper_missing) for stop in stops if stop.paper_missing]
    if side == "freelancer" and not payee.stated(project.freelancer):
        waits += core.for_account(project.pk, ((stop.milestone.status, stop.holder) for stop in stops))
    mine = core.soonest_first(wait for wait in waits if wait.side == side)
    told = [_step(Turn(wait, project, _about(wait, by_id), role), by_id, at) for wait in mine]
    if any(wait.act != "say_where" for wait in mine):
        return told
    others = _Others(project, side, at)
    if calm := [step for stop in stops if (step := others.step(stop))]:
        return told + calm[:1]
    returning = [step for stop in stops if (step := others.returning(stop))][:1]
    if told or not whole:
        return told + returning
    # What goes back is said beside the end: nothing more is done, and not everything has arrived.
    return _over(stops, stopped, bool(returning)) + returning


def _over(stops: list[Stop], stopped: bool, returning: bool) -> list[Step]:
    """Nothing is left to be done: how it ended. While money goes back, an end by both alone is worth saying."""
    if stopped:
        paid = any(stop.milestone.status == "closed" for stop in stops)
        words = _("Both sides stopped it. What was approved is paid.") if paid else _("Both sides stopped it.")
        return [Step(_("This project has ended"), words, kind="calm")]
    if all(stop.milestone.status == "cancelled" for stop in stops):
        return [Step(_("This project has ended"), _("All its milestones were cancelled."), kind="calm")]
    if returning:
        return []
    words = _("All milestones are delivered, approved and paid.")
    if any(stop.milestone.status == "cancelled" for stop in stops):
        words = _("What was not cancelled is delivered, approved and paid.")
    return [Step(_("Everything is done"), words, kind="done")]


def _about(wait: core.Waiting, by_id: dict[str, Stop]) -> Milestone | None:
    stop = by_id.get(wait.subject)
    return stop.milestone if stop else None


def _step(turn: Turn, by_id: dict[str, Stop], at: datetime) -> Step:
    if turn.milestone is not None:
        return _told(turn, by_id[turn.milestone.pk], at)
    prompt = prompts.prompt(turn, at, "main")
    return Step(prompt.title, prompt.words, prompt.actions)


def _facts(project: Project, stops: list[Stop], place: int) -> MilestoneFacts:
    stop, said = stops[place], project.agreed.said
    before = any(each.milestone.status in ("planned", "open", "delivered") for each in stops[:place])
    return MilestoneFacts(
        id=stop.id,
        status=stop.milestone.status,
        holder=stop.holder,
        due_on=stop.said.due_on,
        start_on=said.start_on,
        its_turn=said.parallel or not before,
        funded=stop.funded or stop.funding_underway,
        review_ends_at=stop.delivery.review_ends_at if stop.delivery else None,
        cancel_asked=stop.cancel_reason is not None,
        sent=stop.sent_at is not None,
        funding=stop.funding if stop.by_hand and stop.funding_underway else "",
        refund=stop.refund_by_hand,
        pay_by=dues.due_on(stop.milestone, said) if stop.milestone.status == "approved" else None,
    )


def _told(turn: Turn, stop: Stop, at: datetime) -> Step:
    """The prompt of the first page, and what the page of the project knows beyond it."""
    prompt = prompts.prompt(turn, at, "main")
    step = Step(prompt.title, prompt.words, prompt.actions)
    if not turn.theirs:
        return step
    assert turn.waiting.side != "custodian", "a custodian is asked on its own pages"
    other = name_of(turn.project, other_side(turn.waiting.side))
    match turn.waiting.act:
        case "approve":
            asks = action(_("Ask for changes"), "milestone", stop.id, "plain", at="#changes")
            look = step.actions
            if turn.waiting.until is None:
                # Without scripts this button is the first look, at which the window begins.
                look = [action(_("Review the delivery"), "milestone-views", stop.id, post=True)]
            return replace(step, actions=[*look, asks])
        case "deliver" if stop.changes_asked and stop.review_of_last:
            title = _("%(other)s asks for changes to “%(title)s”") % {"other": other, "title": stop.title}
            return replace(step, title=title, words=f"“{stop.review_of_last.words}”")
        case "deliver" if stop.said.due_on < _today(turn.project, at):
            return replace(step, title=_("Deliver “%(title)s”") % {"title": stop.title}, words=_late(turn, stop, at))
        case "answer_cancel" if stop.cancel_reason:
            return replace(step, words=f"“{stop.cancel_reason}”")
        case "fund" if stop.funding == "failed" and not stop.by_hand:
            return replace(step, words=_("The last try failed. Nothing was taken; try again."))
    return step


def _late(turn: Turn, stop: Stop, at: datetime) -> str:
    distance = relative_days(stop.said.due_on, _today(turn.project, at))
    day = day_words(stop.said.due_on)
    if not distance:
        return _("It was due %(day)s.") % {"day": day}
    return _("It was due %(day)s, %(distance)s.") % {"day": day, "distance": distance}


def _today(project: Project, at: datetime) -> date:
    return day_of(at, project.agreed.said.time_zone)


class _Others:
    """What waits for somebody else, for one reader."""

    def __init__(self, project: Project, side: Side, at: datetime) -> None:
        self.project, self.side, self.at = project, side, at
        self.zone = project.agreed.said.time_zone
        self.other = name_of(project, other_side(side))
        self.today = _today(project, at)

    def step(self, stop: Stop) -> Step | None:
        """One calm sentence about a milestone that is under way."""
        match stop.milestone.status:
            case "delivered":
                return self._under_review(stop)
            case "open":
                due = day_words(stop.said.due_on)
                return self._calm(_("%(other)s works on “%(title)s”"), _("Due %(day)s."), stop, day=due)
            case "approved" if stop.holder == "nobody":
                return self._paid_directly(stop)
            case "approved":
                return self._paid_out(stop)
            case "planned":
                return self._to_begin(stop)
        return None

    def _under_review(self, stop: Stop) -> Step:
        ends_at = stop.delivery.review_ends_at if stop.delivery else None
        if ends_at is None:
            words = _("The review window begins when the notice has reached %(other)s.")
            return self._calm(_("“%(title)s” is with %(other)s for review"), words, stop)
        words = _("Until %(when)s. If nobody answers, the clock approves it, as both signed.")
        return self._calm(_("%(other)s reviews “%(title)s”"), words, stop, when=when(ends_at, self.zone))

    def _paid_directly(self, stop: Stop) -> Step:
        words = _("For “%(title)s”, approved.")
        if self.side == "freelancer":
            due = dues.due_on(stop.milestone, self.project.agreed.said)
            by = (
                _("Overdue since %(day)s.")
                if dues.is_overdue(due, self.project.agreed.said, self.at)
                else _("Due %(day)s.")
            )
            return self._calm(_("Waiting for %(other)s to pay %(amount)s"), f"{words} {by}", stop, day=day_words(due))
        return self._calm(_("Waiting for %(other)s to say that %(amount)s arrived"), words, stop)

    def _paid_out(self, stop: Stop) -> Step:
        if stop.payout == "failed":
            words = _("It is tried again; the amount stays reserved for it.")
            return self._calm(_("The payout of %(amount)s failed"), words, stop)
        to_you = self.side == "freelancer"
        if stop.holder == "custodian":
            title = _("Waiting for %(holder)s to pay out %(amount)s")
            return self._calm(title, _("For “%(title)s”, approved and released."), stop, holder=self._holder(stop))
        title = _("%(amount)s is on its way to you") if to_you else _("%(amount)s is on its way to %(other)s")
        return self._calm(title, _("For “%(title)s”, approved and released."), stop)

    def _to_begin(self, stop: Stop) -> Step:
        starts_on, held = self.project.agreed.said.start_on, _("Work begins once the money is held.")
        if stop.holder == "freelancer":
            held = _("Work begins once the deposit has arrived.")
        if stop.by_hand and stop.funding_underway:
            return self._arriving(stop, held)
        if stop.funding_underway:
            return self._calm(_("The payment of %(amount)s for “%(title)s” is under way"), held, stop)
        if stop.wants_funding and self.side == "freelancer":
            return self._calm(_("Waiting for %(other)s to fund “%(title)s”"), held, stop)
        if starts_on > self.today:
            return self._calm(_("Work starts %(day)s"), _("With “%(title)s”."), stop, day=day_words(starts_on))
        return self._calm(_("“%(title)s” comes next"), "", stop)

    def _arriving(self, stop: Stop, then: str) -> Step:
        """A bank transfer to the holder, as far as anybody has said."""
        missing = money_words(stop.amount - stop.money.held)
        if self.side == "freelancer" and stop.funding == "requested":
            title = _("Waiting for %(other)s to send %(amount)s for “%(title)s”")
            return self._calm(title, then, stop, amount=missing)
        title = _("Waiting for %(holder)s to say that %(amount)s for “%(title)s” arrived")
        return self._calm(title, then, stop, holder=self._holder(stop), amount=missing)

    def returning(self, stop: Stop) -> Step | None:
        """Money that goes back: from the freelancer by the client's word, else from whoever held it."""
        if stop.refund_by_hand and stop.refund_owed:
            owed = money_words(stop.refund_owed)
            if self.side == "client":
                return self._calm(_("Waiting for %(other)s to send %(amount)s back"), "“%(title)s”", stop, amount=owed)
            title = _("Waiting for %(other)s to say that %(amount)s came back")
            return self._calm(title, "“%(title)s”", stop, amount=owed)
        if not stop.money.refunding:
            return None
        amount = money_words(stop.money.refunding)
        if stop.holder != "custodian":
            return self._calm(_("%(amount)s is on its way back"), "“%(title)s”", stop, amount=amount)
        title = _("Waiting for %(holder)s to send %(amount)s back")
        return self._calm(title, "“%(title)s”", stop, amount=amount, holder=self._holder(stop))

    def _holder(self, stop: Stop) -> str:
        said = self.project.agreed.said
        at_custodian = stop.holder == "custodian" and said.custodian
        return said.custodian.name if at_custodian and said.custodian else name_of(self.project, "freelancer")

    def _calm(self, title: str, words: str, stop: Stop, **more: str) -> Step:
        facts = {"other": self.other, "title": stop.title, "amount": money_words(stop.amount)} | more
        return Step(title % facts, words % facts, kind="calm")
