"""Asks WeChat what it holds of followers, and writes down what is new."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from followers import store
from haina.lib.locks import Lock, hold
from haina.wechat.errors import WeChatRefused
from haina.wechat.official import MOST_DETAILS, OfficialAccount, Profile

UNKNOWN_OPENID = {40003, 49003}


def learn_of(account_id: int, openids: Sequence[str], wechat: OfficialAccount) -> int:
    """Ask about all of them, and write down the answers together; how many rows changed."""
    asked_at = timezone.now()
    told = []
    for start in range(0, len(openids), MOST_DETAILS):
        told += profiles_of(openids[start : start + MOST_DETAILS], wechat)
    return write_down(account_id, told, asked_at=asked_at)


@transaction.atomic
def write_down(account_id: int, profiles: Sequence[Profile], *, asked_at: datetime) -> int:
    hold(Lock.FOLLOWERS, account_id)
    return store.learn(account_id, profiles, asked_at=asked_at, now=timezone.now())


def profiles_of(openids: Sequence[str], wechat: OfficialAccount) -> list[Profile]:
    """One for each. WeChat refuses all of them when it does not know one, so that one is looked for
    by halves: it counts as somebody who has left."""
    try:
        told = {profile.openid: profile for profile in wechat.details(openids)}
    except WeChatRefused as refusal:
        if refusal.code not in UNKNOWN_OPENID:
            raise
        if len(openids) > 1:
            middle = len(openids) // 2
            return profiles_of(openids[:middle], wechat) + profiles_of(openids[middle:], wechat)
        told = {}
    return [told.get(openid) or Profile(openid, subscribed=False) for openid in openids]
