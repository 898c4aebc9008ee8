from collections.abc import Sequence
from datetime import datetime, time, timedelta

import django_filters as filters
from django import forms
from django.db.models import TextChoices
from django.utils.timezone import get_current_timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from followers.models import BLOCKED, EVERYBODY, GONE, STARRED, Tag
from followers.names import Viewer, bound_or_not, matching, visible
from haina.lib.fields import all_of
from haina.lib.sealed import PLAIN

PLACEHOLDER = gettext_lazy("请输入用户昵称进行搜索")
NO_DATE = gettext_lazy("日期格式不正确，请按 2018-12-31 的格式填写。")
ON = "yes"


class Scene(TextChoices):
    """Where somebody began to follow: WeChat's subscribe_scene."""

    SEARCH = "ADD_SCENE_SEARCH", gettext_lazy("公众号搜索")
    QR_CODE = "ADD_SCENE_QR_CODE", gettext_lazy("扫描二维码")
    CARD = "ADD_SCENE_PROFILE_CARD", gettext_lazy("名片分享")
    LINK = "ADD_SCENE_PROFILE_LINK", gettext_lazy("图文页内名称点击")
    ITEM = "ADD_SCENE_PROFILE_ITEM", gettext_lazy("图文页右上角菜单")
    PAID = "ADD_SCENE_PAID", gettext_lazy("支付后关注")
    MIGRATION = "ADD_SCENE_ACCOUNT_MIGRATION", gettext_lazy("公众号迁移")
    ADVERTISEMENT = "ADD_SCENE_WECHAT_ADVERTISEMENT", gettext_lazy("微信广告")
    REPRINT = "ADD_SCENE_REPRINT", gettext_lazy("他人转载")
    LIVESTREAM = "ADD_SCENE_LIVESTREAM", gettext_lazy("视频号直播")
    CHANNELS = "ADD_SCENE_CHANNELS", gettext_lazy("视频号")
    WXA = "ADD_SCENE_WXA", gettext_lazy("小程序关注")
    OTHERS = "ADD_SCENE_OTHERS", gettext_lazy("其他")


SCENES = dict(Scene.choices)


class FilterForm(forms.Form):
    def clean(self):
        first, last = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        if first and last and first > last:
            self.add_error("until", _("关注时间的结束日期早于开始日期，请重新选择。"))

    @property
    def faults(self) -> list[str]:
        """What cannot be understood of the dates. Other nonsense cannot be typed into the form."""
        return [fault for name in ("since", "until") for fault in self.errors.get(name, [])]


def choice(label, choices, *, empty="", **options):
    empty = empty or all_of(label)
    return filters.ChoiceFilter(label=label, choices=choices, empty_label=empty, **options)


def day(label):
    widget = forms.DateInput(attrs={"autocomplete": "off", "data-date": True, "placeholder": label})
    return filters.DateFilter(
        label=label,
        method="by_day",
        widget=widget,
        error_messages={"invalid": NO_DATE},
    )


class FollowerFilter(filters.FilterSet):
    """What the list is narrowed by. Without a word about it, these are the followers of now who are
    not in the blacklist; `blocked` stands in the side list instead of the form."""

    q = filters.CharFilter(
        method="search",
        label=gettext_lazy("搜索"),
        widget=forms.TextInput(
            attrs={"type": "search", "placeholder": PLACEHOLDER, "autocomplete": "off"}
        ),
    )
    tag = choice(gettext_lazy("标签"), (), method="by_tag")
    starred = choice(gettext_lazy("星标"), [(ON, gettext_lazy("星标用户"))], method="by_star")
    gone = choice(
        gettext_lazy("关注状态"),
        [(ON, gettext_lazy("已取消关注"))],
        empty=gettext_lazy("已关注"),
        method="standing",
    )
    bound = choice(
        gettext_lazy("绑定住户"),
        [(ON, gettext_lazy("已绑定住户")), ("no", gettext_lazy("未绑定住户"))],
        method="by_binding",
    )
    scene = choice(gettext_lazy("关注来源"), Scene.choices)
    since = day(gettext_lazy("关注时间从"))
    until = day(gettext_lazy("关注时间至"))
    blocked = filters.ChoiceFilter(
        choices=[(ON, gettext_lazy("黑名单"))], method="standing", widget=forms.HiddenInput
    )

    class Meta:
        form = FilterForm

    def __init__(self, *args, viewer: Viewer, tags: Sequence[Tag], **kwargs):
        super().__init__(*args, **kwargs)
        self.viewer = viewer
        self.filters["tag"].extra["choices"] = [(tag.pk, tag.name) for tag in tags]
        if not visible(viewer):
            del self.filters["bound"]

    def filter_queryset(self, followers):
        """Named as the indexes of the lists are."""
        asked = self.asked
        if "blocked" in asked:
            followers = followers.filter(blocked=True)
            gone = {"subscribed": False} if "gone" in asked else {}
        else:
            followers = followers.filter(blocked=False)
            gone = {"subscribed": "gone" not in asked}
        return super().filter_queryset(followers.filter(**gone))

    def standing(self, followers, name, value):
        return followers

    def search(self, followers, name, value):
        return matching(followers, value, self.viewer)

    def by_tag(self, followers, name, value):
        """`groups` has an index, and names the tags of followers of now."""
        of_now = not {"blocked", "gone"} & self.asked.keys()
        column = "groups" if of_now else "tag_ids"
        return followers.filter(**{f"{column}__contains": [int(value)]})

    def by_star(self, followers, name, value):
        return followers.filter(starred=True)

    def by_day(self, followers, name, value):
        """As moments, which the index of the list knows."""
        begins = datetime.combine(value, time.min, tzinfo=get_current_timezone())
        if name == "since":
            return followers.filter(subscribed_at__gte=begins)
        return followers.filter(subscribed_at__lt=begins + timedelta(days=1))

    def by_binding(self, followers, name, value):
        return bound_or_not(followers, value == ON, self.viewer)

    @property
    def asked(self) -> dict:
        """The filters in use."""
        values = self.form.cleaned_data if self.form.is_bound and not self.errors else {}
        return {name: value for name, value in values.items() if value}

    @property
    def kind(self) -> int | None:
        """The group of the tallies that is shown, if it is one of them and nothing else."""
        kinds = {"starred": STARRED, "blocked": BLOCKED, "gone": GONE}
        match list(self.asked):
            case []:
                return None if self.errors else EVERYBODY
            case ["tag"]:
                return int(self.asked["tag"])
            case [name] if name in kinds:
                return kinds[name]
        return None

    @property
    def folded(self) -> int:
        """Those in use that a phone does not show."""
        return len(self.asked.keys() - {PLAIN, "blocked"})
