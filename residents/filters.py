from datetime import date, timedelta

import django_filters as filters
from django import forms
from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from haina.lib.fields import all_of
from residents.models import Resident, VerificationApplication
from residents.verification.matching import COMPARED

SEARCHES = {  # by which of the fields may not be searched
    frozenset(): gettext_lazy("请输入姓名或手机号后4位进行搜索"),
    frozenset({"phone"}): gettext_lazy("请输入姓名进行搜索"),
    frozenset({"name"}): gettext_lazy("请输入手机号后4位进行搜索"),
}
SOON = timedelta(days=30)
NO_DATE = gettext_lazy("日期格式不正确，请按 2018-12-31 的格式填写。")


class Lease(TextChoices):
    SOON = "soon", gettext_lazy("30 天内到期")
    OVER = "over", gettext_lazy("已到期")
    RANGE = "range", gettext_lazy("自定义到期时间")


class FilterForm(forms.Form):
    def clean(self):
        first, last = self.cleaned_data.get("lease_from"), self.cleaned_data.get("lease_to")
        if first and last and first > last:
            self.add_error("lease_to", _("截止日期早于起始日期，请重新选择。"))
        if self.cleaned_data.get("lease") != Lease.RANGE:  # then the dates do not count
            for name in LEASE_RANGE:
                self.errors.pop(name, None)

    @property
    def is_misread(self) -> bool:
        """Can a date not be understood? Other nonsense cannot be typed into the form."""
        return any(name in self.errors for name in LEASE_RANGE)


LEASE_RANGE = ("lease_from", "lease_to")


def choice(label, choices, **options):
    empty = all_of(label)
    return filters.ChoiceFilter(label=label, choices=choices, empty_label=empty, **options)


def day(label):
    widget = forms.DateInput(attrs={"autocomplete": "off", "data-date": True})
    return filters.DateFilter(
        label=label, method="beside", widget=widget, error_messages={"invalid": NO_DATE}
    )


def search_box(hidden: frozenset[str]) -> forms.TextInput:
    attrs = {"type": "search", "placeholder": SEARCHES[hidden], "autocomplete": "off"}
    return forms.TextInput(attrs=attrs)


class ResidentFilter(filters.FilterSet):
    """What the list is narrowed by, less what the rights hide; `today` is what a lease ends by."""

    q = filters.CharFilter(method="search", label=gettext_lazy("搜索"))
    verification = choice(gettext_lazy("认证状态"), Resident.Verification.choices)
    identity = choice(gettext_lazy("身份"), Resident.Identity.choices, method="by_identity")
    gender = choice(gettext_lazy("性别"), Resident.Gender.choices)
    lease = choice(gettext_lazy("租约"), Lease.choices, method="by_lease")
    lease_from = day(gettext_lazy("起始日期"))
    lease_to = day(gettext_lazy("截止日期"))

    class Meta:
        form = FilterForm

    def __init__(self, *args, rights, today: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.today = today
        self.hidden = rights.hidden_fields & {"name", "phone"}
        for name in hidden_filters(rights):
            del self.filters[name]
        if "q" in self.filters:
            self.filters["q"].extra["widget"] = search_box(self.hidden)

    def search(self, residents, name, value):
        return residents.matching(value, hidden=self.hidden)

    def by_identity(self, residents, name, value):
        return residents.of_identity(value)

    def by_lease(self, residents, name, value):
        if value == Lease.SOON:
            return residents.filter(lease_ends_on__range=(self.today, self.today + SOON))
        if value == Lease.OVER:
            return residents.filter(lease_ends_on__lt=self.today)
        dates = self.form.cleaned_data
        if first := dates.get("lease_from"):
            residents = residents.filter(lease_ends_on__gte=first)
        if last := dates.get("lease_to"):
            residents = residents.filter(lease_ends_on__lte=last)
        return residents.filter(lease_ends_on__isnull=False)

    def beside(self, residents, name, value):
        """The dates count together with lease=range only."""
        return residents

    @property
    def asked(self) -> int:
        """The number of filters in use, so that "nothing found" differs from "nothing yet"."""
        self.form.full_clean()
        values = self.form.cleaned_data
        return sum(bool(value) for name, value in values.items() if name not in LEASE_RANGE)

    @property
    def folded(self) -> int:
        """Those in use that a phone does not show."""
        return self.asked - bool(self.form.cleaned_data.get("q"))


def hidden_filters(rights) -> set[str]:
    """The right to the identity covers the end of the lease."""
    gone = {"gender"} & rights.hidden_fields
    if "identity" in rights.hidden_fields:
        gone |= {"identity", "lease", *LEASE_RANGE}
    if rights.hidden_fields >= {"name", "phone"}:
        gone |= {"q"}
    return gone


class ApplicationFilter(filters.FilterSet):
    """What 认证审核 is narrowed by, less what the rights hide."""

    q = filters.CharFilter(method="search", label=gettext_lazy("搜索"))
    state = choice(
        gettext_lazy("状态"),
        [each for each in VerificationApplication.State.choices if each[0] != "draft"],
    )
    identity = choice(gettext_lazy("身份"), Resident.Identity.choices)
    outcome = choice(gettext_lazy("比对结果"), VerificationApplication.Outcome.choices)

    def __init__(self, *args, rights, **kwargs):
        super().__init__(*args, **kwargs)
        self.hidden = rights.hidden_fields & {"name", "phone"}
        for name in hidden_filters_of_applications(rights):
            del self.filters[name]
        if "q" in self.filters:
            self.filters["q"].extra["widget"] = search_box(self.hidden)

    def search(self, applications, name, value):
        return applications.matching(value, hidden=self.hidden)

    @property
    def asked(self) -> int:
        self.form.full_clean()
        return sum(map(bool, self.form.cleaned_data.values()))

    @property
    def folded(self) -> int:
        return self.asked - bool(self.form.cleaned_data.get("q"))


def hidden_filters_of_applications(rights) -> set[str]:
    gone = {"identity"} & rights.hidden_fields
    if not tells_outcome(rights):
        gone |= {"outcome"}
    if rights.hidden_fields >= {"name", "phone"}:
        gone |= {"q"}
    return gone


def compares(rights) -> bool:
    """May the record on file be told? Which one is meant follows from the room and the phone."""
    return not {"phone", "address"} & rights.hidden_fields


def tells_outcome(rights) -> bool:
    """The outcome would tell of each field that it was made of."""
    return compares(rights) and not set(COMPARED) & rights.hidden_fields
