"""One page size rule for lists that have no table."""

from django.core.paginator import Page, Paginator

PAGE_SIZE = 30


def page_of(rows, request, *, size: int = PAGE_SIZE) -> Page:
    """The page that ?page= names; the nearest one if there is no such page."""
    return Paginator(rows, size).get_page(request.GET.get("page"))
