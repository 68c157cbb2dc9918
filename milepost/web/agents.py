"""A browser and a place in words, from what a browser says of itself and where it came from. Nothing is asked of others."""

from __future__ import annotations

import ipaddress
import re
from typing import Final

from django.utils.translation import gettext as _

# In this order: each browser says the names of others too.
BROWSERS: Final = (
    (r"\bEdgA?/|\bEdgiOS/|\bEdge/", "Edge"),
    (r"\bOPR/|\bOPiOS/|\bOpera\b", "Opera"),
    (r"\bSamsungBrowser/", "Samsung Internet"),
    (r"\bFirefox/|\bFxiOS/", "Firefox"),
    (r"\bHeadlessChrome/|\bChrome/|\bChromium/|\bCriOS/", "Chrome"),
    (r"\bSafari/", "Safari"),
)
SYSTEMS: Final = (
    (r"\biPhone\b", "iPhone"),
    (r"\biPad\b", "iPad"),
    (r"\bAndroid\b", "Android"),
    (r"\bCrOS\b", "ChromeOS"),
    (r"\bWindows\b", "Windows"),
    (r"\bMac OS X\b|\bMacintosh\b", "macOS"),
    (r"\bLinux\b|\bX11\b", "Linux"),
)


def words(agent: str) -> str:
    """“Firefox on Linux”; what is not known is said so."""
    browser, system = _first(BROWSERS, agent), _first(SYSTEMS, agent)
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("A browser that is not known")


def place(address: str) -> str:
    """Where from, as far as an address alone tells: nobody else is asked about it."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return _("An address that is not known")
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    if found.is_loopback:
        return _("The computer that this runs on")
    if found.is_private:
        return _("Your own network (%(address)s)") % {"address": found}
    return _("The internet (%(address)s)") % {"address": found}


def _first(known: tuple[tuple[str, str], ...], agent: str) -> str:
    return next((name for pattern, name in known if re.search(pattern, agent)), "")
