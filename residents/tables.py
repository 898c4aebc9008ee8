import django_tables2 as tables
from django.db.models import Case, IntegerField, Value, When
from django.utils.translation import gettext_lazy as _

from residents.models import Resident

IDENTITY_RANK = Case(
    *(When(identity=value, then=Value(rank)) for rank, value in enumerate(Resident.Identity)),
    output_field=IntegerField(),
)


class ResidentTable(tables.Table):
    """The guide's columns, less what the rights hide."""

    verification = tables.TemplateColumn(
        template_name="residents/cells/verification.html",
        verbose_name=_("认证状态"),
        orderable=False,
    )
    name = tables.Column(order_by=("name_key", "-pk"))
    gender = tables.Column(order_by=("gender", "-pk"))
    identity = tables.Column(verbose_name=_("身份"))
    phone = tables.TemplateColumn(
        template_name="residents/cells/phone.html", verbose_name=_("手机号"), orderable=False
    )
    address = tables.Column(verbose_name=_("住址"), orderable=False)
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
        rank = IDENTITY_RANK.desc() if is_descending else IDENTITY_RANK.asc()
        return residents.order_by(rank, "-pk"), True


def described(resident: Resident, *, rights) -> str:
    """One resident in one line, with what may be seen: 刘六 限期租客 B 1 102."""
    values = {
        "name": resident.name,
        "identity": resident.get_identity_display(),
        "phone": resident.masked_phone,
        "address": resident.address,
    }
    shown = [value for name, value in values.items() if name not in rights.hidden_fields]
    return " ".join(shown) or str(resident)
