from django import forms
from django.utils.translation import gettext_lazy as _

from haina.lib.fields import WholeNumberField
from reminders.models import Plan

EVENINGS = [(hour, f"{hour}:00") for hour in range(18, 24)]
MORNINGS = [(hour, f"{hour}:00") for hour in range(5, 13)]


class PlanForm(forms.ModelForm):
    night_begins = forms.TypedChoiceField(
        label=_("晚上从几点起不提醒"), choices=EVENINGS, coerce=int
    )
    night_ends = forms.TypedChoiceField(
        label=_("早上从几点起提醒"),
        choices=MORNINGS,
        coerce=int,
        help_text=_("夜间的申请留到早上一并提醒。"),
    )
    again_hours = WholeNumberField(
        label=_("多少小时未处理时再次提醒"),
        min_value=0,
        max_value=720,
        help_text=_("填 0 则不再次提醒，也不提醒创建者。"),
    )
    creator_hours = WholeNumberField(
        label=_("再过多少小时仍未处理时提醒创建者"),
        min_value=0,
        max_value=720,
        help_text=_("创建者没有开启提醒时也会提醒。填 0 则不提醒创建者。"),
    )
    sms_per_month = WholeNumberField(
        label=_("每月短信提醒上限"),
        min_value=0,
        max_value=100_000,
        help_text=_("短信费用由您与腾讯云结算。达到上限后本月不再发送短信提醒。"),
    )

    class Meta:
        model = Plan
        fields = ("night_begins", "night_ends", "again_hours", "creator_hours", "sms_per_month")
