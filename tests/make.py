"""One function per model; a call names only what the test is about."""

import secrets
from base64 import b32decode
from itertools import count

from django.core.files.base import ContentFile
from django.utils import timezone
from django_otp.oath import totp

from communities import services as community_services
from communities import tree
from communities.models import BuildingNode, Community
from followers.models import Colleague, Follower, Tag
from haina.accounts import invitations
from haina.accounts import services as account_services
from haina.accounts.audit import Actor
from haina.accounts.models import (
    Administrator,
    Invitation,
    Scan,
    SecondFactor,
    ServiceAccount,
    User,
)
from haina.accounts.permissions import Level, ResidentField, Section
from haina.accounts.scan import LASTS
from haina.accounts.terms import Terms
from haina.jobs import files
from haina.jobs.models import Job
from haina.lib.encryption import keyed_hash
from haina.sandbox.seeds import DECISION, REVIEW
from haina.sandbox.world import SDK_APP_ID, SECRET_ID, SECRET_KEY, SIGN_NAME
from haina.sms.models import Gateway
from haina.wechat.models import Connection, Corp, Template
from reminders.models import BindingInvitation, Reminder, Switch
from residents import services as resident_services
from residents.models import Binding, Import, Move, Resident, Rules, VerificationApplication
from residents.verification import applications
from staff import departments
from staff import services as staff_services
from staff.models import Department, Employee, StaffImport

PASSWORD = "wan-shang-hao-8"
SECRET = "HAINA234HAINA234HAINA234HAINA234"  # of an authenticator app
numbers = count(1)


def user(username: str = "", **fields) -> User:
    username = username or f"user{next(numbers)}"
    return User.objects.create_user(username, PASSWORD, **{"name": username, **fields})


def second_factor(user: User, secret: str = SECRET) -> SecondFactor:
    return SecondFactor.objects.create(user=user, secret=secret, set_up_at=timezone.now())


def code(secret: str = SECRET, *, step: int = 0) -> str:
    """What the user's phone shows, now or some steps later."""
    return f"{totp(b32decode(secret), drift=step):06d}"


def scan(slug: str) -> str:
    """The token in the code of a browser that waits."""
    token = secrets.token_urlsafe(32)
    over_at = timezone.now() + LASTS
    Scan.objects.create(digest=keyed_hash(token), slug=slug, browser="Chrome", expires_at=over_at)
    return token


def account(slug: str = "", **fields) -> ServiceAccount:
    slug = slug or f"account-{next(numbers)}"
    creator = fields.pop("creator", None) or user(f"creator-of-{slug}", name="马经理")
    return account_services.open_account(
        slug=slug,
        name=fields.pop("name", slug),
        creator=creator,
        by=Actor.command(),
        now=timezone.now(),
    )


def wechat(account: ServiceAccount, **fields) -> Connection:
    """公众号设置 of an account; every one has an AppID and a secret of its own."""
    fields = {"app_id": f"wx{secrets.token_hex(8)}", "secret": secrets.token_hex(16)} | fields
    return Connection.objects.create(account=account, **fields)


def decision_template(connection: Connection) -> Template:
    """The sandbox's for decisions, chosen with all of its fields."""
    fields = {"thing1": "community", "thing2": "room", "const3": "result", "time4": "decided_at"}
    content = "\n".join(f"{name}:{{{{{name}.DATA}}}}" for name in fields)
    told = {"purpose": Template.Purpose.DECISION, "title": "住户认证结果通知"}
    told |= {"template_id": DECISION, "content": content, "fields": fields}
    return Template.objects.create(connection=connection, **told)


def review_template(connection: Connection) -> Template:
    """The sandbox's for reminders, chosen with all of its fields."""
    fields = {"thing1": "community", "number2": "count", "time3": "submitted_at"}
    content = "\n".join(f"{name}:{{{{{name}.DATA}}}}" for name in fields)
    told = {"purpose": Template.Purpose.REVIEW, "title": "住户认证审核提醒"}
    told |= {"template_id": REVIEW, "content": content, "fields": fields}
    return Template.objects.create(connection=connection, **told)


def sms(account: ServiceAccount, **fields) -> Gateway:
    """短信设置 of an account, as the sandbox knows it."""
    code, review, result = "1000001", "1000002", "1000003"
    known = {"secret_id": SECRET_ID, "secret_key": SECRET_KEY}
    known |= {"sdk_app_id": SDK_APP_ID, "sign_name": SIGN_NAME}
    known |= {"code_template": code, "review_template": review, "result_template": result}
    return Gateway.objects.create(account=account, **(known | fields))


