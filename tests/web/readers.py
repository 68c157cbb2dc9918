"""Who reads the pages: people who are signed in, a guest with a link, Mallory, nobody."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.test import Client

from milepost.actions import invitations, people
from milepost.models import Code, Invitation, Party, Project
from milepost.models.base import new_id
from tests import cast
from tests.cast import NOON, Person
from tests.web.entering import enter

# What no page may ever carry unescaped.
CANARY = "<script>alert('x')</script>\"><img src=x onerror=alert(1)>"


def signed_in(person: Person, *, fresh: bool = True) -> Client:
    """A browser in which somebody is signed in; not fresh: since yesterday."""
    return enter(Client(), person.user, ago=timedelta(days=0 if fresh else 1))


def mallory() -> Client:
    """A stranger with an account and a party."""
    return signed_in(cast.person("Mallory", f"mallory-{new_id('x')[-8:]}@example.org"))


def token(project: Project, party: Party) -> str:
    """The path of a link, as the worker mints it."""
    invitation = Invitation.objects.filter(project=project, party=party, revoked_at=None).order_by("-made_at").first()
    invitation = invitation or invitations.invite(project=project, party=party, at=NOON)
    return invitations.mint(invitation_id=invitation.pk, at=NOON)


def guest(project: Project, side: str = "client") -> Client:
    """A browser that opened the link to a project."""
    client = Client()
    response = client.post(token(project, project.party(side)))  # type: ignore[arg-type]
    assert response.status_code == 302
    return client


def coded(client: Client, path: str, data: dict[str, Any] | None = None) -> HttpResponse:
    """Posts what binds, and then the code that was mailed for it, with everything that the page kept."""
    asked = client.post(path, data or {})
    assert "one-time-code" in asked.content.decode(), asked.content.decode()[:2000]
    kept: dict[str, list[Any]] = {}
    for name, value in asked.context["kept"]:
        kept.setdefault(name, []).append(value)
    return client.post(path, kept | {"code": digits()})  # type: ignore[return-value]


def digits() -> str:
    """Those of the newest code, as its mail says them."""
    return people.mint_code(code_id=Code.objects.latest("made_at", "id").pk, at=NOON)


def text(response: Any) -> str:
    return response.content.decode()
