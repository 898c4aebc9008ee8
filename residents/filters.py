import django_filters as filters
from django.forms import TextInput
from django.utils.translation import gettext_lazy as _

from residents.models import Resident

SEARCHES = {  # by which of the fields may not be searched
    frozenset(): _("请输入姓名或手机号后4位进行搜索"),
    frozenset({"phone"}): _("请输入姓名进行搜索"),
    frozenset({"name"}): _("请输入手机号后4位进行搜索"),
}


class ResidentFilter(filters.FilterSet):
    q = filters.CharFilter(method="search", label=_("搜索"))
    verification = filters.ChoiceFilter(
        label=_("认证状态"),
        choices=Resident.Verification.choices,
        empty_label=_("认证状态(全部)"),
    )

    def __init__(self, *args, rights, **kwargs):
        super().__init__(*args, **kwargs)
        self.hidden = rights.hidden_fields & {"name", "phone"}
        if self.hidden in SEARCHES:
            placeholder = SEARCHES[self.hidden]
            self.filters["q"].extra["widget"] = TextInput(
                attrs={"type": "search", "placeholder": placeholder, "autocomplete": "off"}
            )
        else:
            del self.filters["q"]

    def search(self, residents, name, value):
        return residents.matching(value, hidden=self.hidden)

    @property
    def narrows(self) -> bool:
        """Whether anything is asked for, so that "nothing found" differs from "nothing yet"."""
        return any(self.form.cleaned_data.values()) if self.form.is_valid() else False
