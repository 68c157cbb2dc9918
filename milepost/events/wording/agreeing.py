"""Letters about terms: sent, answered, signed, sealed. The first of them is how most people meet the house."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from milepost.core.terms import Terms
from milepost.events.audience import Reader
from milepost.events.story import Story, day, line, quoted, span
from milepost.events.wording.letters import Letter, mandate, project, terms


def offered(story: Story, reader: Reader) -> Letter:
    """The invitation: who it is from, what it is about, what the button does, and that nothing is agreed yet."""
    said, who = story.agreed, story.who
    first = story.data["number"] == 1
    subject = _("%(who)s sent you a proposal: %(project)s") if first else _("%(who)s changed the proposal: %(project)s")
    facts = [
        (_("From"), f"{who}, {said.named(said.sender).email}"),
        (_("Work starts"), day(said.start_on)),
        (_("Review"), _("%(span)s after each delivery") % {"span": span(said.review)}),
        (_("Money"), _money(said)),
        (_("To be signed by"), story.moment(said.sign_until)),
    ]
    return Letter(
        subject=subject % {"who": who, "project": story.project_name},
        opening=_invitation(story, reader, first),
        facts=tuple(facts),
        milestones=said.milestones,
        button=_("Read the proposal"),
        page=terms(story),
        next=_(
            "Read it, then sign, ask for a change or decline: each takes a minute on that page. "
            "If you do nothing, the proposal ends on %(day)s, and nothing was agreed."
        )
        % {"day": story.moment(said.sign_until)},
        notes=_stranger(who) if reader.guest else (),
        explains=reader.guest,
    )


def _invitation(story: Story, reader: Reader, first: bool) -> tuple[str, ...]:
    said, names = story.agreed, {"who": story.who, "project": story.project_name}
    count = ngettext("one milestone", "%(count)d milestones", len(said.milestones)) % {"count": len(said.milestones)}
    if not first:
        whole = _(
            "%(who)s has answered you with a changed proposal for %(project)s, in %(count)s. The one before is void."
        )
    elif said.sender == "freelancer":
        whole = _("%(who)s would like to work for you on %(project)s, and proposes to do it in %(count)s.")
    else:
        whole = _("%(who)s would like you to work on %(project)s, and proposes to do it in %(count)s.")
    safe = _("Nothing is agreed until you sign, and looking binds you to nothing.")
    if reader.guest:
        safe = _("Nothing is agreed until you sign. You need no account, and looking binds you to nothing.")
    return whole % (names | {"count": count}), safe


def _stranger(who: str) -> tuple[str, ...]:
    return (_("You don't know %(who)s? Then leave this mail alone: nothing happens without you.") % {"who": who},)


def _money(said: Terms) -> str:
    holders = {said.holder_of(each) for each in said.milestones}
    if holders == {"nobody"}:
        return _("Paid on approval, milestone by milestone")
    if holders == {"freelancer"}:
        return _("A deposit, paid to %(name)s in advance") % {"name": line(said.freelancer.name)}
    if holders == {"custodian"} and said.custodian:
        return _("Held by %(name)s, paid out on approval") % {"name": line(said.custodian.name)}
    if holders == {"sandbox"}:
        return _("Pretend money: this is a try-out")
    return _("Differs between milestones")


def mandate_asked(story: Story, reader: Reader) -> Letter:
    """To the custodian, once both sides have signed: nothing is in force before it has accepted."""
    said = story.agreed
    facts = {"client": story.name("client"), "freelancer": story.name("freelancer"), "project": story.project_name}
    return Letter(
        subject=_("You are asked to hold money: %(project)s") % facts,
        opening=(
            _("%(client)s and %(freelancer)s have signed an agreement on %(project)s that names you as custodian.")
            % facts,
            _("It comes into force once you accept the mandate. You can also decline, with a reason."),
        ),
        facts=((_("Milestones"), str(len(said.milestones))), (_("To be accepted by"), story.moment(said.sign_until))),
        button=_("Read and accept"),
        page=mandate(story),
        next=_("If you do nothing by then, it expires, and nothing was agreed."),
    )


def change_asked(story: Story, reader: Reader) -> Letter:
    return Letter(
        subject=_("%(who)s asked for a change: %(project)s") % {"who": story.who, "project": story.project_name},
        opening=(_("%(who)s has read your proposal and asks for a change before signing:") % {"who": story.who},),
        quote=story.words(),
        button=_("Change the proposal"),
        page=project(story),
        next=_(
            "Change it and send it again: the one before is then taken back. "
            "Until then it can still be signed as it is, by %(day)s."
        )
        % {"day": story.moment(story.agreed.sign_until)},
    )


def declined(story: Story, reader: Reader) -> Letter:
    if story.by_custodian:
        return Letter(
            subject=_("%(who)s declined to hold the money: %(project)s")
            % {"who": story.who, "project": story.project_name},
            opening=(_("%(who)s does not accept the mandate, and says why:") % {"who": story.who},),
            quote=story.words(),
            button=_("Open the project"),
            page=project(story),
            next=_(
                "Nothing is in force. The proposal can be copied, with another custodian or another way, and sent anew."
            ),
        )
    return Letter(
        subject=_("%(who)s declined: %(project)s") % {"who": story.who, "project": story.project_name},
        opening=(_("%(who)s has declined your proposal, and says why:") % {"who": story.who},),
        quote=story.words(),
        button=_("Open the project"),
        page=project(story),
        next=_("Nothing was agreed. You can copy the proposal, change it and send it anew."),
    )


def withdrawn(story: Story, reader: Reader) -> Letter:
    if reader.part == "custodian":
        return Letter(
            subject=_("%(who)s took the terms back: %(project)s") % {"who": story.who, "project": story.project_name},
            opening=(
                _("%(who)s has taken back the terms of %(project)s, which named you as custodian.")
                % {"who": story.who, "project": story.project_name},
            ),
            next=_("Nothing is in force, and nothing is expected of you."),
        )
    return Letter(
        subject=_("%(who)s took the proposal back: %(project)s") % {"who": story.who, "project": story.project_name},
        opening=(
            _("%(who)s has taken back the proposal for %(project)s that was sent to you.")
            % {"who": story.who, "project": story.project_name},
        ),
        next=_("Nothing was agreed, and the link in the earlier mail no longer works. You need not do anything."),
    )


def passed_on(story: Story, reader: Reader) -> Letter:
    """To the sender: who reads it is not who signs. The link itself is the other side's alone."""
    facts = {"who": story.who, "project": story.project_name}
    return Letter(
        subject=_("%(who)s passed your proposal on: %(project)s") % facts,
        opening=(_("%(who)s has passed your proposal for %(project)s on to the person who signs for them.") % facts,),
        button=_("See the proposal"),
        page=terms(story),
        next=_("Either of them can sign it, once. You need not do anything."),
    )


