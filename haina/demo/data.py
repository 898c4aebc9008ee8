"""The demo account: a community with its buildings, made-up residents and staff.

The guide's own 腾讯小区 is not there: adding it is what a newcomer tries first.
"""

from datetime import datetime
from itertools import product

from django.conf import settings

from communities import services as communities
from communities.tree import grow
from haina.accounts import services as accounts
from haina.accounts.audit import Actor
from haina.accounts.models import Administrator, ServiceAccount, User
from haina.accounts.permissions import Level, ResidentField, Section
from haina.demo.staff import add_staff
from haina.sms import gateways
from residents import services as residents
from residents.models import Resident

SLUG = "demo"
PASSWORD = "haina-demo-2026"  # noqa: S105 - of the demo on the loopback, printed at its start
CREATOR, OPERATOR, OPS = "demo", "xiaohe", "ops"

# What the sandbox takes for an SMS: fixed, public, and good for nothing else (docs/sandbox.md).
SMS = {
    "secret_id": "AKIDsandbox0000000001",
    "secret_key": "sandboxsandboxsandboxsandbox0002",
    "sdk_app_id": "1400000001",
    "sign_name": "海纳沙箱",
    "region": "ap-guangzhou",
    "code_template": "1000001",
    "review_template": "1000002",
    "result_template": "1000003",
}

SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许"
GIVEN = ("晓明", "丽华", "建国", "秀英", "子涵", "浩然", "桂兰", "志强", "雨欣", "思远")
IDENTITIES = ("owner", "family", "owner", "tenant", "family", "term_tenant", "owner")


def load(*, now: datetime) -> ServiceAccount:
    """Open the demo account. Part of one transaction of the caller."""
    creator = User.objects.create_user(CREATOR, PASSWORD, name="马经理", phone="+8613800000001")
    operator = User.objects.create_user(OPERATOR, PASSWORD, name="小何", phone="+8613800000002")
    User.objects.create_superuser(OPS, PASSWORD, name="海纳小助手")
    by = Actor.command()
    account = accounts.open_account(slug=SLUG, name="蜂鸟小区A", creator=creator, by=by, now=now)
    account.is_demo = True
    account.save(update_fields=["is_demo"])
    by = Actor.command(account)
    add_operator(account, operator, by=by, now=now)
    fill(account, by=by, now=now)
    if settings.HAINA_SANDBOX:
        gateways.save(account, SMS, by=by, now=now)
    return account


def add_operator(account: ServiceAccount, user: User, *, by: Actor, now: datetime) -> None:
    role = Administrator.Role.OPERATOR
    place = accounts.add_administrator(account, user, role=role, by=by, now=now)
    fields = dict.fromkeys(ResidentField.values, Level.MANAGE)
    fields[ResidentField.ID_NUMBER] = Level.NONE
    sections = {Section.RESIDENTS: Level.MANAGE, Section.COMMUNITIES: Level.VIEW}
    accounts.set_rights(place, sections=sections, fields=fields, by=by, now=now)


def fill(account: ServiceAccount, *, by: Actor, now: datetime) -> None:
    community = communities.add(
        account,
        name="腾讯海纳体验小区",
        levels=["栋", "单元", "房间"],
        phone="075586013388",
        address="深圳市南山区",
        by=by,
        now=now,
    )
    rooms = [
        (block, entrance, f"{floor}{door:02d}")
        for block, entrance, floor, door in product("123", "12", range(1, 7), (1, 2))
    ]
    grown = grow(community, rooms, by=by, now=now)
    nodes = community.nodes.in_bulk(grown.values())
    for number, path in enumerate(rooms[: len(SURNAMES) * 2]):
        residents.register(
            community, room=nodes[grown[path]], by=by, now=now, **person(number, now)
        )
    add_staff(account, community, by=by, now=now)
    everybody = Resident.objects.filter(community=community)
    verified = list(everybody.order_by("pk").values_list("pk", flat=True))[::3]
    everybody.filter(pk__in=verified).update(verification=Resident.Verification.VERIFIED)


def person(number: int, now: datetime) -> dict:
    identity = IDENTITIES[number % len(IDENTITIES)]
    return {
        "name": SURNAMES[number % len(SURNAMES)]
        + GIVEN[(number * 7 + number // len(SURNAMES)) % len(GIVEN)],
        "gender": Resident.Gender.values[number % 2],
        "identity": identity,
        "lease_ends_on": now.date().replace(year=now.year + 1, day=28)
        if identity == Resident.Identity.TERM_TENANT
        else None,
        "phone": f"+86188{number * 7919 % 10**8:08d}",
    }
