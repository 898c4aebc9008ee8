"""WeChat's service account, as the rest of the product knows it: plain values in, plain values out.

A method makes one call, or none while WeChat's refusal of it is remembered (haina.wechat.tokens),
and raises what haina.wechat.errors has. It keeps no lock and expects none: whoever calls it holds
neither a row nor an advisory lock meanwhile.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from urllib.parse import quote

from django.conf import settings
from django.utils import timezone

from haina.wechat.client import OAClient
from haina.wechat.errors import OFFICIAL, refusal
from haina.wechat.models import Connection
from haina.wechat.visitors import is_refused

# What WeChat takes in one call.
MOST_DETAILS, MOST_TAGGED, MOST_BLOCKED = 100, 50, 20
BLOCKED = 43019  # as WeChat says it
read = OFFICIAL.read
SYSTEM_TAGS = frozenset({0, 1, 2})  # WeChat's own: nobody can rename, give or take them


class OpenidPage(NamedTuple):
    total: int
    openids: list[str]
    next: str  # what the next page begins after; "" when this was the last


class AccountTag(NamedTuple):
    id: int
    name: str
    count: int


class AccountTemplate(NamedTuple):
    id: str
    title: str
    content: str


@dataclass(frozen=True)
class Profile:
    """What WeChat tells of a user; of one who does not follow, only that."""

    openid: str
    subscribed: bool
    subscribed_at: datetime | None = None
    unionid: str = ""
    remark: str = ""
    tag_ids: tuple[int, ...] = ()
    scene: str = ""
    qr_scene: str = ""


@dataclass(frozen=True)
class QrCode:
    ticket: str
    url: str  # what the code says: to be drawn by ourselves
    expires_at: datetime

    @property
    def picture(self) -> str:
        """Where WeChat shows it."""
        return f"{settings.WECHAT_MP_BASE}/cgi-bin/showqrcode?ticket={quote(self.ticket, safe='')}"


@dataclass(frozen=True)
class Visitor:
    """Who comes back from 网页授权. On a snapshot page (快照页) it is nobody real."""

    openid: str
    unionid: str
    is_snapshot: bool
    nickname: str = ""


def official(connection: Connection) -> "OfficialAccount":
    return OfficialAccount(OAClient(connection))


class OfficialAccount:
    def __init__(self, client: OAClient) -> None:
        self._client = client

    def check(self) -> None:
        """Ask WeChat for a token and for something that only a verified account gets, whatever is
        remembered; all of that is forgotten."""
        self._client.prove()
        self.tags()

    def followers(self, after: str = "") -> OpenidPage:
        return read(page_of, self._client.user.get_followers(after))

    def blacklist(self, after: str = "") -> OpenidPage:
        return read(page_of, self._client.tag.get_black_list(after))

    def details(self, openids: Sequence[str]) -> list[Profile]:
        """Of at most 100, those who do not follow included."""
        people = [{"openid": openid, "lang": "zh_CN"} for openid in openids]
        return read(profiles_of, self._client.user.get_batch(people))

    def remark(self, openid: str, text: str) -> None:
        read(done, self._client.user.update_remark(openid, text))

    def tags(self) -> list[AccountTag]:
        """Without WeChat's own."""
        return read(tags_of, self._client.tag.get())

    def create_tag(self, name: str) -> int:
        return read(lambda told: int(told["id"]), self._client.tag.create(name))

    def rename_tag(self, tag_id: int, name: str) -> None:
        read(done, self._client.tag.update(tag_id, name))

    def delete_tag(self, tag_id: int) -> None:
        read(done, self._client.tag.delete(tag_id))

    def tag(self, tag_id: int, openids: Sequence[str]) -> None:
        """At most 50; all of them or none."""
        read(done, self._client.tag.tag_user(tag_id, list(openids)))

    def untag(self, tag_id: int, openids: Sequence[str]) -> None:
        read(done, self._client.tag.untag_user(tag_id, list(openids)))

    def block(self, openids: Sequence[str]) -> None:
        """At most 20; all of them or none."""
        read(done, self._client.tag.batch_black_list(list(openids)))

    def unblock(self, openids: Sequence[str]) -> None:
        read(done, self._client.tag.batch_unblack_list(list(openids)))

    def qr_code(self, scene: str, seconds: int) -> QrCode:
        """A code that tells its scene (up to 64 letters) when scanned, for 30 days at most."""
        wanted = {"expire_seconds": seconds, "action_name": "QR_STR_SCENE"}
        answer = self._client.qrcode.create(
            {**wanted, "action_info": {"scene": {"scene_str": scene}}}
        )
        return read(qr_code_of, answer)

    def templates(self) -> list[AccountTemplate]:
        return read(templates_of, self._client.template.get_all_private_template())

    def send(
        self, openid: str, template_id: str, data: dict, *, url: str = "", client_msg_id: str = ""
    ) -> str:
        """Send a template message, to nobody whom the account has blocked. Its id comes back with
        TEMPLATESENDJOBFINISH. Sent again within ten minutes with the same client_msg_id it reaches
        the recipient once."""
        if is_refused(self._client.connection.account, openid):
            raise refusal(BLOCKED)
        body = {"touser": openid, "template_id": template_id, "data": data}
        body |= {"url": url} if url else {}
        body |= {"client_msg_id": client_msg_id} if client_msg_id else {}
        answer = self._client.post("message/template/send", data=body)
        return read(lambda told: str(told["msgid"]), answer)

    def visitor(self, code: str, *, asks_profile: bool = False) -> Visitor:
        """Who consented on WeChat's page. A code works once, for five minutes."""
        client = self._client
        wanted = {"appid": client.appid, "secret": client.secret, "code": code}
        told = client.sns("oauth2/access_token", {**wanted, "grant_type": "authorization_code"})
        visitor = read(visitor_of, told)
        if visitor.is_snapshot or not asks_profile:
            return visitor
        wanted = {"access_token": read(token_of, told), "openid": visitor.openid, "lang": "zh_CN"}
        return read(visitor_of, client.sns("userinfo", wanted))


