from datetime import datetime, time, timedelta

import django_filters as filters
from django.core.exceptions import ValidationError
from django.forms import DateInput, NumberInput
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from haina.accounts.models import Administrator, AuditEntry, User
from haina.trail.entries import model_of
from haina.trail.labels import ACTIONS

SYSTEM, OPS = "system", "ops"
KINDS = (
    *("residents.resident", "residents.verificationapplication", "residents.import"),
    *("communities.community", "communities.buildingnode"),
    *("staff.employee", "staff.staffimport", "staff.department"),
    *("followers.follower", "followers.tag"),
    *("accounts.administrator", "accounts.user", "accounts.serviceaccount"),
    *("wechat.connection", "wechat.template", "sms.gateway"),
    *("jobs.job", "accounts.auditentry"),
)
LARGEST = 2**63 - 1
YEARS = range(1970, 3000)


def day(**attributes) -> DateInput:
    return DateInput(attrs={"data-date": "", "autocomplete": "off", **attributes})


def within_years(date) -> None:
    """Further out, a moment in UTC or the day after may be no date any more."""
    if date.year not in YEARS:
        raise ValidationError(_("请选择 1970 年到 2999 年之间的日期。"))


class TrailFilter(filters.FilterSet):
    """When, who, what, to which object. Everything is in the address."""

    since = filters.DateFilter(
        label=_("起始日期"),
        method="from_day",
        widget=day(placeholder=_("起始日期")),
        validators=[within_years],
    )
    until = filters.DateFilter(
        label=_("截止日期"),
        method="to_day",
        widget=day(placeholder=_("截止日期")),
        validators=[within_years],
    )
    who = filters.ChoiceFilter(label=_("操作人"), method="by", empty_label=_("操作人(全部)"))
    action = filters.ChoiceFilter(label=_("操作"), method="of_kind", empty_label=_("操作(全部)"))
    model = filters.ChoiceFilter(label=_("对象"), empty_label=_("对象(全部)"))
    object = filters.NumberFilter(
        label=_("对象编号"),
        method="about",
        decimal_places=0,
        min_value=1,
        max_value=LARGEST,
        widget=NumberInput(attrs={"placeholder": _("对象编号"), "min": 1}),
    )

    class Meta:
        model = AuditEntry
        fields = ()

    def __init__(self, data, entries, *, scope):
        super().__init__(data, entries)
        self.filters["action"].extra["choices"] = action_choices()
        self.filters["model"].extra["choices"] = [
            (kind, model_of(kind)._meta.verbose_name) for kind in KINDS
        ]
        if scope.community_ids is None:
            self.filters["who"].extra["choices"] = who_choices(scope)
        else:
            del self.filters["who"]  # their own acts are all they read

    def from_day(self, entries, name, value):
        return entries.filter(at__gte=midnight(value))

    def to_day(self, entries, name, value):
        return entries.filter(at__lt=midnight(value + timedelta(days=1)))

    def by(self, entries, name, value):
        if value == SYSTEM:
            return entries.filter(user=None)
        if value == OPS:
            return entries.filter(user__in=list(User.objects.filter(is_staff=True)))
        return entries.filter(user=int(value))

    def of_kind(self, entries, name, value):
        return entries.filter(action__in=actions_of(value))

    def about(self, entries, name, value):
        # Found by their own index first: the planner would rather walk the whole trail in order.
        found = entries.filter(ids__contains=[int(value)]).order_by()
        return entries.filter(pk__in=list(found.values_list("pk", flat=True)))

    @property
    def narrows(self) -> bool:
        return any(self.form.cleaned_data.values()) if self.form.is_valid() else bool(self.data)

    def told(self) -> list[tuple[str, str]]:
        """What is asked for, in the words of the form."""
        chosen = self.form.cleaned_data if self.form.is_valid() else {}
        words = {name: words_of(self.form.fields[name], value) for name, value in chosen.items()}
        return [(self.form.fields[name].label, word) for name, word in words.items() if word]

    def asked(self) -> dict[str, str]:
        """The same as a job keeps it."""
        return {name: self.data[name] for name in self.form.fields if self.data.get(name)}


def midnight(date) -> datetime:
    return timezone.make_aware(datetime.combine(date, time()))


def action_choices() -> list:
    """Each group as a whole, and its acts one by one."""
    return [
        (group, [(f"group-{number}", _("全部：%s") % group), *actions.items()])
        for number, (group, actions) in enumerate(ACTIONS.items())
    ]


def actions_of(value: str) -> list[str]:
    if not value.startswith("group-"):
        return [value]
    return list(list(ACTIONS.values())[int(value.removeprefix("group-"))])


def who_choices(scope) -> list[tuple]:
    administrators = Administrator.objects.within(scope).select_related("user")
    people = administrators.order_by("deactivated_at", "pk").values_list("user_id", "user__name")
    return [*people, (OPS, _("海纳小助手")), (SYSTEM, _("系统与命令行"))]


def words_of(field, value) -> str:
    if value in (None, ""):
        return ""
    for _group, choices in getattr(field, "choices", ()):
        for key, label in choices if isinstance(choices, list | tuple) else ():
            if str(key) == str(value):
                return str(label)
    flat = {str(key): label for key, label in getattr(field, "choices", ())}
    return str(flat.get(str(value), value))
