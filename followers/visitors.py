"""Followers who open the account's pages in WeChat."""

from followers.models import Follower
from haina.accounts.models import ServiceAccount
from haina.wechat import oauth
from haina.wechat.signals import profile_given

LONGEST_NICKNAME = Follower._meta.get_field("nickname").max_length


def is_blocked(account: ServiceAccount, openid: str) -> bool:
    return Follower.objects.filter(account=account, openid=openid, blocked=True).exists()


def keep_nickname(sender, account: ServiceAccount, openid: str, nickname: str, **more) -> None:
    """Only of who follows: nobody would delete that of anybody else."""
    known = Follower.objects.filter(account=account, openid=openid, subscribed=True)
    known.update(nickname=nickname.replace("\0", "")[:LONGEST_NICKNAME])


def register() -> None:
    oauth.refuses.append(is_blocked)
    profile_given.connect(keep_nickname, dispatch_uid="followers.keep_nickname")