def creator_of(account: ServiceAccount) -> Administrator:
    return account.administrators.select_related("user").get(role=Administrator.Role.CREATOR)


def operator(
    account: ServiceAccount,
    name: str = "小何",
    *,
    sections: dict | None = None,
    fields: dict | None = None,
    communities: tuple = (),
) -> Administrator:
    """An operator with the given rights; the six fields are manageable unless told otherwise."""
    place = account_services.add_administrator(
        account,
        user(name=name),
        role=Administrator.Role.OPERATOR,
        by=Actor.command(account),
        now=timezone.now(),
    )
    account_services.set_rights(
        place,
        sections=sections or {},
        fields=dict.fromkeys(ResidentField.values, Level.MANAGE) | (fields or {}),
        by=Actor.command(account),
        now=timezone.now(),
    )
    place.communities.set(communities)
    return place


def system(account: ServiceAccount, name: str = "老周") -> Administrator:
    """One of the 20 system administrators."""
    call = {"by": Actor.command(account), "now": timezone.now()}
    role = Administrator.Role.SYSTEM
    return account_services.add_administrator(account, user(name=name), role=role, **call)


def invited(
    account: ServiceAccount, phone: str = "", *, by: Administrator | None = None, **terms
) -> tuple[Invitation, str]:
    """An invitation by the creator, and the token of its link."""
    phone = phone or f"+86139{next(numbers):08d}"
    terms = {"role": Administrator.Role.OPERATOR} | terms
    terms["communities"] = frozenset(each.pk for each in terms.get("communities", ()))
    by = Actor.of(by or creator_of(account))
    token = invitations.invite(account, phone, Terms(**terms), by=by, now=timezone.now())
    return account.invitations.get(phone=phone, ended_at=None), token


def community(account: ServiceAccount, name: str = "腾讯小区", **fields) -> Community:
    fields = {"levels": ["栋", "单元", "房间号"], "phone": "075586013388"} | fields
    return community_services.add(
        account, name=name, by=Actor.command(account), now=timezone.now(), **fields
    )


def node(community: Community, address: str) -> BuildingNode:
    """The node at "A 1 101", with what is missing on the way."""
    path = tuple(address.split())
    made = tree.grow(community, [path], by=Actor.command(community.account), now=timezone.now())
    return BuildingNode.objects.get(pk=made[path])


def resident(community: Community, address: str = "A 1 101", **fields) -> Resident:
    fields = {
        "name": "张三",
        "gender": Resident.Gender.MALE,
        "identity": Resident.Identity.OWNER,
        "phone": f"189{next(numbers):08d}",
    } | fields
    return resident_services.register(
        community,
        room=node(community, address),
        by=Actor.command(community.account),
        now=timezone.now(),
        **fields,
    )


def follower(account: ServiceAccount, openid: str = "", **fields) -> Follower:
    fields = {"subscribed_at": timezone.now()} | fields
    openid = openid or f"oTest{next(numbers):023d}"
    made = Follower.objects.create(account=account, openid=openid, **fields)
    made.refresh_from_db()
    return made


def tag(account: ServiceAccount, name: str = "业主") -> Tag:
    return Tag.objects.create(account=account, name=name)


def colleague(administrator: Administrator, follower: Follower) -> Colleague:
    """An administrator known in WeChat."""
    return Colleague.objects.create(
        administrator=administrator, follower=follower, bound_at=timezone.now()
    )


def switched_on(administrator: Administrator) -> Switch:
    """是否开启提醒."""
    return Switch.objects.create(administrator=administrator, is_on=True)


def invitation(administrator: Administrator, **fields) -> BindingInvitation:
    """邀请关注, as if WeChat had made the code."""
    now, unguessable = timezone.now(), secrets.token_bytes(32)
    told = {"digest": unguessable, "address": "http://weixin.qq.com/q/x", "created_at": now}
    told |= {"expires_at": now + BindingInvitation.LIFE, "invited_by": administrator}
    return BindingInvitation.objects.create(administrator=administrator, **(told | fields))


def reminder(administrator: Administrator, **fields) -> Reminder:
    """One that was sent by SMS."""
    now, number = timezone.now(), next(numbers)
    told = {"key": f"of-test:{number}", "kind": Reminder.Kind.NEW, "state": "sent", "count": 1}
    told |= {"channel": "sms", "created_at": now, "next_at": now, "ended_at": now}
    return Reminder.objects.create(administrator=administrator, **(told | fields))


