"""Makes somebody with a session and a draft, in the data that the environment names; prints the cookie and the draft."""

from __future__ import annotations

import os
from datetime import UTC, datetime

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "milepost.config.settings"
django.setup()

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402

from milepost.actions import drafts, people  # noqa: E402
from milepost.core.actors import Actor  # noqa: E402
from milepost.models import User  # noqa: E402


def main() -> None:
    """One line: the session's key and the draft's id."""
    at = datetime.now(UTC)
    user = User.objects.create_user(email="ada@example.org", name="Ada Lindqvist")
    facts = people.PartyFacts(
        kind="person", legal_name="Ada Lindqvist", postal_address="1 Main Street", email=user.email
    )
    party = people.make_party(user=user, facts=facts, at=at)
    draft = drafts.start(by=Actor("party", party.pk, user.pk, user.email, "fresh"), at=at)
    session = SessionStore()
    session[SESSION_KEY] = user.pk
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    print(session.session_key, draft.pk)


if __name__ == "__main__":
    main()
