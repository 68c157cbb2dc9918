"""For a WSGI server of one's own choice, in front of which a proxy stands; `milepost serve` brings its own."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "milepost.config.settings")

application = get_wsgi_application()
