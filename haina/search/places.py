from django.db.models import F, Q, Value
from django.db.models.functions import Concat, Length
from django.utils.translation import gettext as _

from communities.models import BuildingNode, Community
from haina.accounts.permissions import Section
from haina.search.addresses import pattern_of, pieces_of
from haina.search.asked import Asked, Found, Hit


def communities(asked: Asked) -> Found | None:
    sees_trees, sees_residents = asked.sees(Section.COMMUNITIES), asked.sees(Section.RESIDENTS)
    if not (sees_trees or sees_residents):
        return None
    found = Community.objects.within(asked.scope).matching(asked.text).for_list()
    hits = [
        Hit(
            each.name,
            asked.url("communities:tree", each.pk)
            if sees_trees
            else asked.url("residents:list", community=each.pk),
            each.address,
        )
        for each in found[: asked.most]
    ]
    every = [Hit(_("小区楼栋信息"), asked.url("communities:list", q=asked.text))]
    return Found(_("小区"), hits, every if hits and sees_trees else [])


def rooms(asked: Asked) -> Found | None:
    """The shortest address first: 101 before 1010."""
    if not (asked.rights.see_rooms or asked.sees(Section.COMMUNITIES)):
        return None
    found = rooms_at(asked.text, BuildingNode.objects.within(asked.scope).rooms())
    found = found.order_by(Length("address"), "community__name_key", "tree_id", "lft")
    nodes = found.select_related("community")[: asked.most + 1]
    hits = [Hit(node.address, room_url(asked, node), node.community.name) for node in nodes]
    more = _("还有更多房间，请补充小区或楼栋名称。") if len(hits) > asked.most else ""
    return Found(_("房间"), hits[: asked.most], note=more)


def rooms_at(text: str, rooms):
    """By part of the name, or by the names of an address, of which the last is looked at first."""
    wanted = Q(name__icontains=text)
    if pattern := pattern_of(text):
        rooms = rooms.alias(place=Concat(F("community__name"), Value(" "), F("address")))
        wanted |= Q(name__icontains=pieces_of(text)[-1]) & Q(place__iregex=pattern)
    return rooms.filter(wanted)


def room_url(asked: Asked, room: BuildingNode) -> str:
    if asked.rights.see_rooms:
        return asked.url("residents:room", room.pk)
    return asked.url("communities:tree", room.community_id, node=room.pk)
