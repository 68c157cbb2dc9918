"""What the operator may do about people: bar somebody, let them in again, share the running of the house."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from milepost.core.refusals import NotAllowed, Refused, Stale
from milepost.models import Installation, Mail, User


class LastOperator(Refused):
    """Somebody has to run the installation."""


def bar(*, user: User, by: User, at: datetime) -> User:
    """They can't sign in any more, and are signed out with their next request. What they agreed stands as it is.

    Refuses oneself, and the last operator.
    """
    return _change(user, by, at, is_active=False)


def let_in(*, user: User, by: User, at: datetime) -> User:
    """Somebody who was barred may sign in again."""
    return _change(user, by, at, is_active=True)


def make(*, user: User, by: User, at: datetime) -> User:
    """One more person runs the installation."""
    return _change(user, by, at, is_operator=True)


def unmake(*, user: User, by: User, at: datetime) -> User:
    """They run the installation no more; oneself too, as long as somebody is left who does."""
    return _change(user, by, at, is_operator=False)


def send_again(*, mail: Mail, by: User, at: datetime) -> Mail:
    """A mail that was given up is due at once, with all its tries. `Stale` for one that was not given up."""
    _must_operate(by)
    given_up = Mail.objects.filter(pk=mail.pk, done_at=None, dead_at__isnull=False)
    if given_up.update(dead_at=None, due_at=at, attempts=0, leased_until=None) != 1:
        raise Stale(_("This mail is under way already."))
    mail.refresh_from_db()
    return mail


def _change(user: User, by: User, at: datetime, **changes: bool) -> User:
    _must_operate(by)
    if changes.get("is_active") is False and user.pk == by.pk:
        raise Refused(_("You can’t bar yourself."))
    with transaction.atomic():
        # Two operators who remove each other at once: the second one sees what the first one did.
        Installation.objects.select_for_update().get(pk=1)
        _must_operate(User.objects.get(pk=by.pk))
        if False in changes.values():
            others = User.objects.filter(is_operator=True, is_active=True).exclude(pk=user.pk)
            if user.is_operator and not others.exists():
                raise LastOperator(_("Somebody has to run this installation: make somebody else operator first."))
        User.objects.filter(pk=user.pk).update(**changes)
    user.refresh_from_db()
    return user


def _must_operate(by: User) -> None:
    if not (by.is_operator and by.is_active):
        raise NotAllowed(_("Only the operator may do this."))
