"""The row history of a resident, as haina/lib/history.py has people read it. Phones and ID numbers
are masked for everybody, and what the rights hide is left out."""

from collections.abc import Collection, Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.models import BuildingNode
from haina.accounts.permissions import Rights
from haina.accounts.scope import Scope
from haina.lib import history
from haina.lib.history import Change, Entry
from haina.lib.masking import mask_id_number, mask_phone
from residents.models import Resident

ResidentEvent = Resident.pgh_event_model

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
LABELS = {name: label for name, label, _right in FIELDS}


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

    def changes(event, past) -> list[Change]:
        shown = [name for name, _label, right in FIELDS if right not in rights.hidden_fields]
        return [
            Change(str(LABELS[name]), *(told(each, name, addresses) for each in (past, event)))
            for name in history.differing(event, past, shown)
        ]

    return history.entries(events, older=older, actions=ACTIONS, changes=changes)


def addresses_of(events: Sequence, rights: Rights) -> dict[int, str]:
    if "address" in rights.hidden_fields:
        return {}
    rooms = {event.room_id for event in events}
    return dict(BuildingNode.objects.filter(pk__in=rooms).values_list("pk", "address"))


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
    addresses = {row.room_id: row.address}
    names = [name for name, _label, _right in FIELDS if name.removesuffix("_id") in columns]
    labels = {name: LABELS[name] for name in names}
    now = {name: told(row, name, addresses) for name in names}
    found = history.told_since(ResidentEvent.objects.filter(pgh_obj_id=row.pk), labels, now)
    return {name.removesuffix("_id"): sentence for name, sentence in found.items()}
