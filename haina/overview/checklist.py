"""The four steps of a new account. What is done is read from the rows, so nothing is kept of it."""

from dataclasses import dataclass, replace

from django.urls import reverse
from django.utils.translation import gettext as _

from communities.models import BuildingNode, Community
from haina.accounts.permissions import Rights, Section
from haina.accounts.scope import Scope
from haina.wechat.models import Connection
from residents.models import Resident


@dataclass(frozen=True)
class Step:
    """`url` is where it is done, "" while it waits for an earlier one. Of the steps that are left
    and that somebody may do, `is_next` is the first."""

    title: str
    text: str
    button: str
    url: str
    is_done: bool
    is_allowed: bool
    is_next: bool = False


def steps(slug: str, scope: Scope, rights: Rights) -> list[Step]:
    """As far as they are done; none once they all are."""
    community = Community.objects.within(scope).for_list().first()
    all_of_them = [
        add_community(slug, community, rights),
        add_rooms(slug, community, scope, rights),
        import_residents(slug, community, scope, rights),
        connect(slug, scope, rights),
    ]
    if all(step.is_done for step in all_of_them):
        return []
    open_ones = (step for step in all_of_them if step.url and step.is_allowed and not step.is_done)
    first = next(open_ones, None)
    return [replace(step, is_next=step is first) for step in all_of_them]


def add_community(slug: str, community: Community | None, rights: Rights) -> Step:
    return Step(
        title=_("建小区"),
        text=_("添加第一个小区，写下楼栋分几级，例如 栋/单元/房间号。"),
        button=_("添加小区"),
        url=reverse("communities:add", args=[slug]),
        is_done=community is not None,
        is_allowed=rights.manage_communities,
    )


def add_rooms(slug: str, community: Community | None, scope: Scope, rights: Rights) -> Step:
    return Step(
        title=_("楼栋结构"),
        text=_("为小区添加楼栋、单元和房间，可以整栋批量添加。"),
        button=_("添加楼栋"),
        url=reverse("communities:tree", args=[slug, community.pk]) if community else "",
        is_done=BuildingNode.objects.within(scope).rooms().exists(),
        is_allowed=rights.manage_communities,
    )


def import_residents(slug: str, community: Community | None, scope: Scope, rights: Rights) -> Step:
    query = {"community": community.pk} if community else {}
    return Step(
        title=_("导入住户"),
        text=_("下载模板，填好后上传；模板里写了的楼栋和房间会一起建好。"),
        button=_("批量导入"),
        url=reverse("residents:import", args=[slug], query=query) if community else "",
        is_done=Resident.objects.within(scope).exists(),
        is_allowed=rights.write_every_field,
    )


def connect(slug: str, scope: Scope, rights: Rights) -> Step:
    connected = Connection.objects.within(scope).filter(connected_at__isnull=False)
    return Step(
        title=_("连接公众号"),
        text=_("填写公众号的 AppID 和 AppSecret，住户就能在微信里认证。"),
        button=_("公众号设置"),
        url=reverse("official:settings", args=[slug]),
        is_done=connected.exists(),
        is_allowed=rights.cover(Section.ADMINISTRATORS.manage),
    )