def expired(story: Story, reader: Reader) -> Letter:
    if reader.part == "custodian":
        return Letter(
            subject=_("The mandate ran out: %(project)s") % {"project": story.project_name},
            opening=(_("The time to accept the mandate for %(project)s ran out.") % {"project": story.project_name},),
            button=_("See the terms"),
            page=mandate(story),
            next=_("Nothing is in force, and nothing is expected of you. They may ask you again with new terms."),
        )
    sender = story.terms is not None and story.terms.sender == reader.part
    return Letter(
        subject=_("Not signed in time: %(project)s") % {"project": story.project_name},
        opening=(
            _("The time to sign the proposal for %(project)s ran out. Nothing was agreed.")
            % {"project": story.project_name},
        ),
        button=_("Open the project"),
        page=project(story),
        next=_("Still want to go ahead? Copy the proposal and send it anew.")
        if sender
        else _("Still want to go ahead? Ask %(who)s to send it anew.") % {"who": _sender(story)},
    )


def _sender(story: Story) -> str:
    return story.name(story.agreed.sender)


def entered_force(story: Story, reader: Reader) -> Letter:
    said = story.agreed
    if said.custodian:
        return _all_signed(story, reader)
    other = story.name("freelancer" if reader.part == "client" else "client")
    return Letter(
        subject=_("%(who)s signed: %(project)s") % {"who": other, "project": story.project_name},
        opening=(
            _("%(who)s has signed. With both signatures the agreement on %(project)s is in force.")
            % {"who": other, "project": story.project_name},
        ),
        facts=((_("Work starts"), day(said.start_on)),),
        milestones=said.milestones,
        button=_("Open the project"),
        page=project(story),
        next=" ".join([_begin(story, reader), _("The signed agreement, sealed, follows in a mail of its own.")]),
    )


def _all_signed(story: Story, reader: Reader) -> Letter:
    """With a custodian three have signed; its people go on where what they hold stands."""
    at_custodian = reader.part == "custodian"
    follows = _("The signed agreement, sealed, follows in a mail of its own.")
    expected = _("What is to arrive on the account stands on your page as soon as it is asked for.")
    return Letter(
        subject=_("In force: %(project)s") % {"project": story.project_name},
        opening=(
            _(
                "Both sides have signed, and %(custodian)s has accepted the mandate: the agreement on %(project)s is in force."
            )
            % {"custodian": story.custodian, "project": story.project_name},
        ),
        facts=((_("Work starts"), day(story.agreed.start_on)),),
        milestones=story.agreed.milestones,
        button=_("See what is expected") if at_custodian else _("Open the project"),
        page=("holdings", "") if at_custodian else project(story),
        next=" ".join([expected if at_custodian else _begin(story, reader), follows]),
    )


def _begin(story: Story, reader: Reader) -> str:
    said = story.agreed
    first = said.milestones[0]
    names = {"milestone": quoted(first.title), "day": day(said.start_on), "client": story.name("client")}
    if said.holder_of(first) == "nobody":
        return _("Work on %(milestone)s may begin on %(day)s.") % names
    if reader.part == "client":
        return _("Fund %(milestone)s: work on it begins when its money is there, on %(day)s at the earliest.") % names
    return _("Work on %(milestone)s begins once %(client)s has funded it, on %(day)s at the earliest.") % names


def sealed(story: Story, reader: Reader) -> Letter:
    return Letter(
        subject=_("Your signed agreement: %(project)s") % {"project": story.project_name},
        opening=(
            _("Both sides have signed %(project)s. The agreement with both signatures is attached; keep it.")
            % {"project": story.project_name},
            _(
                "It carries the seal of this installation. Any alteration can be found with a copy that either side holds."
            ),
        ),
        button=_("See the agreement") if reader.part == "custodian" else _("Open the project"),
        page=mandate(story) if reader.part == "custodian" else project(story),
        next=_("It stands on your page, too.") if reader.part == "custodian" else _begin(story, reader),
        notes=_record(story),
        attachments=(story.data["file"],),
    )


def _record(story: Story) -> tuple[str, ...]:
    """The head of the chain: with it in a mailbox, not even the owner of the database can rewrite what was before."""
    fingerprint = story.terms.fingerprint if story.terms else ""
    return (
        _("Fingerprint of the terms: %(hash)s") % {"hash": fingerprint},
        _("Record no. %(number)d of this project: %(hash)s") % {"number": story.event.number, "hash": story.event.hash},
    )
