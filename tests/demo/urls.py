"""The addresses as they are in the demo: the tests' settings are not the demo's."""

from milepost.config.urls import handler404, handler500, urlpatterns
from milepost.web.urls import DEMO

__all__ = ["handler404", "handler500", "urlpatterns"]

urlpatterns = [*urlpatterns, *DEMO]
