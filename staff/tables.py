import django_tables2 as tables
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from staff.models import Employee
from staff.states import Told

BLANK = format_html('<span class="blank">{}</span>', "—")  # which a phone leaves out


class EmployeeTable(tables.Table):
    """The guide's columns, and how each person stands with WeCom."""

    name = tables.TemplateColumn(template_name="staff/cells/name.html", order_by=("name_key", "pk"))
    gender = tables.Column(order_by=("gender", "-pk"), default=BLANK)
    position = tables.Column(orderable=False, default=BLANK)
    rank = tables.Column(orderable=False, default=BLANK)
    address = tables.Column(verbose_name=_("住址"), orderable=False, default=BLANK)
    phone = tables.TemplateColumn(
        template_name="staff/cells/phone.html", verbose_name=_("电话"), orderable=False
    )
    wechat = tables.Column(orderable=False, default=BLANK)
    state = tables.Column(verbose_name=_("同步状态"), empty_values=(), orderable=False)
    actions = tables.TemplateColumn(
        template_name="staff/cells/actions.html", verbose_name=_("操作"), orderable=False
    )
    tick = tables.TemplateColumn(
        template_name="staff/cells/tick.html", verbose_name=_("批量"), orderable=False
    )

    class Meta:
        model = Employee
        fields = ()
        empty_text = ""

    def __init__(self, *args, rights, account, connected: bool, **kwargs):
        self.account, self.connected = account, connected
        self.may_retry = rights.manage_staff
        hidden = () if rights.manage_staff else ("tick", "actions")
        super().__init__(*args, exclude=hidden, **kwargs)

    def render_state(self, record):
        told = Told.of(record, connected=self.connected)
        retry = reverse("staff:retry", args=[self.account.slug, record.pk])
        context = {"told": told, "retry": retry if self.may_retry else ""}
        return render_to_string("staff/cells/state.html", context)
