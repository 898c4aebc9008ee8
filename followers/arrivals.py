"""Who has just followed, and is on our page before WeChat has told us."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from followers import details, store
from haina.accounts.models import ServiceAccount
from haina.lib.locks import Lock, hold
from haina.lib.throttle import Limit
from haina.wechat.errors import WeChatRefused
from haina.wechat.models import Connection
from haina.wechat.official import official

ASKED = Limit("follower.asked", 2, timedelta(minutes=1))


def has_come(account: ServiceAccount, openid: str, *, now: datetime) -> bool:
    """Ask WeChat whether this one follows, and write down who does: twice a minute at most, for
    visitors reload. Nobody does whom WeChat says nothing about."""
    if not ASKED.take(f"{account.pk}:{openid}", now=now):
        return False
    wechat = official(Connection.objects.get(account=account))
    try:
        (profile,) = details.profiles_of([openid], wechat)
    except WeChatRefused:
        return False
    if profile.subscribed:
        welcome(account, profile, asked_at=now)
    return profile.subscribed


@transaction.atomic
def welcome(account: ServiceAccount, profile, *, asked_at: datetime) -> None:
    hold(Lock.FOLLOWERS, account.pk)
    store.arrive(account.pk, [profile.openid], began=asked_at)
    store.learn(account.pk, [profile], asked_at=asked_at, now=timezone.now())
