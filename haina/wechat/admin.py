from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from haina.accounts.ops import ReadOnly, site
from haina.wechat.models import Call, Callback


class Outcome(admin.SimpleListFilter):
    title = _("结果")
    parameter_name = "outcome"

    def lookups(self, request, model_admin):
        return [("done", _("成功")), ("failed", _("失败"))]

    def queryset(self, request, queryset):
        match self.value():
            case "done":
                return queryset.filter(errcode=0)
            case "failed":
                return queryset.exclude(errcode=0)
        return queryset


@admin.register(Callback, site=site)
class CallbackAdmin(ReadOnly):
    """How what WeChat posted fares. Whom it is from and what it says is not shown."""

    fields = ["connection", "kind", "state", "attempt", "sent_at", "received_at", "due_at"]
    list_display = ["id", "connection", "kind", "state", "attempt", "sent_at", "received_at"]
    list_filter = ["state"]
    search_fields = ["=kind"]
    list_select_related = ["connection"]
    ordering = ["-pk"]


@admin.register(Call, site=site)
class CallAdmin(ReadOnly):
    """What WeChat was asked, and what came of it."""

    fields = ["connection", "endpoint", "errcode", "fault", "rid", "milliseconds", "at"]
    list_display = ["id", *fields]
    # A filter by each value there is would look for these in all calls.
    list_filter = [Outcome]
    search_fields = ["endpoint", "=errcode"]
    list_select_related = ["connection"]
    ordering = ["-pk"]