def done(told: dict) -> None:
    """Nothing is told but that it is done."""
    if told["errcode"] != 0:
        raise ValueError


def page_of(told: dict) -> OpenidPage:
    """The page after the last is empty, has no `data`, and may lead to itself."""
    openids = told.get("data", {}).get("openid", [])
    return OpenidPage(int(told["total"]), openids, told["next_openid"] if openids else "")


def profiles_of(told: list[dict]) -> list[Profile]:
    return [profile_of(each) for each in told]


def profile_of(told: dict) -> Profile:
    if not told["subscribe"]:
        return Profile(told["openid"], subscribed=False)
    tag_ids = tuple(sorted(set(told.get("tagid_list", [])) - SYSTEM_TAGS))
    return Profile(
        openid=told["openid"],
        subscribed=True,
        subscribed_at=datetime.fromtimestamp(told["subscribe_time"], UTC),
        unionid=told.get("unionid", ""),
        remark=told.get("remark", ""),
        tag_ids=tag_ids,
        scene=told.get("subscribe_scene", ""),
        qr_scene=told.get("qr_scene_str") or str(told.get("qr_scene") or ""),
    )


def tags_of(told: list[dict]) -> list[AccountTag]:
    tags = [AccountTag(int(tag["id"]), tag["name"], int(tag["count"])) for tag in told]
    return [tag for tag in tags if tag.id not in SYSTEM_TAGS]


def qr_code_of(told: dict) -> QrCode:
    expires_at = timezone.now() + timedelta(seconds=int(told["expire_seconds"]))
    return QrCode(told["ticket"], told["url"], expires_at)


def templates_of(told: dict) -> list[AccountTemplate]:
    return [
        AccountTemplate(each["template_id"], each["title"], each["content"])
        for each in told["template_list"]
    ]


def visitor_of(told: dict) -> Visitor:
    return Visitor(
        openid=told["openid"],
        unionid=told.get("unionid", ""),
        is_snapshot=bool(told.get("is_snapshotuser")),
        nickname=told.get("nickname", ""),
    )


def token_of(told: dict) -> str:
    return told["access_token"]
