"""The books as a Django app of their own."""

from __future__ import annotations

from django.apps import AppConfig
from django.core import checks
from django.db.models.signals import post_migrate

from milepost.ledger import guards, installation


class LedgerConfig(AppConfig):
    name = "milepost.ledger"
    label = "ledger"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        guards.register()
        # The one signal in the house: SQLite's migrations rebuild tables, and a rebuilt table has lost its triggers.
        post_migrate.connect(installation.after_migrate, sender=self)
        checks.register(installation.check, checks.Tags.database)