def rules(community: Community, **fields) -> Rules:
    return Rules.objects.update_or_create(community=community, defaults=fields)[0]


def draft(
    community: Community, follower: Follower, address: str = "A 1 101", **claimed
) -> VerificationApplication:
    """An application whose phone is still to be proven."""
    invitation = claimed.pop("invitation", None)
    asked = applications.Asked(node(community, address), invitation)
    claimed = {
        "name": "张三",
        "phone": f"+86138{next(numbers):08d}",
        "identity": Resident.Identity.OWNER,
        "lease_ends_on": None,
        "id_number": "",
    } | claimed
    now, consent = timezone.now(), applications.CONSENT
    return applications.begin(follower, asked, now=now, consent=consent, **claimed)


def application(
    community: Community, follower: Follower, address: str = "A 1 101", *, proven=True, **claimed
) -> VerificationApplication:
    """A submitted one: passed where it agrees with the record, else pending."""
    begun = draft(community, follower, address, **claimed)
    by = Actor("住户", account_id=community.account_id)
    return applications.submit(begun, proven=proven, by=by, now=timezone.now())


def bound(resident: Resident, follower: Follower) -> Binding:
    return Binding.objects.create(resident=resident, follower=follower, bound_at=timezone.now())


def verified(resident: Resident, follower: Follower) -> Resident:
    """A resident whom the follower has proven to be."""
    bound(resident, follower)
    resident.verification = Resident.Verification.VERIFIED
    resident.save(update_fields=["verification"])
    return resident


def corp(account: ServiceAccount, **fields) -> Corp:
    """The sandbox's first corp, connected to an account as 自建应用."""
    known = {
        "corp_id": "ww0000000000000001",
        "name": "海纳沙箱企业",
        "way": Corp.Way.APP,
        "contacts_secret": "sandbox-contacts-secret-000000000000000001",
        "agent_id": 1000001,
        "app_secret": "sandbox-app-secret-000000000000000000000001",
        "connected_at": timezone.now(),
    }
    return Corp.objects.create(account=account, **known | fields)


def department(
    account: ServiceAccount, name: str = "工程部", parent: Department | None = None
) -> Department:
    below = parent or departments.root_of(account)
    by, now = Actor.command(account), timezone.now()
    return departments.add(account, name, below=below.pk, by=by, now=now)


def employee(account: ServiceAccount, *communities: Community, **fields) -> Employee:
    """Of the company itself unless `department_ids` says otherwise."""
    fields = {
        "community_ids": [community.pk for community in communities],
        "name": "陈三三",
        "gender": Employee.Gender.MALE,
        "phone": f"+86135{next(numbers):08d}",
    } | fields
    fields.setdefault("department_ids", [departments.root_of(account).pk])
    by, now = Actor.command(account), timezone.now()
    return staff_services.add(account, by=by, now=now, **fields)


def job(administrator: Administrator, kind: str = "residents.import", **fields) -> Job:
    return Job.objects.create(
        account=administrator.account,
        asked_by=administrator,
        kind=kind,
        key=f"key-{next(numbers)}",
        **fields,
    )


def imported(community: Community, **fields) -> Import:
    fields = {"file_name": "住户.xlsx", "actor": "小何"} | fields
    return Import.objects.create(community=community, **fields)


def staff_imported(account: ServiceAccount, **fields) -> StaffImport:
    fields = {"file_name": "员工.xlsx", "actor": "小林"} | fields
    return StaffImport.objects.create(account=account, **fields)


def moved(resident: Resident) -> Move:
    """A move that was taken back without this resident."""
    return Move.objects.create(
        community=resident.community,
        room_id=resident.room_id,
        resident_ids=[resident.pk],
        former_room_ids=[resident.room_id],
        actor="小何",
        created_at=timezone.now(),
        not_undone=[{"resident": resident.pk, "why": "changed"}],
    )


def stored_file(account: ServiceAccount, content: bytes = b"x", name: str = "住户.xlsx"):
    return files.keep(account, ContentFile(content), name=name, now=timezone.now())


RESIDENTS_AND_COMMUNITIES = {
    Section.RESIDENTS: Level.MANAGE,
    Section.COMMUNITIES: Level.MANAGE,
}
