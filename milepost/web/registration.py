"""Opening an account: whether one may is said to the mailbox alone, never on the page."""

from __future__ import annotations

from allauth.account import forms
from django.utils import timezone

from milepost.actions import admissions


class SignupForm(forms.SignupForm):  # type: ignore[misc]
    """An address that nobody has invited goes the way of one that has an account: the same page, and a letter."""

    def clean_email(self) -> str:
        # Asked first, so that the answer takes as long for addresses that have an account.
        welcome = admissions.may_join(email=self.cleaned_data["email"], at=timezone.now())
        email: str = super().clean_email()
        if not welcome:
            self.account_already_exists = True
        return email
