"""Walks the URL configuration."""

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver


def every_route(patterns, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every route with its full path, such as `<slug:account>/residents/<int:pk>/edit/`."""
    for pattern in patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from every_route(pattern.url_patterns, path)
        else:
            yield path, pattern
