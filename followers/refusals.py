"""Why followers/services.py does not do what it was asked for."""

from django.utils.translation import gettext as _

MOST_TAGS, MOST_TAGS_EACH = 100, 20  # WeChat's limits: of an account, of a follower


class Refused(Exception):
    """The act is not possible, and nothing was changed; the message says why."""


class TooManyTags(Refused):
    def __str__(self):
        return _("标签最多 %d 个，请先删除不用的标签。") % MOST_TAGS


class TooManyTagsEach(Refused):
    """Some of the chosen followers would have more tags than WeChat lets them have."""

    def __init__(self, number: int) -> None:
        told = {"number": number, "most": MOST_TAGS_EACH}
        super().__init__(
            _(
                "有 %(number)d 位用户的标签会超过 %(most)d 个，没有改动任何用户。"
                "请先取消他们的一些标签。"
            )
            % told
        )


class TagExists(Refused):
    def __str__(self):
        return _("已有同名的标签，请换一个名称。")


class TagGone(Refused):
    def __str__(self):
        return _("标签已被删除，请重新选择。")
