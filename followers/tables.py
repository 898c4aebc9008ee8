from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import django_tables2 as tables
from django.utils.translation import gettext_lazy

from followers.filters import SCENES
from followers.models import Follower, Tag
from followers.names import Named, Viewer, named
from haina.wechat.errors import sentence


@dataclass(frozen=True)
class Line:
    """A follower as the list shows them."""

    follower: Follower
    named: Named
    tags: list[Tag] = field(default_factory=list)

    @property
    def pk(self) -> int:
        return self.follower.pk

    @property
    def name(self) -> str:
        return self.named.name

    @property
    def resident(self) -> str:
        """As whom they are bound, where the name does not say it."""
        return "" if self.named.resident == self.name else self.named.resident

    @property
    def nickname(self) -> str:
        return "" if self.follower.nickname == self.name else self.follower.nickname

    @property
    def source(self) -> str:
        return str(SCENES.get(self.follower.scene, "—"))

    @property
    def fault(self) -> str:
        """Why WeChat did not take what we want of this follower."""
        code = self.follower.push_fault
        return "" if code is None else sentence(code)


def lines(followers: Sequence[Follower], tags: Iterable[Tag], viewer: Viewer) -> list[Line]:
    by_pk, names = {tag.pk: tag for tag in tags}, named(followers, viewer)
    return [
        Line(each, names[each.pk], [by_pk[pk] for pk in each.tag_ids if pk in by_pk])
        for each in followers
    ]


class FollowerTable(tables.Table):
    tick = tables.TemplateColumn(
        template_name="followers/cells/tick.html", verbose_name=gettext_lazy("批量")
    )
    star = tables.TemplateColumn(
        template_name="followers/cells/star.html", verbose_name=gettext_lazy("星标")
    )
    name = tables.TemplateColumn(
        template_name="followers/cells/name.html", verbose_name=gettext_lazy("用户")
    )
    source = tables.Column(verbose_name=gettext_lazy("关注来源"))
    subscribed_at = tables.DateTimeColumn(
        accessor="follower__subscribed_at",
        format="Y-m-d H:i",
        verbose_name=gettext_lazy("关注时间"),
    )
    state = tables.TemplateColumn(
        template_name="followers/cells/state.html", verbose_name=gettext_lazy("状态")
    )
    actions = tables.TemplateColumn(
        template_name="followers/cells/actions.html", verbose_name=gettext_lazy("操作")
    )

    class Meta:
        orderable = False
        empty_text = ""

    def __init__(self, *args, rights, **kwargs):
        hidden = () if rights.manage_followers else ("tick", "actions")
        super().__init__(*args, exclude=hidden, **kwargs)
