"""What WeCom keeps of a corp: departments, members, the secrets that lead to them."""

from collections.abc import Iterator
from dataclasses import dataclass, field

ROOT = 1
SYNC, BUILT, SUITE = "sync", "app", "suite"  # whose secret it is
ACTIVE, DISABLED, WAITING = 1, 2, 4  # the status of a member


@dataclass
class Server:
    """接收事件服务器: where events are posted. They are always sealed."""

    url: str = ""
    token: str = ""
    aes_key: str = ""


@dataclass(slots=True)
class Department:
    id: int
    name: str
    parent: int
    order: int = 0
    children: dict[int, None] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class Member:
    userid: str
    name: str
    departments: list[int]
    serial: int = 0  # in which order they were created
    mobile: str = ""
    email: str = ""
    gender: str = "0"
    alias: str = ""
    position: str = ""
    telephone: str = ""
    address: str = ""
    external_position: str = ""
    biz_mail: str = ""
    order: list[int] = field(default_factory=list)
    is_leader_in_dept: list[int] = field(default_factory=list)
    direct_leader: list[str] = field(default_factory=list)
    main_department: int = ROOT
    enable: int = 1
    activated: bool = False
    generated: bool = False  # the userid was made up by WeCom, and may be changed once

    @property
    def status(self) -> int:
        if not self.enable:
            return DISABLED
        return ACTIVE if self.activated else WAITING


@dataclass
class App:
    """Whatever has a secret of its own: 通讯录同步, a self-built app, or an installed suite."""

    kind: str
    secret: str = ""
    agentid: int = 0
    name: str = ""
    parties: list[int] = field(default_factory=lambda: [ROOT])  # 可见范围
    users: list[str] = field(default_factory=list)
    trusted_ips: list[str] | None = None  # None: any
    enabled: bool = True
    edits: bool = False  # 通讯录编辑
    suite_id: str = ""
    tokens: dict[str, float] = field(default_factory=dict)  # to the moment at which each expires
    latest: str = ""


@dataclass
class Corp:
    """A corp. Its members are known by the lower case of their userid."""

    corpid: str
    name: str
    sync: App
    cap: int = 200
    creator: str = ""
    # Trusted by 通讯录同步 before August 2022: they may still read details.
    old_ips: list[str] = field(default_factory=list)
    server: Server = field(default_factory=Server)
    apps: dict[int, App] = field(default_factory=dict)
    departments: dict[int, Department] = field(default_factory=dict)
    members: dict[str, Member] = field(default_factory=dict)
    inside: dict[int, dict[str, Member]] = field(default_factory=dict)  # by department
    mobiles: dict[str, Member] = field(default_factory=dict)
    emails: dict[str, Member] = field(default_factory=dict)
    invited: list[dict] = field(default_factory=list)
    messages: list[dict] = field(default_factory=list)
    codes: dict[str, dict] = field(default_factory=dict)  # of OAuth
    tickets: dict[str, dict] = field(default_factory=dict)  # user_ticket
    last_department: int = ROOT
    last_serial: int = 0
    last_agent: int = 1_000_000

    def secrets(self) -> Iterator[App]:
        yield self.sync
        yield from self.apps.values()

    def member(self, userid) -> Member | None:
        return self.members.get(userid.lower()) if isinstance(userid, str) else None

    def put(self, member: Member) -> None:
        """Add a member, or take note of changed fields after `forget`."""
        if not member.serial:
            self.last_serial += 1
            member.serial = self.last_serial
        key = member.userid.lower()
        self.members[key] = member
        for department in member.departments:
            self.inside.setdefault(department, {})[key] = member
        if member.mobile:
            self.mobiles[member.mobile] = member
        if member.email:
            self.emails[member.email.lower()] = member

    def forget(self, member: Member) -> None:
        key = member.userid.lower()
        del self.members[key]
        for department in member.departments:
            del self.inside[department][key]
        self.mobiles.pop(member.mobile, None)
        self.emails.pop(member.email.lower(), None)

    def add_department(
        self, name: str, parent: int, order: int = 0, number: int | None = None
    ) -> Department:
        """With the next number, which none before it has had, unless one was chosen."""
        if number is None:
            number = self.last_department = max(self.last_department, *self.departments) + 1
        made = self.departments[number] = Department(number, name, parent, order)
        self.departments[parent].children[number] = None
        return made

    def above(self, department: int) -> Iterator[int]:
        """The department itself and all that it is in, up to the root."""
        while department:
            yield department
            department = self.departments[department].parent

    def below(self, department: int) -> Iterator[Department]:
        """The department itself and all in it."""
        found = self.departments[department]
        yield found
        for child in found.children:
            yield from self.below(child)

    def new_agent(self, app: App) -> App:
        self.last_agent += 1
        app.agentid = self.last_agent
        self.apps[app.agentid] = app
        return app


@dataclass
class Grant:
    """That a corp has installed a suite."""

    corpid: str
    agentid: int
    auth_code: str
    auth_until: float
    state: str = ""
    permanent_code: str = ""  # once the auth_code has been traded for it


@dataclass
class Suite:
    """A third party's app as its provider knows it."""

    suite_id: str
    secret: str
    name: str = "海纳员工信息"
    provider: str = "wwprovider00000001"
    edits: bool = True  # it has 通讯录编辑授权
    server: Server = field(default_factory=Server)
    ticket: str = ""
    tickets: dict[str, float] = field(default_factory=dict)
    pushed_at: float = 0
    tokens: dict[str, float] = field(default_factory=dict)
    latest: str = ""
    pre_auth_codes: dict[str, dict] = field(default_factory=dict)
    grants: list[Grant] = field(default_factory=list)

    def grant_of(self, corpid) -> Grant | None:
        """What the corp has granted and the suite has taken."""
        taken = (each for each in self.grants if each.corpid == corpid and each.permanent_code)
        return next(taken, None)
