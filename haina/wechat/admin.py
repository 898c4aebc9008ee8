from django import forms
from django.contrib import admin, messages
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from haina.accounts import audit
from haina.accounts.ops import ReadOnly, site
from haina.wechat.corp import services
from haina.wechat.models import Call, Callback, Corp, CorpCallback


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
    """What WeChat and WeCom were asked, and what came of it."""

    fields = ["connection", "corp", "endpoint", "errcode", "fault", "rid", "milliseconds", "at"]
    list_display = ["id", *fields]
    # A filter by each value there is would look for these in all calls.
    list_filter = [Outcome]
    search_fields = ["endpoint", "=errcode"]
    list_select_related = ["connection", "corp"]
    ordering = ["-pk"]


@admin.register(CorpCallback, site=site)
class CorpCallbackAdmin(ReadOnly):
    """How what WeCom posted fares. What it says is not shown."""

    fields = ["corp", "kind", "state", "attempt", "sent_at", "received_at", "due_at"]
    list_display = ["id", "corp", "kind", "state", "attempt", "sent_at", "received_at"]
    list_filter = ["state"]
    search_fields = ["=kind"]
    list_select_related = ["corp"]
    ordering = ["-pk"]


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("原因"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("写入该服务号的操作记录，例如：物业公司要求更换关联企业。"),
    )


@admin.register(Corp, site=site)
class CorpAdmin(ReadOnly):
    """Which corps are connected. Ops may cancel a connection, with a reason: a button of a corp's
    page leads there. No secret is shown."""

    fields = [
        *("account", "corp_id", "name", "way", "agent_id", "user_limit"),
        *("connected_at", "checked_at", "fault", "fault_detail", "verified_at"),
    ]
    list_display = ["id", "account", "corp_id", "name", "way", "connected_at", "fault"]
    list_filter = ["way"]
    search_fields = ["=corp_id", "account__slug", "account__name"]
    list_select_related = ["account"]
    ordering = ["-pk"]
    change_form_template = "wechat/ops_corp.html"

    def get_urls(self):
        cancel = self.admin_site.admin_view(self.cancel)
        own = path("<path:object_id>/cancel/", cancel, name="wechat_corp_cancel")
        return [own, *super().get_urls()]

    def cancel(self, request, object_id):
        """取消关联: asks for the reason, and then cancels."""
        corp = self.get_object(request, object_id)
        back = reverse("admin:wechat_corp_changelist", current_app=self.admin_site.name)
        if corp is None:
            messages.error(request, gettext("这个关联已被取消。"))
            return redirect(back)
        form = ReasonForm(request.POST or None)
        if form.is_valid():
            self.cancelled(request, corp, form.cleaned_data["reason"])
            return redirect(back)
        context = self.admin_site.each_context(request)
        context |= {"form": form, "corp": corp, "opts": self.opts, "title": gettext("取消关联")}
        return render(request, "wechat/ops_cancel.html", context)

    def cancelled(self, request, corp: Corp, reason: str) -> None:
        by, now = audit.Actor.ops(request), timezone.now()
        try:
            services.disconnect(corp, by=by, now=now, reason=reason)
        except services.CorpGone as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, gettext("已取消关联。员工信息保留，全部标为未同步。"))
