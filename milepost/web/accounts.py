"""How people sign in: by a passkey or a code from the mail, with django-allauth; there are no passwords."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable
from typing import Any, Final

from allauth.account import views
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.core.internal.cryptokit import generate_user_code
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.messages import ERROR
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from milepost.actions import admissions, mails, people
from milepost.events.wording import signing_in
from milepost.models import Installation, User
from milepost.web import agents

# What allauth wants to send -> our letter. Whatever else it may think of is our own mistake.
LETTERS: Final[dict[str, str]] = {
    "account/email/login_code": "sign_in",
    "account/email/email_confirmation": "confirm",
    "account/email/email_confirmation_signup": "confirm",
    "account/email/unknown_account": "unknown",
    "account/email/account_already_exists": "known",
    "account/email/uninvited": "uninvited",
}


View = Callable[..., HttpResponse]


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """What of allauth is ours: the codes, the letters, and where somebody goes who has just signed in."""

    def clean_email(self, email: str) -> str:
        """In small letters, so that one mailbox is one person."""
        return email.strip().lower()

    def generate_login_code(self) -> str:
        """Eight digits: typed on a phone's keypad, too many to be guessed in the tries that there are."""
        return str(generate_user_code(numeric=True, length=8))

    def generate_email_verification_code(self) -> str:
        return self.generate_login_code()

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """A row that the worker sends: tried again, and as quick for an address that nobody knows."""
        at = timezone.now()
        if notice := signing_in.NOTICES.get(template_prefix):
            mails.write_letter(notice(_seen(context)), to=email, at=at)
            return
        letter = LETTERS[template_prefix]
        facts = {"email": email, "code": context.get("code", ""), "base": settings.BASE_URL}
        facts["welcome"] = admissions.may_join(email=email, at=at)
        mails.write(
            to=email,
            subject=_subject(letter),
            text=render_to_string(f"mail/account/{letter}.txt", facts),
            html=render_to_string(f"mail/account/{letter}.html", facts),
            at=at,
            once=True,
        )

    def send_account_already_exists_mail(self, email: str) -> None:
        """To whoever may not open an account: there is one already, or nobody has invited them."""
        known = User.objects.filter(email=email).exists()
        self.send_mail(f"account/email/{'account_already_exists' if known else 'uninvited'}", email, {})

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Whether there is a page for new accounts at all; by invitation, the address decides (`SignupForm`)."""
        return Installation.objects.exclude(registration="closed").exists()

    def is_reauthentication_required(self, *, app: str) -> bool:
        """Asked by `access.confirmed`, which stands before each of allauth's pages, for people without a factor too."""
        return False

    def login(self, request: HttpRequest, user: User) -> None:
        """The session knows when they signed in, and stands in the list of sessions."""
        super().login(request, user)
        if not get_authentication_records(request, user):
            record_authentication(request, user, method="code", email=user.email)
        UserSession.objects.create_from_request(request)

    def add_message(self, request: HttpRequest, level: int, *args: Any, **kwargs: Any) -> None:
        """Only what went wrong: the pages themselves say what has happened and what comes next."""
        if level >= ERROR:
            super().add_message(request, level, *args, **kwargs)

    def post_login(self, request: HttpRequest, user: User, **facts: Any) -> HttpResponse:
        """In the POST of the right code: what was sent to this address as to a guest is theirs from now on."""
        people.claim(user=user, at=timezone.now())
        response: HttpResponse = super().post_login(request, user, **facts)
        return response

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        """Like for an address that nobody knows."""
        return redirect(reverse("account_login"))


def steady(view: View) -> View:
    """An address that was typed is answered after the same time, whatever there was to do for it."""

    @functools.wraps(view)
    def timed(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        begun = time.monotonic()
        response = view(request, *args, **kwargs)
        if request.method == "POST" and response.status_code == 302:
            time.sleep(max(0.0, settings.ANSWER_SECONDS - (time.monotonic() - begun)))
        return response

    return timed


ask_code = steady(views.request_login_code)
sign_up = steady(views.signup)


def confirm_address(request: HttpRequest) -> HttpResponse:
    """The code after opening an account. Whoever is signed in by now has no use for it."""
    if request.user.is_authenticated:
        return redirect("home")
    response: HttpResponse = views.email_verification_sent(request)
    return response


def _subject(letter: str) -> str:
    return {
        "sign_in": _("Your code to sign in"),
        "confirm": _("Your code to confirm your address"),
        "unknown": _("There is no account with this address"),
        "known": _("You have an account already"),
        "uninvited": _("New accounts are by invitation here"),
    }[letter]


def _seen(context: dict[str, Any]) -> signing_in.Facts:
    """What the server has seen of the browser, for a notice."""
    return ((_("From"), str(context.get("ip", ""))), (_("Browser"), agents.words(str(context.get("user_agent", "")))))
