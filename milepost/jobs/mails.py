"""Sends what is due: at least once, always under the same Message-ID. In the demo the stored mail is the sending."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse

from milepost.actions import addresses, invitations, people, reviews
from milepost.actions.mails import ONCE
from milepost.core.refusals import Refused
from milepost.events.wording import CODE_PLACE, LINK_PLACE
from milepost.gateways import mail as server
from milepost.gateways import storage
from milepost.gateways.mail import Attachment, Envelope, Undeliverable
from milepost.jobs import errands
from milepost.models import Code, Delivery, Event, File, Invitation, Mail, Member

log = logging.getLogger("milepost.worker")

# Twelve tries within two days: 90 seconds, 3 minutes, 6 minutes, ... 25 hours.
PATIENCE: Final = errands.Patience(tries=12, wait=timedelta(seconds=90), wait_max=timedelta(days=2))
# A mail server may take ten seconds for each: a few at a time, so that no lease runs out behind it.
BATCH: Final = 10
# How many mails to the client about one delivery have to die before the clock may not approve it: the notice,
# or both reminders.
REMINDERS: Final = 2


class NotWanted(Refused):
    """What the mail would bring is of no use any more."""


def send_due(at: datetime) -> int:
    """Hands over what is due; answers how many mails were worked on. Without a mail server all of them wait."""
    if not (settings.DEMO or server.named()):
        return 0
    return sum(1 for mail in errands.claimed(Mail, at, most=BATCH) if _send(mail, at))


def _send(mail: Mail, at: datetime) -> bool:
    try:
        envelope = _minted(mail, at)
        if not settings.DEMO:
            server.send(envelope)
    except (Undeliverable, Refused) as error:
        errands.failed(mail, at, error, PATIENCE, for_ever=True)
        undelivered(mail, at)
    except Exception as error:
        if not isinstance(error, server.NotAccepted):
            log.exception("Mail %s", mail.pk)
        if errands.failed(mail, at, error, PATIENCE):
            undelivered(mail, at)
    else:
        if errands.done(mail, at, **_kept(mail, envelope)):
            delivered(mail, at)
    return True


def _kept(mail: Mail, envelope: Envelope) -> dict[str, str]:
    """Only the demo keeps what was minted, or said once: there /outbox is the mailbox."""
    if settings.DEMO:
        return {"text": envelope.text, "html": envelope.html}
    return {"text": "", "html": ""} if mail.mints == ONCE else {}


def delivered(mail: Mail, at: datetime) -> bool:
    """The mail server has accepted it. If it is the notice of a delivery, the review window begins."""
    if mail.event is not None and mail.event.kind == "milestone.delivered":
        return reviews.start(delivery=_delivery(mail.event), at=at)
    return False


def undelivered(mail: Mail, at: datetime) -> bool:
    """It never will be accepted. Without the notice, or without both reminders, the clock does not approve."""
    event = mail.event
    if event is None or mail.party_id != event.project.client_id or not _all_died(event, mail):
        return False
    if event.kind == "milestone.delivered" or (event.kind == "review.reminded" and _reminders_died(mail)):
        return reviews.stall(delivery=_delivery(event), at=at)
    return False


def _reminders_died(mail: Mail) -> bool:
    assert mail.event is not None, "asked of reminders"
    about = reviews.reminders(mail.event.project, _delivery(mail.event))
    dead = Mail.objects.filter(event__in=about, party=mail.party_id, dead_at__isnull=False).select_related("event")
    reminders = {each.event_id: each for each in dead}
    return sum(_all_died(each.event, each) for each in reminders.values() if each.event) >= REMINDERS


def _all_died(event: Event, mail: Mail) -> bool:
    """A party has several addresses: it was not told only when none of them could be reached."""
    return not Mail.objects.filter(event=event, party=mail.party_id, dead_at=None).exists()


def _delivery(event: Event) -> Delivery:
    rows = Delivery.objects.select_related("milestone__project__terms")
    return rows.get(pk=json.loads(event.data)["delivery"])


# -- what leaves -------------------------------------------------------------------------------


def _minted(mail: Mail, at: datetime) -> Envelope:
    """The mail as it leaves, with its link or code. Refused when that is wanted no more."""
    host = urlsplit(settings.BASE_URL).hostname
    envelope = Envelope(
        message_id=f"<{mail.pk}@{host}>",
        to=mail.to,
        subject=mail.subject,
        text=mail.text,
        html=mail.html,
        attachments=tuple(_attachments(mail)),
    )
    kind, _, subject = mail.mints.partition(":")
    match kind:
        case "" | "once":
            return envelope
        case "invitation":
            return _with(envelope, LINK_PLACE, _link(mail, subject, at))
        case "code":
            return _with(envelope, CODE_PLACE, _digits(subject, at))
        case "undo":
            return _with(envelope, LINK_PLACE, settings.BASE_URL + addresses.mint_undo(change_id=subject, at=at))
    raise AssertionError(f"nothing mints {mail.mints}")


def _link(mail: Mail, invitation_id: str, at: datetime) -> str:
    base = str(settings.BASE_URL)
    if mail.party is not None and mail.event is not None and _signs_in(mail):
        # They took an account since this mail was written: no link is needed to get in.
        return base + reverse("project", args=[mail.event.project_id])
    if Invitation.objects.filter(pk=invitation_id, revoked_at__isnull=False).exists():
        raise NotWanted("The link was taken back before the mail could be sent.")
    return base + invitations.mint(invitation_id=invitation_id, at=at)


def _signs_in(mail: Mail) -> bool:
    """Is it the address of a party that has an account, or of somebody with a login for it? Not that of a guest whom a
    proposal was passed on to."""
    members = Member.objects.filter(party=mail.party_id, ended_at=None)
    own = mail.party is not None and mail.to == mail.party.email
    return (members if own else members.filter(user__email=mail.to)).exists()


def _digits(code_id: str, at: datetime) -> str:
    if Code.objects.filter(pk=code_id, expires_at__lte=at).exists():
        raise NotWanted("The code expired before the mail could be sent.")
    return people.mint_code(code_id=code_id, at=at)


def _with(envelope: Envelope, place: str, minted: str) -> Envelope:
    return replace(envelope, text=envelope.text.replace(place, minted), html=envelope.html.replace(place, minted))


def _attachments(mail: Mail) -> Iterator[Attachment]:
    for file in File.objects.filter(pk__in=mail.attachments):
        with storage.open_file(settings.FILES, file.sha256) as opened:
            yield Attachment(file.name, opened.read(), file.media_type)
