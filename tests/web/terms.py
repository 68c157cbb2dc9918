"""Proposals as their pages are tested: how they stand, and what a client types to sign."""

from __future__ import annotations

from milepost.models import Terms

SIGNED = {
    "signature_typed": "Carl Olsen",
    "legal_name": "Carl & Sons Ltd",
    "capacity": "Director",
    "postal_address": "2 High Street",
    "consent": "yes",
}


def status(terms: Terms) -> str:
    return Terms.objects.get(pk=terms.pk).status
