"""Somebody has lost every passkey, the app and the recovery codes: the operator, who knows them, lets them begin anew."""

from __future__ import annotations

from datetime import datetime

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils.translation import gettext as _

from milepost.actions import addresses, mails
from milepost.core.refusals import NotAllowed, Refused, Stale
from milepost.events.wording import signing_in
from milepost.models import User


def take_off(*, user: User, by: User, at: datetime) -> None:
    """The code from the mail is enough for them again; every session of theirs ends, and their mailbox is told.

    Refuses others than the operator, oneself (whoever is signed in has the page for it), and who has no factor.
    """
    if not (by.is_operator and by.is_active):
        raise NotAllowed(_("Only the operator may do this."))
    if by.pk == user.pk:
        raise Refused(_("Take off your own under Signing in."))
    with transaction.atomic():
        if not Authenticator.objects.filter(user=user).delete()[0]:
            raise Stale(_("This person has no passkey and no authenticator app."))
        addresses.sign_out_everywhere(user=User.objects.select_for_update().get(pk=user.pk))
        mails.write_letter(signing_in.factors_taken_off(), to=user.email, at=at)
