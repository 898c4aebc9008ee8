from django.contrib import admin

from haina.accounts.ops import ReadOnly, site
from haina.sms.models import Message


@admin.register(Message, site=site)
class MessageAdmin(ReadOnly):
    """Whether SMS went out, and what Tencent Cloud said. Phones are masked; texts are not kept."""

    fields = ["account", "purpose", "phone_masked", "state", "code", "attempts", "provider_id"]
    fields += ["asked_at", "answered_at"]
    list_display = ["id", *fields]
    list_filter = ["state", "purpose"]
    search_fields = ["=code", "=provider_id"]
    list_select_related = ["account"]
    ordering = ["-pk"]
