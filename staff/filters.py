import django_filters as filters
from django import forms
from django.utils.translation import gettext_lazy as _

from communities.models import Community
from staff.models import State

SEARCH = {"type": "search", "autocomplete": "off"}
SEARCH |= {"placeholder": _("请输入姓名或手机号后4位进行搜索")}


class EmployeeFilter(filters.FilterSet):
    """What the list is narrowed by; without a corp nobody has a state of their own."""

    q = filters.CharFilter(method="search", label=_("搜索"), widget=forms.TextInput(attrs=SEARCH))
    community = filters.ChoiceFilter(
        method="by_community", label=_("服务小区"), empty_label=_("服务小区(全部)")
    )
    state = filters.ChoiceFilter(
        method="by_state",
        label=_("同步状态"),
        choices=[each for each in State.choices if each[0] != State.NOWHERE],
        empty_label=_("同步状态(全部)"),
    )

    def __init__(self, *args, scope, connected: bool, **kwargs):
        super().__init__(*args, **kwargs)
        communities = Community.objects.within(scope).for_list()
        self.filters["community"].extra["choices"] = list(communities.values_list("pk", "name"))
        if not connected:
            del self.filters["state"]

    def search(self, employees, name, value):
        return employees.matching(value)

    def by_community(self, employees, name, value):
        return employees.serving(int(value))

    def by_state(self, employees, name, value):
        return employees.in_state(value)

    @property
    def asked(self) -> int:
        """The number of filters in use, so that "nothing found" differs from "nothing yet"."""
        self.form.full_clean()
        return sum(map(bool, self.form.cleaned_data.values()))

    @property
    def folded(self) -> int:
        """Those in use that a phone does not show."""
        return self.asked - bool(self.form.cleaned_data.get("q"))
