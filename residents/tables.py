import django_tables2 as tables
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from haina.lib.ages import age
from residents.filters import tells_outcome
from residents.models import (
    IDENTITY_RANK,
    Person,
    RemovedResident,
    Resident,
    VerificationApplication,
)


class ResidentTable(tables.Table):
    """The guide's columns, less what the rights hide."""

    verification = tables.TemplateColumn(
        template_name="residents/cells/verification.html",
        verbose_name=_("认证状态"),
        orderable=False,
    )
    name = tables.TemplateColumn(
        template_name="residents/cells/name.html", order_by=("name_key", "-pk")
    )
    gender = tables.Column(order_by=("gender", "-pk"))
    identity = tables.Column(verbose_name=_("身份"))
    phone = tables.TemplateColumn(
        template_name="residents/cells/phone.html", verbose_name=_("手机号"), orderable=False
    )
    address = tables.Column(verbose_name=_("住址"))
    actions = tables.TemplateColumn(
        template_name="residents/cells/actions.html",
        verbose_name=_("操作"),
        orderable=False,
    )
    tick = tables.TemplateColumn(
        template_name="residents/cells/tick.html",
        verbose_name=_("批量"),
        orderable=False,
    )

    class Meta:
        model = Resident
        fields = ()
        empty_text = ""

    def __init__(self, *args, rights, **kwargs):
        hidden = rights.hidden_fields
        if not rights.manage_residents:
            hidden = hidden | {"tick", "actions"}
        super().__init__(*args, exclude=hidden, **kwargs)

    def order_identity(self, residents, is_descending):
        """In the guide's order: 业主, 家属, 长期租客, 限期租客."""
        order = (IDENTITY_RANK.desc(), "pk") if is_descending else (IDENTITY_RANK.asc(), "-pk")
        return residents.order_by(*order), True

    def order_address(self, residents, is_descending):
        """As the tree stands. The rooms are of the residents' own community: so PostgreSQL reads
        them in that order from their index instead of sorting everybody."""
        order = ("-room__lft", "pk") if is_descending else ("room__lft", "-pk")
        return residents.filter(room__tree_id=F("community_id")).order_by(*order), True


class RoomTable(ResidentTable):
    """Everybody in one room, with the end of a lease."""

    identity = tables.TemplateColumn(
        template_name="residents/rooms/identity.html", verbose_name=_("身份")
    )
    address = tick = None

    def __init__(self, *args, rights, **kwargs):
        super().__init__(*args, rights=rights, orderable=False, **kwargs)


class RemovedTable(tables.Table):
    """回收站: the list's columns, and who deleted whom when."""

    name = tables.TemplateColumn(template_name="residents/cells/name.html", orderable=False)
    gender = tables.Column(orderable=False)
    identity = tables.Column(verbose_name=_("身份"), orderable=False)
    phone = tables.Column(verbose_name=_("手机号"), accessor="masked_phone", orderable=False)
    address = tables.Column(verbose_name=_("住址"), orderable=False)
    removed_at = tables.DateTimeColumn(format="Y-m-d H:i", orderable=False)
    removed_by = tables.Column(orderable=False)
    actions = tables.TemplateColumn(
        template_name="residents/cells/restore.html", verbose_name=_("操作"), orderable=False
    )
    tick = tables.TemplateColumn(
        template_name="residents/cells/tick.html", verbose_name=_("批量"), orderable=False
    )

    class Meta:
        model = RemovedResident
        fields = ()
        empty_text = ""

    def __init__(self, *args, rights, **kwargs):
        super().__init__(*args, exclude=rights.hidden_fields, **kwargs)


class ApplicationTable(tables.Table):
    """认证审核: who waits, since when, and how it compares with what is on file."""

    state = tables.TemplateColumn(
        template_name="residents/applications/state.html", orderable=False
    )
    name = tables.TemplateColumn(template_name="residents/applications/name.html", orderable=False)
    identity = tables.Column(verbose_name=_("身份"), orderable=False)
    phone = tables.TemplateColumn(
        template_name="residents/applications/phone.html", orderable=False
    )
    address = tables.TemplateColumn(
        template_name="residents/applications/address.html", orderable=False
    )
    outcome = tables.TemplateColumn(
        template_name="residents/applications/outcome.html", orderable=False
    )
    waited = tables.Column(verbose_name=_("已等待"), accessor="submitted_at", orderable=False)
    actions = tables.TemplateColumn(
        template_name="residents/applications/open.html",
        verbose_name=_("操作"),
        orderable=False,
    )
    tick = tables.TemplateColumn(
        template_name="residents/applications/tick.html", verbose_name=_("批量"), orderable=False
    )

    class Meta:
        model = VerificationApplication
        fields = ()
        empty_text = ""

    def __init__(self, *args, rights, now, **kwargs):
        self.now = now
        hidden = rights.hidden_fields
        if not tells_outcome(rights):
            hidden = hidden | {"outcome"}
        if not rights.manage_residents:
            hidden = hidden | {"tick"}
        super().__init__(*args, exclude=hidden, **kwargs)

    def render_waited(self, value, record):
        return age(self.now - value) if record.is_pending else "—"


def described(resident: Person | VerificationApplication, *, rights) -> str:
    """One person in one line, with what may be seen: 刘六 限期租客 B 1 102."""
    values = {
        "name": resident.name,
        "identity": resident.get_identity_display(),
        "phone": resident.masked_phone,
        "address": resident.address,
    }
    shown = [value for name, value in values.items() if name not in rights.hidden_fields]
    return " ".join(shown) or str(resident)
