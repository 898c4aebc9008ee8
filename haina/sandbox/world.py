"""All that the sandbox knows, in the memory of its one process and under one lock."""

import threading
import time
from collections import deque
from dataclasses import dataclass, field

from haina.sandbox import people
from haina.sandbox.errors import Refused
from haina.sandbox.faults import Faults
from haina.sandbox.journal import Journal
from haina.sandbox.wecom.corps import Corp, Suite

# Fixed, public and visibly made up: what the demo's account is connected with.
DEMO_APPID = "wx0000000000000001"
DEMO_SECRET = "sandboxsandboxsandboxsandbox0001"  # noqa: S105 - opens nothing but this process
# What the sandbox takes for an SMS.
SECRET_ID, SDK_APP_ID, SIGN_NAME = "AKIDsandbox0000000001", "1400000001", "海纳沙箱"
SECRET_KEY = "sandboxsandboxsandboxsandbox0002"  # noqa: S105 - signatures are not checked
SMS_TEMPLATES = {
    "1000001": "您的验证码是{1}，5分钟内有效。如非本人操作请忽略。",
    "1000002": "您有{1}条住户认证申请待审核，请尽快登录后台处理。",
    "1000003": "您的住户认证状态有更新，请打开微信公众号查看。",
}
SYSTEM_TAGS = {2: "星标组"}
FIRST_TAG = 100


@dataclass(slots=True)
class Person:
    """A WeChat user as one account knows them: by an openid."""

    openid: str
    unionid: str
    nickname: str
    order: int  # in which order people came to follow
    subscribed: bool = False
    subscribed_at: int = 0
    remark: str = ""
    tag_ids: list[int] = field(default_factory=list)
    blocked: bool = False
    came_by: str = "ADD_SCENE_SEARCH"
    scene: str = ""
    refuses: bool = False  # switched the account's messages off: failed:user block


@dataclass
class Server:
    """服务器配置: where WeChat posts messages and events, and how it seals them."""

    url: str = ""
    token: str = ""
    aes_key: str = ""
    mode: str = "safe"  # plain, compatible or safe


@dataclass
class Account:
    """A service account: what its owner can set, and all that WeChat keeps of it."""

    appid: str
    secret: str
    name: str = "沙箱服务号"
    verified: bool = True  # 认证: without it no call beyond the token is allowed
    allowed_ips: list[str] | None = None  # None: any
    daily_sends: int = 100_000
    server: Server = field(default_factory=Server)
    people: dict[str, Person] = field(default_factory=dict)
    tags: dict[int, str] = field(default_factory=lambda: dict(SYSTEM_TAGS))
    last_tag: int = FIRST_TAG - 1
    last_order: int = 0
    tokens: dict[str, float] = field(default_factory=dict)  # to the moment at which each expires
    latest: dict[str, str] = field(default_factory=dict)  # by kind: token, stable_token
    forced: list[float] = field(default_factory=list)
    tickets: dict[str, dict] = field(default_factory=dict)
    codes: dict[str, dict] = field(default_factory=dict)
    grants: dict[str, dict] = field(default_factory=dict)  # OAuth tokens of people
    templates: dict[str, dict] = field(default_factory=dict)
    sent: dict[tuple, tuple] = field(default_factory=dict)  # by client_msg_id
    sends_today: int = 0
    outcome: str = "success"  # of template messages; or: failed: system failed

    @property
    def original_id(self) -> str:
        return f"gh_{self.appid[-12:]}"

    def person(self, openid) -> Person:
        """Whoever has this openid at this account."""
        if isinstance(openid, str) and openid in self.people:
            return self.people[openid]
        elsewhere = any(openid in other.people for other in world.accounts.values())
        raise Refused(49003 if elsewhere else 40003)

    def add_person(self, number: int) -> Person:
        openid = people.openid(self.appid, number)
        nickname, unionid = people.nickname(number), people.unionid(number)
        person = Person(openid, unionid, nickname, order=self.next_order())
        return self.people.setdefault(openid, person)

    def next_order(self) -> int:
        self.last_order += 1
        return self.last_order

    def followers(self) -> list[Person]:
        """In the order in which they came."""
        return sorted((p for p in self.people.values() if p.subscribed), key=lambda p: p.order)


class World:
    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.restart()

    def restart(self) -> None:
        """Forget everything."""
        self.ahead = 0.0
        self.accounts: dict[str, Account] = {}
        self.corps: dict[str, Corp] = {}
        self.suites: dict[str, Suite] = {}
        self.faults = Faults()
        self.journal = Journal()
        self.inbox: deque[dict] = deque(maxlen=5_000)  # what arrived on people's phones
        self.sms: deque[dict] = deque(maxlen=5_000)  # to whatever number
        self.numbers = 0

    def now(self) -> float:
        """The clock of the sandbox, which can be put forward."""
        return time.time() + self.ahead

    def number(self) -> int:
        """A message id: another one each time, and larger."""
        self.numbers += 1
        return int(self.now()) * 100_000 + self.numbers

    def account(self, appid: str) -> Account:
        if appid not in self.accounts:
            raise Refused(40013)
        return self.accounts[appid]


world = World()
