import django_tables2 as tables
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from followers.undelivered import sentence
from reminders.models import Reminder

State = Reminder.State


class SentTable(tables.Table):
    created_at = tables.DateTimeColumn(
        verbose_name=gettext_lazy("时间"), format="Y-m-d H:i:s", orderable=False
    )
    administrator = tables.Column(
        verbose_name=gettext_lazy("管理员"), accessor="administrator__user__name", orderable=False
    )
    kind = tables.Column(verbose_name=gettext_lazy("内容"), orderable=False)
    channel = tables.Column(verbose_name=gettext_lazy("渠道"), orderable=False)
    state = tables.TemplateColumn(
        template_name="reminders/cells/state.html",
        verbose_name=gettext_lazy("状态"),
        orderable=False,
    )
    attempts = tables.Column(verbose_name=gettext_lazy("次数"), orderable=False)
    answer = tables.Column(verbose_name=gettext_lazy("结果"), empty_values=(), orderable=False)
    actions = tables.TemplateColumn(
        template_name="reminders/cells/actions.html",
        verbose_name=gettext_lazy("操作"),
        orderable=False,
    )

    class Meta:
        model = Reminder
        fields = ()
        empty_text = ""

    def __init__(self, *args, may_send: bool, **kwargs):
        super().__init__(*args, exclude=() if may_send else ("actions",), **kwargs)

    def render_kind(self, record):
        kind = record.get_kind_display()
        return (
            kind
            if record.count is None
            else _("%(kind)s %(count)d 条") % {"kind": kind, "count": record.count}
        )

    def render_answer(self, record):
        return answer_of(record)


def answer_of(reminder: Reminder) -> str:
    """What the provider said, and when it goes on."""
    why = sentence(reminder.fault) if reminder.fault else ""
    if reminder.state == State.SENT:
        told = _("流水号 %s") % reminder.provider_id if reminder.provider_id else ""
        fell_back = _("微信未送达：%s") % why if why else ""
        return " ".join(filter(None, [told, fell_back])) or _("已接受")
    return why or _("等待发送")
