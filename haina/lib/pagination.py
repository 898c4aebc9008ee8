"""One page size rule for all lists: how many rows, and which page."""

from collections.abc import Sequence

from django.core.paginator import Page, Paginator

PAGE_SIZE = 30
PAGE_SIZES = (20, 50, 100)


class NearestPage(Paginator):
    """Gives the last page for a number that is too large, and the first for nonsense."""

    def page(self, number):
        try:
            wanted = max(int(number), 1)
        except ValueError:
            wanted = 1
        return super().page(min(wanted, self.num_pages))


def page_of(rows, request, *, size: int = PAGE_SIZE, field: str = "page") -> Page:
    """The page that ?page= names, or another field of the address, as NearestPage takes it."""
    return NearestPage(rows, size).page(request.GET.get(field, 1))


def arrange(table, request, *, sizes: Sequence[int] = ()) -> None:
    """Sort a table and cut it to a page as ?sort= and ?page= say; ?size= chooses one of `sizes`,
    which is remembered. No address makes a page longer than that."""
    table.page_sizes = sizes
    table.order_by = request.GET.getlist(table.prefixed_order_by_field)
    page = request.GET.get(table.prefixed_page_field, 1)
    size = chosen_size(request, sizes) if sizes else PAGE_SIZE
    table.paginate(paginator_class=NearestPage, page=page, per_page=size)


def chosen_size(request, sizes: Sequence[int]) -> int:
    """The number of rows that this person last chose in any list, the first of `sizes` before."""
    asked = request.GET.get("size", "")
    if asked in map(str, sizes):
        request.session["page_size"] = int(asked)
    return request.session.get("page_size", sizes[0])
