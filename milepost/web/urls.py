"""Every address of the site. Facts are nouns: a deed is a POST to the collection of its fact."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
