"""Why communities/tree.py does not do what it was asked for."""

from django.conf import settings
from django.utils.translation import gettext as _

from communities.models import Community


class TreeRefused(Exception):
    """A change of the structure that cannot be; the message says why and what to do."""


class CommunityGone(TreeRefused):
    """The community was deleted while somebody waited for its lock."""

    def __init__(self) -> None:
        super().__init__(_("小区已被删除，请返回小区列表查看。"))


class NodeGone(TreeRefused):
    """The node was deleted meanwhile."""

    def __init__(self) -> None:
        super().__init__(_("该节点已被删除，请刷新页面后重试。"))


class TooDeep(TreeRefused):
    """The community has no further level."""

    def __init__(self, community: Community) -> None:
        super().__init__(_("该小区只有 %d 级结构，不能再添加下一级。") % community.depth)


class TooMany(TreeRefused):
    """The community would have more nodes than one may have."""

    def __init__(self, now: int, more: int) -> None:
        told = _("一个小区最多 %(most)d 个楼栋节点，已有 %(now)d 个，不能再添加 %(more)d 个。")
        super().__init__(told % {"most": settings.MOST_NODES, "now": now, "more": more})


class StillInhabited(TreeRefused):
    """Residents live below the node."""

    def __init__(self, residents: int) -> None:
        super().__init__(_("这里还有 %d 位住户，不能删除。请先移走或删除这些住户。") % residents)
        self.residents = residents


class NameTaken(TreeRefused):
    """A sibling has this name."""

    def __init__(self, name: str) -> None:
        super().__init__(_("同一级下已有“%s”，请换一个名称。") % name)
