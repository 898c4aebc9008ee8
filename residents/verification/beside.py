"""An application beside the record on file, line by line, as far as somebody's rights go."""

from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from haina.accounts.permissions import Rights
from haina.accounts.scope import Scope
from haina.lib.masking import mask_id_number, mask_phone
from residents.filters import compares
from residents.models import Resident, VerificationApplication
from residents.verification.acceptance import Acceptance
from residents.verification.matching import COMPARED, Outcome, Verdict, plain, verdict

# The field, its label, and whose right it stands under.
LINES = (
    ("name", gettext_lazy("姓名"), "name"),
    ("phone", gettext_lazy("手机号"), "phone"),
    ("identity", gettext_lazy("身份"), "identity"),
    ("lease_ends_on", gettext_lazy("租约到期时间"), "identity"),
    ("id_number", gettext_lazy("证件号"), "id_number"),
)
VERDICTS = {
    Verdict.AGREED: gettext_lazy("一致"),
    Verdict.DIFFERED: gettext_lazy("不一致"),
    Verdict.ABSENT: gettext_lazy("无法比对"),
}
MARKS = {Verdict.AGREED: "=", Verdict.DIFFERED: "≠", Verdict.ABSENT: "–"}
MOST_EARLIER = 10


@dataclass(frozen=True)
class Line:
    name: str
    label: str
    claimed: str
    on_file: str = ""
    verdict: str = ""

    @property
    def word(self) -> str:
        return VERDICTS.get(self.verdict, "")

    @property
    def mark(self) -> str:
        """Told apart without colours."""
        return MARKS.get(self.verdict, "")


@dataclass(frozen=True)
class Overwrite:
    name: str
    label: str
    before: str
    after: str


def visible(rights: Rights):
    return [(name, str(label)) for name, label, right in LINES if right not in rights.hidden_fields]


def lines(
    application: VerificationApplication, record: Resident | None, *, rights: Rights
) -> list[Line]:
    """While it waits compared with what is on file now, later as it was compared when handed in."""
    shown = []
    for name, label in visible(rights):
        claimed, on_file = told(application, name), told(record, name)
        if claimed or on_file:
            verdict = verdict_on(application, record, name) if compares(rights) else ""
            shown.append(Line(name, label, claimed, on_file if compares(rights) else "", verdict))
    return shown


def verdict_on(application, record: Resident | None, name: str) -> str:
    if not application.is_pending:
        known = application.outcome != Outcome.UNKNOWN
        return application.evidence.get(name, "") if known else ""
    if record is None or name == "lease_ends_on" and not application.lease_ends_on:
        return ""
    return verdict(*(plain(str(getattr(each, name) or "")) for each in (application, record)))


def evidence(application: VerificationApplication, *, rights: Rights) -> list[Line]:
    """How it compared when it was handed in; nothing where there was no record."""
    if not compares(rights) or application.outcome in ("", Outcome.UNKNOWN):
        return []
    labels = dict(visible(rights))
    return [
        Line(name, labels[name], "", verdict=application.evidence.get(name, ""))
        for name in COMPARED
        if name in labels
    ]


def overwrites(planned: Acceptance, *, rights: Rights) -> list[Overwrite]:
    """What an approval would change of the record, before and after."""
    after = Resident(**{name: pair[1] for name, pair in planned.changes.items()})
    return [
        Overwrite(name, label, told(planned.resident, name), told(after, name))
        for name, label in visible(rights)
        if name in planned.changes
    ]


def in_short(planned: Acceptance, *, rights: Rights) -> str:
    """The same in one line, without the values."""
    if planned.resident is None:
        return _("新增住户")
    labels = [each.label for each in overwrites(planned, rights=rights)]
    if planned.other_follower:
        labels.append(_("绑定的微信用户"))
    return _("修改登记的%s") % _("、").join(labels) if labels else _("登记内容不变")


def told(person: Resident | VerificationApplication | None, name: str) -> str:
    """A value as lists show it."""
    value = getattr(person, name) if person else ""
    if not value:
        return ""
    if name == "phone":
        return mask_phone(value)
    if name == "id_number":
        return mask_id_number(value)
    return person.get_identity_display() if name == "identity" else str(value)


def earlier(application: VerificationApplication, scope: Scope, rights: Rights) -> list:
    """What else this follower applied for, and who else applied for the room, latest first."""
    same = Q(follower=application.follower_id)
    if "address" not in rights.hidden_fields and application.room_id:
        same |= Q(room=application.room_id)
    others = VerificationApplication.objects.within(scope).submitted().exclude(pk=application.pk)
    others = others.filter(same).select_related("community").defer("id_number")
    return list(others.order_by("-submitted_at", "-pk")[:MOST_EARLIER])


def decider(application: VerificationApplication) -> str:
    """A colleague; or an owner, by number alone (verification/owners.py)."""
    return application.decided_by or _("系统")
