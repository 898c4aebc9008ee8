from django.contrib import admin

from haina.accounts.ops import ReadOnly, site
from haina.jobs.models import Job


@admin.register(Job, site=site)
class JobAdmin(ReadOnly):
    """How jobs fare. Payload, message and result may name residents, so they are not shown."""

    list_display = ["id", "kind", "account", "state", "attempt", "created_at", "ended_at"]
    list_filter = ["state", "kind"]
    list_select_related = ["account"]
    ordering = ["-pk"]
    fields = [
        "kind",
        "account",
        "state",
        "phase",
        "attempt",
        "created_at",
        "started_at",
        "ended_at",
    ]
