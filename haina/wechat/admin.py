from django.contrib import admin

from haina.accounts.ops import ReadOnly, site
from haina.wechat.models import Call, Callback


@admin.register(Callback, site=site)
class CallbackAdmin(ReadOnly):
    """How what WeChat posted fares. Whom it is from and what it says is not shown."""

    fields = ["connection", "kind", "state", "attempt", "sent_at", "received_at", "due_at"]
    list_display = ["id", "connection", "kind", "state", "attempt", "sent_at", "received_at"]
    list_filter = ["state", "kind"]
    list_select_related = ["connection"]
    ordering = ["-pk"]


@admin.register(Call, site=site)
class CallAdmin(ReadOnly):
    """What WeChat was asked, and what came of it."""

    fields = ["connection", "endpoint", "errcode", "fault", "rid", "milliseconds", "at"]
    list_display = ["id", *fields]
    list_filter = ["errcode", "endpoint"]
    list_select_related = ["connection"]
    ordering = ["-pk"]
