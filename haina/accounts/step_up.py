"""Asked again, before what cannot be taken back: the password, and the code of the second factor
where there is one. What was shown holds for five minutes, in that session and for that user."""

from datetime import datetime, timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from haina.accounts import devices, second_factor, services

LASTS = timedelta(minutes=5)
PROVEN = "proven_again"  # in the session: who, and when
FIELDS = ("password", "code")
WRONG_CODE = _("动态验证码不正确或已经用过，请用下一个验证码再试。")
TOO_MANY_CODES = _("动态验证码输入错误次数过多，请稍后再试。")


class Presence:
    """Who sits before the session, and whether they have just proven it."""

    def __init__(self, request):
        self.user = request.user
        self.session = request.session
        self.device = devices.device_of(request)

    def is_proven(self, *, now: datetime) -> bool:
        whose, at = self.session.get(PROVEN, (None, 0))
        return whose == self.user.pk and 0 <= now.timestamp() - at < LASTS.total_seconds()

    def note(self, *, now: datetime) -> None:
        self.session[PROVEN] = [self.user.pk, now.timestamp()]

    def is_still(self, password: str, *, now: datetime) -> bool:
        """Raises services.TooManyTries."""
        return services.is_still(self.user, password, now=now)

    def shows(self, code: str, *, now: datetime) -> bool:
        """Raises services.TooManyTries."""
        return second_factor.is_shown(self.user, code, device=self.device, now=now)


def code_field(**attributes) -> forms.CharField:
    """Takes what the app shows, and recovery codes."""
    as_it_is = {"autocomplete": "one-time-code", "inputmode": "numeric"}
    return forms.CharField(
        label=_("动态验证码"),
        max_length=40,
        help_text=_("验证器应用中的 6 位数字，或一个恢复码。"),
        error_messages={"required": _("请输入动态验证码。")},
        widget=forms.TextInput(attrs=as_it_is | attributes),
    )


class StepUpForm(forms.Form):
    """A form that asks again. `always`: also of whoever has just proven it."""

    always = False

    password = forms.CharField(
        label=_("登录密码"),
        max_length=128,
        strip=False,
        error_messages={"required": _("请再次输入您的登录密码。")},
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    code = code_field()

    def __init__(self, *args, presence: Presence, **kwargs):
        super().__init__(*args, **kwargs)
        self.presence = presence
        if not self.always and presence.is_proven(now=timezone.now()):
            self.drop("password", "code")
        elif not presence.user.factor:
            self.drop("code")

    def drop(self, *names: str) -> None:
        for name in names:
            del self.fields[name]

    @property
    def proof(self) -> list[forms.BoundField]:
        """What is asked, for the template."""
        return [self[name] for name in FIELDS if name in self.fields]

    def full_clean(self):
        """The proof comes last: whoever mistypes another field has not used up a try."""
        super().full_clean()
        if self.is_bound and not self.errors and self.proof:
            self.prove(now=timezone.now())

    def prove(self, *, now: datetime) -> None:
        try:
            right = self.presence.is_still(self.cleaned_data["password"], now=now)
        except services.TooManyTries:
            self.add_error("password", _("密码输入错误次数过多，请 30 分钟后再试。"))
            return
        if not right:
            self.add_error("password", _("密码不正确，请重新输入。"))
        elif "code" not in self.fields or self.shows_code(now=now):
            self.presence.note(now=now)

    def shows_code(self, *, now: datetime) -> bool:
        try:
            right = self.presence.shows(self.cleaned_data["code"], now=now)
        except services.TooManyTries:
            self.add_error("code", TOO_MANY_CODES)
            return False
        if not right:
            self.add_error("code", WRONG_CODE)
        return right
