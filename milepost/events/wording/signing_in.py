"""Letters about an account itself: what was added to it or taken off, and who is let in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.utils.translation import gettext as _

from milepost.events.wording.letters import Letter

Facts = tuple[tuple[str, str], ...]


def admitted() -> Letter:
    """The operator has invited the address. No token: whoever reads its mail opens the account."""
    return Letter(
        subject=_("You are invited to open an account"),
        opening=(_("Whoever runs this installation has invited you to open an account with this address."),),
        button=_("Open the account"),
        page=("account_signup", ""),
        next=_("Type this address on that page: a code comes by mail, and there is no password."),
        notes=(_("You did not expect this? Then there is nothing to do."),),
    )


def passkey_added(facts: Facts) -> Letter:
    return _changed(_("A passkey was added to your account"), _("It signs you in without a code from the mail."), facts)


def passkey_removed(facts: Facts) -> Letter:
    return _changed(_("A passkey was removed from your account"), _("It does not sign you in any more."), facts)


def app_on(facts: Facts) -> Letter:
    words = _("From now on signing in needs the code of the app, after the code from the mail.")
    return _changed(_("Your account asks for an authenticator app now"), words, facts)


def app_off(facts: Facts) -> Letter:
    words = _("Signing in no longer needs the code of an app.")
    return _changed(_("Your account no longer asks for an authenticator app"), words, facts)


def codes_made(facts: Facts) -> Letter:
    return _changed(_("New recovery codes were made"), _("The ones before are of no use any more."), facts)


def factors_taken_off() -> Letter:
    words = _(
        "Whoever runs this installation has taken your passkeys, your authenticator app and your recovery codes off."
    )
    return _changed(_("Signing in needs no second step any more"), words, ())


def _changed(subject: str, words: str, facts: Facts) -> Letter:
    return Letter(
        subject=subject,
        opening=(words,),
        facts=facts,
        button=_("See how you sign in"),
        page=("signing-in", ""),
        next=_("If it was you, there is nothing to do."),
        notes=(_("It was not you? Open that page at once, end all other sessions, and remove what is not yours."),),
    )


def address_changed(new: str, hours: int) -> Letter:
    """To the old address, with the way back."""
    return Letter(
        subject=_("Your account has another address now"),
        opening=(_("You sign in as %(new)s from now on, and what you have to know is mailed there.") % {"new": new},),
        button=_("Put this address back"),
        page=("address-undo", "token"),
        next=_("If it was you, there is nothing to do. The link above works for %(hours)d hours.") % {"hours": hours},
        notes=(_("It was not you? The link puts this address back, signs out every browser, and takes off every passkey and authenticator app that was added of late."),),
    )  # fmt: skip


def address_put_back(old: str) -> Letter:
    return Letter(
        subject=_("Your account has its old address again"),
        opening=(_("The change of the address was undone from the old mailbox. You sign in as %(old)s again.") % {"old": old},),
        next=_("Every browser was signed out. What was signed stays signed."),
    )  # fmt: skip


def address_taken() -> Letter:
    """To an address that another account wanted to take and that has one of its own."""
    return Letter(
        subject=_("You have an account already"),
        opening=(_("Somebody, probably you, wanted to change another account to this address. It has an account of its own."),),
        button=_("Sign in"),
        page=("account_login", ""),
        next=_("Nothing has changed. If it was not you, there is nothing to do."),
    )  # fmt: skip


# What django-allauth has done -> the letter about it.
NOTICES: Final[dict[str, Callable[[Facts], Letter]]] = {
    "mfa/email/webauthn_added": passkey_added,
    "mfa/email/webauthn_removed": passkey_removed,
    "mfa/email/totp_activated": app_on,
    "mfa/email/totp_deactivated": app_off,
    "mfa/email/recovery_codes_generated": codes_made,
}
