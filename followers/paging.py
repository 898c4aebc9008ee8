"""A page of the list by where it begins, not by its number: the last page of a million followers
costs as much as the first."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Self

from django.db.models import Q

from followers.models import Follower, FollowerQuerySet
from haina.lib.requests import number

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NEVER = timedelta(days=365 * 200) // timedelta(microseconds=1)


@dataclass(frozen=True)
class Mark:
    """Between which rows a page begins or ends: when somebody followed, and their pk. As text in
    an address: the microseconds, which are missing where that is not known, and the pk."""

    at: datetime | None
    pk: int

    @classmethod
    def of(cls, follower: Follower) -> Self:
        return cls(follower.subscribed_at, follower.pk)

    @classmethod
    def read(cls, text: str) -> Self | None:
        """None for what is no mark: then the list begins at its beginning."""
        at, _dot, pk = text.partition(".")
        moment, pk = number(at, 0), number(pk, 0)
        if not pk or (at and not 0 < moment < NEVER):
            return None
        return cls(EPOCH + timedelta(microseconds=moment) if at else None, pk)

    def __str__(self):
        at = (self.at - EPOCH) // timedelta(microseconds=1) if self.at else ""
        return f"{at}.{self.pk}"


@dataclass(frozen=True)
class Page:
    """Rows, and the marks of the pages on both sides, where there are any."""

    rows: list[Follower]
    before: Mark | None = None
    after: Mark | None = None


def page_of(followers: FollowerQuerySet, *, after: str, before: str, size: int) -> Page:
    """The page behind a mark or before one; the first page where there is none."""
    if mark := Mark.read(before):
        rows = some(followers, mark, size + 1, upwards=True)[::-1]
        if len(rows) > size:
            return Page(rows[1:], before=Mark.of(rows[1]), after=Mark.of(rows[-1]))
    elif mark := Mark.read(after):
        rows = some(followers, mark, size + 1, upwards=False)
        if rows:
            return Page(rows[:size], before=Mark.of(rows[0]), after=end_of(rows, size))
    rows = list(followers.for_list()[: size + 1])
    return Page(rows[:size], after=end_of(rows, size))


def end_of(rows: list[Follower], size: int) -> Mark | None:
    return Mark.of(rows[size - 1]) if len(rows) > size else None


def some(followers: FollowerQuerySet, mark: Mark, most: int, *, upwards: bool) -> list[Follower]:
    """The next rows on one side of the mark, the nearest first."""
    parts = (row for part in beyond(followers, mark, most, upwards=upwards) for row in part)
    return list(islice(parts, most))


def beyond(followers: FollowerQuerySet, mark: Mark, most: int, *, upwards: bool):
    """Those whose moment is known stand above the others. That it is not on the wrong side of the
    mark's is said once more than needed: so the index is read from there on."""
    side = "gt" if upwards else "lt"
    known, unknown = followers.exclude(subscribed_at=None), followers.filter(subscribed_at=None)
    nearer = Q(**{f"pk__{side}": mark.pk})
    if mark.at is None:
        yield in_order(unknown.filter(nearer), upwards=upwards)[:most]
        if upwards:
            yield in_order(known, upwards=True)[:most]
        return
    there = known.filter(**{f"subscribed_at__{side}e": mark.at})
    nearer |= Q(**{f"subscribed_at__{side}": mark.at})
    yield in_order(there.filter(nearer), upwards=upwards)[:most]
    if not upwards:
        yield in_order(unknown, upwards=False)[:most]


def in_order(followers: FollowerQuerySet, *, upwards: bool) -> FollowerQuerySet:
    return followers.for_list().reverse() if upwards else followers.for_list()
