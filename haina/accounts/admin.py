"""What ops may see and do about accounts. Changes call the services that the console calls."""

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.password_validation import validate_password
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from haina.accounts import audit, services
from haina.accounts.models import RESERVED_SLUGS, Administrator, AuditEntry, ServiceAccount, User
from haina.accounts.names import phone_in, plain_name
from haina.accounts.ops import ReadOnly, site, tell_accounts


class UserForm(forms.ModelForm):
    new_password = forms.CharField(
        label=_("设置密码"),
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("留空则不修改；新用户必须填写。"),
    )

    class Meta:
        model = User
        fields = ["username", "phone", "name", "is_active"]

    def clean_username(self):
        username = plain_name(self.cleaned_data["username"])
        if phone_in(username):
            raise forms.ValidationError(_("手机号请填在“手机号”一栏，用户名请另取。"))
        return username

    def clean_new_password(self):
        password = self.cleaned_data["new_password"]
        if password:
            validate_password(password, self.instance)
        return password

    def clean(self):
        cleaned = super().clean()
        if self.instance.pk is None and not cleaned.get("new_password"):
            self.add_error("new_password", _("请为新用户设置密码。"))
        return cleaned


@admin.register(User, site=site)
class UserAdmin(ReadOnly):
    """The first users of an account are made here; administrators invite the others."""

    form = UserForm
    list_display = ["username", "name", "is_active", "is_staff", "created_at"]
    search_fields = ["username", "name"]

    def has_add_permission(self, request):
        return self.admin_site.has_permission(request)

    def has_change_permission(self, request, obj=None):
        return self.admin_site.has_permission(request) and (obj is None or not obj.is_staff)

    def save_model(self, request, obj, form, change):
        if form.cleaned_data["new_password"]:
            obj.set_password(form.cleaned_data["new_password"])
            obj.password_is_given = True
        obj.save()
        action = "user.changed_by_ops" if change else "user.added_by_ops"
        tell_accounts(action, obj, request, fields=form.changed_data)


class UserChoice(forms.ModelChoiceField):
    def label_from_instance(self, user):
        return f"{user.name} ({user.username})"


def who_may_have_a_place():
    return User.objects.filter(is_staff=False, is_active=True).order_by("username")


class AccountForm(forms.ModelForm):
    creator = UserChoice(who_may_have_a_place(), label=_("创建者"))

    class Meta:
        model = ServiceAccount
        fields = ["slug", "name"]

    def clean_slug(self):
        slug = self.cleaned_data["slug"]
        if slug in RESERVED_SLUGS:
            raise forms.ValidationError(_("这个网址标识由系统保留，请换一个。"))
        return slug


@admin.register(ServiceAccount, site=site)
class ServiceAccountAdmin(ReadOnly):
    """Opening an account is the work of ops; the rest belongs to its creator."""

    form = AccountForm
    list_display = ["name", "slug", "created_at"]
    search_fields = ["name", "slug"]

    def get_form(self, request, obj=None, **kwargs):
        return AccountForm if obj is None else super().get_form(request, obj, **kwargs)

    def get_fields(self, request, obj=None):
        return ["slug", "name", "creator"] if obj is None else ["slug", "name", "created_at"]

    def has_add_permission(self, request):
        return self.admin_site.has_permission(request)

    def save_model(self, request, obj, form, change):
        account = services.open_account(
            slug=obj.slug,
            name=obj.name,
            creator=form.cleaned_data["creator"],
            by=audit.Actor.ops(request),
            now=timezone.now(),
        )
        obj.pk = account.pk


class AdministratorForm(forms.ModelForm):
    # Not the model's own field: the service decides about a user who has a deactivated place.
    who = UserChoice(who_may_have_a_place(), label=_("登录用户"))

    class Meta:
        model = Administrator
        fields = ["account", "role"]

    def clean_role(self):
        role = self.cleaned_data["role"]
        if role == Administrator.Role.CREATOR:
            raise forms.ValidationError(_("创建者在开通服务号时指定，之后由创建者本人移交。"))
        return role


SHOWN = ["account", "user", "role"]


@admin.register(Administrator, site=site)
class AdministratorAdmin(ReadOnly):
    """Ops may add the first administrators and end a place; rights are set by the account."""

    form = AdministratorForm
    list_display = [*SHOWN, "ends_on", "deactivated_at"]
    list_filter = ["role"]
    list_select_related = ["account", "user"]
    actions = ["deactivate"]

    def get_form(self, request, obj=None, **kwargs):
        return AdministratorForm if obj is None else super().get_form(request, obj, **kwargs)

    def get_fields(self, request, obj=None):
        return ["account", "who", "role"] if obj is None else [*SHOWN, "ends_on", "deactivated_at"]

    def has_add_permission(self, request):
        return self.admin_site.has_permission(request)

    def add_view(self, request, form_url="", extra_context=None):
        try:
            return super().add_view(request, form_url, extra_context)
        except services.AccountRefused as refusal:
            messages.error(request, str(refusal))
            return redirect(request.get_full_path())

    def save_model(self, request, obj, form, change):
        made = services.add_administrator(
            obj.account,
            form.cleaned_data["who"],
            role=obj.role,
            by=audit.Actor.ops(request),
            now=timezone.now(),
        )
        obj.pk = made.pk

    @admin.action(description=_("停用所选管理员"))
    def deactivate(self, request, queryset):
        for administrator in queryset:
            try:
                by = audit.Actor.ops(request)
                services.deactivate(administrator, by=by, now=timezone.now())
            except services.AccountRefused as refusal:
                messages.error(request, str(refusal))


@admin.register(AuditEntry, site=site)
class AuditEntryAdmin(ReadOnly):
    list_display = ["at", "account", "actor", "action", "model", "count", "address"]
    list_filter = ["action"]
    list_select_related = ["account"]
    ordering = ["-at", "-pk"]
    show_full_result_count = False
