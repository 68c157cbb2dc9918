"""Who may take an account: anybody, those who were invited, or nobody new; and the operator's own invitations."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from milepost.actions import mails
from milepost.core.refusals import NotAllowed, Refused, Stale
from milepost.events.wording import signing_in
from milepost.models import Admission, Installation, Invitation, MemberInvitation, User


class Admitted(Refused):
    """The address needs no invitation: it has one, or an account."""


def may_join(*, email: str, at: datetime) -> bool:
    """Whether a new account may be opened for exactly this address now.

    `invitation`: with a living link to a proposal, an invitation by a party, or the operator's. `closed`: for nobody,
    invited or not; guests go on with their links.
    """
    registration = Installation.objects.values_list("registration", flat=True).get(pk=1)
    email = email.strip().lower()
    invited = (
        Admission.objects.filter(email=email, ended_at=None).exists(),
        MemberInvitation.objects.filter(email=email, accepted_at=None, ended_at=None, expires_at__gt=at).exists(),
        Invitation.objects.alive(at).filter(email=email).exists(),
    )
    # All three are asked whatever the first ones say: the time that it takes tells nothing.
    return registration == "open" or (registration == "invitation" and any(invited))


def admit(*, email: str, by: User, at: datetime) -> Admission:
    """The operator invites an address; its mail names the page for new accounts and carries no token.

    Refuses others than the operator, what is no address, and an address that has an invitation or an account.
    """
    _must_operate(by)
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError:
        raise Refused(_("Type an e-mail address, like ada@example.org."), field="email") from None
    if User.objects.filter(email=email).exists():
        raise Admitted(_("There is an account with this address already."), field="email")
    try:
        with transaction.atomic():
            admission = Admission.objects.create(email=email, made_by=by, made_at=at)
            mails.write_letter(signing_in.admitted(), to=email, at=at)
    except IntegrityError:
        raise Admitted(_("This address is invited already."), field="email") from None
    return admission


def end(*, admission: Admission, by: User, at: datetime) -> Admission:
    """Takes an invitation back; an account that was opened with it stays. Refuses a second time."""
    _must_operate(by)
    if Admission.objects.filter(pk=admission.pk, ended_at=None).update(ended_at=at) != 1:
        raise Stale(_("This invitation was taken back already."))
    admission.ended_at = at
    return admission


def _must_operate(by: User) -> None:
    if not (by.is_operator and by.is_active):
        raise NotAllowed(_("Only the operator invites people to this installation."))
