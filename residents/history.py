"""Row history as people read it: who changed what of one resident, when and why.

The rows are django-pghistory's, written by triggers; who and why is what audit.explain() said.
Phones and ID numbers are masked for everybody, and what the rights hide is left out.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.models import BuildingNode
from haina.accounts.permissions import Rights
from haina.accounts.scope import Scope
from haina.lib.masking import mask_id_number, mask_phone
from residents.models import Resident

ResidentEvent = Resident.pgh_event_model
PAGE = 20

# What an event of the row history keeps of somebody who was erased: that there was an event.
NOBODY = {
    "name": "",
    "name_key": "",
    "gender": "",
    "identity": "",
    "lease_ends_on": None,
    "phone": "",
    "phone_last4": "",
    "id_number": "",
    "id_number_hash": None,
    "room_id": 0,
}

# As the trail names them (haina/trail/labels.py, which stands above this package).
ACTIONS = {
    "resident.registered": gettext_lazy("添加住户"),
    "resident.corrected": gettext_lazy("修改住户"),
    "resident.moved": gettext_lazy("移动住户"),
    "move.undone": gettext_lazy("撤销移动"),
    "resident.expired": gettext_lazy("租约到期"),
    "application.approved": gettext_lazy("通过认证申请"),
    "resident.revoked": gettext_lazy("撤销认证"),
    "resident.removed": gettext_lazy("删除住户"),
    "resident.left": gettext_lazy("住户搬离"),
    "resident.restored": gettext_lazy("恢复住户"),
    "resident.imported": gettext_lazy("批量导入住户"),
    "import.residents_removed": gettext_lazy("撤销导入时移除住户"),
    "import.residents_reverted": gettext_lazy("撤销导入时恢复内容"),
    "import.undone": gettext_lazy("撤销导入"),
}
WITHOUT_WORDS = {  # written past audit.explain(), such as by hand
    "insert": gettext_lazy("新增"),
    "update": gettext_lazy("修改"),
    "delete": gettext_lazy("删除"),
}
# The field, its label, and whose right it stands under; verification is everybody's.
FIELDS = (
    ("name", gettext_lazy("姓名"), "name"),
    ("gender", gettext_lazy("性别"), "gender"),
    ("identity", gettext_lazy("身份"), "identity"),
    ("lease_ends_on", gettext_lazy("租约到期时间"), "identity"),
    ("phone", gettext_lazy("手机号"), "phone"),
    ("id_number", gettext_lazy("证件号"), "id_number"),
    ("room_id", gettext_lazy("住址"), "address"),
    ("verification", gettext_lazy("认证状态"), ""),
)


@dataclass(frozen=True)
class Change:
    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Entry:
    """One write of the row. `import_pk` names the import that it was part of."""

    at: datetime
    action: str
    actor: str
    changes: Sequence[Change]
    import_pk: int | None = None


def forget(pks: Collection[int]) -> None:
    """Leave of residents who are gone for good only that there were events."""
    ResidentEvent.objects.filter(pgh_obj_id__in=pks).update(**NOBODY)


def events_of(pk: int, scope: Scope):
    """The row's history inside a scope, newest first."""
    events = ResidentEvent.objects.filter(pgh_obj_id=pk, community__account=scope.account_id)
    if scope.community_ids is not None:
        events = events.filter(community__in=scope.community_ids)
    return events.order_by("-pgh_id")


def entries(events: Sequence, *, rights: Rights, older=None) -> list[Entry]:
    """Events of one row, newest first; `older` is the one before the last of them."""
    addresses = addresses_of([*events, *filter(None, [older])], rights)
    before = [*events[1:], older][: len(events)]
    pairs = zip(events, before, strict=True)
    return [entry(event, past, addresses, rights) for event, past in pairs]


def addresses_of(events: Sequence, rights: Rights) -> dict[int, str]:
    if "address" in rights.hidden_fields:
        return {}
    rooms = {event.room_id for event in events}
    return dict(BuildingNode.objects.filter(pk__in=rooms).values_list("pk", "address"))


def entry(event, past, addresses: Mapping[int, str], rights: Rights) -> Entry:
    why = event.pgh_context or {}
    return Entry(
        at=event.pgh_created_at,
        action=str(ACTIONS.get(why.get("action")) or WITHOUT_WORDS[event.pgh_label]),
        actor=why.get("actor") or _("系统"),
        changes=changes(event, past, addresses, rights),
        import_pk=why.get("import"),
    )


def changes(event, past, addresses, rights) -> list[Change]:
    """What is different from the row before. Of a deletion nothing is, and of a restoration only
    what differs from what was deleted."""
    found = []
    for name, label, right in FIELDS:
        if right in rights.hidden_fields:
            continue
        old, new = (getattr(past, name) if past else None), getattr(event, name)
        if (old or new) and old != new:
            shown = [told(each, name, addresses) for each in (past, event)]
            found.append(Change(str(label), *shown))
    return found


def told(event, name: str, addresses: Mapping[int, str]) -> str:
    """A value as this page shows it."""
    value = getattr(event, name) if event else ""
    if not value:
        return ""
    if name == "phone":
        return mask_phone(value)
    if name == "id_number":
        return mask_id_number(value)
    if name == "room_id":
        return addresses.get(value) or _("已删除的房间")
    if display := getattr(event, f"get_{name}_display", None):
        return display()
    return str(value)


def told_since(row: Resident, columns: Collection[str]) -> dict[str, str]:
    """For each column who changed it last, if the latest events tell, and what it is now."""
    events = ResidentEvent.objects.filter(pgh_obj_id=row.pk).order_by("-pgh_id")[:PAGE]
    addresses = {row.room_id: row.address}
    told_of = {}
    for name, label, _right in FIELDS:
        if (column := name.removesuffix("_id")) in columns:
            names = {"who": last_to_change(name, events), "label": label}
            now = told(row, name, addresses) or _("空白")
            told_of[column] = _("您打开表单后，%(who)s修改了%(label)s，现在是“%(now)s”。") % (
                names | {"now": now}
            )
    return told_of


def last_to_change(name: str, events: Sequence) -> str:
    for event, past in pairwise(events):
        if getattr(event, name) != getattr(past, name):
            return (event.pgh_context or {}).get("actor") or _("有人")
    return _("有人")
