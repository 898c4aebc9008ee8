"""Who can be sent a test message: the visitor's followers, by the names that they may see."""

from datetime import datetime

from django.utils.translation import gettext as _

from followers.models import Follower, FollowerQuerySet
from followers.names import Viewer, matching, named, refusal
from haina.accounts.audit import Actor
from haina.accounts.permissions import Rights, Section
from haina.accounts.scope import Scope
from haina.wechat.recipients import Found

SHOWN = 10


class FollowersOfTheAccount:
    def found(self, text: str, *, rights: Rights, scope: Scope, by: Actor, now: datetime) -> Found:
        if not rights.cover(Section.FOLLOWERS.view):
            return Found(refusal=_("您没有查看微信关注用户的权限，无法选择接收测试消息的用户。"))
        viewer, followers = Viewer(rights, scope), reachable(scope)
        if text and (refused := refusal(text, viewer, by=by, now=now)):
            return Found(refusal=refused)
        if text:
            followers = matching(followers, text, viewer)
        shown = list(followers.for_list()[:SHOWN])
        names = named(shown, viewer)
        return Found([(each.pk, names[each.pk].name) for each in shown])

    def one(self, number: int, *, rights: Rights, scope: Scope) -> Follower | None:
        if not rights.cover(Section.FOLLOWERS.view):
            return None
        return reachable(scope).filter(pk=number).first()


def reachable(scope: Scope) -> FollowerQuerySet:
    """Who follows and is not blocked."""
    return Follower.objects.within(scope).filter(subscribed=True, blocked=False)
