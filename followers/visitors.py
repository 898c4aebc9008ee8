"""What the connection to WeChat asks of followers and tells about them."""

from datetime import datetime

from followers.models import Follower
from followers.recipients import FollowersOfTheAccount
from followers.services import sync_soon
from haina.accounts.models import ServiceAccount
from haina.wechat import recipients, visitors
from haina.wechat.models import Connection
from haina.wechat.signals import connected, profile_given

LONGEST_NICKNAME = Follower._meta.get_field("nickname").max_length


def is_blocked(account: ServiceAccount, openid: str) -> bool:
    return Follower.objects.filter(account=account, openid=openid, blocked=True).exists()


def keep_nickname(sender, account: ServiceAccount, openid: str, nickname: str, **more) -> None:
    """Only of who follows: nobody would delete that of anybody else."""
    known = Follower.objects.filter(account=account, openid=openid, subscribed=True)
    # Without the lock of followers: one row, which stays in its groups.
    known.update(nickname=nickname.replace("\0", "")[:LONGEST_NICKNAME])


def read_all(sender, connection: Connection, now: datetime, **more) -> None:
    """Of an account that was just connected."""
    sync_soon(connection.account, now=now)


def register() -> None:
    recipients.register(FollowersOfTheAccount())
    connected.connect(read_all, dispatch_uid="followers.read_all")
    visitors.refuses.append(is_blocked)
    profile_given.connect(keep_nickname, dispatch_uid="followers.keep_nickname")
