"""Django admin for whoever runs the installation, at /ops/. Resident data has no place here."""

from django.contrib import admin
from django.contrib.admin import AdminSite
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from haina.accounts import audit
from haina.accounts.access import OPS, allow, ask_to_sign_in
from haina.accounts.models import ServiceAccount, User
from haina.lib.urls import every_route


class OpsSite(AdminSite):
    site_header = site_title = _("海纳运维")
    index_title = _("安装与账号")
    enable_nav_sidebar = False

    def has_permission(self, request):
        return request.user.is_active and request.user.is_staff

    @allow(OPS)
    def login(self, request, extra_context=None):
        return ask_to_sign_in(request)

    def get_urls(self):
        """Every route of the site carries the door. Reversed as `ops:index`, and by Django's own
        templates as `admin:index`."""
        urls = super().get_urls()
        for _path, route in every_route(urls):
            if not hasattr(route.callback, "allows"):
                route.callback.allows = OPS
        return urls


site = OpsSite(name="ops")


class ReadOnly(admin.ModelAdmin):
    """Shows, and changes nothing. A look at a single object is audited."""

    list_per_page = 50

    def has_module_permission(self, request):
        return self.admin_site.has_permission(request)

    def has_view_permission(self, request, obj=None):
        return self.admin_site.has_permission(request)

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def change_view(self, request, object_id, form_url="", extra_context=None):
        row = self.get_object(request, object_id)
        if row is not None and request.method in {"GET", "HEAD"}:
            tell_accounts(f"{self.opts.model_name}.seen_by_ops", row, request)
        return super().change_view(request, object_id, form_url, extra_context)


def tell_accounts(action: str, row, request, fields=()) -> None:
    """Audit what ops did, in the trail of every account that the row belongs to."""
    by, at = audit.Actor.ops(request), timezone.now()
    for account_id in accounts_of(row) or [None]:
        audit.record(action, [row], by=by, at=at, fields=fields, account_id=account_id)


def accounts_of(row) -> list[int | None]:
    if isinstance(row, ServiceAccount):
        return [row.pk]
    if isinstance(row, User):
        return list(row.places.order_by("pk").values_list("account_id", flat=True))
    return [row.account_id]
