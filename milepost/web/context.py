"""What every page knows: the house, the look, who is reading, where they are. One query: the house's name."""

from __future__ import annotations

from typing import Any, Final, Literal

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from milepost.models import Installation, Party
from milepost.web import access

Theme = Literal["system", "light", "dark"]
THEMES: Final[tuple[Theme, ...]] = ("system", "light", "dark")

# Pages by the name of their URL; a view that knows better passes `nav` itself.
PLACES: Final[dict[str, tuple[str, ...]]] = {
    "home": ("home",),
    "projects": ("project", "proposal", "draft", "terms", "milestone", "invoice", "file"),
    "settings": ("settings", "party", "installation", "account_", "signing-in", "mfa_", "address"),
}


def house(request: HttpRequest) -> dict[str, Any]:
    """The variables of `base.html`; each is described where it is used there."""
    user = getattr(request, "user", None)
    return {
        "house_name": SimpleLazyObject(_name),
        "theme": theme(request),
        "nav": _place(request),
        "person": user if user is not None and user.is_authenticated else None,
        # Read where a page shows them; the page itself has read them already, mostly.
        "person_parties": SimpleLazyObject(lambda: _parties(request)),
        # Whether there is a page of what they hold for others.
        "person_holds": SimpleLazyObject(lambda: any(getattr(party, "holds", False) for party in _parties(request))),
        "demo": _demo(user) if settings.DEMO else None,
        # In the demo no money is real; elsewhere the page of a project held by `sandbox` says so itself.
        "pretend_money": settings.DEMO,
    }


def _parties(request: HttpRequest) -> list[Party]:
    user = getattr(request, "user", None)
    return access.parties(request) if user is not None and user.is_authenticated else []


def theme(request: HttpRequest) -> Theme:
    """The look chosen, from the cookie `theme`; whatever else stands in it means the system's."""
    chosen = request.COOKIES.get("theme", "")
    return next((known for known in THEMES if known == chosen), "system")


def _name() -> str:
    """Asked for when a page says it, so that a fragment without a frame asks nothing."""
    return Installation.objects.values_list("name", flat=True).first() or "Milepost"


def _place(request: HttpRequest) -> str:
    match = request.resolver_match
    name = (match.url_name if match else None) or ""
    return next((place for place, stems in PLACES.items() if name.startswith(stems)), "")


def _demo(user: Any) -> dict[str, Any]:
    """Who the reader of the demo is, and who they may become."""
    cast = {
        "ada": ("Ada", _("freelancer")),
        "carl": ("Carl", _("client")),
        "cora": ("Cora", _("custodian")),
        "nils": ("Nils", _("custodian, second person")),
        "olga": ("Olga", _("operator")),
    }
    you = str(getattr(user, "email", "")).partition("@")[0]
    name, side = cast.get(you, ("", ""))
    # Nils is needed where Cora has to ask him; for the others he would only be one name more.
    shown = [key for key in cast if key != you and (key != "nils" or you == "cora")]
    others = [{"key": key, "name": cast[key][0], "side": cast[key][1]} for key in shown]
    return {"you": name, "side": side, "others": others}
