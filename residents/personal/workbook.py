"""导出个人信息: one workbook with everything that is held about a person. One line is one fact."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from django.db.models import Q
from django.utils.timezone import localtime

from communities.models import BuildingNode
from haina.accounts.models import AuditEntry
from haina.accounts.permissions import ResidentField
from haina.accounts.scope import Scope
from haina.lib.history import WITHOUT_WORDS, actor_name
from haina.lib.masking import national
from haina.sheets.writer import Column, write_workbook
from residents.history import ACTIONS
from residents.id_numbers import kind_of
from residents.models import Binding, Import, Person, Resident
from residents.personal.held import MODEL, Held, applications_of, events_within

COLUMNS = (
    Column("类别"),
    Column("编号", width=10),
    Column("时间", width=20),
    Column("项目", width=24),
    Column("内容", width=48),
    Column("经办人"),
    Column("原因", width=24),
)
LOOKS = {  # acts that leave no line in the row history
    "resident.revealed": "查看完整信息",
    "resident.searched_by_phone": "按手机号搜索",
    "resident.searched_by_id_number": "按证件号搜索",
    "resident.exported": "导出住户信息",
    "resident.personal_exported": "导出个人信息",
    "resident.erased": "删除个人信息",
}
Fact = tuple[str, ...]


def file_name(pk: int) -> str:
    return f"住户{pk}个人信息.xlsx"


def write_personal(path: Path, held: Sequence[Held], *, scope: Scope) -> int:
    """Write the workbook; the number of its lines."""
    return write_workbook(path, title="个人信息", columns=COLUMNS, rows=facts(held, scope))


def facts(held: Sequence[Held], scope: Scope) -> Iterator[Fact]:
    pks = [each.pk for each in held]
    for each in held:
        for label, value in values_of(each.person):
            yield each.where, str(each.pk), "", label, value, "", ""
        yield each.where, str(each.pk), "", "住址", each.address, "", ""
    yield from bindings(pks, scope)
    yield from applications(held, scope)
    yield from past(pks, scope)
    yield from trail(held, scope)
    yield from imports(pks, scope)


def values_of(person: Person) -> list[tuple[str, str]]:
    """What a row holds, less what is empty. An event of the history has the same columns."""
    kind = kind_of(person.id_number)
    told = [
        ("姓名", person.name),
        ("性别", person.get_gender_display()),
        ("身份", person.get_identity_display()),
        ("租约到期时间", str(person.lease_ends_on or "")),
        ("手机号", national(person.phone)),
        ("证件号", person.id_number),
        ("证件类型", str(kind.label) if kind else ""),
        ("认证状态", person.get_verification_display()),
        ("登记时间", moment(person.created_at)),
        ("最近修改", moment(person.updated_at)),
        ("删除时间", moment(getattr(person, "removed_at", None))),
        ("删除人", getattr(person, "removed_by", "")),
    ]
    return [(label, str(value)) for label, value in told if value]


def moment(at: datetime | None) -> str:
    return f"{localtime(at):%Y-%m-%d %H:%M:%S}" if at else ""


def bindings(pks: Sequence[int], scope: Scope) -> Iterator[Fact]:
    """As whom they follow the account in WeChat, and what is noted there."""
    bound = Binding.objects.within(scope).filter(resident__in=pks).select_related("follower")
    for each in bound.order_by("pk"):
        follower = each.follower
        told = [("昵称", follower.nickname), ("备注", follower.remark), ("openid", follower.openid)]
        line = "；".join(f"{label}：{value}" for label, value in told if value)
        place = ("微信绑定", str(each.resident_id), moment(each.bound_at))
        yield *place, "微信关注用户", line, "", ""


def applications(held: Sequence[Held], scope: Scope) -> Iterator[Fact]:
    """What they submitted in WeChat, when they agreed to it, and what became of it."""
    for each in applications_of(held, scope):
        told = [
            ("姓名", each.name),
            ("手机号", national(each.phone)),
            ("身份", each.get_identity_display()),
            ("租约到期时间", str(each.lease_ends_on or "")),
            ("证件号", each.id_number),
            ("住址", f"{each.community.name} {each.address}"),
            ("openid", each.follower.openid),
            ("同意使用个人信息", f"{moment(each.consented_at)} (版本{each.consent_version})"),
            ("手机号验证", moment(each.phone_proven_at)),
            ("状态", each.get_state_display()),
            ("审核时间", moment(each.decided_at)),
        ]
        line = "；".join(f"{label}：{value}" for label, value in told if value)
        place = ("认证申请", str(each.pk), moment(each.submitted_at or each.begun_at))
        yield *place, "认证申请", line, each.decided_by, each.reason


def past(pks: Sequence[int], scope: Scope) -> Iterator[Fact]:
    """Every state that the rows ever had, and who wrote it."""
    events = list(events_within(scope).filter(pgh_obj_id__in=pks))
    rooms = BuildingNode.objects.filter(pk__in={event.room_id for event in events})
    addresses = dict(rooms.values_list("pk", "address"))
    for event in events:
        why = event.pgh_context or {}
        content = [*values_of(event), ("住址", addresses.get(event.room_id, "已删除的房间"))]
        line = "；".join(f"{label}：{value}" for label, value in content)
        place = ("变更记录", str(event.pgh_obj_id), moment(event.pgh_created_at))
        act = str(ACTIONS.get(why.get("action")) or WITHOUT_WORDS[event.pgh_label])
        yield *place, act, line, actor_name(why.get("actor", "")), ""


def trail(held: Sequence[Held], scope: Scope) -> Iterator[Fact]:
    """Who looked at, changed or exported what. An entry of a mass act names its first 1,000 rows;
    an export names the part of the buildings that it was of."""
    about = Q(model=MODEL, ids__overlap=[each.pk for each in held])
    about |= Q(action="resident.exported", ids__overlap=places_of(held))
    for entry in AuditEntry.objects.within(scope).filter(about).order_by("at", "pk"):
        labels = dict(ResidentField.choices)
        fields = "、".join(str(labels.get(name, name)) for name in entry.fields)
        act = LOOKS.get(entry.action) or ACTIONS.get(entry.action, entry.action)
        said = (moment(entry.at), str(act), fields, actor_name(entry.actor), entry.reason)
        yield "操作记录", "", *said


def places_of(held: Sequence[Held]) -> list[int]:
    """The rooms of the residents and all that is above them."""
    rooms = [each.person.room for each in held if isinstance(each.person, Resident)]
    return [node.pk for room in rooms for node in BuildingNode.objects.above(room)]


def imports(pks: Sequence[int], scope: Scope) -> Iterator[Fact]:
    told = Q(created_ids__overlap=pks) | Q(changed_ids__overlap=pks)
    for each in Import.objects.within(scope).filter(told).for_list():
        yield (
            "导入记录",
            str(each.pk),
            moment(each.created_at),
            "文件",
            each.file_name,
            each.actor,
            "",
        )
