"""Which followers a list shows, as its URL says, and which of them a bulk act means."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from followers.filters import ON, FollowerFilter
from followers.models import (
    BLOCKED,
    EVERYBODY,
    GONE,
    STARRED,
    Follower,
    FollowerQuerySet,
    Tag,
    Tally,
)
from followers.names import Viewer
from haina.lib.natural import natural_key
from haina.lib.sealed import PLAIN, SEALED, opened, seal
from haina.wechat.errors import sentence

# What the list keeps in its URL, and every page that leads back to the list with it.
STATE = (
    *(PLAIN, SEALED, "tag", "starred", "gone", "bound", "scene", "since", "until", "blocked"),
    *("after", "before"),
)
MOST_COUNTED = 10_000  # more than these are not counted for a list


@dataclass(frozen=True)
class Number:
    """How many; `more` where they were not counted to the end."""

    value: int
    more: bool = False

    def __str__(self):
        return f"{self.value}+" if self.more else str(self.value)


@dataclass(frozen=True)
class Group:
    """An entry of the side list: how it is asked for, and how many it holds."""

    kind: int
    name: str
    query: dict[str, str | int]
    number: int
    tag: Tag | None = None

    @property
    def fault(self) -> str:
        """Why WeChat did not take what was done to the tag."""
        code = self.tag and self.tag.push_fault
        return "" if code is None else sentence(code)

    @property
    def note(self) -> str:
        """Why the tag is 仅本地 or 未同步."""
        if self.tag and self.tag.is_local:
            return _("名称超过微信的 30 个字节，仅保存在本地。")
        return self.fault


@dataclass(frozen=True)
class Listing:
    """What the list is narrowed by, the account's tags and tallies. With a refusal, or where the
    address cannot be understood, nobody is shown: an act on all of them must not mean everybody."""

    filter: FollowerFilter
    tags: Sequence[Tag]
    tallies: dict[int, int]
    refusal: str = ""

    @property
    def followers(self) -> FollowerQuerySet:
        nobody = self.refusal or self.filter.errors
        return self.filter.qs.none() if nobody else self.filter.qs

    @property
    def narrows(self) -> bool:
        return bool(self.filter.asked or self.filter.errors)

    @cached_property
    def number(self) -> Number:
        """Of the tallies where these know it, else counted as far as somebody would read."""
        kind = self.filter.kind
        if kind is not None and not self.refusal:
            return Number(self.tallies.get(kind, 0))
        counted = self.followers.order_by()[: MOST_COUNTED + 1].count()
        return Number(min(counted, MOST_COUNTED), more=counted > MOST_COUNTED)

    @property
    def is_in_blacklist(self) -> bool:
        """Does the blacklist hold somebody whom the search would find, were they not there?"""
        asked = self.filter.asked
        if self.refusal or PLAIN not in asked or "blocked" in asked:
            return False
        return FollowerFilter(
            asked | {"blocked": ON},
            self.filter.queryset,
            viewer=self.filter.viewer,
            tags=self.tags,
        ).qs.exists()

    @property
    def groups(self) -> list[Group]:
        """全部用户, 星标用户, 黑名单 and each tag."""
        fixed = [
            (EVERYBODY, _("全部用户"), {}),
            (STARRED, _("星标用户"), {"starred": ON}),
            (BLOCKED, _("黑名单"), {"blocked": ON}),
        ]
        number = self.tallies.get
        own = [Group(*group, number(group[0], 0)) for group in fixed]
        return own + [
            Group(tag.pk, tag.name, {"tag": tag.pk}, number(tag.pk, 0), tag) for tag in self.tags
        ]

    @property
    def title(self) -> str:
        names = {group.kind: group.name for group in self.groups} | {GONE: _("已取消关注")}
        return names.get(self.filter.kind, _("符合条件的用户"))

    @property
    def tag(self) -> Tag | None:
        """The tag whose followers are shown."""
        asked = self.filter.asked.get("tag")
        return next((tag for tag in self.tags if str(tag.pk) == asked), None)


def listing(query: QueryDict, viewer: Viewer) -> Listing:
    """The list in the state that a query string names."""
    tags = sorted(Tag.objects.within(viewer.scope).filter(gone=False), key=place_of_tag)
    tallies = dict(Tally.objects.within(viewer.scope).values_list("kind", "number"))
    followers = Follower.objects.within(viewer.scope)
    chosen = FollowerFilter(opened(query), followers, viewer=viewer, tags=tags)
    return Listing(chosen, tags, tallies)


def place_of_tag(tag: Tag):
    return natural_key(tag.name), tag.pk


def list_url(request, *, only: Sequence[str] = STATE, **changes) -> str:
    """The list in the state that this page was opened from, with some of it changed."""
    state = {key: request.GET[key] for key in only if request.GET.get(key)} | changes
    kept = {key: str(value) for key, value in state.items() if value}
    return reverse("followers:list", args=[request.account.slug], query=kept)


def search_url(request) -> str:
    """The list in the state that a form has posted, what is searched for sealed."""
    kept = {key: request.POST[key] for key in STATE[:-2] if request.POST.get(key)}
    if searched := kept.pop(PLAIN, ""):
        kept[SEALED] = seal(searched)
    return reverse("followers:list", args=[request.account.slug], query=kept)
