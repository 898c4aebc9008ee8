import django_filters as filters
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from haina.accounts.models import Administrator
from haina.lib.ages import RECENT
from haina.lib.fields import all_of
from reminders.models import Reminder


def choice(label, choices, **options):
    empty = all_of(label)
    return filters.ChoiceFilter(label=label, choices=choices, empty_label=empty, **options)


class SentFilter(filters.FilterSet):
    """What 发送记录 is narrowed by."""

    state = choice(_("状态"), Reminder.State.choices)
    channel = choice(_("渠道"), Reminder.Channel.choices)
    kind = choice(_("内容"), Reminder.Kind.choices)
    administrator = filters.ModelChoiceFilter(
        label=_("管理员"),
        queryset=Administrator.objects.none(),
        empty_label=all_of(_("管理员")),
    )

    recent = choice(_("时间"), [("7", _("近 7 天"))], method="since")

    def __init__(self, *args, scope, **kwargs):
        super().__init__(*args, **kwargs)
        people = Administrator.objects.within(scope).select_related("user")
        field = self.filters["administrator"]
        field.queryset = people.order_by("pk")
        field.field.label_from_instance = lambda administrator: administrator.user.name

    def since(self, reminders, name, value):
        return reminders.filter(created_at__gte=timezone.now() - RECENT)

    @property
    def narrows(self) -> bool:
        return any(self.data.get(name) for name in self.filters)
