"""From events to mails: each announcement becomes its mails in the same commit that marks it done, so exactly once."""

from __future__ import annotations

import json
import logging
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from milepost.actions import invitations
from milepost.events.audience import Reader, audience
from milepost.events.wording import Worded, letter
from milepost.jobs import errands
from milepost.models import Announcement, Event, Installation, Invitation, Invoice, Mail

log = logging.getLogger("milepost.worker")

PATIENCE: Final = errands.Patience(tries=12, wait=timedelta(seconds=10), wait_max=timedelta(hours=6))
# An invoice's mail waits for its paper, but not for ever: the page has everything too.
PAPER_WAIT: Final = timedelta(minutes=30)
PAPER_LOOK: Final = timedelta(seconds=2)


def announce(at: datetime) -> int:
    """Tells what has happened; answers how many announcements were worked on."""
    worked = 0
    for announcement in errands.claimed(Announcement, at):
        try:
            worked += _tell(announcement, at)
        except Exception as error:
            log.exception("Announcement of %s", announcement.event_id)
            errands.failed(announcement, at, error, PATIENCE)
            worked += 1
    return worked


def _tell(announcement: Announcement, at: datetime) -> bool:
    rows = Event.objects.select_related("project__terms", "project__client", "project__freelancer")
    event = rows.get(pk=announcement.event_id)
    if _waits_for_paper(event, at):
        errands.later(announcement, at + PAPER_LOOK)
        return False
    house = Installation.objects.values_list("name", flat=True).first() or "Milepost"
    letters = [(reader, letter(event, reader, house)) for reader in audience(event)]
    with transaction.atomic():
        if errands.done(announcement, at):
            for reader, worded in letters:
                _write(event, reader, worded, at)
    return True


def _waits_for_paper(event: Event, at: datetime) -> bool:
    if event.kind not in ("invoice.issued", "invoice.credited") or event.at + PAPER_WAIT <= at:
        return False
    # One that was numbered elsewhere has the paper that came with it, or none.
    return Invoice.objects.filter(pk=json.loads(event.data)["invoice"], paper=None, serial__isnull=False).exists()


def _write(event: Event, reader: Reader, worded: Worded, at: datetime) -> None:
    mints = f"invitation:{_invitation(event, reader, at).pk}" if worded.minted else ""
    Mail.objects.create(
        event=event,
        party=reader.party,
        to=reader.to,
        subject=worded.subject,
        text=worded.text,
        html=worded.html,
        mints=mints,
        attachments=list(worded.attachments),
        written_at=at,
        due_at=at,
    )


def _invitation(event: Event, reader: Reader, at: datetime) -> Invitation:
    """The one that was made with the offer; for every later mail another, so that older links go on working."""
    assert reader.party is not None, "a guest is a party"
    same = {"project": event.project, "party": reader.party, "email": reader.to}
    offered = Invitation.objects.filter(**same, made_at=event.at, revoked_at=None)
    made = offered.first() if event.kind == "terms.offered" else None
    return made or invitations.invite(project=event.project, party=reader.party, email=reader.to, at=at)
