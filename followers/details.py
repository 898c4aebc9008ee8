"""Asks WeChat what it holds of followers, and writes down what is new."""

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from followers import store
from haina.lib.locks import Lock, hold
from haina.wechat.errors import NOBODYS_FAULT, WeChatRefused
from haina.wechat.official import OfficialAccount, Profile

MOST = 100  # openids that WeChat takes at once


def learn_of(account_id: int, openids: Sequence[str], wechat: OfficialAccount) -> int:
    """Ask about at most MOST of them; how many rows changed."""
    asked_at = timezone.now()
    profiles = profiles_of(openids, wechat)
    with transaction.atomic():
        hold(Lock.FOLLOWERS, account_id)
        return store.learn(account_id, profiles, asked_at=asked_at, now=timezone.now())


def profiles_of(openids: Sequence[str], wechat: OfficialAccount) -> list[Profile]:
    """One for each. WeChat refuses all of them when it does not know one, so that one is looked for
    by halves: it counts as somebody who has left."""
    if not openids:
        return []
    try:
        told = {profile.openid: profile for profile in wechat.details(openids)}
    except NOBODYS_FAULT:
        raise
    except WeChatRefused:
        if len(openids) > 1:
            middle = len(openids) // 2
            return profiles_of(openids[:middle], wechat) + profiles_of(openids[middle:], wechat)
        told = {}
    return [told.get(openid) or Profile(openid, subscribed=False) for openid in openids]
